"""Scans, sorts and updates longer than one tile, on emulated devices against the interpreter.

The cases of test/python/ops are shorter: these have several tiles a row, several launches,
lengths that are symbols, and equal elements whose order must stay.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import operations
import pytest
import torch
from case import Case
from values import integers, normal


def along(op, x, dim, function, **options):
    return Case(op, [x], function, {"dim": str(dim)}, **options)


def topk(x, k, dim):
    def meaning(t):
        values, places = t.sort(dim=dim, descending=True, stable=True)
        return values.narrow(dim, 0, k), places.narrow(dim, 0, k)

    return Case("topk", [x], meaning, {"k": str(k), "dim": str(dim)})


def sort(x, dim, **options):
    return along("sort", x, dim, lambda t: t.sort(dim=dim, stable=True), **options)


def descending(x, dim):
    attributes = {"dim": str(dim), "descending": "unit"}
    return Case("sort", [x], lambda t: t.sort(dim=dim, stable=True, descending=True), attributes)


def with_specials(x):
    flat = x.flatten()
    flat[::17], flat[5::101], flat[7::103], flat[1::3] = torch.nan, torch.inf, -torch.inf, -0.0
    return x


def scatter(reduce, dtype):
    x = integers(40, 3, dtype=dtype, seed=1)
    indices = integers(70, 3, low=0, high=40)
    source = integers(70, 3, dtype=dtype, seed=3)
    return Case(
        "scatter",
        [x, indices, source],
        lambda x, i, s: x.scatter_reduce(0, i, s, reduce),
        {"dim": "0", "reduce": f'"{reduce}"'},
    )


# More than a block sorts in registers (1024), and less than the next power of two.
LONG = 2500
CASES = {
    "cumsum": along("cumsum", normal(3, 9000), 1, lambda x: x.cumsum(1), ulps=8),
    # Parts, a block each.
    "cumsum_parts": along("cumsum", normal(1, 70001), 1, lambda x: x.cumsum(1), ulps=16),
    "cumsum_f16": along("cumsum", normal(5, 4100, dtype=torch.float16), 1, lambda x: x.cumsum(1)),
    "cumsum_i64": along("cumsum", integers(2, 5000), 1, lambda x: x.cumsum(1)),
    "cumsum_columns": along("cumsum", normal(300, 130), 0, lambda x: x.cumsum(0), ulps=8),
    "cumsum_symbolic": along(
        "cumsum", normal(4, 4001), 1, lambda x: x.cumsum(1), symbolic=4001, ulps=8
    ),
    "cumprod": along("cumprod", 1 + normal(2, 300, scale=0.01), 1, lambda x: x.cumprod(1), ulps=32),
    "sort": sort(with_specials(normal(2, LONG)), 1),
    "sort_many_short": sort(normal(37, 33), 1),
    "sort_columns": sort(normal(70, 19), 0),
    "sort_ties": sort(integers(1, LONG, dtype=torch.int8), 1),
    "sort_i64": sort(integers(LONG, low=-(2**62), high=2**62), 0),
    "sort_descending": descending(with_specials(normal(LONG, dtype=torch.bfloat16)), 0),
    "sort_symbolic": sort(normal(2, LONG, dtype=torch.float16), 1, symbolic=LONG),
    "sort_symbolic_short": sort(normal(3, 100), 1, symbolic=100),
    "topk": topk(normal(3, LONG), 7, 1),
    "topk_ties": topk(integers(2, 600, low=0, high=5, dtype=torch.int32), 20, 1),
    "scatter_sum": scatter("sum", torch.float16),
    "scatter_amax": scatter("amax", torch.int32),
    "scatter_prod": scatter("prod", torch.int64),
}


def run(case, chip):
    tally = operations.judge_all({chip: [case]})[chip]
    return [text for texts in tally.wrong.values() for text in texts]


CHIPS = operations.listed_chips()


@pytest.mark.parametrize(
    ("chip", "name"), [(CHIPS[i % len(CHIPS)], name) for i, name in enumerate(CASES)]
)
def test_long_row(chip, name):
    assert not run(CASES[name], chip)


@pytest.mark.slow
@pytest.mark.parametrize("chip", CHIPS)
@pytest.mark.parametrize("name", CASES)
def test_long_row_everywhere(chip, name):
    assert not run(CASES[name], chip)
