"""Triton's code and ours for the same kernels, side by side, with no GPU.

    python3 -m venv /tmp/triton && /tmp/triton/bin/pip install triton
    /tmp/triton/bin/python benchmarks/triton_kernels.py --target sm_80 gfx942

Each kernel is compiled by a process of its own with an empty cache, ours and
Triton's in turn; "compile" is what Triton says its compiler took without its
imports, and for xcc the whole process, start to exit. Both make machine code.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import argparse
import functools
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import machine_code
import triton
import triton.language as tl
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

ROOT = Path(__file__).resolve().parents[1]
ROWS, COLUMNS, DEPTH = 512, 2048, 1024
BATCH, HEADS, LENGTH = 2, 12, 1024


@triton.jit
def product(
    x, w, bias, y, M: tl.constexpr, N: tl.constexpr, K: tl.constexpr,
    TM: tl.constexpr, TN: tl.constexpr, TK: tl.constexpr,
):  # fmt: skip
    """y = gelu(x w^T + bias), sizes known and multiples of the tile."""
    group: tl.constexpr = 4
    number = tl.program_id(0)
    column = number // (group * (M // TM)) * group + number % group
    row = number % (group * (M // TM)) // group
    rows = row * TM + tl.arange(0, TM)
    columns = column * TN + tl.arange(0, TN)
    depth = tl.arange(0, TK)
    at_x = x + rows[:, None] * K + depth[None, :]
    at_w = w + columns[None, :] * K + depth[:, None]
    sums = tl.zeros((TM, TN), dtype=tl.float32)
    for _ in range(K // TK):
        sums = tl.dot(tl.load(at_x), tl.load(at_w), sums)
        at_x += TK
        at_w += TK
    z = sums + tl.load(bias + columns)[None, :].to(tl.float32)
    z = 0.5 * z * (1.0 + tl.erf(z * 0.7071067811865476))
    tl.store(y + rows[:, None] * N + columns[None, :], z.to(y.dtype.element_ty))


@triton.jit
def attention(
    q, k, v, y, LENGTH: tl.constexpr, HEAD: tl.constexpr, TM: tl.constexpr, TN: tl.constexpr,
):  # fmt: skip
    """y = softmax(q k^T / sqrt(HEAD)) v for one head of one batch."""
    first = tl.program_id(1).to(tl.int64) * LENGTH * HEAD
    rows = tl.program_id(0) * TM + tl.arange(0, TM)
    inner, columns = tl.arange(0, HEAD), tl.arange(0, TN)
    queries = tl.load(q + first + rows[:, None] * HEAD + inner[None, :])
    at_k = k + first + columns[None, :] * HEAD + inner[:, None]
    at_v = v + first + columns[:, None] * HEAD + inner[None, :]
    scale: tl.constexpr = 1.4426950408889634 / HEAD**0.5
    most = tl.full((TM,), float("-inf"), tl.float32)
    total = tl.zeros((TM,), tl.float32)
    sums = tl.zeros((TM, HEAD), tl.float32)
    for _ in range(LENGTH // TN):
        scores = tl.dot(queries, tl.load(at_k))
        largest = tl.maximum(most, tl.max(scores, 1) * scale)
        weights = tl.math.exp2(scores * scale - largest[:, None])
        shrink = tl.math.exp2(most - largest)
        total = total * shrink + tl.sum(weights, 1)
        sums = tl.dot(weights.to(v.dtype.element_ty), tl.load(at_v), sums * shrink[:, None])
        most = largest
        at_k += TN * HEAD
        at_v += TN * HEAD
    at_y = y + first + rows[:, None] * HEAD + inner[None, :]
    tl.store(at_y, (sums / total[:, None]).to(y.dtype.element_ty))


@dataclass(frozen=True)
class Case:
    """A kernel of a type on a target; `head` is 0 for the product."""

    target: str
    dtype: str
    head: int

    @property
    def name(self):
        return f"attention d{self.head} {self.dtype}" if self.head else f"product {self.dtype}"

    def is_amd(self):
        return self.target.startswith("gfx")


# As large as the product's accumulators stay in registers; what Triton's own
# tutorials take on these chips.
def choices(case):
    if not case.head:
        tile = (256, 256, 64) if case.is_amd() else (128, 128, 32)
        return tile, {
            "num_warps": 8 if case.is_amd() else 4,
            "num_stages": 2 if case.is_amd() else 3,
        }
    warps = 4 if case.head <= 64 else 8
    return (128, 64 if case.head <= 128 else 32), {"num_warps": warps, "num_stages": 2}


def compile_triton(case, folder):
    """Compiles in this process; the machine code goes to `folder`."""
    (tile, options) = choices(case)
    if case.head:
        kernel, pointers = attention, ("q", "k", "v", "y")
        sizes = {"LENGTH": LENGTH, "HEAD": case.head, "TM": tile[0], "TN": tile[1]}
    else:
        kernel, pointers = product, ("x", "w", "bias", "y")
        sizes = {"M": ROWS, "N": COLUMNS, "K": DEPTH, "TM": tile[0], "TN": tile[1], "TK": tile[2]}
    element = {"bf16": "*bf16", "f16": "*fp16"}[case.dtype]
    signature = dict.fromkeys(pointers, element) | dict.fromkeys(sizes, "constexpr")
    attributes = {(i,): [["tt.divisibility", 16]] for i in range(len(pointers))}
    if case.is_amd():
        target = GPUTarget("hip", case.target, 32 if case.target.startswith("gfx1") else 64)
    else:
        target = GPUTarget("cuda", int(case.target.removeprefix("sm_")), 32)
    source = ASTSource(kernel, signature, sizes, attributes)
    started = time.perf_counter()
    compiled = triton.compile(source, target=target, options=options)
    seconds = time.perf_counter() - started
    if case.is_amd():
        (folder / "triton.s").write_text(compiled.asm["amdgcn"])
    else:
        (folder / "triton.cubin").write_bytes(compiled.asm["cubin"])
        (folder / "triton.ptx").write_text(compiled.asm["ptx"])
    print(json.dumps({"seconds": seconds, "shared": compiled.metadata.shared}))


def model(case):
    """The same in the words of xcc's input."""
    if case.head:
        t = f"tensor<{BATCH}x{HEADS}x{LENGTH}x{case.head}x{case.dtype}>"
        return f"""func.func @main(%q: {t}, %k: {t}, %v: {t}) -> {t} {{
  %0 = fx.scaled_dot_product_attention %q, %k, %v : ({t}, {t}, {t}) -> {t}
  return %0 : {t}
}}
"""
    x, w = f"tensor<{ROWS}x{DEPTH}x{case.dtype}>", f"tensor<{COLUMNS}x{DEPTH}x{case.dtype}>"
    b, y = f"tensor<{COLUMNS}x{case.dtype}>", f"tensor<{ROWS}x{COLUMNS}x{case.dtype}>"
    return f"""func.func @main(%x: {x}, %w: {w}, %b: {b}) -> {y} {{
  %0 = fx.linear %x, %w, %b : ({x}, {w}, {b}) -> {y}
  %1 = fx.gelu %0 : ({y}) -> {y}
  return %1 : {y}
}}
"""


