"""Element-wise operations: a row each, in the order of FxElementwise.td."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import torch
import torch.nn.functional as F
from case import FLOATS, INTS, Case
from values import any_of, normal, ordinary, special

FLOAT = FLOATS
NUMBER = (*FLOATS, *INTS)
INT_OR_BOOL = (*INTS, torch.bool)
ARITH = (*NUMBER, torch.bool)

# fx name: (PyTorch's function, dtypes).
UNARY = {
    "abs": (torch.abs, NUMBER),
    "neg": (torch.neg, NUMBER),
    "sign": (torch.sign, ARITH),
    "ceil": (torch.ceil, FLOAT),
    "floor": (torch.floor, FLOAT),
    "round": (torch.round, FLOAT),
    "trunc": (torch.trunc, FLOAT),
    "frac": (torch.frac, FLOAT),
    "sqrt": (torch.sqrt, FLOAT),
    "rsqrt": (torch.rsqrt, FLOAT),
    "reciprocal": (torch.reciprocal, FLOAT),
    "exp": (torch.exp, FLOAT),
    "exp2": (torch.exp2, FLOAT),
    "expm1": (torch.expm1, FLOAT),
    "log": (torch.log, FLOAT),
    "log2": (torch.log2, FLOAT),
    "log10": (torch.log10, FLOAT),
    "log1p": (torch.log1p, FLOAT),
    "sin": (torch.sin, FLOAT),
    "cos": (torch.cos, FLOAT),
    "tan": (torch.tan, FLOAT),
    "asin": (torch.asin, FLOAT),
    "acos": (torch.acos, FLOAT),
    "atan": (torch.atan, FLOAT),
    "sinh": (torch.sinh, FLOAT),
    "cosh": (torch.cosh, FLOAT),
    "tanh": (torch.tanh, FLOAT),
    "asinh": (torch.asinh, FLOAT),
    "acosh": (torch.acosh, FLOAT),
    "atanh": (torch.atanh, FLOAT),
    "erf": (torch.erf, FLOAT),
    "erfc": (torch.erfc, FLOAT),
    "sigmoid": (torch.sigmoid, FLOAT),
    "log_sigmoid": (F.logsigmoid, FLOAT),
    "relu": (torch.relu, NUMBER),
    "relu6": (F.relu6, NUMBER),
    "silu": (F.silu, FLOAT),
    "mish": (F.mish, FLOAT),
    "hardsigmoid": (F.hardsigmoid, FLOAT),
    "hardswish": (F.hardswish, FLOAT),
    "softsign": (F.softsign, FLOAT),
    "selu": (F.selu, FLOAT),
    "bitwise_not": (torch.bitwise_not, INT_OR_BOOL),
    "isnan": (torch.isnan, ARITH),
    # PyTorch has no isinf of booleans.
    "isinf": (lambda x: torch.isinf(x.to(torch.int8) if x.dtype == torch.bool else x), ARITH),
    "isfinite": (torch.isfinite, ARITH),
    "logical_not": (torch.logical_not, ARITH),
}

# fx name: [(attributes, PyTorch's function)], dtypes.
PARAMETRIC = {
    "gelu": (
        [
            ({}, F.gelu),
            ({"approximate": '"tanh"'}, lambda x: F.gelu(x, approximate="tanh")),
        ],
        FLOAT,
    ),
    "elu": (
        [
            ({}, F.elu),
            (
                {"alpha": "1.5 : f64", "scale": "2.0 : f64", "input_scale": "0.5 : f64"},
                lambda x: torch.ops.aten.elu(x, 1.5, 2.0, 0.5),
            ),
        ],
        FLOAT,
    ),
    "leaky_relu": (
        [
            ({}, F.leaky_relu),
            ({"negative_slope": "0.3 : f64"}, lambda x: F.leaky_relu(x, 0.3)),
        ],
        FLOAT,
    ),
    "softplus": (
        [
            ({}, F.softplus),
            (
                {"beta": "2.0 : f64", "threshold": "5.0 : f64"},
                lambda x: F.softplus(x, 2.0, 5.0),
            ),
        ],
        FLOAT,
    ),
    "clamp": (
        [
            ({"min": "-1.0 : f64", "max": "2.0 : f64"}, lambda x: x.clamp(-1, 2)),
            ({"min": "1.0 : f64"}, lambda x: x.clamp(min=1)),
            ({"max": "1.0 : f64"}, lambda x: x.clamp(max=1)),
            ({"min": "3.0 : f64", "max": "2.0 : f64"}, lambda x: x.clamp(3, 2)),
        ],
        (*FLOATS, torch.int64, torch.int32, torch.int16, torch.int8),
    ),
    "nan_to_num": (
        [
            (
                {"nan": "1.5 : f64", "posinf": "9.0 : f64", "neginf": "-9.0 : f64"},
                lambda x: x.nan_to_num(1.5, 9, -9),
            ),
        ],
        FLOAT,
    ),
}

BINARY = {
    "add": (torch.add, ARITH),
    "sub": (torch.sub, NUMBER),
    "mul": (torch.mul, ARITH),
    "div": (torch.div, FLOAT),
    "div_floor": (lambda a, b: torch.div(a, b, rounding_mode="floor"), NUMBER),
    "div_trunc": (lambda a, b: torch.div(a, b, rounding_mode="trunc"), NUMBER),
    "fmod": (torch.fmod, NUMBER),
    "remainder": (torch.remainder, NUMBER),
    "pow": (torch.pow, NUMBER),
    "atan2": (torch.atan2, FLOAT),
    "hypot": (torch.hypot, FLOAT),
    "copysign": (torch.copysign, FLOAT),
    "maximum": (torch.maximum, ARITH),
    "minimum": (torch.minimum, ARITH),
    "fmax": (torch.fmax, ARITH),
    "fmin": (torch.fmin, ARITH),
    "bitwise_and": (torch.bitwise_and, INT_OR_BOOL),
    "bitwise_or": (torch.bitwise_or, INT_OR_BOOL),
    "bitwise_xor": (torch.bitwise_xor, INT_OR_BOOL),
    "bitwise_left_shift": (torch.bitwise_left_shift, INTS),
    "bitwise_right_shift": (torch.bitwise_right_shift, INTS),
    "eq": (torch.eq, ARITH),
    "ne": (torch.ne, ARITH),
    "lt": (torch.lt, ARITH),
    "le": (torch.le, ARITH),
    "gt": (torch.gt, ARITH),
    "ge": (torch.ge, ARITH),
    "logical_and": (torch.logical_and, ARITH),
    "logical_or": (torch.logical_or, ARITH),
    "logical_xor": (torch.logical_xor, ARITH),
}
INTEGER_DIVISIONS = {"div_floor", "div_trunc", "fmod", "remainder"}

TERNARY = {"to", "where", "masked_fill", "lerp", "addcmul", "addcdiv"}

# The sign of a zero that PyTorch's vector code and its scalar code give differs.
ANY_ZERO = {"relu", "relu6", "clamp", "maximum", "minimum", "fmax", "fmin", "remainder"}
ANY_ZERO |= {"hardswish", "div_floor", "frac", "sign"}
# PyTorch writes these with a cancellation: its float64 result has that absolute error.
CANCELS = {"gelu": 1e-13, "log_sigmoid": 1e-13, "softplus": 1e-13, "elu": 1e-13, "mish": 1e-13}

BROADCASTS = (
    ((), ()),
    ((), (3,)),
    ((2, 3), (3,)),
    ((4, 1), (1, 5)),
    ((2, 1, 3), (7, 1)),
    ((0, 3), (1, 3)),
    ((2, 0), ()),
    ((1,), (13,)),
    ((31, 17), (31, 17)),
)
SHAPES = ((), (0,), (3, 0, 2), (1,), (1, 1, 1), (13,), (2, 3, 5), (67, 3))


def unary(op, function, dtypes, attributes=None):
    options = {
        "attributes": attributes or {},
        "any_zero": op in ANY_ZERO,
        "tolerance": CANCELS.get(op, 1e-11),
    }
    for dtype in dtypes:
        yield Case(op, [special(dtype)], function, **options)
    first = dtypes[0] if dtypes[0] not in FLOATS else torch.float32
    for shape in SHAPES:
        yield Case(op, [any_of(*shape, dtype=first)], function, **options)
    x = any_of(7, 3, dtype=first)
    yield Case(op, [x], function, symbolic=7, **options)


def pair(op, a, b):
    """Every element of `a` with every one of `b`, but no integer divided by zero."""
    if op in INTEGER_DIVISIONS and not b.is_floating_point():
        b = b[b != 0]
        # The smallest integer by -1 traps in PyTorch.
        a = a[a != torch.iinfo(a.dtype).min] if a.dtype != torch.uint8 else a
    if op in ("fmod", "remainder") and b.dtype == torch.float64:
        # PyTorch's vector code gives NaN where the quotient overflows float64.
        b = b[(b == 0) | ~(b.abs() < 1e-300)]
        a = a[(a.abs() == torch.inf) | ~(a.abs() > 1e300)]
    return [a.reshape(-1, 1), b.reshape(1, -1)]


def binary(op, function, dtypes):
    options = {"any_zero": op in ANY_ZERO}
    for dtype in dtypes:
        yield Case(op, pair(op, special(dtype), special(dtype)), function, **options)
    first = dtypes[0] if dtypes[0] not in FLOATS else torch.float32
    for left, right in BROADCASTS:
        a, b = any_of(*left, dtype=first), any_of(*right, dtype=first, seed=5)
        yield Case(op, [a, b], function, **options)
    a, b = any_of(7, 1, 3, dtype=first), any_of(5, 1, dtype=first, seed=5)
    yield Case(op, [a, b], function, symbolic=7, **options)


def conversions():
    dtypes = ARITH
    for source in dtypes:
        for target in dtypes:
            x = special(source)
            if source.is_floating_point and not target.is_floating_point:
                # Out of the range of the target PyTorch promises nothing.
                x = x if target == torch.bool else in_range(x, target)
            yield Case(
                "to",
                [x],
                lambda x, target=target: (
                    x.to(target).double() if target.is_floating_point else x.to(target)
                ),
                dtypes=[target],
                note=str(target),
            )
    for target in (torch.float8_e4m3fn, torch.float8_e5m2):
        x = torch.cat([ordinary(torch.float32, -20, 20), torch.tensor([0.001, 1e-4, -0.01])])
        # Around and beyond the largest, which is all that E4M3FN has for infinities.
        large = [447.0, 464.0, 465.0, -1e4, 61439.0, 61441.0, 1e9, torch.inf, -torch.inf, torch.nan]
        x = torch.cat([x, torch.tensor(large)])
        yield Case("to", [x], lambda x, t=target: x.float().to(t).double(), dtypes=[target])
        yield Case("to", [x.to(target)], lambda x: x, dtypes=[torch.float32])


def in_range(x, target):
    limits = torch.iinfo(target)
    exact = x.double()
    inside = (exact >= limits.min) & (exact <= limits.max) & (exact.abs() < 2**62)
    return x[inside]


def ternary():
    for dtype in ARITH:
        a, b = special(dtype).reshape(-1, 1), special(dtype)[:5].reshape(1, -1)
        condition = any_of(a.shape[0], b.shape[1], dtype=torch.bool)
        yield Case("where", [condition, a, b], torch.where)
        value = any_of(dtype=dtype, seed=3)
        yield Case("masked_fill", [a, condition[:, :1], value], torch.masked_fill)
    for dtype in FLOATS:
        start, end = ordinary(dtype).reshape(-1, 1), ordinary(dtype, -9, 4, 7).reshape(1, -1)
        yield Case(
            "lerp", [start, end, ordinary(dtype, -1, 2, 7)], torch.lerp, ulps=16, any_zero=True
        )
        yield Case("lerp", [start, end, normal(dtype=dtype)], torch.lerp, ulps=16, any_zero=True)
        divisor = ordinary(dtype, 0.5, 4, 7)
        yield Case("addcdiv", [start, end, divisor], torch.addcdiv, ulps=16)
        yield Case(
            "addcdiv",
            [start, end, divisor],
            lambda x, a, b: torch.addcdiv(x, a, b, value=-2.5),
            {"value": "-2.5 : f64"},
            ulps=16,
        )
    for dtype in NUMBER:
        a, b, c = (any_of(5, 3, dtype=dtype, seed=s) for s in range(3))
        yield Case("addcmul", [a, b, c], torch.addcmul)
        yield Case(
            "addcmul",
            [a, b[:1], c[:, :1]],
            lambda x, a, b: torch.addcmul(x, a, b, value=3),
            {"value": "3.0 : f64"},
            ulps=16,
        )


def nan_to_num_defaults():
    for dtype in FLOATS:
        # The replacements are the dtype's extremes, not float64's.
        yield Case(
            "nan_to_num",
            [special(dtype)],
            lambda x, dtype=dtype: x.to(dtype).nan_to_num().double(),
        )


def cases():
    for op, (function, dtypes) in UNARY.items():
        yield from unary(op, function, dtypes)
    for op, (rows, dtypes) in PARAMETRIC.items():
        for attributes, function in rows:
            yield from unary(op, function, dtypes, attributes)
    for op, (function, dtypes) in BINARY.items():
        yield from binary(op, function, dtypes)
    yield from nan_to_num_defaults()
    yield from conversions()
    yield from ternary()


def is_elementwise(op):
    return op in UNARY or op in PARAMETRIC or op in BINARY or op in TERNARY
