"""Products of matrices, and linear layers with what follows them."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

from torch import nn
from torch.nn import functional as F

from host.cases.case import DTYPES, Case, Function, built, normal

SQUARES = (64, 128, 256, 512, 1000, 1024, 2048)
# (m, n, k), the right operand a weight: layers of BERT, then few rows by a large weight.
WEIGHTS = (
    (512, 512, 512),
    (1024, 1024, 1024),
    (128, 768, 768),
    (128, 3072, 768),
    (1, 4096, 4096),
    (8, 4096, 4096),
    (32, 4096, 4096),
)
QUICK = {"f32-512", "f32-1024", "bf16-512", "f32-512-tt", "f32-128x3072x768-weight"}
QUICK |= {"f32-1x4096x4096-weight", "bf16-128x3072x768-weight", "f32-64"}

EPILOGUES = {
    "gelu": lambda x, residual: F.gelu(x),
    "silu": lambda x, residual: F.silu(x),
    "residual": lambda x, residual: x + residual,
}


class Linear(nn.Module):
    """x -> epilogue(x * weight + bias)"""

    def __init__(self, n, k, epilogue):
        super().__init__()
        self.linear = nn.Linear(k, n)
        self.epilogue = epilogue

    def forward(self, x, residual=None):
        return self.epilogue(self.linear(x), residual)


def product(dtype, m, n, k, order="nn") -> Case:
    """Both operands known when it runs; `order` says which lie transposed in memory."""

    def make():
        lhs = normal(*((k, m) if order[0] == "t" else (m, k)), dtype=dtype)
        rhs = normal(*((n, k) if order[1] == "t" else (k, n)), dtype=dtype)
        return Function(lambda a, b: turned(a, order[0]) @ turned(b, order[1])), (lhs, rhs)

    name = f"{dtype}-{m}" if m == n == k else f"{dtype}-{m}x{n}x{k}"
    name += "" if order == "nn" else f"-{order}"
    return Case(f"gemm-{name}", "gemm", dtype, built(make), 2.0 * m * n * k, None, name in QUICK)


def turned(x, how):
    return x.t() if how == "t" else x


def weighted(dtype, m, n, k) -> Case:
    """The right operand is a weight, as nn.Linear has it."""

    def make():
        layer = nn.Linear(k, n, bias=False).to(DTYPES[dtype])
        return layer, (normal(m, k, dtype=dtype),)

    name = f"{dtype}-{m}x{n}x{k}-weight"
    return Case(f"gemm-{name}", "gemm", dtype, built(make), 2.0 * m * n * k, None, name in QUICK)


def linear(dtype, epilogue, m, n, k) -> Case:
    def make():
        layer = Linear(n, k, EPILOGUES[epilogue]).to(DTYPES[dtype])
        inputs = (normal(m, k, dtype=dtype),)
        if epilogue == "residual":
            inputs += (normal(m, n, dtype=dtype),)
        return layer, inputs

    name = f"linear-{epilogue}-{dtype}-{m}x{n}x{k}"
    is_quick = dtype == "f32" and m == 128
    return Case(name, "linear", dtype, built(make), 2.0 * m * n * k, None, is_quick)


def cases() -> list[Case]:
    found = []
    for dtype in DTYPES:
        found += [product(dtype, n, n, n) for n in SQUARES]
        found += [product(dtype, 512, 512, 512, order) for order in ("nt", "tn", "tt")]
        found += [weighted(dtype, *sizes) for sizes in WEIGHTS]
    found += [product("f32", 1000, 1000, 1000, order) for order in ("nt", "tn", "tt")]
    for dtype in DTYPES:
        found += [linear(dtype, e, 128, 3072, 768) for e in ("gelu", "silu")]
        found.append(linear(dtype, "residual", 128, 768, 3072))
    found += [linear("f32", e, 512, 3072, 768) for e in ("gelu", "silu")]
    found.append(linear("f32", "residual", 512, 768, 3072))
    return found
