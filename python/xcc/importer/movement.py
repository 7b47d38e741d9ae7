"""Rows of operations that view, move, join and cut tensors."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch

from xcc.importer.builder import Builder, Value
from xcc.importer.mlir import Sizes
from xcc.importer.problem import Problem
from xcc.importer.promote import DEFAULT, as_value, operand_dtype
from xcc.importer.symbols import Size, is_static, same, size_of
from xcc.importer.table import Context, add_row, row

# Row-major order is all that fx knows, so these differ in their shape alone.
RESHAPES = """
    view.default _unsafe_view.default reshape.default flatten.using_ints squeeze.default
    squeeze.dim squeeze.dims unsqueeze.default unflatten.int view_copy.default
    _reshape_alias.default squeeze_copy.dim unsqueeze_copy.default view_as.default
"""


def _reshape(c: Context, x, *ignored) -> Value:
    return c.builder.view(x, c.shape)


for _name in RESHAPES.split():
    add_row(f"aten.{_name}", _reshape)


@row("aten.view.dtype")
def _(c: Context, x, dtype):
    raise Problem("the bits of its input are read as another dtype")


@row("aten.expand.default", "aten.expand_copy.default", "aten.expand_as.default")
def _(c: Context, x, *ignored, **also_ignored):
    return c.builder.expand(x, c.shape)


@row("aten.broadcast_to.default")
def _(c: Context, x, size):
    return c.builder.expand(x, c.shape)


@row("aten.permute.default", "aten.permute_copy.default")
def _(c: Context, x, dims):
    return c.builder.permute(x, dims)


@row("aten.transpose.int", "aten.transpose_copy.int")
def _(c: Context, x, a, b):
    dims = list(range(x.rank))
    if dims:
        dims[a], dims[b] = dims[b], dims[a]
    return c.builder.permute(x, dims)


@row("aten.t.default", "aten.t_copy.default", "aten.numpy_T.default")
def _(c: Context, x):
    return c.builder.permute(x, list(reversed(range(x.rank))))


def bound(c: Context, x: Value, dim: int, position, default: Size) -> Size:
    """A position within a dimension, counted from its front."""
    if position is None:
        return default
    size = x.shape[dim]
    symbols = c.builder.symbols
    if (isinstance(position, int) and position < 0) or not symbols.at_least(position, 0):
        if isinstance(position, int) and is_static(size):
            return max(0, size + position)
        position = size_of(size + position)
        if not symbols.at_least(position, 0):
            raise Problem(f"position {position} is not known to lie within the dimension")
        return position
    if isinstance(position, int) and is_static(size):
        return min(position, size)
    return position


@row("aten.slice.Tensor", "aten.slice_copy.Tensor")
def _(c: Context, x, dim=0, start=None, end=None, step=1):
    dim %= x.rank
    length = c.shape[dim]
    return c.builder.slice(x, dim, bound(c, x, dim, start, 0), length, step)


@row("aten.narrow.default", "aten.narrow_copy.default")
def _(c: Context, x, dim, start, length):
    dim %= x.rank
    return c.builder.slice(x, dim, bound(c, x, dim, start, 0), c.shape[dim])


@row("aten.select.int", "aten.select_copy.int")
def _(c: Context, x, dim, index):
    dim %= x.rank
    return c.builder.select(x, dim, bound(c, x, dim, index, 0))


def _pieces(c: Context, x: Value, dim: int) -> tuple[Value, ...]:
    pieces, start = [], 0
    for shape, _ in c.results:
        pieces.append(c.builder.slice(x, dim, size_of(start), shape[dim]))
        start = start + shape[dim]
    return tuple(pieces)


@row(
    "aten.split.Tensor",
    "aten.split.sizes",
    "aten.split_with_sizes.default",
    "aten.chunk.default",
    "aten.split_with_sizes_copy.default",
    "aten.tensor_split.sections",
)
def _(c: Context, x, sizes, dim=0):
    return _pieces(c, x, dim % x.rank)


@row("aten.unbind.int")
def _(c: Context, x, dim=0):
    return tuple(c.builder.select(x, dim % x.rank, i) for i in range(len(c.results)))


def cat(b: Builder, parts: list[Value], dim: int) -> Value:
    """Joins parts of one dtype; parts of no extent are left out."""
    full = [p for p in parts if not same(p.shape[dim], 0)] or parts[:1]
    if len(full) == 1:
        return full[0]
    size = sum((p.shape[dim] for p in full[1:]), full[0].shape[dim])
    shape = (*full[0].shape[:dim], size_of(size), *full[0].shape[dim + 1 :])
    return b.op("cat", full, shape, full[0].dtype, dim=dim)


@row("aten.cat.default", "aten.concat.default", "aten.concatenate.default")
def _(c: Context, tensors, dim=0):
    # PyTorch lets an empty 1-d tensor join anything.
    rank = len(c.shape)
    dtype = operand_dtype(DEFAULT, *tensors)
    parts = [c.builder.to(t, dtype) for t in tensors if t.rank == rank]
    return cat(c.builder, parts, dim % rank)


@row("aten.stack.default")
def _(c: Context, tensors, dim=0):
    b = c.builder
    dim %= len(c.shape)
    shape = (*c.shape[:dim], 1, *c.shape[dim + 1 :])
    return cat(b, [b.view(b.to(t, c.dtype), shape) for t in tensors], dim)


@row("aten.flip.default")
def _(c: Context, x, dims):
    dims = sorted(d % x.rank for d in dims) if x.rank else []
    return c.builder.op("flip", [x], x.shape, x.dtype, dims=dims) if dims else x


@row("aten.roll.default")
def _(c: Context, x, shifts, dims=()):
    b = c.builder
    shifts = [shifts] if isinstance(shifts, int) else list(shifts)
    dims = [dims] if isinstance(dims, int) else list(dims)
    if not all(isinstance(s, int) for s in shifts):
        raise Problem("shifts by a symbolic size")
    if dims:
        dims = [d % x.rank for d in dims]
        return b.op("roll", [x], x.shape, x.dtype, shifts=shifts, dims=dims)
    flat = b.view(x, [b.number_of_elements(x)])
    return b.view(b.op("roll", [flat], flat.shape, x.dtype, shifts=shifts, dims=[0]), x.shape)


@row("aten.repeat.default", "aten.tile.default")
def _(c: Context, x, repeats):
    b = c.builder
    repeats = [1] * (x.rank - len(repeats)) + list(repeats)
    if all(isinstance(r, int) for r in repeats):
        return x if set(repeats) <= {1} and len(repeats) == x.rank else _repeat(c, x, repeats)
    # A symbolic count: each dimension gets a new one of that extent before it.
    sizes = [1] * (len(repeats) - x.rank) + list(x.shape)
    apart = b.view(x, [s for size in sizes for s in (1, size)])
    pairs = [s for pair in zip(repeats, sizes, strict=True) for s in pair]
    return b.view(b.expand(apart, pairs), c.shape)


def _repeat(c: Context, x: Value, repeats: list[int]) -> Value:
    return c.builder.op("repeat", [x], c.shape, x.dtype, repeats=repeats)


@row("aten.repeat_interleave.self_int")
def _(c: Context, x, repeats, dim=None, *, output_size=None):
    b = c.builder
    if dim is None:
        x, dim = b.view(x, [b.number_of_elements(x)]), 0
    dim %= x.rank
    before, after = x.shape[: dim + 1], x.shape[dim + 1 :]
    wide = b.expand(b.view(x, (*before, 1, *after)), (*before, repeats, *after))
    return b.view(wide, c.shape)


def _pad_amounts(x: Value, pad) -> tuple[list[int], list[int]]:
    if not all(isinstance(p, int) for p in pad):
        raise Problem("pads by a symbolic size", "give the padding a fixed size")
    low, high = [0] * x.rank, [0] * x.rank
    for i in range(len(pad) // 2):
        low[x.rank - 1 - i], high[x.rank - 1 - i] = pad[2 * i], pad[2 * i + 1]
    return low, high


@row("aten.constant_pad_nd.default")
def _(c: Context, x, pad, value=0):
    low, high = _pad_amounts(x, pad)
    if not any(low) and not any(high):
        return x
    return c.builder.op("pad", [x], c.shape, x.dtype, low=low, high=high, value=float(value))


def _pad_edges(c: Context, x: Value, pad, edge) -> Value:
    """Pads each dimension with pieces that `edge(x, dim, amount, is_front)` makes."""
    b = c.builder
    for dim, (low, high) in enumerate(zip(*_pad_amounts(x, pad), strict=True)):
        if low < 0 or high < 0:
            start = max(-low, 0)
            x = b.slice(x, dim, start, size_of(x.shape[dim] - start - max(-high, 0)))
        front = [edge(x, dim, low, True)] if low > 0 else []
        back = [edge(x, dim, high, False)] if high > 0 else []
        x = cat(b, [*front, x, *back], dim)
    return x


@row(
    "aten.reflection_pad1d.default",
    "aten.reflection_pad2d.default",
    "aten.reflection_pad3d.default",
)
def _(c: Context, x, padding):
    def edge(x, dim, amount, is_front):
        start = 1 if is_front else size_of(x.shape[dim] - 1 - amount)
        piece = c.builder.slice(x, dim, start, amount)
        return c.builder.op("flip", [piece], piece.shape, piece.dtype, dims=[dim])

    return _pad_edges(c, x, padding, edge)


@row(
    "aten.replication_pad1d.default",
    "aten.replication_pad2d.default",
    "aten.replication_pad3d.default",
)
def _(c: Context, x, padding):
    def edge(x, dim, amount, is_front):
        start = 0 if is_front else size_of(x.shape[dim] - 1)
        piece = c.builder.slice(x, dim, start, 1)
        return c.builder.expand(piece, (*x.shape[:dim], amount, *x.shape[dim + 1 :]))

    return _pad_edges(c, x, padding, edge)


def splice(c: Context, x: Value, source: Value, dim: int, start: Size) -> Value:
    """A copy of x with source in place of the slice of dimension dim that begins at start."""
    b = c.builder
    end = size_of(start + source.shape[dim])
    before = b.slice(x, dim, 0, start)
    after = b.slice(x, dim, end, size_of(x.shape[dim] - end))
    return cat(b, [before, b.to(source, x.dtype), after], dim)


@row("aten.slice_scatter.default")
def _(c: Context, x, source, dim=0, start=None, end=None, step=1):
    b = c.builder
    dim %= x.rank
    start = bound(c, x, dim, start, 0)
    if step != 1 and not is_static(start):
        raise Problem("a step over a symbolic start")
    if step == 1:
        return splice(c, x, source, dim, start)
    shape = (source.shape[dim],)
    places = b.op("iota", [], shape, torch.int64, shape=Sizes(shape), start=start, step=step)
    operands = [x, b.to(source, x.dtype), places]
    return b.op("index_put", operands, x.shape, x.dtype, dims=[dim])


@row("aten.select_scatter.default")
def _(c: Context, x, source, dim, index):
    dim %= x.rank
    piece = c.builder.view(source, (*x.shape[:dim], 1, *x.shape[dim + 1 :]))
    return splice(c, x, piece, dim, bound(c, x, dim, index, 0))


@row("aten.diagonal.default", "aten.diagonal_copy.default")
def _(c: Context, x, offset=0, dim1=0, dim2=1):
    b = c.builder
    dim1, dim2 = dim1 % x.rank, dim2 % x.rank
    rest = [d for d in range(x.rank) if d not in (dim1, dim2)]
    rows, columns = x.shape[dim1], x.shape[dim2]
    if not (is_static(rows) and is_static(columns) and is_static(c.shape[-1])):
        raise Problem("the diagonal of a matrix of symbolic size")
    # On the flattened matrix the diagonal is every (columns + 1)-th element.
    flat = b.permute(x, [*rest, dim1, dim2])
    flat = b.view(flat, [*flat.shape[:-2], rows * columns])
    start = offset if offset >= 0 else -offset * columns
    return b.slice(flat, len(rest), start, c.shape[-1], columns + 1)


@row("aten.as_strided.default", "aten.as_strided_copy.default")
def _(c: Context, x, size, stride, storage_offset=None):
    expected = 1
    for extent, step in zip(reversed(size), reversed(stride), strict=True):
        if not same(extent, 1) and not same(step, expected):
            raise Problem("strides that no view of row-major memory has")
        expected = expected * extent
    if storage_offset or not same(c.builder.number_of_elements(x), expected):
        raise Problem("a part of its input's memory, by strides")
    return c.builder.view(x, c.shape)


@row("aten.copy.default")
def _(c: Context, x, source, non_blocking=False):
    return c.builder.expand(as_value(c.builder, source, x.dtype), x.shape)


@row("aten.unfold.default")
def _(c: Context, x, dim, size, step):
    b = c.builder
    dim = dim % x.rank if x.rank else 0
    if not is_static(c.shape[dim]):
        raise Problem("sliding windows over a symbolic size")
    windows = []
    for i in range(c.shape[dim]):
        window = b.slice(x, dim, i * step, size)
        windows.append(b.view(window, (*window.shape[:dim], 1, *window.shape[dim:])))
    order = [*range(dim + 1), *range(dim + 2, x.rank + 1), dim + 1]
    return b.permute(cat(b, windows, dim), order)