def timed(command, **options):
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    seconds = time.perf_counter() - started
    if done.returncode:
        sys.exit(f"triton_kernels: error: {' '.join(map(str, command))}: {done.stderr[-2000:]}")
    return seconds, done.stdout


def run_triton(case, folder):
    """Seconds of the process, and what the process said."""
    environment = {**os.environ, "TRITON_CACHE_DIR": tempfile.mkdtemp(dir=folder)}
    command = [sys.executable, __file__, "--child", str(folder), case.target, case.dtype]
    seconds, text = timed([*command, str(case.head)], env=environment)
    return seconds, json.loads(text.splitlines()[-1])


def run_xcc(case, folder, xcc, emit):
    (folder / "model.mlir").write_text(model(case))
    output = folder / f"xcc.{emit}"
    command = [xcc, folder / "model.mlir", f"-target={case.target}", f"--emit={emit}", "-o", output]
    return timed(command)[0]


@functools.cache
def tool(name):
    """Triton's wheel has the vendor's own tools."""
    bundled = Path(triton.__file__).parent / "backends/nvidia/bin" / name
    found = str(bundled) if bundled.exists() else shutil.which(name)
    if not found:
        sys.exit(f"triton_kernels: error: expects {name} in Triton's package or on PATH, got none")
    return found


