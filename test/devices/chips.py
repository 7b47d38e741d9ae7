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


def other_chips():
    """All but those of every day."""
    return tuple(chip for chip in all_chips() if chip not in emulated.TARGETS)
