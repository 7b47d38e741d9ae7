"""Writes a .safetensors file: `safetensors.py out.st name:F32:2x3 ...`, elements 0, 1, 2..."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import struct
import sys

CODES = {"F64": "d", "F32": "f", "I64": "q", "I32": "i", "BOOL": "?", "U8": "B"}


def main(path, *tensors):
    header, content = {}, b""
    for tensor in tensors:
        name, dtype, sizes = tensor.split(":")
        shape = [int(size) for size in sizes.split("x") if size]
        count = 1
        for size in shape:
            count *= size
        elements = struct.pack(f"<{count}{CODES[dtype]}", *range(count))
        end = len(content) + len(elements)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(content), end]}
        content += elements
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + content)


main(*sys.argv[1:])
