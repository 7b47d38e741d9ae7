"""Rows of element-wise operations."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch

from xcc.importer.builder import Value
from xcc.importer.problem import Problem
from xcc.importer.promote import (
    ALWAYS_BOOL,
    BOOL_TO_LONG,
    DEFAULT,
    INT_TO_FLOAT,
    as_value,
    operand_dtype,
    promote,
    promote_wide,
)
from xcc.importer.table import Context, add_row, row

# ATen name, and fx name where it differs: one operand, floats out of integers.
FLOAT_UNARY = """
    acos acosh asin asinh atan atanh cos cosh erf erfc exp exp2 expm1 log log10
    log1p log2 reciprocal rsqrt sigmoid sin sinh sqrt tan tanh
"""
# The same dtype out as in.
SAME_UNARY = """
    abs neg sign:sign sgn:sign relu relu6 silu mish hardsigmoid hardswish selu bitwise_not frac
"""
# Integers pass unchanged.
ROUNDING = "ceil floor round trunc fix:trunc"
PREDICATES = "isnan isinf isfinite logical_not"
COMPARISONS = "eq ne lt le gt ge"
LOGICAL = "logical_and logical_or logical_xor"
# Arithmetic that reads a scalar in f32 even among narrow floats.
SCALAR_ARITHMETIC = {"mul": DEFAULT, "pow": BOOL_TO_LONG}
BINARY = {
    "maximum": DEFAULT,
    "minimum": DEFAULT,
    "fmax": DEFAULT,
    "fmin": DEFAULT,
    "fmod": DEFAULT,
    "remainder": DEFAULT,
    "hypot": DEFAULT,
    "atan2": INT_TO_FLOAT,
    "copysign": INT_TO_FLOAT,
    "bitwise_and": DEFAULT,
    "bitwise_or": DEFAULT,
    "bitwise_xor": DEFAULT,
    "bitwise_left_shift": DEFAULT,
    "bitwise_right_shift": DEFAULT,
    "__lshift__:bitwise_left_shift": DEFAULT,
    "__rshift__:bitwise_right_shift": DEFAULT,
    "__and__:bitwise_and": DEFAULT,
    "__or__:bitwise_or": DEFAULT,
    "__xor__:bitwise_xor": DEFAULT,
}
OVERLOADS = ("Tensor", "Scalar", "Scalar_Tensor", "Tensor_Scalar", "Tensor_Tensor", "default")


def _names(words: str):
    for word in words.split():
        aten, _, fx = word.partition(":")
        yield aten, fx or aten


def _add_binary(aten: str, handler) -> None:
    for overload in OVERLOADS:
        add_row(f"aten.{aten}.{overload}", handler)


def _unary(fx: str, kind):
    def handler(c: Context, x: Value) -> Value:
        (value,) = promote(c.builder, kind, x)
        return c.builder.elementwise(fx, value)

    return handler


def _rounding(fx: str):
    def handler(c: Context, x: Value) -> Value:
        return c.builder.elementwise(fx, x) if x.dtype.is_floating_point else x

    return handler


def _predicate(fx: str):
    return lambda c, x: c.builder.elementwise(fx, x, dtype=torch.bool)


def _comparison(fx: str):
    def handler(c: Context, a, b) -> Value:
        a, b = promote(c.builder, ALWAYS_BOOL, a, b)
        return c.builder.elementwise(fx, a, b, dtype=torch.bool)

    return handler


def _binary(fx: str, kind):
    def handler(c: Context, a, b) -> Value:
        return c.builder.elementwise(fx, *promote(c.builder, kind, a, b))

    return handler


def _scalar_arithmetic(fx: str, kind):
    def handler(c: Context, a, b) -> Value:
        values, dtype = promote_wide(c.builder, kind, a, b)
        return c.builder.to(c.builder.elementwise(fx, *values), dtype)

    return handler


for _aten, _fx in _names(FLOAT_UNARY):
    add_row(f"aten.{_aten}.default", _unary(_fx, INT_TO_FLOAT))
for _aten, _fx in _names(SAME_UNARY):
    add_row(f"aten.{_aten}.default", _unary(_fx, DEFAULT))
for _aten, _fx in _names(ROUNDING):
    add_row(f"aten.{_aten}.default", _rounding(_fx))
for _aten, _fx in _names(PREDICATES):
    add_row(f"aten.{_aten}.default", _predicate(_fx))
for _aten, _fx in _names(COMPARISONS + " " + LOGICAL):
    _add_binary(_aten, _comparison(_fx))
for _aten, _kind in SCALAR_ARITHMETIC.items():
    _add_binary(_aten, _scalar_arithmetic(_aten, _kind))
for _name, _kind in BINARY.items():
    _aten, _fx = next(_names(_name))
    _add_binary(_aten, _binary(_fx, _kind))


def _add(c: Context, a, b, alpha, fx: str) -> Value:
    if isinstance(alpha, Value):
        raise Problem("alpha is no number")
    values, dtype = promote_wide(c.builder, DEFAULT, a, b)
    if alpha != 1:
        # PyTorch multiplies in f32 without rounding to the narrow type.
        narrow = dtype in (torch.float16, torch.bfloat16)
        compute = torch.float32 if narrow else dtype
        values = [c.builder.to(v, compute) for v in values]
        factor = as_value(c.builder, alpha, compute)
        values[1] = c.builder.elementwise("mul", values[1], factor)
    return c.builder.to(c.builder.elementwise(fx, *values), dtype)


@row("aten.add.Tensor", "aten.add.Scalar")
def _(c: Context, a, b, alpha=1):
    return _add(c, a, b, alpha, "add")


@row("aten.sub.Tensor", "aten.sub.Scalar")
def _(c: Context, a, b, alpha=1):
    return _add(c, a, b, alpha, "sub")


@row("aten.rsub.Tensor", "aten.rsub.Scalar")
def _(c: Context, a, b, alpha=1):
    return _add(c, b, a, alpha, "sub")


_divide = _scalar_arithmetic("div", INT_TO_FLOAT)
for _name in ("div.Tensor", "div.Scalar", "true_divide.Tensor"):
    add_row(f"aten.{_name}", _divide)


@row("aten.div.Tensor_mode", "aten.div.Scalar_mode")
def _(c: Context, a, b, rounding_mode=None):
    if rounding_mode is None:
        return _divide(c, a, b)
    return c.builder.elementwise(f"div_{rounding_mode}", *promote(c.builder, DEFAULT, a, b))


@row("aten.floor_divide.default", "aten.floor_divide.Scalar")
def _(c: Context, a, b):
    return c.builder.elementwise("div_floor", *promote(c.builder, DEFAULT, a, b))


@row("aten.round.decimals")
def _(c: Context, x, decimals=0):
    if not x.dtype.is_floating_point:
        return x
    b = c.builder
    # PyTorch multiplies by the power for digits kept and divides for digits dropped.
    power = b.constant(float(10 ** abs(decimals)), x.dtype)
    there, back = ("mul", "div") if decimals >= 0 else ("div", "mul")
    return b.elementwise(back, b.elementwise("round", b.elementwise(there, x, power)), power)


@row("aten.gelu.default")
def _(c: Context, x, approximate="none"):
    return c.builder.elementwise("gelu", x, approximate=approximate)


@row("aten.elu.default")
def _(c: Context, x, alpha=1, scale=1, input_scale=1):
    return c.builder.elementwise(
        "elu", x, alpha=float(alpha), scale=float(scale), input_scale=float(input_scale)
    )


@row("aten.leaky_relu.default")
def _(c: Context, x, negative_slope=0.01):
    return c.builder.elementwise("leaky_relu", x, negative_slope=float(negative_slope))


@row("aten.softplus.default")
def _(c: Context, x, beta=1, threshold=20):
    return c.builder.elementwise("softplus", x, beta=float(beta), threshold=float(threshold))


@row("aten.log_sigmoid_forward.default")
def _(c: Context, x):
    return c.builder.elementwise("log_sigmoid", x), None


@row("aten.log_sigmoid.default")
def _(c: Context, x):
    return c.builder.elementwise("log_sigmoid", x)


@row("aten.prelu.default", "aten._prelu_kernel.default")
def _(c: Context, x, weight):
    b = c.builder
    if weight.rank == 1 and x.rank > 1:
        weight = b.view(weight, [1, weight.shape[0], *[1] * (x.rank - 2)])
    is_positive = b.elementwise("gt", x, b.constant(0.0, x.dtype), dtype=torch.bool)
    return b.elementwise("where", is_positive, x, b.elementwise("mul", x, weight), dtype=x.dtype)


def _clamp(c: Context, x, low, high):
    numbers = [v for v in (low, high) if v is not None]
    if any(not isinstance(v, (bool, int, float)) for v in numbers):
        return _clamp_between(c, x, low, high)
    dtype = operand_dtype(DEFAULT, x, *numbers)
    low, high = (None if v is None else float(v) for v in (low, high))
    return c.builder.elementwise("clamp", c.builder.to(x, dtype), min=low, max=high)


def _clamp_between(c: Context, x, low, high):
    bounds = [v for v in (low, high) if v is not None]
    result, *bounds = promote(c.builder, DEFAULT, x, *bounds)
    if low is not None:
        result = c.builder.elementwise("maximum", result, bounds.pop(0))
    if high is not None:
        result = c.builder.elementwise("minimum", result, bounds.pop(0))
    return result


@row("aten.clamp.default", "aten.clamp.Tensor")
def _(c: Context, x, min=None, max=None):
    return _clamp(c, x, min, max)


@row("aten.clamp_min.default", "aten.clamp_min.Tensor")
def _(c: Context, x, min):
    return _clamp(c, x, min, None)


@row("aten.clamp_max.default", "aten.clamp_max.Tensor")
def _(c: Context, x, max):
    return _clamp(c, x, None, max)


@row("aten.hardtanh.default")
def _(c: Context, x, min_val=-1, max_val=1):
    return _clamp(c, x, min_val, max_val)


@row("aten.threshold.default")
def _(c: Context, x, threshold, value):
    b = c.builder
    is_below = b.elementwise("le", x, as_value(b, threshold, x.dtype), dtype=torch.bool)
    return b.elementwise("where", is_below, as_value(b, value, x.dtype), x, dtype=x.dtype)


@row("aten.nan_to_num.default")
def _(c: Context, x, nan=None, posinf=None, neginf=None):
    if not x.dtype.is_floating_point:
        return x
    low, high = (None if v is None else float(v) for v in (neginf, posinf))
    return c.builder.elementwise("nan_to_num", x, nan=float(nan or 0), posinf=high, neginf=low)


@row("aten.where.self", "aten.where.ScalarSelf", "aten.where.ScalarOther", "aten.where.Scalar")
def _(c: Context, condition, a, b):
    a, b = promote(c.builder, DEFAULT, a, b)
    condition = c.builder.to(condition, torch.bool)
    return c.builder.elementwise("where", condition, a, b, dtype=a.dtype)


@row("aten.masked_fill.Scalar", "aten.masked_fill.Tensor")
def _(c: Context, x, mask, value):
    value = as_value(c.builder, value, x.dtype)
    return c.builder.elementwise("masked_fill", x, mask, value, dtype=x.dtype)


@row("aten.lerp.Scalar", "aten.lerp.Tensor")
def _(c: Context, start, end, weight):
    return c.builder.elementwise("lerp", *promote(c.builder, DEFAULT, start, end, weight))


@row("aten.addcmul.default")
def _(c: Context, x, a, b, value=1):
    return c.builder.elementwise(
        "addcmul", *promote(c.builder, DEFAULT, x, a, b), value=float(value)
    )


@row("aten.addcdiv.default")
def _(c: Context, x, a, b, value=1):
    values = promote(c.builder, INT_TO_FLOAT, x, a, b)
    return c.builder.elementwise("addcdiv", *values, value=float(value))


@row("aten.glu.default")
def _(c: Context, x, dim=-1):
    b, dim = c.builder, dim % x.rank
    half = c.shape[dim]
    gate = b.elementwise("sigmoid", b.slice(x, dim, half, half))
    return b.elementwise("mul", b.slice(x, dim, 0, half), gate)


@row("aten._to_copy.default", "aten.to.dtype", "prims.convert_element_type.default")
def _(c: Context, x, *ignored, **also_ignored):
    return c.builder.to(x, c.dtype)


@row("aten.type_as.default")
def _(c: Context, x, other):
    return c.builder.to(x, other.dtype)


def _identity(c: Context, x, *ignored, **also_ignored):
    return x


for _name in """
    aten.clone.default aten.contiguous.default aten.alias.default aten.detach.default
    aten.lift_fresh_copy.default aten.lift_fresh.default aten.view_of.default
    aten.positive.default aten._conj.default aten.conj_physical.default
    aten.resolve_conj.default aten.resolve_neg.default aten.real.default
    aten.alias_copy.default aten.detach_copy.default prims.device_put.default
""".split():
    add_row(_name, _identity)


@row("aten.dropout.default", "aten.feature_dropout.default", "aten.alpha_dropout.default")
def _(c: Context, x, p, train):
    if train and p > 0:
        raise Problem("dropout in training mode", "call model.eval() first")
    return x
