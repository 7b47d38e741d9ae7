"""Rows of operations that make tensors."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch

from xcc.importer.builder import Value
from xcc.importer.mlir import Sizes
from xcc.importer.problem import Problem
from xcc.importer.promote import as_value
from xcc.importer.symbols import is_static
from xcc.importer.table import Context, add_row, row

# What fills the result. Memory that nobody has written may as well hold zeros.
FILLED = {
    0: "zeros.default zeros_like.default new_zeros.default empty.memory_format empty_like.default "
    "new_empty.default empty_strided.default new_empty_strided.default empty_permuted.default",
    1: "ones.default ones_like.default new_ones.default",
}
RANDOM = """
    rand.default randn.default rand_like.default randn_like.default randint.default
    randint.low randint_like.default randperm.default bernoulli.default bernoulli.p
    native_dropout.default normal_functional.default uniform.default multinomial.default
    exponential.default normal.Tensor_Tensor
"""


def _filled(number: int):
    def handler(c: Context, *ignored, **also_ignored) -> Value:
        return c.builder.full(c.builder.constant(number, c.dtype), c.shape)

    return handler


def _random(c: Context, *ignored, **also_ignored):
    raise Problem("random numbers are not supported")


for _number, _list in FILLED.items():
    for _name in _list.split():
        add_row(f"aten.{_name}", _filled(_number))
for _name in RANDOM.split():
    add_row(f"aten.{_name}", _random)


def _full(c: Context, value) -> Value:
    return c.builder.full(as_value(c.builder, value, c.dtype), c.shape)


@row("aten.full.default")
def _(c: Context, size, value, **ignored):
    return _full(c, value)


@row("aten.full_like.default", "aten.fill.Scalar", "aten.fill.Tensor")
def _(c: Context, x, value, **ignored):
    return _full(c, value)


@row("aten.new_full.default")
def _(c: Context, x, size, value, **ignored):
    return _full(c, value)


@row("aten.scalar_tensor.default")
def _(c: Context, value, **ignored):
    return as_value(c.builder, value, c.dtype)


def _arange(c: Context, start, step) -> Value:
    b = c.builder
    if not isinstance(step, (int, float)):
        raise Problem("a symbolic step")
    is_whole = not c.dtype.is_floating_point and isinstance(step, int)
    base = start if isinstance(start, (int, float)) else 0
    if is_whole and isinstance(base, int):
        numbers = b.op("iota", [], c.shape, c.dtype, shape=Sizes(c.shape), start=base, step=step)
    else:
        start_step = {"start": float(base), "step": float(step)}
        numbers = b.op("arange", [], c.shape, c.dtype, shape=Sizes(c.shape), **start_step)
    if isinstance(start, (int, float)):
        return numbers
    return b.elementwise("add", numbers, b.size_value(start, c.dtype))


@row("aten.arange.default")
def _(c: Context, end, **ignored):
    return _arange(c, 0, 1)


@row("aten.arange.start")
def _(c: Context, start, end, **ignored):
    return _arange(c, start, 1)


@row("aten.arange.start_step")
def _(c: Context, start, end, step=1, **ignored):
    return _arange(c, start, step)


@row("prims.iota.default")
def _(c: Context, length, *, start, step, **ignored):
    return _arange(c, start, step)


@row("aten.linspace.default")
def _(c: Context, start, end, steps, **ignored):
    if not all(isinstance(v, (int, float)) for v in (start, end)) or not is_static(c.shape[0]):
        raise Problem("bounds or a count that are not numbers")
    return c.builder.tensor(torch.linspace(start, end, steps, dtype=c.dtype))


@row("aten.eye.default", "aten.eye.m")
def _(c: Context, *ignored, **also_ignored):
    b = c.builder
    rows = b.op("iota", [], c.shape[:1], torch.int64, shape=Sizes(c.shape[:1]))
    columns = b.op("iota", [], c.shape[1:], torch.int64, shape=Sizes(c.shape[1:]))
    rows = b.view(rows, [c.shape[0], 1])
    return b.to(b.elementwise("eq", rows, columns, dtype=torch.bool), c.dtype)


def _triangle(c: Context, fx: str, x: Value, diagonal) -> Value:
    if not isinstance(diagonal, int):
        raise Problem("the number of the diagonal is a symbolic size")
    return c.builder.op(fx, [x], x.shape, x.dtype, diagonal=diagonal)


@row("aten.tril.default")
def _(c: Context, x, diagonal=0):
    return _triangle(c, "tril", x, diagonal)


@row("aten.triu.default")
def _(c: Context, x, diagonal=0):
    return _triangle(c, "triu", x, diagonal)


def _nothing(c: Context, *ignored, **also_ignored) -> tuple:
    # Checks of the tracer's: an index out of range is undefined in fx.
    return ()


for _name in """
    _assert_tensor_metadata.default _assert_async.msg _assert_async.default _assert_scalar.default
    sym_constrain_range.default sym_constrain_range_for_size.default
""".split():
    add_row(f"aten.{_name}", _nothing)
