"""Softmax, norms and losses: operations that need a whole row."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

from torch import nn
from torch.nn import functional as F

from host.cases.case import DTYPES, Case, Function, built, normal
from host.cases.movement import indices

ROWS = (4096, 1024)
# The scores of GPT-2: rows longer than the first-level cache.
LONG_ROWS = (128, 50257)


class Norm(nn.Module):
    """A norm, and a weight and bias that are not one and zero."""

    def __init__(self, norm):
        super().__init__()
        self.norm = norm
        for parameter in self.parameters():
            nn.init.normal_(parameter, 1.0, 0.2)

    def forward(self, x):
        return self.norm(x)


def row_case(name, dtype, module, *shape, is_quick=False) -> Case:
    def make():
        return module().to(DTYPES[dtype]), (normal(*shape, dtype=dtype),)

    sizes = "x".join(map(str, shape))
    return Case(f"{name}-{dtype}-{sizes}", "row", dtype, built(make), is_quick=is_quick)


def softmax():
    return Function(lambda x: F.softmax(x, -1))


def layer_norm(width):
    return lambda: Norm(nn.LayerNorm(width))


def rms_norm(width):
    return lambda: Norm(nn.RMSNorm(width, eps=1e-5))


def group_norm():
    return Norm(nn.GroupNorm(32, 256))


def cross_entropy(rows, classes, is_quick=False) -> Case:
    def make():
        inputs = (normal(rows, classes), indices(classes, rows))
        return Function(F.cross_entropy), inputs

    name = f"cross_entropy-f32-{rows}x{classes}"
    return Case(name, "row", "f32", built(make), is_quick=is_quick)


def cases() -> list[Case]:
    found = []
    for dtype in DTYPES:
        is_quick = dtype == "f32"
        found.append(row_case("softmax", dtype, softmax, *ROWS, is_quick=is_quick))
        found.append(row_case("layer_norm", dtype, layer_norm(1024), *ROWS, is_quick=is_quick))
        found.append(row_case("rms_norm", dtype, rms_norm(1024), *ROWS, is_quick=is_quick))
    found.append(row_case("softmax", "f32", softmax, *LONG_ROWS))
    found.append(row_case("softmax", "f32", softmax, 12, 128, 128))
    found.append(row_case("layer_norm", "f32", layer_norm(768), 128, 768))
    found.append(row_case("rms_norm", "f32", rms_norm(4096), 128, 4096))
    found.append(row_case("group_norm", "f32", group_norm, 1, 256, 56, 56, is_quick=True))
    found.append(row_case("group_norm", "f32", group_norm, 4, 256, 28, 28))
    found.append(cross_entropy(*ROWS, is_quick=True))
    found.append(cross_entropy(*LONG_ROWS))
    return found
