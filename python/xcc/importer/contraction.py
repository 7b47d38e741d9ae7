"""Rows of matrix products, convolution, pooling, attention and resizing."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch

from xcc.importer.builder import Value, unit
from xcc.importer.mlir import Sizes
from xcc.importer.problem import Problem
from xcc.importer.symbols import is_static, same
from xcc.importer.table import Context, row

aten = torch.ops.aten


def transposed_source(c: Context, node) -> Value | None:
    """w, when the 2-d operand `node` is w transposed."""
    if not isinstance(node, torch.fx.Node):
        return None
    swaps = {
        aten.t.default: (),
        aten.permute.default: ([1, 0],),
        aten.transpose.int: (0, 1),
    }
    if node.target not in swaps:
        return None
    arguments = tuple(list(a) if isinstance(a, (list, tuple)) else a for a in node.args[1:])
    swap = swaps[node.target]
    if arguments != swap and arguments != tuple(reversed(swap)) and arguments != ([-1, -2],):
        return None
    source = c.value_of(node.args[0])
    return source if source is not None and source.rank == 2 else None


def linear(c: Context, x: Value, weight: Value, bias: Value | None) -> Value:
    """fx.linear: the last dimension of x times the transposed weight."""
    shape = (*x.shape[:-1], weight.shape[0])
    operands = [x, weight] if bias is None else [x, weight, bias]
    return c.builder.op("linear", operands, shape, x.dtype)


@row("aten.linear.default")
def _(c: Context, x, weight, bias=None):
    if weight.rank == 1:
        flat = linear(c, x, c.builder.view(weight, [1, weight.shape[0]]), None)
        return c.builder.view(flat, c.shape)
    return linear(c, x, weight, bias)


@row("aten.mm.default")
def _(c: Context, a, b):
    # mm(x, t(w)) -> linear(x, w)
    weight = transposed_source(c, c.node.args[1])
    if weight is not None and a.dtype.is_floating_point:
        return linear(c, a, weight, None)
    return c.builder.op("mm", [a, b], c.shape, c.dtype)


@row("aten.bmm.default")
def _(c: Context, a, b):
    return c.builder.op("bmm", [a, b], c.shape, c.dtype)


@row("aten.mv.default")
def _(c: Context, a, b):
    column = c.builder.view(b, [b.shape[0], 1])
    product = c.builder.op("mm", [a, column], [a.shape[0], 1], a.dtype)
    return c.builder.view(product, c.shape)


@row("aten.dot.default", "aten.vdot.default")
def _(c: Context, a, b):
    left, right = c.builder.view(a, [1, a.shape[0]]), c.builder.view(b, [b.shape[0], 1])
    return c.builder.view(c.builder.op("mm", [left, right], [1, 1], a.dtype), [])


@row("aten.addmm.default")
def _(c: Context, bias, a, b, *, beta=1, alpha=1):
    # addmm(b, x, t(w)) -> linear(x, w, b)
    weight = transposed_source(c, c.node.args[2])
    is_plain = beta == 1 and alpha == 1 and bias.rank == 1 and a.dtype.is_floating_point
    if weight is not None and is_plain and same(bias.shape[0], weight.shape[0]):
        return linear(c, a, weight, bias)
    factors = {"beta": float(beta), "alpha": float(alpha)}
    return c.builder.op("addmm", [bias, a, b], c.shape, c.dtype, **factors)


@row("aten.baddbmm.default")
def _(c: Context, bias, a, b, *, beta=1, alpha=1):
    factors = {"beta": float(beta), "alpha": float(alpha)}
    return c.builder.op("baddbmm", [bias, a, b], c.shape, c.dtype, **factors)


@row("aten.addmv.default")
def _(c: Context, bias, a, b, *, beta=1, alpha=1):
    v = c.builder.view
    column, bias = v(b, [b.shape[0], 1]), v(bias, [*bias.shape, 1])
    factors = {"beta": float(beta), "alpha": float(alpha)}
    return v(c.builder.op("addmm", [bias, a, column], [a.shape[0], 1], c.dtype, **factors), c.shape)


def per_dimension(values, rank: int, default: int | None = None) -> list[int]:
    """A setting given once, for each dimension, or not at all, as one number a dimension."""
    values = [values] if isinstance(values, int) else list(values or [])
    if not values:
        return [default] * rank
    if not all(isinstance(v, int) for v in values):
        raise Problem("a window setting is a symbolic size", "give it a fixed size")
    return values * rank if len(values) == 1 else values


@row("aten.convolution.default")
def _(c: Context, x, weight, bias, stride, padding, dilation, transposed, output_padding, groups):
    rank = weight.rank - 2
    if not is_static(weight.shape[0]):
        raise Problem("a kernel of symbolic size")
    extra = per_dimension(output_padding, rank, 0) if transposed else None
    return c.builder.op(
        "convolution",
        [x, weight] if bias is None else [x, weight, bias],
        c.shape,
        c.dtype,
        stride=per_dimension(stride, rank, 1),
        padding=per_dimension(padding, rank, 0),
        dilation=per_dimension(dilation, rank, 1),
        transposed=unit(transposed),
        output_padding=extra,
        groups=groups,
    )


def _max_pool(c: Context, x, rank, kernel, stride, padding, dilation, ceil_mode) -> Value:
    kernel = per_dimension(kernel, rank)
    return c.builder.op(
        "max_pool",
        [x],
        c.shape,
        c.dtype,
        kernel_size=kernel,
        stride=per_dimension(stride, rank) if stride else kernel,
        padding=per_dimension(padding, rank, 0),
        dilation=per_dimension(dilation, rank, 1),
        ceil_mode=unit(ceil_mode),
    )


def _register_pools(rank: int) -> None:
    @row(f"aten.max_pool{rank}d.default")
    def _(c: Context, x, kernel, stride=(), padding=0, dilation=1, ceil_mode=False):
        return _max_pool(c, x, rank, kernel, stride, padding, dilation, ceil_mode)

    @row(f"aten.max_pool{rank}d_with_indices.default")
    def _(c: Context, x, kernel, stride=(), padding=0, dilation=1, ceil_mode=False):
        if c.is_used(1):
            raise Problem("its indices are read")
        return _max_pool(c, x, rank, kernel, stride, padding, dilation, ceil_mode), None

    @row(f"aten.avg_pool{rank}d.default")
    def _(c: Context, x, kernel, stride=(), padding=0, ceil=False, count_pad=True, divisor=None):
        kernel = per_dimension(kernel, rank)
        return c.builder.op(
            "avg_pool",
            [x],
            c.shape,
            c.dtype,
            kernel_size=kernel,
            stride=per_dimension(stride, rank) if stride else kernel,
            padding=per_dimension(padding, rank, 0),
            count_include_pad=count_pad,
            divisor_override=divisor,
            ceil_mode=unit(ceil),
        )

    @row(f"aten.adaptive_avg_pool{rank}d.default", f"aten._adaptive_avg_pool{rank}d.default")
    def _(c: Context, x, output_size):
        return _adaptive(c, "adaptive_avg_pool", x, output_size, rank)

    @row(f"aten.adaptive_max_pool{rank}d.default")
    def _(c: Context, x, output_size):
        if c.is_used(1):
            raise Problem("its indices are read")
        return _adaptive(c, "adaptive_max_pool", x, output_size, rank), None


def _adaptive(c: Context, fx: str, x: Value, output_size, rank: int) -> Value:
    sizes = per_dimension(output_size, rank)
    return c.builder.op(fx, [x], c.shape, c.dtype, output_size=sizes)


for _rank in (1, 2, 3):
    _register_pools(_rank)


def _scales(c: Context, x: Value, factors) -> list[float] | None:
    """Scale factors as PyTorch uses them: only where the caller gave them."""
    factors = [f for f in factors or [] if f is not None]
    if len(factors) != x.rank - 2 or not all(isinstance(f, (int, float)) for f in factors):
        return None
    return [float(f) for f in factors]


def _resize(c: Context, fx: str, x: Value, factors, **attributes) -> Value:
    return c.builder.op(
        fx,
        [x],
        c.shape,
        c.dtype,
        shape=Sizes(c.shape),
        scales=_scales(c, x, factors),
        **attributes,
    )


@row("aten.upsample_nearest1d.vec", "aten.upsample_nearest2d.vec", "aten.upsample_nearest3d.vec")
def _(c: Context, x, output_size, factors=None):
    return _resize(c, "upsample_nearest", x, factors)


@row(
    "aten.upsample_nearest1d.default",
    "aten.upsample_nearest2d.default",
    "aten.upsample_nearest3d.default",
)
def _(c: Context, x, output_size, *factors):
    return _resize(c, "upsample_nearest", x, factors)


@row("aten.upsample_bilinear2d.vec")
def _(c: Context, x, output_size, align_corners, factors=None):
    return _resize(c, "upsample_bilinear", x, factors, align_corners=unit(align_corners))


@row("aten.upsample_bilinear2d.default")
def _(c: Context, x, output_size, align_corners, *factors):
    return _resize(c, "upsample_bilinear", x, factors, align_corners=unit(align_corners))
