"""One small program for each operation that the importer knows, by family."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import op_cases_structured  # noqa: F401 - adds its families
import torch
import torch.nn.functional as F
from op_case import CASES, Case, family, normal, positive, truth, unit, whole

__all__ = ["ALL", "CASES", "Case"]


def _assign(x, y):
    x = x.clone()
    x[1, 1:3] = y
    return x


def _two(make=normal):
    return lambda: (make(3, 4), make(3, 4))


_ANY = "abs neg sign relu relu6 square".split()
_REAL = """
    ceil floor round trunc frac exp exp2 expm1 sin cos tan atan sinh cosh tanh asinh erf erfc
    sigmoid sgn
""".split()
_POSITIVE = "sqrt rsqrt reciprocal log log2 log10 log1p".split()
_UNIT = "asin acos atanh".split()


def _find(name):
    return getattr(torch, name, None) or getattr(F, name)


def _over_dim_1(name):
    return lambda x: _find(name)(x, dim=1)


family(
    "unary",
    *[(n, _find(n), lambda: (normal(3, 5),)) for n in _ANY + _REAL],
    *[(n, _find(n), lambda: (positive(3, 5),)) for n in _POSITIVE],
    *[(n, _find(n), lambda: (unit(3, 5),)) for n in _UNIT],
    *[(f"{n}_int", _find(n), lambda: (whole(3, 5),)) for n in ("exp", "sin", "tanh", "sigmoid")],
    *[(f"{n}_int", _find(n), lambda: (whole(3, 5),)) for n in ("abs", "neg", "sign", "floor")],
    ("sqrt_int", torch.sqrt, lambda: (whole(3, 5, low=0),)),
    ("acosh", torch.acosh, lambda: (positive(3, 5) + 1,)),
    ("bitwise_not", torch.bitwise_not, lambda: (whole(3, 5),)),
    ("bitwise_not_bool", torch.bitwise_not, lambda: (truth(3, 5),)),
    ("logical_not", torch.logical_not, lambda: (whole(3, 5),)),
    ("isnan", torch.isnan, lambda: (torch.tensor([1.0, float("nan"), float("inf")]),)),
    ("isinf", torch.isinf, lambda: (torch.tensor([1.0, float("nan"), float("-inf")]),)),
    ("isfinite", torch.isfinite, lambda: (torch.tensor([1.0, float("nan"), float("inf")]),)),
    ("round_decimals", lambda x: torch.round(x, decimals=2), lambda: (normal(9),)),
    ("to_int", lambda x: x.to(torch.int32), lambda: (normal(3, 5) * 9,)),
    ("to_bool", lambda x: x.to(torch.bool), lambda: (whole(3, 5, low=-1, high=2),)),
    ("to_bf16", lambda x: x.to(torch.bfloat16), lambda: (normal(3, 5),)),
    ("to_f64", lambda x: x.double(), lambda: (normal(3, 5, dtype=torch.float16),)),
)

family(
    "activation",
    ("gelu", F.gelu, lambda: (normal(3, 5),)),
    ("gelu_tanh", lambda x: F.gelu(x, approximate="tanh"), lambda: (normal(3, 5),)),
    ("silu", F.silu, lambda: (normal(3, 5),)),
    ("mish", F.mish, lambda: (normal(3, 5),)),
    ("elu", lambda x: F.elu(x, 0.7), lambda: (normal(3, 5),)),
    ("celu", lambda x: F.celu(x, 0.7), lambda: (normal(3, 5),)),
    ("selu", F.selu, lambda: (normal(3, 5),)),
    ("leaky_relu", lambda x: F.leaky_relu(x, 0.2), lambda: (normal(3, 5),)),
    ("prelu", F.prelu, lambda: (normal(2, 3, 4), positive(3))),
    ("softplus", lambda x: F.softplus(x, 2.0, 3.0), lambda: (normal(3, 5) * 3,)),
    ("softsign", F.softsign, lambda: (normal(3, 5),)),
    ("softshrink", F.softshrink, lambda: (normal(3, 5),)),
    ("hardshrink", F.hardshrink, lambda: (normal(3, 5),)),
    ("hardtanh", F.hardtanh, lambda: (normal(3, 5),)),
    ("hardsigmoid", F.hardsigmoid, lambda: (normal(3, 5) * 3,)),
    ("hardswish", F.hardswish, lambda: (normal(3, 5) * 3,)),
    ("logsigmoid", F.logsigmoid, lambda: (normal(3, 5),)),
    ("threshold", lambda x: F.threshold(x, 0.1, 7.0), lambda: (normal(3, 5),)),
    ("glu", lambda x: F.glu(x, 1), lambda: (normal(3, 6),)),
    ("clamp", lambda x: x.clamp(-0.5, 0.5), lambda: (normal(3, 5),)),
    ("clamp_min", lambda x: x.clamp(min=0.25), lambda: (normal(3, 5),)),
    ("clamp_int", lambda x: x.clamp(-2, 3), lambda: (whole(3, 5),)),
    ("clamp_promotes", lambda x: x.clamp(-2.5, 3), lambda: (whole(3, 5),)),
    ("clamp_tensor", lambda x, a: x.clamp(max=a), lambda: (normal(3, 5), normal(5))),
    ("nan_to_num", torch.nan_to_num, lambda: (torch.tensor([1.0, float("nan"), -float("inf")]),)),
    ("dropout_eval", lambda x: F.dropout(x, 0.5, training=False), lambda: (normal(3, 5),)),
)

family(
    "binary",
    *[(n, _find(n), _two()) for n in "add sub mul div maximum minimum fmax fmin".split()],
    *[(n, _find(n), _two()) for n in "atan2 hypot copysign fmod remainder".split()],
    *[(n, _find(n), _two(whole)) for n in "bitwise_and bitwise_or bitwise_xor".split()],
    *[(f"{n}_bool", _find(n), _two(truth)) for n in "add mul bitwise_and bitwise_or".split()],
    *[(n, _find(n), _two(whole)) for n in "eq ne lt le gt ge".split()],
    *[(n, _find(n), _two(whole)) for n in "logical_and logical_or logical_xor".split()],
    ("broadcast", torch.add, lambda: (normal(2, 1, 4), normal(3, 1))),
    ("scalar", lambda x: 2.5 - x * 3 + 1, lambda: (normal(3, 4),)),
    ("scalar_narrow", lambda x: x * 0.1 + 0.3, lambda: (normal(3, 4, dtype=torch.bfloat16),)),
    ("alpha", lambda a, b: torch.add(a, b, alpha=0.3), _two()),
    ("alpha_int", lambda a, b: torch.sub(a, b, alpha=3), _two(whole)),
    ("rsub", lambda a: torch.rsub(a, 2.0, alpha=3), lambda: (normal(3, 4),)),
    ("add_mixed", torch.add, lambda: (whole(3, 4), normal(3, 4))),
    ("add_narrow", torch.add, lambda: (whole(4, dtype=torch.int8), whole(4, dtype=torch.int32))),
    ("mul_zero_dim", torch.mul, lambda: (normal(4, dtype=torch.float16), torch.tensor(0.1))),
    ("div_int", torch.div, lambda: (whole(3, 4), whole(3, 4, low=1))),
    ("div_floor", lambda a, b: torch.div(a, b, rounding_mode="floor"), _two()),
    ("div_trunc", lambda a, b: torch.div(a, b, rounding_mode="trunc"), _two()),
    ("div_floor_int", lambda a, b: a // b, lambda: (whole(3, 4), whole(3, 4, low=1))),
    (
        "div_trunc_int",
        lambda a, b: torch.div(a, b, rounding_mode="trunc"),
        lambda: (whole(3, 4), whole(3, 4, low=1)),
    ),
    ("remainder_int", torch.remainder, lambda: (whole(3, 4), whole(3, 4, low=1))),
    ("fmod_int", torch.fmod, lambda: (whole(3, 4), whole(3, 4, low=1))),
    ("pow", torch.pow, lambda: (positive(3, 4), normal(3, 4))),
    ("pow_scalar", lambda x: x**3, lambda: (normal(3, 4),)),
    ("pow_of", lambda x: 2.0**x, lambda: (normal(3, 4),)),
    ("pow_int", lambda x: x**2, lambda: (whole(3, 4),)),
    ("shift", lambda a, b: (a << b) >> 1, lambda: (whole(3, 4), whole(3, 4, low=0, high=5))),
    ("compare_mixed", torch.lt, lambda: (whole(3, 4), normal(3, 4))),
    ("compare_scalar", lambda x: x >= 0.5, lambda: (whole(3, 4),)),
    ("where", torch.where, lambda: (truth(3, 4), normal(3, 4), normal(4))),
    ("where_scalar", lambda m, x: torch.where(m, x, 1), lambda: (truth(3, 4), normal(3, 4))),
    ("masked_fill", lambda x, m: x.masked_fill(m, -1e9), lambda: (normal(3, 4), truth(4))),
    ("lerp", torch.lerp, lambda: (normal(3, 4), normal(3, 4), positive(4))),
    ("lerp_scalar", lambda a, b: torch.lerp(a, b, 0.3), _two()),
    (
        "addcmul",
        lambda x, a, b: torch.addcmul(x, a, b, value=0.5),
        lambda: (normal(3, 4), normal(3, 4), normal(4)),
    ),
    (
        "addcdiv",
        lambda x, a, b: torch.addcdiv(x, a, b, value=0.5),
        lambda: (normal(3, 4), normal(3, 4), positive(4)),
    ),
    ("inplace", lambda x, y: x.clone().add_(y).mul_(2), _two()),
)

family(
    "reduction",
    *[
        (n, _over_dim_1(n), lambda: (normal(3, 4, 5),))
        for n in ("sum", "mean", "amax", "amin", "var", "std", "argmax", "argmin")
    ],
    *[
        (f"{n}_all", _find(n), lambda: (normal(3, 4),))
        for n in (
            "sum",
            "mean",
            "amax",
            "amin",
            "var",
            "std",
            "argmax",
            "argmin",
            "prod",
            "max",
            "min",
        )
    ],
    ("sum_keepdim", lambda x: x.sum((0, -1), keepdim=True), lambda: (normal(3, 4, 5),)),
    ("sum_int", lambda x: x.sum(1), lambda: (whole(3, 4, dtype=torch.int32),)),
    ("sum_bool", lambda x: x.sum(1), lambda: (truth(3, 4),)),
    ("sum_dtype", lambda x: x.sum(1, dtype=torch.float64), lambda: (normal(3, 4),)),
    ("sum_zero_dim", lambda x: x.sum(), lambda: (torch.tensor(2.0),)),
    ("sum_empty", lambda x: x.sum(1), lambda: (normal(3, 0),)),
    ("prod_dim", lambda x: x.prod(1), lambda: (normal(3, 4),)),
    ("any", lambda x: x.any(1), lambda: (truth(3, 4),)),
    ("all", lambda x: x.all(), lambda: (truth(3, 4),)),
    ("max_dim", lambda x: torch.max(x, 1), lambda: (normal(3, 4),)),
    ("min_values", lambda x: torch.min(x, 1, keepdim=True)[0], lambda: (normal(3, 4),)),
    ("var_mean", lambda x: torch.var_mean(x, 1, correction=0), lambda: (normal(3, 4),)),
    ("logsumexp", lambda x: x.logsumexp(-1), lambda: (normal(3, 4),)),
    ("norm", lambda x: torch.linalg.vector_norm(x, 3, dim=1), lambda: (normal(3, 4),)),
    ("norm_default", lambda x: x.norm(dim=-1, keepdim=True), lambda: (normal(3, 4),)),
    ("cumsum", lambda x: x.cumsum(1), lambda: (normal(3, 4),)),
    ("cumsum_bool", lambda x: x.cumsum(-1), lambda: (truth(3, 4),)),
    ("cumprod", lambda x: x.cumprod(0), lambda: (normal(3, 4),)),
    ("sort", lambda x: torch.sort(x, 1), lambda: (normal(3, 7),)),
    ("sort_down", lambda x: torch.sort(x, 0, descending=True)[0], lambda: (normal(3, 7),)),
    ("argsort", lambda x: torch.argsort(x, 1), lambda: (normal(3, 7),)),
    ("topk", lambda x: torch.topk(x, 3), lambda: (normal(3, 7),)),
    ("topk_small", lambda x: torch.topk(x, 2, 0, largest=False)[0], lambda: (normal(3, 7),)),
    ("softmax", lambda x: x.softmax(-1), lambda: (normal(3, 7),)),
    (
        "softmax_dtype",
        lambda x: F.softmax(x, 0, dtype=torch.float32),
        lambda: (normal(3, 7, dtype=torch.bfloat16),),
    ),
    (
        "safe_softmax",
        lambda x: torch.ops.aten._safe_softmax(x.masked_fill(x < x[1:2], -torch.inf), -1),
        lambda: (torch.tensor([[-1.0, -2.0, -1.0], [0.0, 0.0, 0.0], [2.0, -1.0, 1.0]]),),
    ),
    ("log_softmax", lambda x: x.log_softmax(0), lambda: (normal(3, 7),)),
)

family(
    "norm",
    (
        "layer",
        lambda x, w, b: F.layer_norm(x, (8,), w, b),
        lambda: (normal(2, 3, 8), normal(8), normal(8)),
    ),
    ("layer_plain", lambda x: F.layer_norm(x, (3, 8)), lambda: (normal(2, 3, 8),)),
    (
        "layer_no_bias",
        lambda x, w: F.layer_norm(x, (8,), w, None, 1e-3),
        lambda: (normal(2, 8), normal(8)),
    ),
    ("rms", lambda x, w: F.rms_norm(x, (8,), w, 1e-6), lambda: (normal(2, 3, 8), normal(8))),
    ("rms_default_eps", lambda x: F.rms_norm(x, (8,)), lambda: (normal(2, 3, 8),)),
    (
        "rms_by_hand",
        lambda x, w: w * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6)),
        lambda: (normal(2, 3, 8), normal(8)),
    ),
    (
        "group",
        lambda x, w, b: F.group_norm(x, 2, w, b),
        lambda: (normal(2, 4, 3, 3), normal(4), normal(4)),
    ),
    (
        "batch",
        lambda x, m, v, w, b: F.batch_norm(x, m, v, w, b),
        lambda: (normal(2, 4, 3, 3), normal(4), positive(4), normal(4), normal(4)),
    ),
    (
        "batch_plain",
        lambda x, m, v: F.batch_norm(x, m, v),
        lambda: (normal(2, 4), normal(4), positive(4)),
    ),
    ("instance", lambda x: F.instance_norm(x), lambda: (normal(2, 4, 5),)),
    ("normalize", lambda x: F.normalize(x, dim=1), lambda: (normal(2, 4),)),
)

family(
    "view",
    ("view", lambda x: x.view(6, -1), lambda: (normal(2, 3, 4),)),
    ("reshape", lambda x: x.transpose(0, 2).reshape(-1), lambda: (normal(2, 3, 4),)),
    ("flatten", lambda x: x.flatten(1), lambda: (normal(2, 3, 4),)),
    ("unflatten", lambda x: x.unflatten(1, (2, 2)), lambda: (normal(2, 4),)),
    ("squeeze", lambda x: x.squeeze(), lambda: (normal(1, 3, 1),)),
    ("squeeze_dim", lambda x: x.squeeze(0), lambda: (normal(1, 3, 1),)),
    ("unsqueeze", lambda x: x.unsqueeze(-1), lambda: (normal(2, 3),)),
    ("permute", lambda x: x.permute(2, 0, 1), lambda: (normal(2, 3, 4),)),
    ("transpose", lambda x: x.mT, lambda: (normal(2, 3, 4),)),
    ("t", lambda x: x.t(), lambda: (normal(2, 3),)),
    ("expand", lambda x: x.expand(4, 2, 3), lambda: (normal(2, 1),)),
    ("slice", lambda x: x[1:, ::2, -3:-1], lambda: (normal(3, 5, 4),)),
    ("slice_clamped", lambda x: x[-9:9, 7:], lambda: (normal(3, 5),)),
    ("select", lambda x: x[:, -1], lambda: (normal(3, 5),)),
    ("ellipsis", lambda x: x[..., None, 0], lambda: (normal(3, 5),)),
    ("split", lambda x: torch.split(x, 2, 1), lambda: (normal(3, 5),)),
    ("split_sizes", lambda x: torch.split(x, [1, 4], 1), lambda: (normal(3, 5),)),
    ("chunk", lambda x: x.chunk(3, -1), lambda: (normal(3, 7),)),
    ("unbind", lambda x: x.unbind(1), lambda: (normal(3, 2),)),
    ("cat", lambda a, b: torch.cat([a, b], -1), lambda: (normal(3, 2), normal(3, 4))),
    ("cat_promotes", lambda a, b: torch.cat([a, b]), lambda: (normal(2, 3), whole(1, 3))),
    ("cat_empty", lambda a, b: torch.cat([a, b]), lambda: (torch.empty(0), normal(2, 3))),
    ("stack", lambda a, b: torch.stack([a, b], 1), _two()),
    ("flip", lambda x: x.flip(0, 1), lambda: (normal(3, 2),)),
    ("roll", lambda x: x.roll((1, -2), (0, 1)), lambda: (normal(3, 5),)),
    ("roll_flat", lambda x: x.roll(4), lambda: (normal(3, 5),)),
    ("repeat", lambda x: x.repeat(2, 1, 3), lambda: (normal(3, 5),)),
    ("tile", lambda x: x.tile(2), lambda: (normal(3, 5),)),
    ("repeat_interleave", lambda x: x.repeat_interleave(2, dim=1), lambda: (normal(3, 5),)),
    ("movedim", lambda x: x.movedim(0, -1), lambda: (normal(2, 3, 4),)),
    ("pad", lambda x: F.pad(x, (1, 2, 0, 1), value=0.5), lambda: (normal(2, 3),)),
    ("pad_crop", lambda x: F.pad(x, (-1, 1)), lambda: (normal(2, 3),)),
    ("pad_reflect", lambda x: F.pad(x, (1, 2, 2, 1), "reflect"), lambda: (normal(1, 2, 4, 5),)),
    ("pad_replicate", lambda x: F.pad(x, (1, 2), "replicate"), lambda: (normal(1, 2, 5),)),
    ("diagonal", lambda x: x.diagonal(1, 1, 2), lambda: (normal(2, 3, 4),)),
    (
        "slice_write",
        lambda x, y: x.clone().index_put_((torch.tensor([1]),), y),
        lambda: (normal(3, 4), normal(4)),
    ),
    (
        "slice_scatter",
        lambda x, y: torch.slice_scatter(x, y, 1, 1, 3),
        lambda: (normal(3, 4), normal(3, 2)),
    ),
    (
        "slice_scatter_step",
        lambda x, y: torch.slice_scatter(x, y, 0, 0, 5, 2),
        lambda: (normal(5, 4), normal(3, 4)),
    ),
    (
        "select_scatter",
        lambda x, y: torch.select_scatter(x, y, 0, 1),
        lambda: (normal(3, 4), normal(4)),
    ),
    ("assign", lambda x, y: _assign(x, y), lambda: (normal(3, 4), normal(2))),
    ("unfold", lambda x: x.unfold(1, 3, 2), lambda: (normal(2, 7),)),
    ("pixel_shuffle", lambda x: F.pixel_shuffle(x, 2), lambda: (normal(1, 8, 2, 3),)),
    (
        "einsum",
        lambda a, b: torch.einsum("bij,bkj->bik", a, b),
        lambda: (normal(2, 3, 4), normal(2, 5, 4)),
    ),
)

ALL = [case for cases in CASES.values() for case in cases]
