"""Making, viewing, moving and indexing tensors: FxMovement.td."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import torch
import torch.nn.functional as F
from case import FLOATS, INTS, Case
from contractions import array
from elementwise import ARITH, NUMBER
from values import any_of, integers, normal


def creation():
    for dtype in ARITH:
        value = any_of(dtype=dtype)
        for shape in ([], [3], [2, 0], [5, 4]):
            yield Case("full", [value], lambda v, s=shape: v.expand(s), maps={"shape": shape})
    for dtype in (*FLOATS, torch.int64, torch.int32, torch.uint8):
        yield Case(
            "arange",
            [],
            lambda d=dtype: (
                torch.arange(9).double() if d.is_floating_point else torch.arange(9).to(d)
            ),
            maps={"shape": [9]},
            dtypes=[dtype],
        )
        yield Case(
            "arange",
            [],
            lambda d=dtype: (2 + 3 * torch.arange(5)).to(
                torch.float64 if d.is_floating_point else d
            ),
            {"start": "2.0 : f64", "step": "3.0 : f64"},
            {"shape": [5]},
            dtypes=[dtype],
        )
    yield Case(
        "arange",
        [],
        lambda: 0.5 - 0.25 * torch.arange(7).double(),
        {"start": "0.5 : f64", "step": "-0.25 : f64"},
        {"shape": [7]},
        dtypes=[torch.float32],
        symbolic=7,
    )

    # Fractions that f32 does not hold, and such that count in units of 2^-20.
    for start, step in ((0.1, 0.3), (-3.5, 5 * 2.0**-20)):
        yield Case(
            "arange",
            [],
            lambda start=start, step=step: start + step * torch.arange(33).double(),
            {"start": f"{start!r} : f64", "step": f"{step!r} : f64"},
            {"shape": [33]},
            dtypes=[torch.float32],
        )


def counting():
    for dtype in INTS:
        yield Case(
            "iota",
            [],
            lambda d=dtype: (3 + 5 * torch.arange(6)).to(d),
            {"start": "3", "step": "5"},
            {"shape": [6]},
            dtypes=[dtype],
        )
    yield Case("iota", [], lambda: torch.arange(0), maps={"shape": [0]}, dtypes=[torch.int64])


def triangles():
    for op, function in (("tril", torch.tril), ("triu", torch.triu)):
        for dtype in ARITH:
            for diagonal in (0, -2, 3):
                yield Case(
                    op,
                    [any_of(2, 5, 4, dtype=dtype)],
                    lambda x, f=function, d=diagonal: f(x, d),
                    {"diagonal": str(diagonal)},
                )
        yield Case(op, [normal(7, 7)], function, symbolic=7)


def views():
    for dtype in ARITH:
        x = any_of(2, 6, dtype=dtype)
        yield Case("view", [x], lambda x: x.view(3, 4), maps={"shape": [3, 4]})
        yield Case("permute", [x], lambda x: x.permute(1, 0), {"dims": array([1, 0])})
        yield Case("expand", [x[:, :1]], lambda x: x.expand(3, 2, 4), maps={"shape": [3, 2, 4]})
    for start, end in (([12], [2, 2, 3]), ([2, 0, 3], [0, 5]), ([], [1, 1]), ([1], [])):
        x = normal(*start)
        yield Case("view", [x], lambda x, s=end: x.reshape(s), maps={"shape": end})
    x = normal(7, 6)
    yield Case("view", [x], lambda x: x.view(7, 2, 3), maps={"shape": [7, 2, 3]}, symbolic=7)
    x = normal(2, 1, 3)
    yield Case("expand", [x], lambda x: x.expand(2, 7, 3), maps={"shape": [2, 7, 3]}, symbolic=7)
    for shape, dims in (((2, 3, 4), [2, 0, 1]), ((1, 5, 1, 3), [3, 1, 0, 2]), ((0, 3), [1, 0])):
        x = normal(*shape)
        yield Case("permute", [x], lambda x, d=dims: x.permute(d), {"dims": array(dims)})
    x = normal(37, 65)
    yield Case("permute", [x], torch.t, {"dims": array([1, 0])})
    x = normal(2, 7, 3)
    dims = {"dims": array([1, 2, 0])}
    yield Case("permute", [x], lambda x: x.permute(1, 2, 0), dims, symbolic=7)


def slices():
    for dtype in ARITH:
        yield Case(
            "slice",
            [any_of(4, 9, dtype=dtype)],
            lambda x: x[:, 1:8:3],
            {"dim": "1", "step": "3"},
            {"start": [1], "end": [8]},
        )
        yield Case(
            "select", [any_of(4, 9, dtype=dtype)], lambda x: x[:, 5], {"dim": "1"}, {"index": [5]}
        )
    for dim, start, end, step in ((0, 0, 5, 1), (0, 2, 2, 1), (1, 1, 3, 2), (2, 0, 4, 3)):
        keys = (*[slice(None)] * dim, slice(start, end, step))
        yield Case(
            "slice",
            [normal(5, 3, 4)],
            lambda x, k=keys: x[k],
            {"dim": str(dim), "step": str(step)},
            {"start": [start], "end": [end]},
        )
    yield Case(
        "slice",
        [normal(7, 4)],
        lambda x: x[2:],
        {"dim": "0"},
        {"start": [2], "end": [7]},
        symbolic=7,
        derived=(5,),
    )
    for dim, index in ((0, 0), (1, 2), (2, 3)):
        x, where = normal(5, 3, 4), {"index": [index]}
        yield Case(
            "select", [x], lambda x, d=dim, i=index: x.select(d, i), {"dim": str(dim)}, where
        )


def movements():
    for dtype in ARITH:
        x = any_of(3, 4, dtype=dtype)
        yield Case("flip", [x], lambda x: x.flip(1), {"dims": array([1])})
        shift = {"shifts": array([1, -2]), "dims": array([0, 1])}
        yield Case("roll", [x], lambda x: x.roll((1, -2), (0, 1)), shift)
        yield Case("repeat", [x], lambda x: x.repeat(2, 1, 3), {"repeats": array([2, 1, 3])})
        yield Case("cat", [x, x[:, :1], x[:, :0]], lambda *x: torch.cat(x, 1), {"dim": "1"})
        value = {} if dtype == torch.bool else {"value": "2.0 : f64"}
        fill = True if dtype == torch.bool else 2
        yield Case(
            "pad",
            [x],
            lambda x, v=fill: F.pad(x.to(x.dtype), (1, 2, 0, 1), value=v),
            {"low": array([0, 1]), "high": array([1, 2]), **(value or {"value": "1.0 : f64"})},
        )
    for dims in ([0], [0, 1, 2], [2, 0]):
        yield Case("flip", [normal(2, 3, 4)], lambda x, d=dims: x.flip(d), {"dims": array(dims)})
    yield Case(
        "roll", [normal(5)], lambda x: x.roll(12, 0), {"shifts": array([12]), "dims": array([0])}
    )
    yield Case("repeat", [normal(2, 3)], lambda x: x.repeat(0, 2), {"repeats": array([0, 2])})
    yield Case("repeat", [normal()], lambda x: x.repeat(4), {"repeats": array([4])})
    crop = {"low": array([-1, 2]), "high": array([1, -2])}
    yield Case("pad", [normal(4, 5)], lambda x: F.pad(x, (2, -2, -1, 1)), crop)
    infinite = {"low": array([1]), "high": array([0]), "value": "0xFFF0000000000000 : f64"}
    yield Case("pad", [normal(4)], lambda x: F.pad(x, (1, 0), value=-torch.inf), infinite)
    wider = {"low": array([0, 1]), "high": array([0, 1])}
    yield Case("pad", [normal(7, 3)], lambda x: F.pad(x, (1, 1)), wider, symbolic=7)
    yield Case("pad", [normal(3, 7)], lambda x: F.pad(x, (1, 1)), wider, symbolic=7, derived=(9,))
    for shapes, dim in ((((2, 3), (4, 3)), 0), (((2, 3, 4), (2, 1, 4), (2, 2, 4)), 1)):
        inputs = [normal(*shape, seed=i) for i, shape in enumerate(shapes)]
        yield Case("cat", inputs, lambda *x, d=dim: torch.cat(x, d), {"dim": str(dim)})
    one = [normal(3)]
    yield Case("cat", one, lambda x: x.clone(), {"dim": "0"})
    inputs = [normal(7, 3), normal(7, 3, seed=1)]
    yield Case("cat", inputs, lambda *x: torch.cat(x, 0), {"dim": "0"}, symbolic=7, derived=(14,))


def gathers():
    for dtype in ARITH:
        table, index = any_of(6, 4, dtype=dtype), integers(2, 3, low=0, high=6)
        yield Case("embedding", [table, index], lambda t, i: t[i])
        which = integers(5, low=0, high=4, dtype=torch.int32)
        yield Case("index_select", [table, which], lambda t, i: t.index_select(1, i), {"dim": "1"})
        yield Case(
            "gather",
            [table, integers(3, 4, low=0, high=6)],
            lambda t, i: t.gather(0, i),
            {"dim": "0"},
        )
        yield Case("index", [table, index], lambda t, i: t[i.long()], {"dims": array([0])})
    for shape in ((), (0,), (7,)):
        index = integers(*shape, low=0, high=6)
        symbolic = 7 if shape == (7,) else None
        yield Case("embedding", [normal(6, 3), index], lambda t, i: t[i], symbolic=symbolic)
    yield Case(
        "gather",
        [normal(4, 6, 2), integers(3, 9, 2, low=0, high=6, dtype=torch.int32)],
        lambda t, i: t.gather(1, i.long()),
        {"dim": "1"},
    )


def advanced():
    x = normal(5, 4, 6)
    i, j = integers(3, low=-5, high=5), integers(2, 1, low=-4, high=4, seed=1)
    k = integers(3, low=0, high=6, seed=2)
    rows = (
        ([0], [i], lambda x, i: x[i]),
        ([1], [j], lambda x, j: x[:, j]),
        ([0, 1], [i, j], lambda x, i, j: x[i, j]),
        ([0, 2], [i, k], lambda x, i, k: x[i, :, k]),
        ([1, 2], [j, k], lambda x, j, k: x[:, j, k]),
        ([0, 1, 2], [i, j, k], lambda x, i, j, k: x[i, j, k]),
    )
    for dims, indices, function in rows:
        yield Case("index", [x, *indices], function, {"dims": array(dims)})
        yield from puts(x, dims, indices, function)
    for dtype in NUMBER:
        x, values = any_of(5, 3, dtype=dtype), any_of(4, 3, dtype=dtype, seed=3)
        index = torch.tensor([0, 3, 0, -2])
        yield Case(
            "index_put",
            [x, values, index],
            lambda x, v, i: x.index_put((i,), v, accumulate=True),
            {"dims": array([0]), "accumulate": "unit"},
        )


def puts(x, dims, indices, function):
    def put(x, values, *indices, accumulate=False):
        keys, given = [slice(None)] * 3, iter(indices)
        for dim in dims:
            keys[dim] = next(given)
        result = x.clone()
        if not accumulate:
            result[tuple(keys)] = values
            return result
        # Where index_put takes no slices, every place is counted by hand.
        places = torch.arange(x.numel()).view(x.shape)[tuple(keys)]
        flat = result.view(-1)
        return flat.index_add(0, places.reshape(-1), values.expand(places.shape).reshape(-1)).view(
            x.shape
        )

    shape = function(x, *indices).shape
    for values in (normal(*shape, seed=3), normal(seed=4)):
        total = lambda *t: put(*t, accumulate=True)  # noqa: E731
        more = {"dims": array(dims), "accumulate": "unit"}
        yield Case("index_put", [x, values, *indices], total, more, ulps=8)
    # The last write wins only where it is the same for all: PyTorch leaves the order open.
    yield Case("index_put", [x, normal(seed=4), *indices], put, {"dims": array(dims)})


def scatters():
    for dtype in NUMBER:
        x, source = any_of(5, 4, dtype=dtype), any_of(3, 4, dtype=dtype, seed=1)
        distinct = torch.tensor([[0, 1, 2, 3], [1, 2, 3, 4], [4, 0, 0, 1]])
        repeated = integers(3, 4, low=0, high=5, seed=2)
        yield Case(
            "scatter", [x, distinct, source], lambda x, i, s: x.scatter(0, i, s), {"dim": "0"}
        )
        for reduce in ("sum", "prod", "amax", "amin"):
            for exclude in (False, True):
                yield Case(
                    "scatter",
                    [x, repeated, source],
                    lambda x, i, s, r=reduce, e=exclude: x.scatter_reduce(
                        0, i, s, r, include_self=not e
                    ),
                    {
                        "dim": "0",
                        "reduce": f'"{reduce}"',
                        **({"exclude_self": "unit"} if exclude else {}),
                    },
                    ulps=8,
                )
    smaller = integers(2, 3, low=0, high=6, dtype=torch.int32, seed=5)
    yield Case(
        "scatter",
        [normal(4, 6), smaller, normal(4, 5)],
        lambda x, i, s: x.scatter_add(1, i.long(), s),
        {"dim": "1", "reduce": '"sum"'},
        ulps=8,
    )


def cases():
    for family in (
        creation,
        counting,
        triangles,
        views,
        slices,
        movements,
        gathers,
        advanced,
        scatters,
    ):
        yield from family()
