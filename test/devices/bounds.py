"""How far from exact a kernel may be: rounding errors of its sums, derived and not fitted.

A float operation with unit roundoff u gives (a op b)(1 + d), |d| <= u. A sum of n products is
off by at most n u sum |a_i b_i| (N. J. Higham, Accuracy and Stability of Numerical Algorithms,
chapter 3), in whatever order it is added. Everything is computed in f32, f16 and bf16 too,
and rounded once to the type of the result; where a kernel must round in between (attention's
weights before the second product), its bound says so. Of elementary functions four units in
the last place are asked.

Each bound takes the inputs in float64, so it knows how much cancels, and gives what
`xcc verify` prints: the largest error in units of the largest exact result.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import numpy as np
from numpy import abs as size_of

# Unit roundoff: half the distance from 1 to the next number.
ROUNDOFF = {"f32": 2.0**-24, "f16": 2.0**-11, "bf16": 2.0**-8}
U = ROUNDOFF["f32"]
FUNCTION = 8 * U  # four units in the last place


def relative(exact, error, dtype):
    """The bound of results whose error is at most `error` before they are rounded."""
    if exact.size == 0:
        return 0.0
    scale = size_of(exact).max()
    total = (error + ROUNDOFF[dtype] * (size_of(exact) + error)).max()
    # A result of nothing but zeros must be just that.
    return float(total / scale) if scale > 0 else 0.0


def exact(inputs, dtype):
    return 0.0


def erf(x):
    """Abramowitz and Stegun 7.1.26; scales the bound, 1e-7 is plenty."""
    t = 1 / (1 + 0.3275911 * size_of(x))
    series = 0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429
    return np.sign(x) * (1 - np.exp(-x * x) * sum(c * t ** (i + 1) for i, c in enumerate(series)))


def gelu(x, error):
    """(value, error): the slope is at most 1.13, and near 1 + erf(x) cancels against |x|."""
    return x * (1 + erf(x / np.sqrt(2))) / 2, 1.13 * error + (FUNCTION + 6 * U) * size_of(x)


def map_(inputs, dtype):
    x, y, row = inputs
    value, error = gelu(x, 0)
    result = value * y + row
    return relative(result, error * size_of(y) + 2 * U * (size_of(value * y) + size_of(row)), dtype)


def cast(inputs, dtype):
    (x,) = inputs
    # f32: the reference is rounded to f16 as well, perhaps to the neighbour. Else the product
    # may be rounded to its own type before it is widened.
    coarse, other = ("f16", "f16") if dtype == "f32" else (dtype, "f32")
    return relative(x * x, ROUNDOFF[coarse] * x * x, other)


def rope(inputs, dtype):
    x, cos, sin = inputs
    half = x.shape[-1] // 2
    turned = np.concatenate([-x[..., half:], x[..., :half]], axis=-1)
    magnitude = size_of(x * cos) + size_of(turned * sin)
    return relative(x * cos + turned * sin, 2 * U * magnitude, dtype)


def softmax_weights(x, error):
    """(weights of the last dimension, their relative error). Subtracting the maximum and
    scaling to powers of two round three times."""
    top = x.max(axis=-1, keepdims=True, initial=-np.inf)
    seen = np.isfinite(x)
    distance = np.where(seen, top - x, 0) if x.size else x
    weights = np.where(seen, np.exp(-distance), 0)
    total = weights.sum(axis=-1, keepdims=True)
    one = (error + 3 * U * distance).max(initial=0) + FUNCTION
    return weights / np.where(total > 0, total, 1), 2 * one + (x.shape[-1] + 4) * U


def softmax(inputs, dtype):
    weights, error = softmax_weights(inputs[0], 0)
    return relative(weights, error * weights, dtype)


def rms_norm_value(x, scale, eps=1e-5):
    """(value, error)"""
    n = x.shape[-1]
    square = (x * x).mean(axis=-1, keepdims=True) if n else np.zeros((*x.shape[:-1], 1))
    result = x / np.sqrt(square + eps) * scale
    return result, ((n + 3) * U / 2 + FUNCTION + 3 * U) * size_of(result)


def rms_norm(inputs, dtype):
    return relative(*rms_norm_value(*inputs), dtype)


def layer_norm(inputs, dtype, eps=1e-5):
    x, weight, bias = inputs
    n = x.shape[-1]
    if x.size == 0:
        return 0.0
    mean = x.mean(axis=-1, keepdims=True)
    of_mean = (n + 1) * U * size_of(x).mean(axis=-1, keepdims=True)
    distance = x - mean
    of_distance = of_mean + U * (size_of(distance) + of_mean)
    variance = (distance**2).mean(axis=-1, keepdims=True)
    of_variance = (n + 3) * U * variance
    of_variance += (2 * size_of(distance) * of_distance).mean(axis=-1, keepdims=True)
    inverse = 1 / np.sqrt(variance + eps)
    of_inverse = of_variance * inverse**2 / 2 + FUNCTION + U
    scaled = size_of(weight) * inverse * (of_distance + size_of(distance) * (of_inverse + 2 * U))
    result = distance * inverse * weight + bias
    return relative(result, scaled + U * size_of(result), dtype)


def sum_(axis):
    def bound(inputs, dtype):
        (x,) = inputs
        n = np.prod([x.shape[a] for a in np.atleast_1d(axis)])
        return relative(x.sum(axis=axis), n * U * size_of(x).sum(axis=axis), dtype)

    return bound


def product(lhs, rhs, error=0):
    """(value, error); the factors' own relative error is `error`."""
    k = lhs.shape[-1]
    return lhs @ rhs, (k * U + error) * (size_of(lhs) @ size_of(rhs))


