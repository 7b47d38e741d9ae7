"""Writes the good and the bad tensor files that run.test reads into a folder."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import struct
import sys
from pathlib import Path

folder = Path(sys.argv[1])


def npy(name, descr, shape, data, fortran=False):
    header = str({"descr": descr, "fortran_order": fortran, "shape": shape})
    header = header.ljust(117) + "\n"
    prefix = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header))
    (folder / name).write_bytes(prefix + header.encode() + data)


floats = struct.pack("<8f", *range(8))
npy("good.npy", "<f4", (2, 4), floats)
npy("fortran.npy", "<f4", (2, 4), floats, fortran=True)
npy("complex.npy", "<c8", (1, 4), floats)
npy("short.npy", "<f4", (2, 4), floats[:-1])
npy("narrow.npy", "<f4", (2, 2), floats[:16])
npy("negative.npy", "<f4", (-2, -4), floats)
npy("huge.npy", "<f4", (1 << 62, 4), floats)
npy("double.npy", "<f8", (1, 4), floats)
(folder / "text.npy").write_text("no tensor\n")


def safetensors(name, key, dtype, data):
    header = json.dumps(
        {key: {"dtype": dtype, "shape": [2, 4], "data_offsets": [0, len(data)]}}
    ).encode()
    (folder / name).write_bytes(struct.pack("<Q", len(header)) + header + data)


safetensors("good.safetensors", "arg0", "F32", floats)
safetensors("other.safetensors", "x", "F32", floats)
safetensors("unknown.safetensors", "x", "U32", floats)
