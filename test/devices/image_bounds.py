"""How far from exact kernels on images may be; see bounds.py."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import itertools

import numpy as np
from bounds import FUNCTION, ROUNDOFF, U, layer_norm, relative, size_of
from bounds import exact as exact


def taps(kernel, windows):
    """(place in the kernel, first input of the padded image) of each product of a window."""
    for place in itertools.product(*map(range, kernel)):
        yield place, [k * d for k, d in zip(place, windows["dilation"], strict=True)]


def convolve(x, weight, windows, groups):
    """A convolution in float64, a product of channels for each place of the kernel."""
    pads = [(0, 0), (0, 0)] + [(p, p) for p in windows["padding"]]
    x = np.pad(x, pads)
    kernel, steps = weight.shape[2:], windows["stride"]
    out = [
        (size - (k - 1) * d - 1) // step + 1
        for size, k, d, step in zip(x.shape[2:], kernel, windows["dilation"], steps, strict=True)
    ]
    x = x.reshape(x.shape[0], groups, weight.shape[1], *x.shape[2:])
    weight = weight.reshape(groups, -1, *weight.shape[1:])
    result = np.zeros((x.shape[0], groups, weight.shape[1], *out))
    for place, first in taps(kernel, windows):
        part = tuple(
            slice(f, f + (n - 1) * step + 1, step)
            for f, n, step in zip(first, out, steps, strict=True)
        )
        pixels = x[(slice(None), slice(None), slice(None), *part)]
        factors = weight[(slice(None), slice(None), slice(None), *place)]
        result += np.einsum("goc,bgc...->bgo...", factors, pixels)
    return result.reshape(result.shape[0], groups * weight.shape[1], *out)


def spread(x, weight, windows, output_padding):
    """A transposed convolution in float64: each input goes to a window of results."""
    kernel, steps = weight.shape[2:], windows["stride"]
    whole = [
        (size - 1) * step + (k - 1) * d + 1 + more
        for size, step, k, d, more in zip(
            x.shape[2:], steps, kernel, windows["dilation"], output_padding, strict=True
        )
    ]
    result = np.zeros((x.shape[0], weight.shape[1], *whole))
    for place, first in taps(kernel, windows):
        part = tuple(
            slice(f, f + (n - 1) * step + 1 if n else f, step)
            for f, n, step in zip(first, x.shape[2:], steps, strict=True)
        )
        factors = weight[(slice(None), slice(None), *place)]
        result[(slice(None), slice(None), *part)] += np.einsum("co,bc...->bo...", factors, x)
    cut = tuple(slice(p, n - p) for p, n in zip(windows["padding"], whole, strict=True))
    return result[(slice(None), slice(None), *cut)]


def biased(value, error, rest, has_relu, dtype):
    """Then a bias, relu, and a residual where there is one."""
    bias, *residual = [*rest, None]
    if bias is not None:
        value = value + bias.reshape(-1, *[1] * (value.ndim - 2))
        error = error + U * size_of(value)
    if has_relu:
        value = np.maximum(value, 0)
    if residual and residual[0] is not None:
        value = value + residual[0]
        error = error + U * size_of(value)
    return relative(value, error, dtype)


def convolution(windows, groups=1, has_relu=False, shift=0.0):
    def bound(inputs, dtype):
        x, weight, *rest = inputs
        by = groups or x.shape[1]
        x = x + shift
        value = convolve(x, weight, windows, by)
        magnitude = convolve(size_of(x), size_of(weight), windows, by)
        # A sum before the product is rounded to the program's type.
        factors = ROUNDOFF[dtype] if shift else 0
        error = ((np.prod(weight.shape[1:]) + 1) * U + factors) * magnitude
        return biased(value, error, rest, has_relu, dtype)

    return bound


def transposed(windows, output_padding):
    def bound(inputs, dtype):
        x, weight, *rest = inputs
        value = spread(x, weight, windows, output_padding)
        terms = weight.shape[0] * np.prod(weight.shape[2:]) + 1
        error = terms * U * spread(size_of(x), size_of(weight), windows, output_padding)
        return biased(value, error, rest, False, dtype)

    return bound


def of_means(means, most, dtype):
    """Means of positive numbers, of `most` at a time: sums do not cancel."""
    return relative(means, (most + 2) * U * size_of(means), dtype)


def average(kernel, stride, padding):
    def bound(inputs, dtype):
        (x,) = inputs
        windows = {"stride": stride, "padding": padding, "dilation": [1] * len(kernel)}
        ones = np.ones((x.shape[1], 1, *kernel))
        sums = convolve(x, ones, windows, x.shape[1])
        counts = convolve(np.ones_like(x), ones, windows, x.shape[1])
        return of_means(sums / counts, np.prod(kernel), dtype)

    return bound


def adaptive(counts):
    def bound(inputs, dtype):
        (x,) = inputs
        means, most = x, 1
        for axis, count in enumerate(counts, 2):
            size = x.shape[axis]
            parts = [
                np.take(means, range(i * size // count, -(-(i + 1) * size // count)), axis)
                for i in range(count)
            ]
            means = np.stack([part.mean(axis=axis) for part in parts], axis)
            most *= max(part.shape[axis] for part in parts)
        return of_means(means, most, dtype)

    return bound


def doubled(x, axis):
    """Twice as many elements, each a quarter of the way from the nearest one to the next."""
    last = x.shape[axis] - 1
    before = np.take(x, [max(i - 1, 0) for i in range(last + 1)], axis)
    after = np.take(x, [min(i + 1, last) for i in range(last + 1)], axis)
    pairs = np.stack([0.75 * x + 0.25 * before, 0.75 * x + 0.25 * after], axis + 1)
    return pairs.reshape(*x.shape[:axis], 2 * x.shape[axis], *x.shape[axis + 1 :])


def bilinear(inputs, dtype):
    (x,) = inputs
    # The positions are exact; weights and three blends of three operations each round.
    value, magnitude = (doubled(doubled(each, 2), 3) for each in (x, size_of(x)))
    return relative(value, 12 * U * magnitude, dtype)


def group_norm(inputs, dtype):
    x, weight, bias = inputs
    if x.size == 0:
        return 0.0
    each = x.shape[1] // 2
    rest = [each, *x.shape[2:]]

    def widened(parameter):
        shape = (2, each, *[1] * (x.ndim - 2))
        return np.broadcast_to(parameter.reshape(shape), (2, *rest)).reshape(2, -1)

    flat = x.reshape(x.shape[0], 2, -1)
    return layer_norm((flat, widened(weight), widened(bias)), dtype)


def batch_norm(inputs, dtype):
    x, mean, variance, weight, bias = (
        each if each.ndim > 1 else each.reshape(-1, 1, 1) for each in inputs
    )
    scale = weight / np.sqrt(variance + 1e-5)
    scaled = size_of((size_of(x) + size_of(mean)) * scale)
    result = (x - mean) * scale + bias
    return relative(result, (FUNCTION + 6 * U) * (scaled + size_of(bias)), dtype)
