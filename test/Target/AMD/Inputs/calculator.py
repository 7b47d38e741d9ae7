"""Tables of AMD's matrix instruction calculator in the form of matrices.txt.

    calculator.py MATRIX_CALCULATOR.PY > matrices.txt

with matrix_calculator.py from github.com/ROCm/amd_matrix_instruction_calculator.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import csv
import io
import re
import subprocess
import sys

# Architecture, bits of an element of A and B, of D, instructions. What the
# calculator calls CDNA4 it does not know yet.
INSTRUCTIONS = [
    ("cdna1", 16, 32, "v_mfma_f32_16x16x16f16 v_mfma_f32_32x32x8f16"),
    ("cdna1", 16, 32, "v_mfma_f32_16x16x8bf16 v_mfma_f32_32x32x4bf16"),
    ("cdna1", 32, 32, "v_mfma_f32_16x16x4f32"),
    ("cdna1", 8, 32, "v_mfma_i32_16x16x16i8"),
    ("cdna2", 16, 32, "v_mfma_f32_16x16x16bf16_1k v_mfma_f32_32x32x8bf16_1k"),
    ("cdna2", 64, 64, "v_mfma_f64_16x16x4f64"),
    ("cdna3", 32, 32, "v_mfma_f32_16x16x8_xf32"),
    ("cdna3", 8, 32, "v_mfma_i32_16x16x32_i8 v_mfma_i32_32x32x16_i8"),
    ("cdna3", 8, 32, "v_mfma_f32_16x16x32_fp8_fp8 v_mfma_f32_16x16x32_bf8_bf8"),
    ("rdna3", 16, 32, "v_wmma_f32_16x16x16_f16 v_wmma_f32_16x16x16_bf16"),
    ("rdna3", 8, 32, "v_wmma_i32_16x16x16_iu8"),
    ("rdna4", 16, 32, "v_wmma_f32_16x16x16_f16 v_wmma_f32_16x16x16_bf16"),
    ("rdna4", 8, 32, "v_wmma_i32_16x16x16_iu8"),
    ("rdna4", 8, 32, "v_wmma_f32_16x16x16_fp8_fp8 v_wmma_f32_16x16x16_bf8_bf8"),
]
HEADER = """\
# Where AMD's matrix instruction calculator says that each element of an operand is, printed by
# calculator.py: register:lane, where elements narrower than 32 bits count as registers of their
# own, pairs for 64 bits as one, and what lies in two lanes names both. One line a row.
"""


def place(text, bits):
    """v1{3}.[31:16] -> 3:3"""
    register, lane, bit = re.fullmatch(
        r"v(?:\[\d+:)?(\d+)\]?\{(\d+)\}(?:\.\[\d+:(\d+)\])?", text
    ).groups()
    number = int(register) * 32 // bits + int(bit or 0) // bits
    return f"{number}:{lane}"


def table(calculator, architecture, instruction, operand, bits):
    command = [sys.executable, calculator, "-a", architecture, "-i", instruction, "-R", "-c"]
    printed = subprocess.run(
        [*command, f"-{operand}"], capture_output=True, text=True, check=True
    ).stdout
    lines = printed.split(f"{operand}[")[1].splitlines()[1:]
    rows = [row[1:] for row in csv.reader(io.StringIO("\n".join(lines))) if row]
    return [" ".join("+".join(place(t, bits) for t in cell.split()) for cell in r) for r in rows]


def main():
    print(HEADER, end="")
    names = {}
    for architecture, bits, sum_bits, instructions in INSTRUCTIONS:
        for instruction in instructions.split():
            for operand in "ABD":
                rows = table(
                    sys.argv[1],
                    architecture,
                    instruction,
                    operand,
                    sum_bits if operand == "D" else bits,
                )
                names.setdefault("\n".join(rows), []).append(
                    f"{architecture}:{instruction}:{operand}"
                )
    for rows, users in names.items():
        print(",".join(users))
        print(rows)


main()