def read(case, folder, whose):
    if case.is_amd():
        suffix = "s" if whose == "triton" else "asm"
        return machine_code.read_amdgcn((folder / f"{whose}.{suffix}").read_text())
    cubin = folder / f"{whose}.cubin"
    listing = timed([tool("nvdisasm"), "-c", cubin])[1]
    usage = timed([tool("cuobjdump"), "-res-usage", cubin])[1]
    return machine_code.read_sass(listing, usage)


COLUMN_NAMES = (
    "target", "kernel", "by", "compile s", "registers", "spills", "loop", "matrix",
    "others/matrix", "shared reads", "copies and loads", "barriers", "stores in all",
)  # fmt: skip


def row(case, whose, seconds, kernel):
    copies = [kernel.widths(kind) for kind in ("copy", "load")]
    return (
        case.target, case.name, whose, f"{seconds:.2f}", kernel.registers, kernel.spills,
        len(kernel.loop), kernel.count("matrix"), f"{kernel.others():.2f}",
        kernel.widths("shared read"), ", ".join(c for c in copies if c != "-") or "-",
        kernel.count("barrier"), kernel.widths("store", kernel.instructions),
    )  # fmt: skip


def compare(case, options, folder):
    """Both compile in turn; the medians of the times, and the last code."""
    folder = folder / re.sub(r"\W+", "-", f"{case.target}-{case.name}")
    folder.mkdir(parents=True, exist_ok=True)
    ours, theirs = [], []
    for _ in range(options.repeat):
        ours.append(run_xcc(case, folder, options.xcc, "hsaco" if case.is_amd() else "cubin"))
        theirs.append(run_triton(case, folder)[1]["seconds"])
    if case.is_amd():
        run_xcc(case, folder, options.xcc, "asm")
    for whose, seconds in (("xcc", ours), ("triton", theirs)):
        yield row(case, whose, statistics.median(seconds), read(case, folder, whose))


def main():
    if sys.argv[1:2] == ["--child"]:
        folder, target, dtype, head = sys.argv[2:]
        return compile_triton(Case(target, dtype, int(head)), Path(folder))
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--target", nargs="+", default=["sm_80", "gfx942"])
    parser.add_argument("--dtype", nargs="+", default=["bf16"], choices=["bf16", "f16"])
    parser.add_argument("--head", nargs="+", type=int, default=[0, 64, 128], help="0: the product")
    parser.add_argument("--repeat", type=int, default=3, help="compiles, whose median is shown")
    parser.add_argument("--xcc", default=ROOT / "build/bin/xcc")
    parser.add_argument("--out", type=Path, help="keep both compilers' code here")
    options = parser.parse_args()
    folder = options.out or Path(tempfile.mkdtemp())
    print(f"xcc and Triton {triton.__version__}, no GPU, {os.cpu_count()} cores\n")
    for line in (COLUMN_NAMES, ["---"] * len(COLUMN_NAMES)):
        print("| " + " | ".join(line) + " |")
    for target in options.target:
        for head in options.head:
            for dtype in options.dtype:
                for line in compare(Case(target, dtype, head), options, folder):
                    print("| " + " | ".join(map(str, line)) + " |", flush=True)
    if not options.out:
        shutil.rmtree(folder)
    return None


if __name__ == "__main__":
    main()
