"""The chips that xcc compiles for, as it lists them itself, and which have no matrix unit."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import functools
import re
from dataclasses import dataclass

import emulated

# Types whose products these chips compute without matrix instructions, for they have none.
WITHOUT_MATRICES = {
    "sm_50": {"f16", "bf16", "i8"},
    "sm_61": {"f16", "bf16", "i8"},
    "sm_70": {"bf16", "i8"},
    "sm_75": {"bf16"},
    "gfx906": {"f16", "bf16", "i8"},
}


@dataclass(frozen=True)
class Spill:
    """Kernels that spill on some chips, and why."""

    chips: str
    families: str  # what their names begin with
    size: int | None  # the last one: of attention, of the heads; None: any
    most: int  # as vendor_tools.Report counts them; more is wrong
    why: str

    def covers(self, chip, kernel, spilled):
        return (
            spilled <= self.most
            and chip in self.chips.split()
            and kernel.family.name.startswith(tuple(self.families.split()))
            and self.size in (None, kernel.sizes[-1])
        )

    def __str__(self):
        size = f" of {self.size}" if self.size else ""
        return f"{self.chips}: {self.families}{size}, at most {self.most} ({self.why})"


SPILLS = (
    Spill(
        "sm_70",
        "attention",
        256,
        6532,
        "sums take 128 registers of 255, and queries, of which quad pairs hold two copies, 128",
    ),
    Spill(
        "sm_75",
        "attention",
        256,
        6484,
        "sums and queries take 192 registers of 255, and what is on its way to shared memory",
    ),
    Spill("sm_70", "convolution_prologue", None, 48, "cause not looked into"),
    Spill("gfx908", "attention", 256, 149, "both files of 256 registers are full"),
    Spill(
        "gfx1100 gfx11-generic",
        "attention",
        256,
        314,
        "sums take 128 registers of 256, and queries, of which half-warps hold two copies, 128",
    ),
    Spill(
        "bmg",
        "convolution_groups convolution_transposed",
        None,
        88,
        "by the compiler of 2022, for pvc; cause not looked into",
    ),
    Spill(
        "dg2", "int_linear", None, 9, "by the compiler of 2022, bf16 alone; cause not looked into"
    ),
    Spill(
        "dg2",
        "attention",
        64,
        15,
        "by the compiler of 2022, though queries and sums take 96 registers of 256",
    ),
    Spill(
        "dg2",
        "attention",
        128,
        183,
        "queries and sums of 8 rows on 8 lanes take 192 registers of 256",
    ),
    Spill("dg2", "attention", 256, 593, "sums of 8 rows on 8 lanes take all 256 registers"),
)


@functools.cache
def all_chips():
    """Names in the order of `xcc --list-targets`."""
    code, printed = emulated.run("--list-targets")
    assert code == 0, printed
    names = re.findall(r"^(\S+)", printed, re.MULTILINE)
    return tuple(name for name in names if name != "host")


def has_matrices(chip, dtype):
    """Does the chip multiply matrices of a type by an instruction?"""
    return dtype not in WITHOUT_MATRICES.get(chip, ())


def why_it_spills(chip, kernel, spilled):
    """The reason for which a kernel may spill as much; None: it may not."""
    return next((spill.why for spill in SPILLS if spill.covers(chip, kernel, spilled)), None)


def other_chips():
    """All but those of every day."""
    return tuple(chip for chip in all_chips() if chip not in emulated.TARGETS)
