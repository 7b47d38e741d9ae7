"""The chips that xcc compiles for, as it lists them itself, and which have no matrix unit."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import functools
import re

import emulated

# Types whose products these chips compute without matrix instructions, for they have none.
WITHOUT_MATRICES = {
    "sm_50": {"f16", "bf16"},
    "sm_61": {"f16", "bf16"},
    "sm_70": {"bf16"},
    "sm_75": {"bf16"},
    "gfx906": {"f16", "bf16"},
}


# Attention over heads of this size spills for want of registers, of which a thread has 255.
SPILLS = {
    (
        "sm_70",
        256,
    ): "sums take 128 registers, and queries, of which quad pairs hold two copies, 128",
    ("sm_75", 256): "sums and queries take 192 registers, and what is on its way to shared memory",
}


@functools.cache
def all_chips():
    """Names in the order of `xcc --list-targets`."""
    code, printed = emulated.run("--list-targets")
    assert code == 0, printed
    names = re.findall(r"^(\S+)", printed, re.MULTILINE)
    return tuple(name for name in names if name != "host")


def has_matrices(chip, dtype):
    """Does the chip multiply matrices of a type of 16 bits by an instruction?"""
    return dtype not in WITHOUT_MATRICES.get(chip, ())


def why_it_spills(chip, kernel):
    """The reason for which a kernel may spill; None: it may not."""
    is_attention = kernel.family.sizes == ("l", "s", "e")
    return SPILLS.get((chip, kernel.sizes[-1])) if is_attention else None


def other_chips():
    """All but those of every day."""
    return tuple(chip for chip in all_chips() if chip not in emulated.TARGETS)
