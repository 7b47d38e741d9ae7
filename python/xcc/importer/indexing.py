"""Rows of operations that read and write tensors at indices."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch

from xcc.importer.builder import Value, broadcast, unit
from xcc.importer.problem import Problem
from xcc.importer.promote import as_value
from xcc.importer.table import Context, row


def _index(c: Context, x: Value) -> Value:
    """Indices as fx takes them."""
    if x.dtype in (torch.int64, torch.int32):
        return x
    if x.dtype == torch.bool:
        raise Problem("the size of its result depends on data", "use where with the mask instead")
    return c.builder.to(x, torch.int64)


@row("aten.embedding.default")
def _(c: Context, weight, indices, padding_idx=-1, scale_grad=False, sparse=False):
    return c.builder.op("embedding", [weight, _index(c, indices)], c.shape, c.dtype)


@row("aten.index_select.default")
def _(c: Context, x, dim, index):
    b = c.builder
    index = _index(c, index)
    if x.rank == 0:
        return b.view(x, c.shape)
    index = b.view(index, [b.number_of_elements(index)])
    return b.op("index_select", [x, index], c.shape, x.dtype, dim=dim % x.rank)


@row("aten.gather.default")
def _(c: Context, x, dim, index, *, sparse_grad=False):
    b = c.builder
    index = _index(c, index)
    if x.rank == 0:
        return b.view(x, c.shape)
    if index.rank == 0:
        result = b.op("gather", [x, b.view(index, [1])], [1], x.dtype, dim=0)
        return b.view(result, [])
    return b.op("gather", [x, index], index.shape, x.dtype, dim=dim % x.rank)


def _indices(c: Context, indices) -> tuple[list[Value], list[int]]:
    dims = [i for i, index in enumerate(indices) if index is not None]
    return [_index(c, indices[d]) for d in dims], dims


@row("aten.index.Tensor", "aten._unsafe_index.Tensor")
def _(c: Context, x, indices):
    values, dims = _indices(c, indices)
    return c.builder.op("index", [x, *values], c.shape, x.dtype, dims=dims) if dims else x


def _indexed_shape(x: Value, values: list[Value], dims: list[int]):
    shape = [s for d, s in enumerate(x.shape) if d not in dims]
    is_adjacent = dims[-1] - dims[0] + 1 == len(dims)
    at = dims[0] if is_adjacent else 0
    return (*shape[:at], *broadcast(*(v.shape for v in values)), *shape[at:])


def _put(c: Context, x: Value, values: list[Value], dims: list[int], source, accumulate) -> Value:
    b = c.builder
    source = b.expand(as_value(b, source, x.dtype), _indexed_shape(x, values, dims))
    accumulate = unit(accumulate)
    operands = [x, source, *values]
    return b.op("index_put", operands, x.shape, x.dtype, dims=dims, accumulate=accumulate)


@row("aten.index_put.default", "aten._unsafe_index_put.default")
def _(c: Context, x, indices, source, accumulate=False):
    b = c.builder
    if len(indices) == 1 and indices[0].dtype == torch.bool and source.rank == 0:
        mask = b.view(indices[0], (*indices[0].shape, *[1] * (x.rank - indices[0].rank)))
        if accumulate:
            source = b.elementwise("add", x, b.to(source, x.dtype))
        return b.elementwise("where", mask, b.to(source, x.dtype), x, dtype=x.dtype)
    values, dims = _indices(c, indices)
    return _put(c, x, values, dims, source, accumulate)


@row("aten.index_add.default")
def _(c: Context, x, dim, index, source, *, alpha=1):
    b = c.builder
    if alpha != 1:
        source = b.elementwise("mul", source, as_value(b, alpha, source.dtype))
    return _put(c, x, [_index(c, index)], [dim % x.rank], source, True)


@row("aten.index_copy.default")
def _(c: Context, x, dim, index, source):
    return _put(c, x, [_index(c, index)], [dim % x.rank], source, False)


@row("aten.index_fill.int_Scalar", "aten.index_fill.int_Tensor")
def _(c: Context, x, dim, index, value):
    return _put(c, x, [_index(c, index)], [dim % x.rank], value, False)


def _scatter(c: Context, x, dim, index, source, reduce="none", exclude_self=False) -> Value:
    b = c.builder
    index = _index(c, index)
    if x.rank == 0:
        raise Problem("its input has no dimension")
    if not isinstance(source, Value) or source.rank == 0:
        source = b.full(as_value(b, source, x.dtype), index.shape)
    operands = [x, index, b.to(source, x.dtype)]
    return b.op(
        "scatter",
        operands,
        x.shape,
        x.dtype,
        dim=dim % x.rank,
        reduce=reduce,
        exclude_self=unit(exclude_self),
    )


@row("aten.scatter.src", "aten.scatter.value")
def _(c: Context, x, dim, index, source):
    return _scatter(c, x, dim, index, source)


@row("aten.scatter.reduce", "aten.scatter.value_reduce")
def _(c: Context, x, dim, index, source, *, reduce):
    return _scatter(c, x, dim, index, source, {"add": "sum", "multiply": "prod"}[reduce])


@row("aten.scatter_add.default")
def _(c: Context, x, dim, index, source):
    return _scatter(c, x, dim, index, source, "sum")


@row("aten.scatter_reduce.two")
def _(c: Context, x, dim, index, source, reduce, *, include_self=True):
    if reduce == "mean":
        raise Problem("reduces by 'mean'", "divide a sum by counts instead")
    return _scatter(c, x, dim, index, source, reduce, not include_self)
