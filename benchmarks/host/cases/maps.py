"""Chains of element-wise operations on four million elements."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch
from torch.nn import functional as F

from host.cases.case import Case, Function, built, normal

SHAPE = (2048, 2048)
# name -> (function, number of inputs)
CHAINS = {
    "multiply_add_relu": (lambda x, y: F.relu(x * y + x), 2),
    "tanh_silu": (lambda x, y: torch.tanh(x * y + 0.5) * F.silu(y) + x, 2),
    "gelu": (F.gelu, 1),
    "swiglu": (lambda x, y: F.silu(x) * y, 2),
    "exp_log1p_sqrt": (lambda x: torch.sqrt(torch.log1p(torch.exp(x))), 1),
}
BF16 = ("multiply_add_relu", "tanh_silu", "gelu")


def chain(name, dtype) -> Case:
    function, count = CHAINS[name]

    def make():
        return Function(function), tuple(normal(*SHAPE, dtype=dtype) for _ in range(count))

    is_quick = dtype == "f32" and name in ("multiply_add_relu", "tanh_silu")
    return Case(f"map-{name}-{dtype}-4M", "map", dtype, built(make), is_quick=is_quick)


def cases() -> list[Case]:
    return [chain(name, "f32") for name in CHAINS] + [chain(name, "bf16") for name in BF16]
