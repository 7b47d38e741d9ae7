"""Rows of reductions, scans, sorting, softmax and normalisation."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch

from xcc.importer.builder import Value, unit
from xcc.importer.mlir import Raw
from xcc.importer.problem import Problem
from xcc.importer.promote import as_value
from xcc.importer.symbols import size_of
from xcc.importer.table import Context, row


def axes(x: Value, dim) -> list[int]:
    """The dimensions `dim` (None or empty: all), from 0, ascending."""
    if dim is None or dim == []:
        return list(range(x.rank))
    dims = [dim] if isinstance(dim, int) else dim
    return sorted(d % x.rank if x.rank else 0 for d in dims)


def reduce(c: Context, fx: str, x: Value, dim, keepdim=False, dtype=None, **attributes) -> Value:
    """A reduction; over no dimension at all of a 0-d tensor it is a reduction of one element."""
    b = c.builder
    dims = axes(x, dim)
    if x.rank == 0:
        x, dims, keepdim = b.view(x, [1]), [0], False
    shape = [1 if i in dims else s for i, s in enumerate(x.shape) if keepdim or i not in dims]
    keep = unit(keepdim)
    return b.op(fx, [x], shape, dtype or x.dtype, dims=dims, keepdim=keep, **attributes)


@row("aten.sum.default", "aten.sum.dim_IntList")
def _(c: Context, x, dim=None, keepdim=False, *, dtype=None):
    return reduce(c, "sum", c.builder.to(x, c.dtype), dim, keepdim)


@row("aten.prod.default")
def _(c: Context, x, *, dtype=None):
    return reduce(c, "prod", c.builder.to(x, c.dtype), None)


@row("aten.prod.dim_int")
def _(c: Context, x, dim, keepdim=False, *, dtype=None):
    return reduce(c, "prod", c.builder.to(x, c.dtype), dim, keepdim)


@row("aten.mean.default", "aten.mean.dim")
def _(c: Context, x, dim=None, keepdim=False, *, dtype=None):
    return reduce(c, "mean", c.builder.to(x, c.dtype), dim, keepdim)


@row("aten.amax.default")
def _(c: Context, x, dim=(), keepdim=False):
    return reduce(c, "amax", x, list(dim), keepdim)


@row("aten.amin.default")
def _(c: Context, x, dim=(), keepdim=False):
    return reduce(c, "amin", x, list(dim), keepdim)


@row("aten.max.default")
def _(c: Context, x):
    return reduce(c, "amax", x, None)


@row("aten.min.default")
def _(c: Context, x):
    return reduce(c, "amin", x, None)


def arg_reduce(c: Context, fx: str, x: Value, dim, keepdim) -> Value:
    """Index of the extreme element; booleans are compared as numbers."""
    b = c.builder
    if x.dtype == torch.bool:
        x = b.to(x, torch.uint8)
    if x.rank == 0:
        return b.constant(0, torch.int64)
    if dim is None:
        shape = [1] * x.rank if keepdim else []
        return b.op(fx, [x], shape, torch.int64, keepdim=unit(keepdim))
    dim %= x.rank
    shape = [1 if i == dim else s for i, s in enumerate(x.shape) if keepdim or i != dim]
    return b.op(fx, [x], shape, torch.int64, dim=dim, keepdim=unit(keepdim))


@row("aten.argmax.default")
def _(c: Context, x, dim=None, keepdim=False):
    return arg_reduce(c, "argmax", x, dim, keepdim)


@row("aten.argmin.default")
def _(c: Context, x, dim=None, keepdim=False):
    return arg_reduce(c, "argmin", x, dim, keepdim)


def _extreme(c: Context, fx: str, x, dim, keepdim):
    values = reduce(c, f"a{fx}", x, dim, keepdim)
    indices = arg_reduce(c, f"arg{fx}", x, dim, keepdim) if c.is_used(1) else None
    return values, indices


@row("aten.max.dim")
def _(c: Context, x, dim, keepdim=False):
    return _extreme(c, "max", x, dim, keepdim)


@row("aten.min.dim")
def _(c: Context, x, dim, keepdim=False):
    return _extreme(c, "min", x, dim, keepdim)


def _truth(c: Context, fx: str, x, dim, keepdim):
    # Over uint8 the answer is a uint8 in PyTorch.
    return c.builder.to(reduce(c, fx, x, dim, keepdim, torch.bool), c.dtype)


@row("aten.any.default", "aten.any.dim", "aten.any.dims")
def _(c: Context, x, dim=None, keepdim=False):
    return _truth(c, "any", x, dim, keepdim)


@row("aten.all.default", "aten.all.dim", "aten.all.dims")
def _(c: Context, x, dim=None, keepdim=False):
    return _truth(c, "all", x, dim, keepdim)


def _variance(c: Context, x, dim, correction, keepdim) -> Value:
    correction = 1.0 if correction is None else float(correction)
    return reduce(c, "var", x, dim, keepdim, correction=correction)


@row("aten.var.correction")
def _(c: Context, x, dim=None, *, correction=None, keepdim=False):
    return _variance(c, x, dim, correction, keepdim)


@row("aten.var.dim")
def _(c: Context, x, dim, unbiased=True, keepdim=False):
    return _variance(c, x, dim, float(unbiased), keepdim)


@row("aten.std.correction")
def _(c: Context, x, dim=None, *, correction=None, keepdim=False):
    return c.builder.elementwise("sqrt", _variance(c, x, dim, correction, keepdim))


@row("aten.var_mean.correction")
def _(c: Context, x, dim=None, *, correction=None, keepdim=False):
    return _variance(c, x, dim, correction, keepdim), reduce(c, "mean", x, dim, keepdim)


@row("aten.logsumexp.default")
def _(c: Context, x, dim, keepdim=False):
    return reduce(c, "logsumexp", c.builder.to(x, c.dtype), dim, keepdim)


@row("aten.linalg_vector_norm.default")
def _(c: Context, x, ord=2, dim=None, keepdim=False, *, dtype=None):
    return reduce(c, "vector_norm", c.builder.to(x, c.dtype), dim, keepdim, ord=float(ord))


def _scan(c: Context, fx: str, x, dim) -> Value:
    b = c.builder
    x = b.to(x, c.dtype)
    if x.rank == 0:
        return x
    return b.op(fx, [x], x.shape, x.dtype, dim=dim % x.rank)


@row("aten.cumsum.default")
def _(c: Context, x, dim, *, dtype=None):
    return _scan(c, "cumsum", x, dim)


@row("aten.cumprod.default")
def _(c: Context, x, dim, *, dtype=None):
    return _scan(c, "cumprod", x, dim)


def _sort(c: Context, x, dim, descending):
    b = c.builder
    if x.rank == 0:
        return x, b.constant(0, torch.int64)
    results = [(x.shape, x.dtype), (x.shape, torch.int64)]
    return tuple(b.op_many("sort", [x], results, dim=dim % x.rank, descending=unit(descending)))


@row("aten.sort.default")
def _(c: Context, x, dim=-1, descending=False):
    return _sort(c, x, dim, descending)


@row("aten.sort.stable")
def _(c: Context, x, *, stable=False, dim=-1, descending=False):
    return _sort(c, x, dim, descending)


@row("aten.argsort.default")
def _(c: Context, x, dim=-1, descending=False):
    return _sort(c, x, dim, descending)[1]


@row("aten.topk.default")
def _(c: Context, x, k, dim=-1, largest=True, sorted=True):
    b = c.builder
    if not isinstance(k, int):
        raise Problem(f"k is the symbolic size {k}", "give topk a fixed k")
    if x.rank == 0:
        return x, b.constant(0, torch.int64)
    dim %= x.rank
    shape = [k if i == dim else s for i, s in enumerate(x.shape)]
    results = [(shape, x.dtype), (shape, torch.int64)]
    return tuple(b.op_many("topk", [x], results, k=k, dim=dim, largest=largest))


def _softmax(c: Context, fx: str, x, dim) -> Value:
    b = c.builder
    x = b.to(x, c.dtype)
    if x.rank == 0:
        return b.view(_softmax(c, fx, b.view(x, [1]), 0), [])
    return b.op(fx, [x], x.shape, x.dtype, dim=dim % x.rank)


@row("aten._softmax.default", "aten.softmax.int")
def _(c: Context, x, dim, *ignored, **also_ignored):
    return _softmax(c, "softmax", x, dim)


@row("aten._safe_softmax.default")
def _(c: Context, x, dim, dtype=None):
    # A row of minus infinities gives zeros here, NaN in softmax.
    b, x = c.builder, c.builder.to(x, c.dtype)
    is_hidden = b.elementwise("eq", x, b.constant(-torch.inf, x.dtype), dtype=torch.bool)
    is_empty = reduce(c, "all", is_hidden, dim, keepdim=True, dtype=torch.bool)
    zero = b.constant(0.0, x.dtype)
    return b.elementwise("where", is_empty, zero, _softmax(c, "softmax", x, dim), dtype=x.dtype)


@row("aten._log_softmax.default", "aten.log_softmax.int")
def _(c: Context, x, dim, *ignored, **also_ignored):
    return _softmax(c, "log_softmax", x, dim)


def _statistics(c: Context, names: str):
    if c.is_used(1) or c.is_used(2):
        raise Problem(f"its {names} are read", "they serve training alone; run it in eager")


def _segments(*operands):
    """Operands that are there, and the attribute that says which."""
    counts = ", ".join(str(int(o is not None)) for o in operands)
    present = [o for o in operands if o is not None]
    return present, Raw(f"array<i32: {counts}>")


def layer_norm(c: Context, x, normalized_shape, weight, bias, eps) -> Value:
    """fx.layer_norm over the last dimensions."""
    operands, segments = _segments(x, weight, bias)
    return c.builder.op(
        "layer_norm",
        operands,
        x.shape,
        x.dtype,
        normalized_rank=len(normalized_shape),
        eps=float(eps),
        operandSegmentSizes=segments,
    )


@row("aten.layer_norm.default")
def _(c: Context, x, normalized_shape, weight=None, bias=None, eps=1e-5, cudnn_enable=True):
    return layer_norm(c, x, normalized_shape, weight, bias, eps)


@row("aten.native_layer_norm.default")
def _(c: Context, x, normalized_shape, weight, bias, eps):
    _statistics(c, "mean and rstd")
    return layer_norm(c, x, normalized_shape, weight, bias, eps), None, None


def rms_norm(c: Context, x, normalized_shape, weight, eps) -> Value:
    """fx.rms_norm over the last dimensions."""
    if eps is None:
        # PyTorch takes the epsilon of the type it computes in.
        wide = torch.float32 if x.dtype in (torch.float16, torch.bfloat16) else x.dtype
        eps = torch.finfo(wide).eps
    return c.builder.op(
        "rms_norm",
        [x] if weight is None else [x, weight],
        x.shape,
        x.dtype,
        normalized_rank=len(normalized_shape),
        eps=float(eps),
    )


@row("aten.rms_norm.default")
def _(c: Context, x, normalized_shape, weight=None, eps=None):
    return rms_norm(c, x, normalized_shape, weight, eps)


@row("aten._fused_rms_norm.default")
def _(c: Context, x, normalized_shape, weight, eps):
    if c.is_used(1):
        raise Problem("its rstd is read", "it serves training alone; run it in eager")
    return rms_norm(c, x, normalized_shape, weight, eps), None


def group_norm(c: Context, x, groups, weight, bias, eps) -> Value:
    """fx.group_norm over groups of channels."""
    operands, segments = _segments(x, weight, bias)
    return c.builder.op(
        "group_norm",
        operands,
        x.shape,
        x.dtype,
        num_groups=groups,
        eps=float(eps),
        operandSegmentSizes=segments,
    )


@row("aten.group_norm.default")
def _(c: Context, x, num_groups, weight=None, bias=None, eps=1e-5, cudnn_enabled=True):
    return group_norm(c, x, num_groups, weight, bias, eps)


@row("aten.native_group_norm.default")
def _(c: Context, x, weight, bias, n, channels, size, groups, eps):
    _statistics(c, "mean and rstd")
    return group_norm(c, x, groups, weight, bias, eps), None, None


def batch_norm(c: Context, x, weight, bias, mean, var, eps) -> Value:
    """fx.batch_norm with running statistics."""
    operands, segments = _segments(x, mean, var, weight, bias)
    return c.builder.op(
        "batch_norm",
        operands,
        x.shape,
        x.dtype,
        eps=float(eps),
        operandSegmentSizes=segments,
    )


@row("aten._native_batch_norm_legit_no_training.default")
def _(c: Context, x, weight, bias, mean, var, momentum, eps):
    return batch_norm(c, x, weight, bias, mean, var, eps), None, None


@row("aten.batch_norm.default")
def _(c: Context, x, weight, bias, mean, var, training, momentum, eps, cudnn_enabled=True):
    if training or mean is None:
        raise Problem("batch norm in training mode", "call model.eval() first")
    return batch_norm(c, x, weight, bias, mean, var, eps)


@row("aten._native_batch_norm_legit.no_stats")
def _(c: Context, x, weight, bias, training, momentum, eps):
    _statistics(c, "mean and rstd")
    b, dims = c.builder, [d for d in range(x.rank) if d != 1]
    mean = reduce(c, "mean", x, dims, keepdim=True)
    var = reduce(c, "var", x, dims, keepdim=True, correction=0.0)
    rstd = b.elementwise("rsqrt", b.elementwise("add", var, b.constant(float(eps), x.dtype)))
    result = b.elementwise("mul", b.elementwise("sub", x, mean), rstd)
    channels = [-1 if d == 1 else 1 for d in range(x.rank)]
    for fx, parameter in (("mul", weight), ("add", bias)):
        if parameter is not None:
            shape = [parameter.shape[0] if d < 0 else d for d in channels]
            result = b.elementwise(fx, result, b.to(b.view(parameter, shape), x.dtype))
    return result, None, None


@row("aten.bincount.default")
def _(c: Context, x, weights=None, minlength=0):
    raise Problem("the size of its result depends on data")


@row("aten.numel.default", "aten.sym_numel.default")
def _(c: Context, x):
    return as_value(c.builder, size_of(c.builder.number_of_elements(x)), torch.int64)
