"""What a case of op_cases is, and makers of its inputs."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

from collections.abc import Callable
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Case:
    """A function of tensors, and a way to make its inputs."""

    name: str
    function: Callable
    inputs: Callable[[], tuple]


def normal(*shape, dtype=torch.float32):
    return torch.randn(*shape).to(dtype)


def positive(*shape):
    return torch.rand(*shape) + 0.5


def unit(*shape):
    return torch.rand(*shape) * 1.8 - 0.9


def whole(*shape, low=-9, high=9, dtype=torch.int64):
    return torch.randint(low, high, shape, dtype=dtype)


def truth(*shape):
    return torch.rand(*shape) > 0.5


CASES: dict[str, list[Case]] = {}


def family(name: str, *cases) -> None:
    CASES[name] = [Case(f"{name}-{c[0]}", c[1], c[2]) for c in cases]
