"""Each family of kernels, in each type, at awkward shapes, on emulated devices of three vendors.

Every day on one chip of each, with a product on each of the others; `-m slow` is all on all.
A case is compiled once for all targets. It passes when threads in order, copies at once and
random orders all run without a fault (races, accesses out of bounds, unwritten outputs), and
no output is further from the float64 interpreter than the bound derived in bounds.py.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import chips
import emulated
import kernels
import pytest

RANDOM_SCHEDULES = 5

# Blocks take 16 to 256 elements of a dimension, powers of two all: beside 1 and nothing come
# primes, and one off on either side.
PLANES = [(1, 1), (7, 1), (1, 37), (17, 13), (63, 65), (129, 127), (31, 257), (3, 1025)]
EMPTY_PLANES = [(0, 5), (5, 0)]
PRODUCTS = [
    (1, 1, 1),
    (7, 5, 1),
    (17, 13, 7),
    (63, 65, 31),
    (65, 63, 33),
    (129, 127, 65),
    (1, 127, 129),
]
EMPTY_PRODUCTS = [(0, 5, 3), (5, 0, 3), (5, 3, 0)]
# Queries, keys, elements of a head: the blocks of 64 and 128, decoding, and all head sizes.
ATTENTIONS = [(1, 1, 16), (17, 13, 1), (63, 65, 64), (65, 129, 32), (1, 127, 64)]
HEADS = [(33, 31, e) for e in (16, 24, 40, 64, 80, 96, 128, 192, 256)]
EMPTY_ATTENTIONS = [(0, 5, 16), (5, 0, 16)]
# Images of s lines of s + 1 pixels, and channels: one pixel, less than a window, odd sizes, more
# than a block of channels or of depth.
IMAGES = [(1, 1, 1), (2, 2, 3), (3, 9, 5), (1, 17, 16), (2, 5, 70)]
EMPTY_IMAGES = [(0, 5, 4)]
# One bundle, run at each; every day at two.
SYMBOLIC = ((1, 1, 1), (0, 3, 5), (37, 1, 65), (130, 129, 31))
QUICK_SYMBOLIC = ((0, 3, 5), (37, 1, 17))
IMAGE_PLACES = ((1, 1), (0, 3), (3, 8), (2, 17))
# Sizes that are never symbols: a head is part of a layout, channels are the weights'.
FIXED = {"e": 40, "c": 6}

# Emulating one takes long; masks, causal and grouped heads are in the other families.
SLOW_FAMILIES = {"attention_causal", "attention_bias", "attention_gqa"}

# Nothing is the largest of no element; the sweep's other rows are.
REFUSED = {("argmax", (5, 0))}


def shapes(family):
    if family.sizes == ("m", "n"):
        return PLANES + EMPTY_PLANES
    if family.sizes == ("m", "n", "k"):
        return PRODUCTS + EMPTY_PRODUCTS
    if family.sizes == ("b", "s", "c"):
        return IMAGES + EMPTY_IMAGES
    return ATTENTIONS + EMPTY_ATTENTIONS + (HEADS if family.name == "attention" else [])


def judge(folder, kernel, bundle, targets=emulated.TARGETS):
    verdicts, bound = emulated.verify(kernel, bundle, RANDOM_SCHEDULES, targets)
    # `xcc verify` prints two digits.
    far = {t: v.error for t, v in verdicts.items() if not v.error <= 1.05 * bound}
    return [f"{kernel.name} at {kernel.graph.symbols}: {far}, bound {bound:.2g}"] if far else []


def run_fixed(folder, name, dtype, sizes):
    kernel = kernels.FAMILIES[name].kernel(dtype, sizes)
    return judge(folder, kernel, emulated.compile_kernel(kernel, folder))


def run_on_chip(folder, chip, name, cases):
    """What is wrong of a family's cases, each a type and sizes, on one chip."""
    (place := folder / chip).mkdir(exist_ok=True)
    wrong = []
    for dtype, sizes in cases:
        kernel = kernels.FAMILIES[name].kernel(dtype, sizes)
        try:
            bundle = emulated.compile_kernel(kernel, place, [chip])
            wrong += judge(place, kernel, bundle, [chip])
            bundle.unlink()
        except emulated.Failure as failure:
            wrong.append(str(failure))
    return wrong


