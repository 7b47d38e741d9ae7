"""Rows of narrow products with scales, and of quantising and back."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch
import torch.ao.quantization.fx._decomposed  # defines quantized_decomposed

from xcc.importer.builder import Value
from xcc.importer.problem import Problem
from xcc.importer.symbols import same
from xcc.importer.table import Context, row

WIDE = (torch.float32, torch.float16, torch.bfloat16)


@row("aten._int_mm.default")
def _(c: Context, a, b):
    return c.builder.op("int_mm", [a, b], c.shape, c.dtype)


def is_scale(scale: Value, dim: int) -> bool:
    """One number, or one for each place along `dim` of a matrix."""
    if all(same(size, 1) for size in scale.shape):
        return True
    return scale.rank == 2 and same(scale.shape[1 - dim], 1)


@row("aten._scaled_mm.default")
def _(c: Context, a, b, a_scale, b_scale, bias=None, result_scale=None, *rest, **named):
    del rest, named  # the result's dtype is known; sums are never less exact
    if c.dtype not in WIDE:
        raise Problem(f"its result is {c.dtype}", "ask for bfloat16 and convert that")
    if not is_scale(a_scale, 0) or not is_scale(b_scale, 1):
        raise Problem("its scales are of blocks", "use one scale, or one a row and a column")
    operands = [a, b, a_scale, b_scale]
    # A scale of the result counts only where that has 8 bits.
    del result_scale
    return c.builder.op("scaled_mm", [*operands, *([bias] if bias else [])], c.shape, c.dtype)


def number(c: Context, value, dtype: torch.dtype) -> Value:
    """A scale or zero point: a number, or a tensor of one."""
    if isinstance(value, Value):
        return c.builder.view(c.builder.to(value, dtype), [])
    return c.builder.constant(float(value), dtype)


def along(c: Context, values: Value, axis: int, rank: int) -> Value:
    """One number for each place along `axis`, ready to broadcast."""
    shape = [1] * rank
    shape[axis] = values.shape[0]
    return c.builder.view(c.builder.to(values, torch.float32), shape)


def quantize(c: Context, x: Value, scale: Value, zero: Value | None, low, high) -> Value:
    """clamp(round(x / scale) + zero, low, high) in the result's type"""
    b = c.builder
    inverse = b.elementwise("reciprocal", scale)
    y = b.elementwise("round", b.elementwise("mul", b.to(x, torch.float32), inverse))
    if zero is not None:
        y = b.elementwise("add", y, zero)
    return b.to(b.elementwise("clamp", y, min=float(low), max=float(high)), c.dtype)


def dequantize(c: Context, x: Value, scale: Value, zero: Value | None) -> Value:
    """(x - zero) * scale"""
    b = c.builder
    y = b.to(x, torch.float32)
    if zero is not None:
        y = b.elementwise("sub", y, zero)
    return b.to(b.elementwise("mul", y, scale), c.dtype)


PER_TENSOR = "quantized_decomposed.{}quantize_per_tensor.{}"
OVERLOADS = ("default", "tensor", "tensor2")


@row(*(PER_TENSOR.format("", overload) for overload in OVERLOADS))
def _(c: Context, x, scale, zero_point, low, high, dtype):
    low, high = (limit_of(limit) for limit in (low, high))
    f32 = torch.float32
    return quantize(c, x, number(c, scale, f32), number(c, zero_point, f32), low, high)


def limit_of(limit):
    if isinstance(limit, Value):
        raise Problem("its limits are tensors", "give them as numbers")
    return limit


@row(*(PER_TENSOR.format("de", overload) for overload in OVERLOADS))
def _(c: Context, x, scale, zero_point, *limits, **named):
    f32 = torch.float32
    return dequantize(c, x, number(c, scale, f32), number(c, zero_point, f32))


@row("quantized_decomposed.quantize_per_channel.default")
def _(c: Context, x, scales, zero_points, axis, low, high, dtype):
    scale, zero = (along(c, v, axis, x.rank) for v in (scales, zero_points))
    return quantize(c, x, scale, zero, low, high)


@row("quantized_decomposed.dequantize_per_channel.default")
def _(c: Context, x, scales, zero_points, axis, *limits, **named):
    zero = None if zero_points is None else along(c, zero_points, axis, x.rank)
    return dequantize(c, x, along(c, scales, axis, x.rank), zero)
