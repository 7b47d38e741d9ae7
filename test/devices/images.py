"""Convolutions, pools and what else works on images, for kernels.py.

An image has s lines of s + 1 pixels, so that no two dimensions are the same.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import image_bounds as bounds
from families import family


def plus(size, number):
    return size + number if isinstance(size, int) else f"{size} + {number}"


def times(size, number):
    return size * number if isinstance(size, int) else f"({size}) * {number}"


def halved(size):
    """(size - 1) floordiv 2 + 1: steps of two through a size."""
    return (size - 1) // 2 + 1 if isinstance(size, int) else f"({size} - 1) floordiv 2 + 1"


def image(g, b, s, c, **how):
    return g.input(b, c, s, plus(s, 1), **how)


def arrays(**lists):
    return ", ".join(f"{name} = array<i64: {', '.join(map(str, values))}>"
                     for name, values in lists.items())  # fmt: skip


def windows(rank, stride=1, padding=0, dilation=1):
    def each(value):
        return value if isinstance(value, list) else [value] * rank

    return {"stride": each(stride), "padding": each(padding), "dilation": each(dilation)}


# Convolutions

PADDED = windows(2, padding=1)
STEPS = windows(2, stride=[2, 1], padding=[1, 2], dilation=[1, 2])
UP = windows(2, stride=2, padding=1)
LINE = windows(1, padding=2)
VOLUME = windows(3, padding=[1, 0, 1])


@family("convolution", "b s c", bounds.convolution(PADDED, has_relu=True), True)
def _(g, b, s, c):
    o = c + 1
    x, w, bias, residual = image(g, b, s, c), g.input(o, c, 3, 3), g.input(o), image(g, b, s, o)
    y = g.op("convolution", x, w, bias, shape=residual.shape, attributes=arrays(**PADDED))
    return [g.op("add", g.op("relu", y), residual)]


@family("convolution_prologue", "b s c", bounds.convolution(PADDED, shift=1.0), True)
def _(g, b, s, c):
    # What stands in the padding is zero, not the prologue of zero.
    x, w = image(g, b, s, c), g.input(c + 2, c, 3, 3)
    shifted = g.op("add", x, g.scalar(1.0))
    shape = b, c + 2, s, plus(s, 1)
    return [g.op("convolution", shifted, w, shape=shape, attributes=arrays(**PADDED))]


@family("convolution_groups", "b s c", bounds.convolution(STEPS, groups=2), True)
def _(g, b, s, c):
    # Four inputs at least, so that a group is more than a channel.
    each = c + 1
    x, w = image(g, b, s, 2 * each), g.input(2 * c + 4, each, 3, 3)
    shape = b, 2 * c + 4, halved(s), plus(s, 1)
    attributes = f"{arrays(**STEPS)}, groups = 2 : i64"
    return [g.op("convolution", x, w, shape=shape, attributes=attributes)]


@family("convolution_depthwise", "b s c", bounds.convolution(PADDED, None, has_relu=True))
def _(g, b, s, c):
    x, w, bias = image(g, b, s, c), g.input(c, 1, 3, 3), g.input(c)
    attributes = f"{arrays(**PADDED)}, groups = {c} : i64"
    return [g.op("relu", g.op("convolution", x, w, bias, attributes=attributes))]


@family("convolution_pointwise", "b s c", bounds.convolution(windows(2), has_relu=True), True)
def _(g, b, s, c):
    x, w, bias = image(g, b, s, c), g.input(2 * c, c, 1, 1), g.input(2 * c)
    shape = b, 2 * c, s, plus(s, 1)
    y = g.op("convolution", x, w, bias, shape=shape, attributes=arrays(**windows(2)))
    return [g.op("relu", y)]


@family("convolution_transposed", "b s c", bounds.transposed(UP, [1, 1]), True)
def _(g, b, s, c):
    x, w, bias = image(g, b, s, c), g.input(c, c + 1, 3, 3), g.input(c + 1)
    attributes = arrays(**UP, output_padding=[1, 1])
    shape = b, c + 1, times(s, 2), times(plus(s, 1), 2)
    attributes = f"{attributes}, transposed"
    return [g.op("convolution", x, w, bias, shape=shape, attributes=attributes)]


@family("convolution_line", "b s c", bounds.convolution(LINE), True)
def _(g, b, s, c):
    x, w = g.input(b, c, s), g.input(c + 3, c, 5)
    return [g.op("convolution", x, w, shape=(b, c + 3, s), attributes=arrays(**LINE))]


@family("convolution_volume", "b s c", bounds.convolution(VOLUME), True)
def _(g, b, s, c):
    x, w = g.input(b, c, 3, s, 4), g.input(c + 1, c, 3, 1, 3)
    shape = b, c + 1, 3, s, 4
    return [g.op("convolution", x, w, shape=shape, attributes=arrays(**VOLUME))]


# Pools

POOL = {"stride": [2, 2], "padding": [1, 1]}


def half_image(b, s, c):
    return b, c, halved(s), halved(plus(s, 1))


@family("max_pool", "b s c", bounds.exact)
def _(g, b, s, c):
    attributes = arrays(kernel_size=[3, 3], **POOL, dilation=[1, 1])
    return [g.op("max_pool", image(g, b, s, c), shape=half_image(b, s, c), attributes=attributes)]


@family("avg_pool", "b s c", bounds.average([3, 3], **POOL))
def _(g, b, s, c):
    attributes = f"{arrays(kernel_size=[3, 3], **POOL)}, count_include_pad = false"
    x = image(g, b, s, c, limits=(0.5, 1.5))
    return [g.op("avg_pool", x, shape=half_image(b, s, c), attributes=attributes)]


@family("adaptive_avg_pool", "b s c", bounds.adaptive([3, 2]))
def _(g, b, s, c):
    x = image(g, b, s, c, limits=(0.5, 1.5))
    attributes = arrays(output_size=[3, 2])
    return [g.op("adaptive_avg_pool", x, shape=(b, c, 3, 2), attributes=attributes)]


@family("global_avg_pool", "b s c", bounds.adaptive([1, 1]))
def _(g, b, s, c):
    x = image(g, b, s, c, limits=(0.5, 1.5))
    attributes = arrays(output_size=[1, 1])
    return [g.op("adaptive_avg_pool", x, shape=(b, c, 1, 1), attributes=attributes)]


@family("adaptive_max_pool", "b s c", bounds.exact)
def _(g, b, s, c):
    attributes = arrays(output_size=[2, 3])
    return [g.op("adaptive_max_pool", image(g, b, s, c), shape=(b, c, 2, 3), attributes=attributes)]


# Resizing


@family("upsample_nearest", "b s c", bounds.exact)
def _(g, b, s, c):
    shape = b, c, times(s, 2), times(plus(s, 1), 2)
    x = image(g, b, s, c)
    return [g.op("upsample_nearest", x, shape=shape, attributes=f"shape = {g.affine(shape)}")]


@family("upsample_bilinear", "b s c", bounds.bilinear)
def _(g, b, s, c):
    shape = b, c, times(s, 2), times(plus(s, 1), 2)
    x = image(g, b, s, c)
    return [g.op("upsample_bilinear", x, shape=shape, attributes=f"shape = {g.affine(shape)}")]


# Norms over channels


@family("group_norm", "b s c", bounds.group_norm)
def _(g, b, s, c):
    operands = image(g, b, s, 2 * c), g.input(2 * c), g.input(2 * c)
    form = "{0} weight {1} bias {2}"
    return [g.op("group_norm", *operands, attributes="num_groups = 2 : i64", form=form)]


@family("batch_norm", "b s c", bounds.batch_norm)
def _(g, b, s, c):
    x = image(g, b, s, c)
    means = g.input(c), g.input(c, limits=(0.5, 1.5)), g.input(c), g.input(c)
    form = "{0} mean {1} var {2} weight {3} bias {4}"
    return [g.op("batch_norm", x, *means, form=form)]