def run_symbolic(folder, name, dtype, places):
    """All sizes but those in FIXED are symbols."""
    family, bundle, wrong = kernels.FAMILIES[name], None, []
    symbols = [size for size in family.sizes if size not in FIXED]
    sizes = tuple(FIXED.get(size, size) for size in family.sizes)
    for values in places:
        at = dict(zip(symbols, values, strict=False))
        if name == "argmax" and 0 in at.values():
            continue
        kernel = family.kernel(dtype, sizes, at)
        bundle = bundle or emulated.compile_kernel(kernel, folder)
        wrong += judge(folder, kernel, bundle)
    return wrong


def slow(*values):
    return pytest.param(*values, marks=pytest.mark.slow)


def quick_shape(index, family):
    """One shape of each family for every day; the sweep has all."""
    if family.sizes == ("m", "n"):
        return [(17, 13), (63, 65), (3, 1025)][index % 3]
    if family.sizes == ("m", "n", "k"):
        return [(63, 65, 31), (7, 5, 1)][index % 2]
    if family.sizes == ("b", "s", "c"):
        return (3, 9, 5)
    return (33, 65, 24)


def fixed_cases():
    for index, family in enumerate(kernels.FAMILIES.values()):
        quick = kernels.DTYPES[index % len(kernels.DTYPES)], quick_shape(index, family)
        case = family.name, *quick
        yield slow(*case) if family.name in SLOW_FAMILIES else case
        for dtype in kernels.DTYPES:
            for sizes in shapes(family):
                if (family.name, sizes) not in REFUSED and (dtype, sizes) != quick:
                    yield slow(family.name, dtype, sizes)


def symbolic_cases():
    for index, (name, family) in enumerate(kernels.FAMILIES.items()):
        is_image = family.sizes == ("b", "s", "c")
        for dtype in kernels.DTYPES:
            is_quick = (
                index % 8 == 2
                and name not in SLOW_FAMILIES
                and dtype == kernels.DTYPES[index // 8 % 3]
            )
            if is_quick:
                yield name, dtype, IMAGE_PLACES[1:3] if is_image else QUICK_SYMBOLIC
            yield slow(name, dtype, IMAGE_PLACES if is_image else SYMBOLIC)


# A product whose edges are inside of blocks, with an epilogue: all of a chip's path.
ON_EVERY_CHIP = "linear_gelu_add", (65, 63, 33)


def chip_cases():
    for index, chip in enumerate(chips.other_chips()):
        name, sizes = ON_EVERY_CHIP
        yield chip, name, ((("f16", "bf16")[index % 2], sizes),)
        for family in kernels.FAMILIES.values():
            cases = [
                (dtype, case)
                for dtype in kernels.DTYPES
                for case in shapes(family)
                if (family.name, case) not in REFUSED
            ]
            yield slow(chip, family.name, tuple(cases))


def identify(value):
    if not isinstance(value, tuple):
        return None
    if not isinstance(value[0], tuple):
        return "x".join(map(str, value))
    return f"{len(value)}-cases" if isinstance(value[0][0], str) else f"{len(value)}-places"


@pytest.mark.parametrize(("name", "dtype", "sizes"), list(fixed_cases()), ids=identify)
def test_fixed_shapes(ahead, name, dtype, sizes):
    assert not ahead.begin(run_fixed, name, dtype, sizes).result()


@pytest.mark.parametrize(("chip", "name", "cases"), list(chip_cases()), ids=identify)
def test_other_chips(ahead, chip, name, cases):
    wrong = ahead.begin(run_on_chip, chip, name, cases).result()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("name", "dtype", "places"), list(symbolic_cases()), ids=identify)
def test_symbolic_shapes(ahead, name, dtype, places):
    assert not ahead.begin(run_symbolic, name, dtype, places).result()


# What the fixture `ahead` begins for each.
test_fixed_shapes.work = run_fixed
test_other_chips.work = run_on_chip
test_symbolic_shapes.work = run_symbolic
