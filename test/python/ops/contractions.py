"""Matrix products, convolution, pooling, attention, resizing: FxContraction.td."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import itertools

import torch
import torch.nn.functional as F
from case import FLOATS, Case
from elementwise import NUMBER
from values import any_of, booleans, integers, normal, ordinary

SUMS = {"ulps": 64}  # of long sums: rounding grows with their length


def array(values):
    return f"array<i64: {', '.join(map(str, values))}>"


# Matrix products

# m, n, k: one, primes, off every tile, nothing.
SIZES = ((1, 1, 1), (3, 5, 7), (1, 33, 64), (17, 1, 9), (31, 67, 129), (64, 64, 64))
NOTHING = ((0, 3, 4), (3, 0, 4), (3, 4, 0))


def products():
    for dtype in NUMBER:
        yield Case("mm", [any_of(5, 7, dtype=dtype), any_of(7, 3, dtype=dtype, seed=1)], torch.mm)
        yield Case(
            "bmm",
            [any_of(2, 5, 7, dtype=dtype), any_of(2, 7, 3, dtype=dtype, seed=1)],
            torch.bmm,
        )
    for m, n, k in (*SIZES, *NOTHING):
        a, b = normal(m, k), normal(k, n, seed=1)
        yield Case("mm", [a, b], torch.mm, **SUMS)
        yield Case("bmm", [normal(3, m, k), normal(3, k, n, seed=1)], torch.bmm, **SUMS)
    yield Case("bmm", [normal(0, 3, 4), normal(0, 4, 2)], torch.bmm)
    yield Case("mm", [normal(7, 5), normal(5, 3, seed=1)], torch.mm, symbolic=7, **SUMS)
    yield Case("mm", [normal(5, 7), normal(7, 3, seed=1)], torch.mm, symbolic=7, **SUMS)
    yield Case("bmm", [normal(2, 3, 7), normal(2, 7, 7, seed=1)], torch.bmm, symbolic=7, **SUMS)


def biased_products():
    scales = {"beta": "0.5 : f64", "alpha": "2.0 : f64"}
    for dtype in NUMBER:
        a, b = any_of(5, 7, dtype=dtype), any_of(7, 3, dtype=dtype, seed=1)
        for bias in ((3,), (5, 3), (5, 1), ()):
            c = any_of(*bias, dtype=dtype, seed=2)
            yield Case("addmm", [c, a, b], torch.addmm, **SUMS)
        if dtype in FLOATS:
            yield Case(
                "addmm",
                [any_of(3, dtype=dtype, seed=2), a, b],
                lambda c, a, b: torch.addmm(c, a, b, beta=0.5, alpha=2),
                scales,
                **SUMS,
            )
        batches = [any_of(2, 5, 7, dtype=dtype), any_of(2, 7, 3, dtype=dtype, seed=1)]
        bias = any_of(2, 1, 3, dtype=dtype, seed=2)
        yield Case("baddbmm", [bias, *batches], torch.baddbmm, **SUMS)
    nan = torch.full((3,), torch.nan)
    yield Case(
        "addmm",
        [nan, normal(5, 7), normal(7, 3)],
        lambda c, a, b: torch.addmm(c, a, b, beta=0),
        {"beta": "0.0 : f64"},
        note="beta 0 drops NaN",
    )
    for m, n, k in (*SIZES, *NOTHING):
        yield Case("addmm", [normal(n), normal(m, k), normal(k, n)], torch.addmm, **SUMS)


F8 = torch.float8_e4m3fn, torch.float8_e5m2


def whole_product(a, b):
    return a.int() @ b.int()


def scaled_product(a, b, x, y, bias=0):
    return (a @ b) * x * y + bias


def narrow_products():
    for m, n, k in (*SIZES, *NOTHING):
        a, b = (integers(*s, low=-128, high=128, dtype=torch.int8) for s in ((m, k), (k, n)))
        yield Case("int_mm", [a, b], whole_product)
        a, b = normal(m, k, dtype=F8[0]), normal(k, n, dtype=F8[0], seed=1)
        one = torch.tensor(0.5), torch.tensor([2.5])
        yield Case("scaled_mm", [a, b, *one], scaled_product, dtypes=[torch.float32], **SUMS)
        each = ordinary(torch.float32, 0.5, 2, m)[:, None], ordinary(torch.float32, 1, 3, n)[None]
        bias = normal(n, dtype=torch.bfloat16, seed=2)
        types = {"dtypes": [torch.bfloat16]}
        yield Case("scaled_mm", [a, b, *each, bias], scaled_product, **types, **SUMS)
    extremes = torch.full((3, 300), -128, dtype=torch.int8)
    yield Case("int_mm", [extremes, extremes.T.contiguous()], whole_product, note="extremes")
    symbolic = [normal(7, 5, dtype=F8[0]), normal(5, 3, dtype=F8[0], seed=1)]
    scale = torch.tensor(0.5)
    for lhs, rhs in itertools.product(F8, F8):
        a, b = normal(5, 7, dtype=lhs), normal(7, 3, dtype=rhs, seed=1)
        for result in (torch.float32, torch.float16, torch.bfloat16):
            yield Case("scaled_mm", [a, b, scale, scale], scaled_product, dtypes=[result], **SUMS)
    yield Case(
        "scaled_mm",
        [*symbolic, scale, scale],
        scaled_product,
        symbolic=7,
        dtypes=[torch.float32],
        **SUMS,
    )


def linears():
    for dtype in FLOATS:
        for leading in ((5,), (2, 3), (2, 1, 3), ()):
            x, w = normal(*leading, 7, dtype=dtype), normal(4, 7, dtype=dtype, seed=1)
            yield Case("linear", [x, w], F.linear, **SUMS)
            yield Case("linear", [x, w, normal(4, dtype=dtype, seed=2)], F.linear, **SUMS)
    for m, n, k in (*SIZES, *NOTHING):
        yield Case("linear", [normal(m, k), normal(n, k), normal(n)], F.linear, **SUMS)
    for shape in ((7, 5), (2, 7, 5), (7, 3, 5)):
        x = [normal(*shape), normal(6, 5), normal(6)]
        yield Case("linear", x, F.linear, symbolic=7, **SUMS)


# Convolution


def convolution(x, weight, bias, stride, padding, dilation, groups, extra=None, **options):
    attributes = {
        "stride": array(stride),
        "padding": array(padding),
        "dilation": array(dilation),
        "groups": str(groups),
    }
    output_padding = [0] * len(stride)
    if extra is not None:
        output_padding = extra
        attributes |= {"transposed": "unit", "output_padding": array(extra)}
    flags = (stride, padding, dilation, extra is not None, output_padding, groups)
    return Case(
        "convolution",
        [x, weight, *bias],
        lambda x, w, b=None: torch.convolution(x, w, b, *flags),
        attributes,
        ulps=64,
        **options,
    )


def convolutions():
    spatial = {1: (11,), 2: (9, 8), 3: (5, 6, 4)}
    for rank, sizes in spatial.items():
        ones = [1] * rank
        kernels = ([3, 2, 3][:rank], ones)
        for kernel, stride, dilation, groups in itertools.product(kernels, (1, 2), (1, 2), (1, 2)):
            x = normal(2, 4, *sizes)
            w = normal(6, 4 // groups, *kernel, seed=1)
            bias = [normal(6, seed=2)] if stride == 1 else []
            padding = [1, 0, 2][:rank]
            steps, spread = [stride] * rank, [dilation] * rank
            yield convolution(x, w, bias, steps, padding, spread, groups)
            w = normal(4, 6 // groups, *kernel, seed=1)
            padding = [k // 2 for k in kernel]
            extra = [stride - 1] * rank
            yield convolution(x, w, bias, steps, padding, spread, groups, extra)
    for dtype in FLOATS:
        x, w = normal(1, 4, 6, 7, dtype=dtype), normal(4, 1, 3, 3, dtype=dtype, seed=1)
        bias = [normal(4, dtype=dtype, seed=2)]
        yield convolution(x, w, bias, [1, 1], [1, 1], [1, 1], 4, note="depthwise")
        w = normal(5, 4, 1, 1, dtype=dtype, seed=1)
        yield convolution(x, w, [], [1, 1], [0, 0], [1, 1], 1, note="pointwise")
    yield convolution(normal(0, 4, 5), normal(2, 4, 3), [], [1], [0], [1], 1)
    x, w = normal(7, 3, 8, 9), normal(5, 3, 3, 3)
    yield convolution(x, w, [normal(5)], [2, 2], [1, 1], [1, 1], 1, symbolic=7)


# Pooling

MAX_POOLS = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
AVG_POOLS = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}
SPATIAL = {1: (11,), 2: (9, 8), 3: (6, 7, 5)}


def max_pools():
    for rank, sizes in SPATIAL.items():
        for kernel, stride, padding, dilation, ceil in (
            *((2, 2, 0, 1, False), (3, 2, 1, 1, False), (3, 1, 1, 1, False)),
            *((3, 2, 1, 1, True), (2, 3, 0, 1, True), (2, 1, 0, 2, False)),
        ):
            attributes = {
                "kernel_size": array([kernel] * rank),
                "stride": array([stride] * rank),
                "padding": array([padding] * rank),
                "dilation": array([dilation] * rank),
            }
            if ceil:
                attributes["ceil_mode"] = "unit"
            x = normal(2, 3, *sizes)
            x[0, 0].view(-1)[2] = torch.nan
            flags = (kernel, stride, padding, dilation, ceil)
            yield Case("max_pool", [x], lambda x, r=rank, f=flags: MAX_POOLS[r](x, *f), attributes)
    attributes = {name: array([2, 2]) for name in ("kernel_size", "stride")}
    attributes |= {"padding": array([0, 0]), "dilation": array([1, 1])}
    for dtype in FLOATS:
        x = normal(1, 2, 6, 5, dtype=dtype)
        yield Case("max_pool", [x], lambda x: F.max_pool2d(x, 2), attributes)
    x = normal(7, 2, 6, 5)
    yield Case("max_pool", [x], lambda x: F.max_pool2d(x, 2), attributes, symbolic=7)


def avg_pools():
    for rank, sizes in SPATIAL.items():
        for kernel, stride, padding, ceil, counts in (
            *((2, 2, 0, False, True), (3, 2, 1, False, True), (3, 2, 1, False, False)),
            *((3, 2, 1, True, True), (3, 2, 1, True, False), (2, 3, 0, True, True)),
        ):
            attributes = {
                "kernel_size": array([kernel] * rank),
                "stride": array([stride] * rank),
                "padding": array([padding] * rank),
                "count_include_pad": str(counts).lower(),
            }
            if ceil:
                attributes["ceil_mode"] = "unit"
            flags = (kernel, stride, padding, ceil, counts)
            yield Case(
                "avg_pool",
                [normal(2, 3, *sizes)],
                lambda x, r=rank, f=flags: AVG_POOLS[r](x, *f),
                attributes,
                ulps=16,
            )
    attributes = {name: array([2, 2]) for name in ("kernel_size", "stride")}
    attributes |= {"padding": array([0, 0]), "divisor_override": "3"}
    for dtype in FLOATS:
        yield Case(
            "avg_pool",
            [normal(1, 2, 6, 5, dtype=dtype)],
            lambda x: F.avg_pool2d(x, 2, divisor_override=3),
            attributes,
            ulps=16,
        )


def adaptive_pools():
    averages = {1: F.adaptive_avg_pool1d, 2: F.adaptive_avg_pool2d, 3: F.adaptive_avg_pool3d}
    maxima = {1: F.adaptive_max_pool1d, 2: F.adaptive_max_pool2d, 3: F.adaptive_max_pool3d}
    for op, functions in (("adaptive_avg_pool", averages), ("adaptive_max_pool", maxima)):
        for rank, sizes in SPATIAL.items():
            for out in ([1, 1, 1], [3, 2, 4], [12, 9, 7]):
                size = out[:rank]
                yield Case(
                    op,
                    [normal(2, 3, *sizes)],
                    lambda x, f=functions[rank], s=size: f(x, s),
                    {"output_size": array(size)},
                    ulps=16,
                )
        for dtype in FLOATS:
            x = normal(1, 2, 6, 5, dtype=dtype)
            function = functions[2]
            yield Case(
                op,
                [x],
                lambda x, f=function: f(x, [2, 3]),
                {"output_size": array([2, 3])},
                ulps=16,
            )


# Attention and rope


def attention(query, key, value, *mask, causal=False, scale=None, gqa=False, **options):
    attributes = {"is_causal": "unit"} if causal else {}
    if scale is not None:
        attributes["scale"] = f"{scale} : f64"

    def function(q, k, v, m=None):
        flags = {"is_causal": causal, "scale": scale, "enable_gqa": gqa}
        return F.scaled_dot_product_attention(q, k, v, m, **flags)

    return Case(
        "scaled_dot_product_attention",
        [query, key, value, *mask],
        function,
        attributes,
        ulps=64,
        **options,
    )


def attentions():
    def qkv(heads, key_heads, length, keys, size, value_size, dtype=torch.float32):
        return (
            normal(2, heads, length, size, dtype=dtype),
            normal(2, key_heads, keys, size, dtype=dtype, seed=1),
            normal(2, key_heads, keys, value_size, dtype=dtype, seed=2),
        )

    for dtype in FLOATS:
        heads = qkv(3, 3, 5, 7, 8, 8, dtype)
        yield attention(*heads)
        yield attention(*heads, normal(5, 7, dtype=dtype, seed=3))
    for sizes in ((1, 1, 1, 1, 1, 1), (2, 2, 33, 65, 16, 16), (2, 2, 5, 7, 8, 3)):
        yield attention(*qkv(*sizes))
    heads = qkv(2, 2, 9, 9, 8, 8)
    yield attention(*heads, causal=True)
    yield attention(*heads, causal=True, scale=0.25)
    yield attention(*qkv(2, 2, 5, 9, 8, 8), causal=True)
    for shape in ((9, 9), (2, 1, 1, 9), (2, 2, 9, 9), (1, 1, 9, 1)):
        yield attention(*heads, booleans(*shape, seed=4) | (torch.arange(shape[-1]) == 0))
    nothing = torch.ones(9, 9, dtype=torch.bool)
    nothing[3] = False
    yield attention(*heads, nothing, note="a row with nothing to see")
    # As models of Hugging Face mask: rows whose mask is the lowest number see all alike.
    lowest = torch.zeros(9, 9)
    lowest[3] = lowest[5, 4:] = torch.finfo(torch.float32).min
    lowest[7, 2:] = -torch.inf
    yield attention(*heads, lowest, note="a row masked by the lowest number")
    yield attention(*qkv(2, 2, 9, 9, 32, 32), lowest, note="a row masked by the lowest number")
    yield attention(*qkv(6, 2, 5, 7, 8, 8), gqa=True)
    yield attention(*qkv(4, 1, 5, 5, 8, 8), gqa=True, causal=True)
    yield attention(normal(3, 5, 8), normal(3, 6, 8, seed=1), normal(3, 6, 8, seed=2))
    yield attention(*qkv(2, 2, 7, 7, 8, 8), symbolic=7)
    yield attention(*qkv(2, 2, 7, 7, 8, 8), causal=True, symbolic=7)
    yield attention(*qkv(2, 2, 1, 7, 8, 8), normal(1, 7, seed=3), symbolic=7)


def ropes():
    def half(x, cos, sin):
        a, b = x.chunk(2, dim=-1)
        return x * cos + torch.cat((-b, a), -1) * sin

    def pairs(x, cos, sin):
        a, b = x[..., ::2], x[..., 1::2]
        return x * cos + torch.stack((-b, a), -1).flatten(-2) * sin

    for dtype in FLOATS:
        x = normal(2, 3, 5, 8, dtype=dtype)
        tables = [normal(5, 8, dtype=dtype, seed=s) for s in (1, 2)]
        yield Case("rope", [x, *tables], half, ulps=8)
        yield Case("rope", [x, *tables], pairs, {"interleaved": "unit"}, ulps=8)
    tables = [normal(2, 1, 5, 8, seed=s) for s in (1, 2)]
    yield Case("rope", [normal(2, 3, 5, 8), *tables], half, ulps=8)
    tables = [normal(7, 8, seed=s) for s in (1, 2)]
    yield Case("rope", [normal(2, 3, 7, 8), *tables], half, symbolic=7, ulps=8)


# Resizing


def upsampling():
    for shape in ([10], [7], [3], [11, 5], [6, 8, 4], [2, 3, 9]):
        sizes = (5, 4, 3)[: len(shape)]
        yield Case(
            "upsample_nearest",
            [normal(2, 3, *sizes)],
            lambda x, s=shape: F.interpolate(x, size=s, mode="nearest"),
            maps={"shape": [2, 3, *shape]},
        )
    for dtype in FLOATS:
        yield Case(
            "upsample_nearest",
            [normal(1, 2, 5, 4, dtype=dtype)],
            lambda x: F.interpolate(x, scale_factor=2.5, mode="nearest"),
            {"scales": "array<f64: 2.5, 2.5>"},
            {"shape": [1, 2, 12, 10]},
        )
    for dtype, align in itertools.product(FLOATS, (False, True)):
        for size in ([10, 8], [3, 9], [1, 1], [5, 4]):
            yield Case(
                "upsample_bilinear",
                [normal(1, 2, 5, 4, dtype=dtype)],
                lambda x, s=size, a=align: F.interpolate(
                    x, size=s, mode="bilinear", align_corners=a
                ),
                {"align_corners": "unit"} if align else {},
                {"shape": [1, 2, *size]},
                ulps=16,
            )
    yield Case(
        "upsample_bilinear",
        [normal(1, 2, 5, 4)],
        lambda x: F.interpolate(x, scale_factor=2.5, mode="bilinear", align_corners=False),
        {"scales": "array<f64: 2.5, 2.5>"},
        {"shape": [1, 2, 12, 10]},
        ulps=16,
    )


def cases():
    for family in (products, biased_products, narrow_products, linears, convolutions):
        yield from family()
    for family in (max_pools, avg_pools):
        yield from family()
    for family in (adaptive_pools, attentions, ropes, upsampling):
        yield from family()