def mm(forms):
    def bound(inputs, dtype):
        lhs, rhs = inputs
        lhs = lhs if forms[0] == "N" else np.swapaxes(lhs, -1, -2)
        rhs = rhs if forms[1] == "N" else np.swapaxes(rhs, -1, -2)
        return relative(*product(lhs, rhs), dtype)

    return bound


def int_linear(inputs, dtype):
    x, weight, scale = inputs
    # The sum is exact; it, two products and the result are rounded.
    value = x.astype(np.float64) @ weight.astype(np.float64).T * scale * 2.0**-20
    return relative(value, 3 * U * size_of(value), dtype)


def scaled_mm(inputs, dtype):
    lhs, rhs, lhs_scale, rhs_scale, *bias = inputs
    left, right = {"f32": "NN", "f16": "NT", "bf16": "TN"}[dtype]
    lhs, rhs = lhs if left == "N" else lhs.T, rhs if right == "N" else rhs.T
    value, error = product(lhs, rhs)
    scale = lhs_scale * rhs_scale
    value, error = value * scale, error * scale + 3 * U * size_of(value * scale)
    if bias:
        value, error = value + bias[0], error + U * size_of(value + bias[0])
    return relative(value, error, dtype)


def linear_gelu_add(inputs, dtype):
    x, weight, bias, residual = inputs
    value, error = product(x, weight.T)
    value, error = gelu(value + bias, error + U * size_of(value + bias))
    return relative(value + residual, error + U * size_of(value + residual), dtype)


def cast_linear(inputs, dtype):
    x, weight = inputs
    # f16 is exact in f32; the other way the program itself rounds, and the result is compared
    # with that of the rounded numbers.
    return relative(*product(x, weight.T), dtype)


def norm_linear(inputs, dtype):
    x, scale, weight = inputs
    value, error = rms_norm_value(x, scale)
    # The matrix unit takes its factors in the program's type.
    factors = 0 if dtype == "f32" else ROUNDOFF[dtype]
    result, of_sums = product(value, weight.T, factors)
    return relative(result, of_sums + error @ size_of(weight.T), dtype)


def attention(is_causal):
    def bound(inputs, dtype):
        q, k, v, *mask = inputs
        group = q.shape[1] // k.shape[1]
        k, v = np.repeat(k, group, axis=1), np.repeat(v, group, axis=1)
        e = q.shape[-1]
        scale = 1 / np.sqrt(e) if e else 1
        scores, error = product(q * scale, np.swapaxes(k, -1, -2), 3 * U)
        if mask and mask[0].dtype == bool:
            scores = np.where(mask[0], scores, -np.inf)
        elif mask:
            error = error + U * (size_of(scores) + size_of(mask[0]))
            scores = scores + mask[0]
        if is_causal:
            l, s = scores.shape[-2:]  # noqa: E741
            scores = np.where(np.tri(l, s, dtype=bool), scores, -np.inf)
        weights, of_weights = softmax_weights(scores, error)
        # The second product takes the weights in the program's type.
        factors = of_weights + (0 if dtype == "f32" else ROUNDOFF[dtype])
        return relative(*product(weights, v, factors), dtype)

    return bound
