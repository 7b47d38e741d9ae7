"""What a cubin's kernels are made of: registers, and how often which opcode.

The opcode is in the low 12 bits of each 16 bytes of a kernel's section. These are
the same on sm_75 to sm_90.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import struct
import sys
from collections import Counter
from pathlib import Path

OPCODES = {
    0x23C: "HMMA", 0x83B: "LDSM", 0xFAE: "LDGSTS", 0x986: "STG", 0x981: "LDG", 0x984: "LDS",
    0x388: "STS", 0xB1D: "BAR", 0x308: "MUFU", 0xF89: "SHFL", 0x983: "LDL", 0x387: "STL",
    0x9F0: "HGMMA", 0xDF0: "HGMMA", 0x5B4: "UTMALDG",
}  # fmt: skip


def main():
    image = Path(sys.argv[1]).read_bytes()
    (table,) = struct.unpack_from("<Q", image, 0x28)
    size, count, names = struct.unpack_from("<HHH", image, 0x3A)
    sections = [struct.unpack_from("<IIQQQQII", image, table + i * size) for i in range(count)]
    strings = sections[names][4]
    for name, _, _, _, offset, length, _, registers in sections:
        title = image[strings + name : image.index(b"\0", strings + name)].decode()
        if not title.startswith(".text."):
            continue
        words = (
            struct.unpack_from("<H", image, offset + i)[0] & 0xFFF for i in range(0, length, 16)
        )
        found = Counter(OPCODES[word] for word in words if word in OPCODES)
        # The section says how many registers a thread has, in its highest byte.
        print(f"{title.removeprefix('.text.')}: {registers >> 24} registers")
        for opcode in dict.fromkeys(OPCODES.values()):
            print(f"{found[opcode]:>6} {opcode}")


if __name__ == "__main__":
    main()
