"""What a case of the benchmark is: a model, its inputs, and the work that it cannot avoid."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

DTYPES = {"f32": torch.float32, "bf16": torch.bfloat16}
# Largest error in units of the output's largest magnitude. f32: as the tests of operations
# have it, some roundings of the dtype over sums in any order. bf16: one unit in the last
# place, twice what rounding the exact result costs.
BOUNDS = {"f32": 2e-5, "bf16": 2.0**-7}
# Whole models: rounding errors go through all layers. As examples/run.py has it.
MODEL_BOUND = 1e-4


@dataclass(frozen=True)
class Case:
    """One line of the table."""

    name: str
    family: str
    # Of inputs and weights: a key of DTYPES.
    dtype: str
    # -> (module in eval mode, inputs); the same numbers each time.
    build: Callable[[], tuple[nn.Module, tuple[torch.Tensor, ...]]]
    # Multiplications and additions of products; 0: there are none, None: to be counted.
    flops: float | None = 0
    # Bytes that must be moved, where that is not each input, weight and output once.
    num_bytes: int | None = None
    # In the subset of --quick.
    is_quick: bool = False

    @property
    def bound(self) -> float:
        return MODEL_BOUND if self.family == "model" else BOUNDS[self.dtype]

    @property
    def has_tunable_products(self) -> bool:
        """True where max-autotune has something to choose: products of matrices."""
        return self.family in ("gemm", "linear", "model")


class Function(nn.Module):
    """A function of tensors as a module."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *inputs):
        return self.function(*inputs)


def normal(*shape, dtype="f32", scale=1.0) -> torch.Tensor:
    return (scale * torch.randn(*shape)).to(DTYPES[dtype])


def tensor_bytes(tensors) -> int:
    return sum(t.numel() * t.element_size() for t in tensors)


def built(make) -> Callable:
    """`make` after a fixed seed, its module in eval mode."""

    def build():
        torch.manual_seed(0)
        module, inputs = make()
        return module.eval().requires_grad_(False), inputs

    return build
