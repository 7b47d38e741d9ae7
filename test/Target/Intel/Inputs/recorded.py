"""Whether a folder's captures hold all launches: `xcc inspect k.xcb | recorded.py folder`.

Looks for the command COMPUTE_WALKER (Intel's PRM for Ponte Vecchio, volume 2a) of
lanes by 8 or 16; copies and fills of the driver itself are kernels of 32.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re
import struct
import sys
from pathlib import Path

WALKER = 0x72080025  # the command and its length
SIMD_SIZE_SHIFT, SIMD32 = 30, 2
SIZE_DWORD, GROUPS_DWORD = 4, 7


def launches(capture):
    data = capture.read_bytes()
    words = struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])
    for place, word in enumerate(words):
        if word == WALKER and words[place + SIZE_DWORD] >> SIMD_SIZE_SHIFT != SIMD32:
            yield words[place + GROUPS_DWORD : place + GROUPS_DWORD + 3]


def main():
    grids = re.findall(r"grid \[(\d+), (\d+), (\d+)\]", sys.stdin.read())
    expected = {tuple(map(int, grid)) for grid in grids}
    found = {groups for path in Path(sys.argv[1]).glob("*.aub") for groups in launches(path)}
    if not expected or not expected <= found:
        sys.exit(f"expects launches of {expected} groups, got {found or 'none'}")
    print(f"recorded launches of {expected} groups")


if __name__ == "__main__":
    main()
