"""Compiles kernels and runs them on emulated devices with `xcc verify`."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import os
import re
import subprocess
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
XCC = Path(os.environ.get("XCC_BUILD_DIR", ROOT / "build")) / "bin/xcc"
# One chip of each vendor, for every day; chips.py has all of them.
TARGETS = ("sm_80", "gfx942", "pvc")
# A kernel that hangs must not hang the suite; the slowest takes a few.
SECONDS = 300

SAFETENSORS = {"f32": "F32", "f16": "F16", "bf16": "BF16", "i64": "I64", "i1": "BOOL"}
SAFETENSORS |= {"i8": "I8", "f8E4M3FN": "F8_E4M3", "f8E5M2": "F8_E5M2"}
# Bits of the mantissa, and the largest exponent's distance from zero, of 8-bit floats.
FLOAT8 = {"f8E4M3FN": (3, 7), "f8E5M2": (2, 15)}


WHOLE = ("i64", "i8", "i1")


class Failure(AssertionError):
    """What xcc printed instead of a result."""


def run(*arguments):
    """(exit code, all that xcc printed)"""
    done = subprocess.run(
        [XCC, *map(str, arguments)], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    return done.returncode, done.stdout + done.stderr


def float8(dtype):
    """All finite numbers from 0 up of an 8-bit float, in the order of their codes."""
    mantissa, bias = FLOAT8[dtype]
    codes = np.arange(0x7F if dtype == "f8E4M3FN" else 0x7C)
    exponent, part = codes >> mantissa, codes % 2**mantissa
    normal = (2**mantissa + part) * 2.0 ** (exponent - bias - mantissa)
    return np.where(exponent == 0, part * 2.0 ** (1 - bias - mantissa), normal)


def encode(numbers, dtype):
    """Numbers in the type's bytes, and what they then are."""
    if dtype == "bf16":
        bits = np.ascontiguousarray(numbers, np.float32).view(np.uint32)
        # To nearest, ties to even.
        kept = ((bits + (0x7FFF + (bits >> 16 & 1))) >> 16).astype(np.uint16)
        return kept.tobytes(), (kept.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    if dtype in FLOAT8:
        known = float8(dtype)
        codes = np.abs(np.abs(numbers)[..., None] - known).argmin(-1).astype(np.uint8)
        stored = codes | (np.asarray(numbers) < 0).astype(np.uint8) << 7
        return stored.tobytes(), np.copysign(known[codes], numbers)
    stored = np.asarray(numbers).astype(
        {"f32": np.float32, "f16": np.float16, "i64": np.int64, "i8": np.int8, "i1": bool}[dtype]
    )
    return stored.tobytes(), stored if dtype in WHOLE else stored.astype(np.float64)


def write_inputs(kernel, path):
    """Random inputs as .safetensors; gives them in float64."""
    random = np.random.default_rng(zlib.crc32(kernel.name.encode()))
    header, blocks, arrays, end = {}, [], [], 0
    for each in kernel.graph.inputs:
        if each.limits and each.value.dtype in WHOLE:
            numbers = random.integers(*each.limits, size=each.shape)
        elif each.limits:
            numbers = random.uniform(*each.limits, size=each.shape)
        else:
            numbers = random.standard_normal(each.shape)
        data, array = encode(numbers, each.value.dtype)
        header[each.value.name[1:]] = {
            "dtype": SAFETENSORS[each.value.dtype],
            "shape": list(each.shape),
            "data_offsets": [end, end + len(data)],
        }
        end += len(data)
        blocks.append(data)
        arrays.append(array)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(blocks))
    return arrays


@dataclass(frozen=True)
class Verdict:
    """A line of `xcc verify`."""

    kernels: int
    error: float  # the largest, in units of the largest exact result
    faults: int


LINE = re.compile(r"^emu:(\S+) +(\d+) +\d+ +(\S+) +\S+ +(\d+) ", re.MULTILINE)


def compile_kernel(kernel, folder, targets=TARGETS):
    """Path of the bundle of a kernel for all targets; raises Failure with the diagnostics."""
    source = folder / f"{kernel.name}.mlir"
    source.write_text(kernel.text)
    bundle = source.with_suffix(".xcb")
    code, printed = run(source, f"-target={','.join(targets)}", "--with-emulation", "-o", bundle)
    if code:
        raise Failure(f"xcc exited with {code}\n{printed}\n{kernel.text}")
    return bundle


def verify(kernel, bundle, schedules, targets=TARGETS):
    """({target: Verdict}, bound on the errors); raises Failure when some target did not run
    or had faults."""
    values = "-".join(map(str, kernel.graph.symbols.values()))
    inputs = bundle.with_name(f"{bundle.stem}-{values}.safetensors")
    arrays = write_inputs(kernel, inputs)
    symbols = [f"--symbol={name}={size}" for name, size in kernel.graph.symbols.items()]
    devices = ",".join(f"emu:{target}" for target in targets)
    options = [f"--inputs={inputs}", f"--schedules={schedules}", "--threads=1", *symbols]
    code, printed = run("verify", bundle, f"--device={devices}", *options)
    inputs.unlink()
    verdicts = {
        line[1]: Verdict(int(line[2]), float(line[3]), int(line[4]))
        for line in LINE.finditer(printed)
    }
    bad = any(v.faults for v in verdicts.values())
    # An error alone is for the bound to judge.
    if bad or set(verdicts) != set(targets) or code not in (0, 1):
        raise Failure(f"xcc verify exited with {code}\n{printed}\n{kernel.text}")
    return verdicts, kernel.family.bound(arrays, kernel.dtype)
