"""Reductions, scans, sorting, softmax and normalisation: FxReduction.td."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import torch
import torch.nn.functional as F
from case import FLOATS, Case
from elementwise import ARITH, NUMBER
from values import INF, NAN, any_of, integers, normal, special

# Shapes and the reduced dimensions; () means all of them.
REDUCED = (
    ((5,), ()),
    ((5, 3), (0,)),
    ((5, 3), (1,)),
    ((2, 3, 4), (0, 2)),
    ((2, 3, 4), (1,)),
    ((1, 1), (0, 1)),
    ((), ()),
    ((67, 129), (1,)),
    ((129, 67), (0,)),
)
EMPTY = (((0, 3), (0,)), ((0,), ()), ((2, 0), (1,)), ((0, 3), (1,)))


def dims_text(dims):
    return f"array<i64: {', '.join(map(str, dims))}>" if dims else "array<i64>"


def over(dims, x):
    """PyTorch's dim argument: fx's empty list means all."""
    return list(dims) if dims else list(range(x.dim()))


def logical(function):
    def reduce(x, dims, keepdim):
        for dim in sorted(over(dims, x), reverse=True):
            x = function(x, dim=dim, keepdim=keepdim)
        # Of u8 PyTorch makes u8.
        return (function(x) if x.dim() == 0 else x).bool()

    return reduce


def product(x, dims, keepdim):
    for dim in sorted(over(dims, x), reverse=True):
        x = torch.prod(x, dim=dim, keepdim=keepdim, dtype=x.dtype)
    return x


def summed(x, dims, keepdim):
    return torch.sum(x, dim=over(dims, x), keepdim=keepdim, dtype=x.dtype)


def direct(function):
    return lambda x, dims, keepdim: function(x, dim=over(dims, x), keepdim=keepdim)


# fx name: (function of x, dims and keepdim, dtypes, whether nothing reduces to something).
REDUCTIONS = {
    "sum": (summed, NUMBER, True),
    "prod": (product, NUMBER, True),
    "mean": (direct(torch.mean), FLOATS, True),
    "amax": (direct(torch.amax), ARITH, False),
    "amin": (direct(torch.amin), ARITH, False),
    "any": (logical(torch.any), ARITH, True),
    "all": (logical(torch.all), ARITH, True),
    "logsumexp": (direct(torch.logsumexp), FLOATS, True),
}


def reduce_case(op, function, x, dims, keepdim=False, more=None, **options):
    attributes = {"dims": dims_text(dims), **(more or {})}
    if keepdim:
        attributes["keepdim"] = "unit"
    return Case(op, [x], lambda x: function(x, dims, keepdim), attributes, **options)


def with_corners(dtype):
    """Rows that hold NaN, infinities or neither."""
    x = normal(6, 5, dtype=dtype)
    x[0, 1], x[1, 2], x[2, 0], x[3] = NAN, INF, -INF, torch.full((5,), -INF)
    x[4, 0], x[4, 1] = INF, -INF
    return x


def reductions():
    for op, (function, dtypes, takes_empty) in REDUCTIONS.items():
        for dtype in dtypes:
            x = any_of(5, 4, dtype=dtype)
            yield reduce_case(op, function, x, (1,), ulps=16)
            if dtype in FLOATS:
                yield reduce_case(op, function, with_corners(dtype), (1,), ulps=16)
            elif dtype != torch.bool:
                yield reduce_case(op, function, special(dtype), ())
        for shape, dims in REDUCED:
            for keepdim in (False, True):
                x = any_of(*shape, dtype=torch.float32)
                if op == "prod" and x.numel() > 100:
                    x = 1 + x / 100
                yield reduce_case(op, function, x, dims, keepdim, ulps=64)
        for shape, dims in EMPTY if takes_empty else EMPTY[3:]:
            yield reduce_case(op, function, normal(*shape), dims)
        x = normal(7, 3, 7)
        for dims in ((0,), (1,), (2,), (0, 2)):
            yield reduce_case(op, function, x, dims, symbolic=7, ulps=64)


def parametric_reductions():
    for dtype in FLOATS:
        for correction in (0, 1, 2.5):
            yield reduce_case(
                "var",
                lambda x, dims, keepdim, c=correction: torch.var(
                    x, dim=over(dims, x), keepdim=keepdim, correction=c
                ),
                normal(4, 6, dtype=dtype) + 3,
                (1,),
                more={"correction": f"{float(correction)} : f64"},
                ulps=32,
            )
        for ord_ in (2.0, 1.0, 0.0, 3.5, INF, -INF):
            text = {INF: "0x7FF0000000000000", -INF: "0xFFF0000000000000"}.get(ord_, ord_)
            for x in (normal(4, 6, dtype=dtype), with_corners(dtype)):
                yield reduce_case(
                    "vector_norm",
                    lambda x, dims, keepdim, o=ord_: torch.linalg.vector_norm(
                        x, o, dim=over(dims, x), keepdim=keepdim
                    ),
                    x,
                    (1,),
                    True,
                    more={"ord": f"{text} : f64"},
                    ulps=32,
                )
    for shape, dims in REDUCED[1:5]:
        yield reduce_case(
            "var",
            lambda x, dims, keepdim: torch.var(x, dim=over(dims, x), keepdim=keepdim),
            normal(*shape),
            dims,
            True,
            ulps=32,
        )


def arg_reductions():
    for op, function in (("argmax", torch.argmax), ("argmin", torch.argmin)):
        for dtype in NUMBER:
            inputs = [any_of(5, 4, dtype=dtype), integers(3, 64, low=0, high=4, dtype=dtype)]
            if dtype in FLOATS:
                inputs.append(with_corners(dtype))
            for x in inputs:
                yield Case(op, [x], lambda x, f=function: f(x, dim=1), {"dim": "1"})
        for shape, dim in (((4, 1, 3), 1), ((2, 5), 0), ((67, 3), 0), ((2, 0, 3), 2)):
            x = normal(*shape)
            keep = {"dim": str(dim), "keepdim": "unit"}
            yield Case(op, [x], lambda x, f=function, d=dim: f(x, dim=d, keepdim=True), keep)
        yield Case(op, [normal(3, 5)], function)
        yield Case(op, [normal(7, 3)], lambda x, f=function: f(x, dim=0), {"dim": "0"}, symbolic=7)


def scans():
    for op, function in (("cumsum", torch.cumsum), ("cumprod", torch.cumprod)):
        for dtype in NUMBER:
            x = any_of(4, 9, dtype=dtype)
            for dim in (0, 1):
                yield Case(
                    op,
                    [x],
                    lambda x, f=function, d=dim: f(x, dim=d, dtype=x.dtype),
                    {"dim": str(dim)},
                    ulps=16,
                )
        for shape, dim in (((3, 0), 1), ((1,), 0), ((2, 3, 4), 1), ((300,), 0), ((7, 3), 0)):
            x = 1 + normal(*shape) / 30
            yield Case(
                op,
                [x],
                lambda x, f=function, d=dim: f(x, dim=d),
                {"dim": str(dim)},
                symbolic=7 if 7 in shape else None,
                ulps=64,
            )
        yield Case(op, [with_corners(torch.float32)], lambda x, f=function: f(x, 1), {"dim": "1"})
        yield Case(op, [normal()], lambda x, f=function: f(x, 0), {"dim": "0"})


def sorting():
    for dtype in ARITH:
        inputs = [any_of(4, 9, dtype=dtype), special(dtype).reshape(1, -1)]
        for x in inputs:
            for descending in (False, True):
                yield Case(
                    "sort",
                    [x],
                    lambda x, d=descending: torch.sort(x, dim=1, descending=d, stable=True),
                    {"dim": "1", **({"descending": "unit"} if descending else {})},
                    any_zero=True,
                )
    for shape, dim in (((), 0), ((5, 3), 0), ((2, 0), 1), ((1,), 0), ((2, 65, 2), 1), ((7, 3), 0)):
        yield Case(
            "sort",
            [normal(*shape)],
            lambda x, d=dim: torch.sort(x, dim=d, stable=True),
            {"dim": str(dim)},
            symbolic=7 if 7 in shape else None,
        )


def topk():
    for dtype in NUMBER:
        # No ties: PyTorch leaves their order open.
        x = torch.randperm(40, generator=torch.Generator().manual_seed(3)).reshape(4, 10)
        for largest in (True, False):
            yield Case(
                "topk",
                [x.to(dtype)],
                lambda x, b=largest: torch.topk(x, 3, dim=1, largest=b),
                {"k": "3", "dim": "1", "largest": str(largest).lower()},
            )
    for shape, dim, k in (((5, 3), 0, 5), ((5, 3), 0, 0), ((2, 129), 1, 7), ((3, 11), 0, 2)):
        yield Case(
            "topk",
            [normal(*shape)],
            lambda x, d=dim, k=k: torch.topk(x, k, dim=d),
            {"k": str(k), "dim": str(dim)},
        )


def softmaxes():
    for op, function in (("softmax", F.softmax), ("log_softmax", F.log_softmax)):
        for dtype in FLOATS:
            for x in (normal(4, 9, dtype=dtype, scale=3), with_corners(dtype)):
                yield Case(op, [x], lambda x, f=function: f(x, 1), {"dim": "1"}, ulps=16)
        for shape, dim in (((), 0), ((3, 0), 1), ((0, 3), 1), ((2, 5, 3), 1), ((5, 131), 1)):
            x = normal(*shape)
            attribute = {"dim": str(dim)}
            yield Case(op, [x], lambda x, f=function, d=dim: f(x, d), attribute, ulps=32)
        for dim in (0, 1):
            yield Case(
                op,
                [normal(7, 5)],
                lambda x, f=function, d=dim: f(x, d),
                {"dim": str(dim)},
                symbolic=7,
                ulps=32,
            )


def with_parameters(op, function, x, parameters, attributes, keywords, **options):
    """Cases with all, some and none of the optional parameters."""
    chosen = [()] if not parameters else [(), ("weight",), ("weight", "bias"), ("bias",)]
    for names in chosen:
        given = [parameters[name] for name in names if name in parameters]
        if len(given) != len(names):
            continue
        syntax = " ".join(["{0}", *(f"{name} {{{i + 1}}}" for i, name in enumerate(names))])
        yield Case(
            op,
            [x, *given],
            lambda x, *p, names=names: function(x, **keywords, **dict(zip(names, p, strict=True))),
            attributes,
            syntax=syntax,
            ulps=32,
            **options,
        )


def layer_norms():
    for dtype in FLOATS:
        x = normal(3, 4, 6, dtype=dtype, scale=2) + 1
        for rank in (1, 2):
            shape = x.shape[3 - rank :]
            parameters = {
                "weight": normal(*shape, dtype=dtype, seed=1),
                "bias": normal(*shape, dtype=dtype, seed=2),
            }
            yield from with_parameters(
                "layer_norm",
                F.layer_norm,
                x,
                parameters,
                {"normalized_rank": str(rank), "eps": "1.0e-5 : f64"},
                {"normalized_shape": list(shape), "eps": 1e-5},
            )
    x, weight = normal(7, 5), {"weight": normal(5, seed=1), "bias": normal(5, seed=2)}
    yield from with_parameters(
        "layer_norm",
        F.layer_norm,
        x,
        weight,
        {"normalized_rank": "1"},
        {"normalized_shape": [5]},
        symbolic=7,
    )


def rms_norms():
    for dtype in FLOATS:
        x, weight = normal(3, 8, dtype=dtype), normal(8, dtype=dtype, seed=1)
        attributes = {"normalized_rank": "1", "eps": "1.0e-6 : f64"}
        yield Case("rms_norm", [x], lambda x: F.rms_norm(x, [8], eps=1e-6), attributes, ulps=16)
        yield Case(
            "rms_norm",
            [x, weight],
            lambda x, w: F.rms_norm(x, [8], w, eps=1e-6),
            attributes,
            ulps=16,
        )
    yield Case(
        "rms_norm",
        [normal(2, 3, 4), normal(3, 4, seed=1)],
        lambda x, w: F.rms_norm(x, [3, 4], w, eps=1e-5),
        {"normalized_rank": "2"},
        ulps=16,
    )


def channel_norms():
    for dtype in FLOATS:
        weight, bias = normal(6, dtype=dtype, seed=1), normal(6, dtype=dtype, seed=2)
        parameters = {"weight": weight, "bias": bias}
        for shape in ((2, 6), (2, 6, 5), (1, 6, 3, 4)):
            x = normal(*shape, dtype=dtype, scale=2) + 1
            yield from with_parameters(
                "group_norm",
                F.group_norm,
                x,
                parameters,
                {"num_groups": "3"},
                {"num_groups": 3},
            )
            mean, var = normal(6, dtype=dtype, seed=3), normal(6, dtype=dtype, seed=4).abs() + 0.5
            yield Case(
                "batch_norm",
                [x, mean, var, weight, bias],
                F.batch_norm,
                {"eps": "1.0e-5 : f64"},
                syntax="{0} mean {1} var {2} weight {3} bias {4}",
                ulps=32,
            )
            yield Case(
                "batch_norm",
                [x, mean, var],
                lambda x, m, v: F.batch_norm(x, m, v, eps=0.01),
                {"eps": "0.01 : f64"},
                syntax="{0} mean {1} var {2}",
                ulps=32,
            )


def cases():
    for family in (reductions, parametric_reductions, arg_reductions, scans, sorting, topk):
        yield from family()
    for family in (softmaxes, layer_norms, rms_norms, channel_norms):
        yield from family()
