"""Kernels of every family, as functions of element type and shape.

A family is a function that writes the kernel, for sizes that are numbers or symbols, and a
bound on its error (see bounds.py). Adding one here puts it into the sweep of
test_device_kernels.py and, with a line in tools/dev/device-table, into the table of devices.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import bounds
from families import DTYPES, FAMILIES, Family, Kernel, family

__all__ = ["DTYPES", "FAMILIES", "Family", "Kernel", "family"]


# Element by element, and moving data


@family("map", "m n", bounds.map_)
def _(g, m, n):
    x, y, row = g.input(m, n), g.input(m, n), g.input(n)
    return [g.op("add", g.op("mul", g.op("gelu", x), y), row)]


@family("cast", "m n", bounds.cast)
def _(g, m, n):
    other = "f16" if g.dtype == "f32" else "f32"
    x = g.input(m, n)
    return [g.op("to", g.op("mul", x, x), dtype=other)]


@family("embedding", "m n", bounds.exact)
def _(g, m, n):
    table = g.input(11, n)
    indices = g.input(m, dtype="i64", limits=(0, 11))
    return [g.op("embedding", table, indices, shape=(m, n))]


@family("cat", "m n", bounds.exact)
def _(g, m, n):
    x, y = g.input(m, n), g.input(m, 3)
    width = n + 3 if isinstance(n, int) else f"{n} + 3"
    return [g.op("cat", x, y, shape=(m, width), attributes="dim = 1 : i64")]


@family("slice", "m n", bounds.exact)
def _(g, m, n):
    width = n + 5 if isinstance(n, int) else f"{n} + 5"
    ends = f"start = {g.affine([2])}, end = {g.affine([f'{n} + 2'])}"
    return [g.op("slice", g.input(m, width), shape=(m, n), attributes=f"dim = 1 : i64, {ends}")]


@family("permute", "m n", bounds.exact)
def _(g, m, n):
    attributes = "dims = array<i64: 2, 0, 1>"
    return [g.op("permute", g.input(3, m, n), shape=(n, 3, m), attributes=attributes)]


@family("rope", "m n", bounds.rope)
def _(g, m, n):
    # The halves of a row turn together: its length is even.
    e = 2 * n if isinstance(n, int) else 32
    return [g.op("rope", g.input(2, m, e), g.input(m, e), g.input(m, e))]


# Rows


@family("softmax", "m n", bounds.softmax)
def _(g, m, n):
    return [g.op("softmax", g.input(m, n), attributes="dim = 1 : i64")]


@family("layer_norm", "m n", bounds.layer_norm)
def _(g, m, n):
    operands = g.input(m, n), g.input(n), g.input(n)
    attributes = "normalized_rank = 1 : i64"
    return [g.op("layer_norm", *operands, attributes=attributes, form="{0} weight {1} bias {2}")]


@family("rms_norm", "m n", bounds.rms_norm)
def _(g, m, n):
    return [g.op("rms_norm", g.input(m, n), g.input(n), attributes="normalized_rank = 1 : i64")]


# Positive, or a sum of thousands would cancel until its bound said nothing.
POSITIVE = (0.5, 1.5)


@family("row_sum", "m n", bounds.sum_(1))
def _(g, m, n):
    return [
        g.op("sum", g.input(m, n, limits=POSITIVE), shape=(m,), attributes="dims = array<i64: 1>")
    ]


@family("column_sum", "m n", bounds.sum_(0))
def _(g, m, n):
    return [
        g.op("sum", g.input(m, n, limits=POSITIVE), shape=(n,), attributes="dims = array<i64: 0>")
    ]


@family("full_sum", "m n", bounds.sum_((0, 1)))
def _(g, m, n):
    return [
        g.op("sum", g.input(m, n, limits=POSITIVE), shape=(), attributes="dims = array<i64: 0, 1>")
    ]


@family("argmax", "m n", bounds.exact)
def _(g, m, n):
    attributes = "dim = 1 : i64"
    return [g.op("argmax", g.input(m, n), shape=(m,), dtype="i64", attributes=attributes)]


# Products


def transposed(g, value):
    rank = len(value.shape)
    dims = [*range(rank - 2), rank - 1, rank - 2]
    shape = [value.shape[d] for d in dims]
    order = ", ".join(map(str, dims))
    return g.op("permute", value, shape=shape, attributes=f"dims = array<i64: {order}>")


def product(forms):
    """lhs and rhs are each stored as is (N) or transposed (T)."""

    def write(g, m, n, k):
        lhs = g.input(m, k) if forms[0] == "N" else transposed(g, g.input(k, m))
        rhs = g.input(k, n) if forms[1] == "N" else transposed(g, g.input(n, k))
        return [g.op("mm", lhs, rhs, shape=(m, n))]

    return write


for _forms in ("NN", "NT", "TN", "TT"):
    family(f"mm_{_forms.lower()}", "m n k", bounds.mm(_forms), True)(product(_forms))


@family("bmm", "m n k", bounds.mm("NN"), True)
def _(g, m, n, k):
    return [g.op("bmm", g.input(3, m, k), g.input(3, k, n), shape=(3, m, n))]


@family("linear_gelu_add", "m n k", bounds.linear_gelu_add, True)
def _(g, m, n, k):
    x, w, bias, residual = g.input(m, k), g.input(n, k), g.input(n), g.input(m, n)
    y = g.op("linear", x, w, bias, shape=(m, n))
    return [g.op("add", g.op("gelu", y), residual)]


@family("cast_linear", "m n k", bounds.cast_linear, True)
def _(g, m, n, k):
    other = "f16" if g.dtype == "f32" else "f32"
    x, w = g.input(m, k, dtype=other), g.input(n, k)
    return [g.op("linear", g.op("to", x, dtype=g.dtype), w, shape=(m, n))]


@family("norm_linear", "m n k", bounds.norm_linear, True)
def _(g, m, n, k):
    x, scale, w = g.input(m, k), g.input(k), g.input(n, k)
    y = g.op("rms_norm", x, scale, attributes="normalized_rank = 1 : i64")
    return [g.op("linear", y, w, shape=(m, n))]


@family("thin", "m n k", bounds.mm("NT"), True)
def _(g, m, n, k):
    # Few rows, long sums: the blocks share the sums.
    long = 8 * k if isinstance(k, int) else k
    return [g.op("linear", g.input(m, long), g.input(n, long), shape=(m, n))]


BYTES = (-128, 128)
# How the sides of a narrow product are stored, by the type of its result.
STORED = {"f32": "NN", "f16": "NT", "bf16": "TN"}


def stored(g, transpose, rows, columns, **how):
    if transpose == "T":
        return transposed(g, g.input(columns, rows, **how))
    return g.input(rows, columns, **how)


@family("int_mm", "m n k", bounds.exact, True)
def _(g, m, n, k):
    left, right = STORED[g.dtype]
    how = {"dtype": "i8", "limits": BYTES}
    return [
        g.op(
            "int_mm",
            stored(g, left, m, k, **how),
            stored(g, right, k, n, **how),
            shape=(m, n),
            dtype="i32",
        )
    ]


@family("int_linear", "m n k", bounds.int_linear, True)
def _(g, m, n, k):
    how = {"dtype": "i8", "limits": BYTES}
    x, w = g.input(m, k, **how), transposed(g, g.input(n, k, **how))
    scale = g.input(n, dtype="f32", limits=POSITIVE)
    sums = g.op("to", g.op("int_mm", x, w, shape=(m, n), dtype="i32"), dtype="f32")
    y = g.op("mul", sums, scale)
    # The largest sums are beyond f16.
    y = g.op("mul", y, g.scalar(2.0**-20, dtype="f32"))
    return [y if g.dtype == "f32" else g.op("to", y, dtype=g.dtype)]


def scaled(lhs, rhs):
    """8-bit floats: one scale each, or, where the result is bf16, one a row and a column and a
    bias."""

    def write(g, m, n, k):
        left, right = STORED[g.dtype]
        operands = [stored(g, left, m, k, dtype=lhs), stored(g, right, k, n, dtype=rhs)]
        by_row = g.dtype == "bf16"
        for shape in ((m, 1), (1, n)) if by_row else ((), (1,)):
            operands.append(g.input(*shape, dtype="f32", limits=POSITIVE))
        if by_row:
            operands.append(g.input(n))
        return [g.op("scaled_mm", *operands, shape=(m, n), dtype=g.dtype)]

    return write


for _lhs, _rhs in (("4M3FN", "4M3FN"), ("5M2", "5M2"), ("4M3FN", "5M2")):
    _name = f"scaled_mm_{'_'.join(dict.fromkeys(f'e{t[:3].lower()}' for t in (_lhs, _rhs)))}"
    family(_name, "m n k", bounds.scaled_mm, True)(scaled(f"f8E{_lhs}", f"f8E{_rhs}"))


# Attention: l queries, s keys, heads of e elements


def attention(heads, key_heads, mask=None, causal=False):
    def write(g, l, s, e):  # noqa: E741
        q, k, v = g.input(2, heads, l, e), g.input(2, key_heads, s, e), g.input(2, key_heads, s, e)
        operands = [q, k, v]
        if mask == "bool":
            operands.append(g.input(2, 1, l, s, dtype="i1", limits=(0, 2)))
        if mask == "bias":
            operands.append(g.input(1, heads, l, s))
        attributes = "is_causal" if causal else ""
        return [g.op("scaled_dot_product_attention", *operands, attributes=attributes)]

    return write


for _name, _how in {
    "attention": {"heads": 2, "key_heads": 2},
    "attention_causal": {"heads": 2, "key_heads": 2, "causal": True},
    "attention_mask": {"heads": 2, "key_heads": 2, "mask": "bool"},
    "attention_bias": {"heads": 2, "key_heads": 2, "mask": "bias"},
    "attention_gqa": {"heads": 4, "key_heads": 2},
    "attention_mqa": {"heads": 4, "key_heads": 1, "causal": True},
}.items():
    _bound = bounds.attention(_how.get("causal", False))
    family(_name, "l s e", _bound, True)(attention(**_how))


# Images come last: they have a file of their own.
import images as images  # noqa: E402
