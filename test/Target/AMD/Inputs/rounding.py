"""f32 numbers that round to bf16 in every way, and whether a result did so.

rounding.py make x.npy              writes 4096 of them
rounding.py check y.safetensors
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import random
import struct
import sys
from pathlib import Path

COUNT = 4096


def numbers():
    """Bits: ties to both sides, the largest, denormals, infinities, NaN of all kinds."""
    random.seed(0)
    special = [0x7F800000, 0x7F7FFFFF, 0x7F7F7FFF, 0x7F7F8000, 0x7FC00000, 0x7F800001]
    special += [0x7FFFFFFF, 0x7FFF8000, 0, 1, 0x7FFF, 0x8000, 0x18000, 0x17FFF, 0x3F808000]
    special += [0x3F818000, 0x3F80FFFF, 0x3F807FFF, 0x3F808001]
    bits = special + [b | 1 << 31 for b in special]
    return bits + [random.getrandbits(32) for _ in range(COUNT - len(bits))]


def rounded(bits):
    """To the nearest, ties to even, by whole numbers alone; None of NaN."""
    if bits & 0x7FFFFFFF > 0x7F800000:
        return None
    kept, lost = bits >> 16, bits & 0xFFFF
    return kept + (lost > 0x8000 or (lost == 0x8000 and kept & 1))


def make(path):
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({COUNT},), }}".ljust(117) + "\n"
    prefix = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header))
    path.write_bytes(prefix + header.encode() + struct.pack(f"<{COUNT}I", *numbers()))


def check(result):
    content = result.read_bytes()
    size = struct.unpack_from("<Q", content)[0]
    header = json.loads(content[8 : 8 + size])
    (tensor,) = (value for key, value in header.items() if key != "__metadata__")
    first = 8 + size + tensor["data_offsets"][0]
    got = struct.unpack_from(f"<{COUNT}H", content, first)
    for bits, half in zip(numbers(), got, strict=True):
        expected = rounded(bits)
        is_nan = half & 0x7FFF > 0x7F80
        if half != expected if expected is not None else not is_nan:
            sys.exit(f"rounding: {bits:#010x}: expected {expected}, got {half:#06x}")
    print(f"{COUNT} numbers rounded as they should")


if __name__ == "__main__":
    make(Path(sys.argv[2])) if sys.argv[1] == "make" else check(Path(sys.argv[2]))
