"""Every example on every chip: reduced models verified on emulated devices, whole ones compiled.

    python examples/chips.py [name ...] [--dtypes f32 f16] [--chips sm_61 pvc] [--part verify]

Writes the lines of these examples in examples/RESULTS.md when all dtypes and chips ran.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import argparse
import importlib
import re
import subprocess
import sys
import tempfile
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import results
import torch
import xcc
from devices import f32_bound
from run import DTYPES, NAMES, NARROW_BOUND, THREADS, cast, outputs_of, scaled_error
from safetensors.torch import save_file
from torch.overrides import TorchFunctionMode
from xcc.compiler import find_tool

# One of each generation that differs in what it multiplies with.
CHIPS = (
    "sm_61 sm_75 sm_80 sm_89 sm_90 gfx906 gfx90a gfx942 gfx950 gfx1100 gfx1201 dg2 bmg pvc".split()
)
WHOLE_TARGETS = "sm_80 sm_90 gfx90a gfx942 dg2 pvc host".split()
VERIFIED = ["f32", "f16"]
# Whose matrix unit takes denormals of f16 for zeros (AMD Instinct MI200 instruction set, MFMA;
# PyTorch documents it under "Numerical accuracy").
FLUSHING = {"gfx90a"}
PRODUCTS = "addmm bmm conv1d conv2d linear matmul scaled_dot_product_attention".split()
# Arguments of the module's model and inputs: all kinds of layers, few of each, so that an
# emulated device needs seconds.
REDUCED = {
    "bert_layer": ({}, {"length": 40}),
    "bert_base": ({"layers": 1}, {"length": 16}),
    "gpt2_small": ({"layers": 1}, {"length": 7}),
    "gpt2_block": ({}, {"length": 24}),
    "llama_block": ({}, {"length": 24}),
    "resnet50": ({"blocks": (1, 1, 1, 1), "width": 32}, {"size": 64}),
    "yolov8_like": ({"width": 8}, {"size": 64}),
    "textcnn": ({}, {"length": 17}),
}
VERIFY_TITLE, WHOLE_TITLE = "Every example on every chip", "Every example in one file"
VERIFY_HEAD = ["model", "dtype", "chip", "kernels", "reports", "error", "bound", "run s", "equal"]
WHOLE_HEAD = ["model", "dtype", "targets", "compile s", "bytes", "kernels"]
LINE = re.compile(r"^emu:\S+ +(\d+) +\d+ +(\S+) +\S+ +(\d+) +(\S+) ", re.MULTILINE)


@dataclass
class Row:
    """A reduced model on one chip; the error is in units of the output's largest value."""

    model: str
    dtype: str
    chip: str
    bound: float
    kernels: int = 0
    reports: int = 0
    error: float = float("inf")
    seconds: float = 0.0
    problem: str = ""

    @property
    def passes(self) -> bool:
        return not self.problem and not self.reports and self.error <= self.bound

    def cells(self) -> list[str]:
        return [
            self.model,
            self.dtype,
            self.chip,
            str(self.kernels),
            str(self.reports),
            f"{self.error:.1e}",
            f"{self.bound:.1e}",
            f"{self.seconds:.1f}",
            "yes" if self.passes else (self.problem or "no"),
        ]


class FlushedProducts(TorchFunctionMode):
    """Eager as on chips of FLUSHING: products take denormals of their operands for zeros."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function.__name__.strip("_") in PRODUCTS:
            args = [self.flushed(x) if isinstance(x, torch.Tensor) else x for x in args]
        return function(*args, **(kwargs or {}))

    @staticmethod
    def flushed(tensor):
        if not tensor.is_floating_point():
            return tensor
        is_denormal = tensor.abs() < torch.finfo(tensor.dtype).tiny
        return tensor.masked_fill(is_denormal, 0.0)


def bounds_of(network, values, dtype: str, chips: list[str]) -> dict[str, float]:
    """How far a chip may be from float64: derived for f32, by what eager loses for others."""
    if dtype == "f32":
        return dict.fromkeys(chips, f32_bound(network))
    # The interpreter gets the rounded weights, too.
    exact = network.double()
    with torch.no_grad():
        expected = outputs_of(exact(*cast(values, torch.float64)))
        rounded = exact.to(DTYPES[dtype])
        lost = scaled_error(outputs_of(rounded(*values)), expected)
        with FlushedProducts():
            lost_flushed = scaled_error(outputs_of(rounded(*values)), expected)
    return {c: NARROW_BOUND * (lost_flushed if c in FLUSHING else lost) for c in chips}


def xcc_verify(bundle: Path, inputs: Path, row: Row) -> None:
    """Fills the row with what `xcc verify` says of one chip."""
    started = time.perf_counter()
    command = [find_tool("xcc"), "verify", bundle, f"--inputs={inputs}"]
    command += [f"--device=emu:{row.chip}", "--threads=1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    row.seconds = time.perf_counter() - started
    if found := LINE.search(done.stdout):
        row.kernels, row.reports = int(found[1]), int(found[3])
        row.error = float(found[2])
    else:
        lines = (done.stdout + done.stderr).strip().splitlines() or ["no output"]
        row.problem = lines[-1][:160]


def verify_example(name: str, dtype: str, chips: list[str]) -> list[Row]:
    """One bundle of the reduced model for all chips, each run on its emulated device."""
    module, (sizes, input_sizes) = importlib.import_module(name), REDUCED[name]
    network = module.model(**sizes).to(DTYPES[dtype])
    values = cast(module.inputs(1, **input_sizes), DTYPES[dtype])
    with tempfile.TemporaryDirectory() as folder:
        bundle, inputs = Path(folder) / "model.xcb", Path(folder) / "in.safetensors"
        xcc.export(network, values, None, None, [*chips, "host"], bundle, True)
        names = [port.name for port in xcc.load(bundle, device="host").inputs]
        save_file({n: v.contiguous() for n, v in zip(names, values, strict=True)}, inputs)
        bounds = bounds_of(network, values, dtype, chips)
        rows = [Row(name, dtype, chip, bound) for chip, bound in bounds.items()]
        with ThreadPoolExecutor(THREADS) as pool:
            for row in pool.map(lambda row: xcc_verify(bundle, inputs, row) or row, rows):
                print(" | ".join(row.cells()), flush=True)
    return rows


def whole_example(name: str, dtype: str) -> list[str]:
    """Cells of the whole model compiled for several targets into one file."""
    module = importlib.import_module(name)
    network = module.model().to(DTYPES[dtype])
    values = cast(module.inputs(1), DTYPES[dtype])
    with tempfile.TemporaryDirectory() as folder:
        graph, bundle = Path(folder) / "model.mlir", Path(folder) / "model.xcb"
        xcc.export(network, values, output=graph)
        started = time.perf_counter()
        command = [find_tool("xcc"), graph, f"-target={','.join(WHOLE_TARGETS)}", "-o", bundle]
        subprocess.run(command, check=True)
        seconds = time.perf_counter() - started
        kernels = xcc.load(bundle, device="host").num_kernels
        cells = [name, dtype, str(len(WHOLE_TARGETS)), f"{seconds:.1f}"]
        cells += [f"{bundle.stat().st_size:,}", str(kernels)]
    print(" | ".join(cells), flush=True)
    return cells


def write_section(title: str, text: list[str], head: list[str], lines: list[list[str]]) -> None:
    """The table as Markdown; lines of models that did not run stay as they are."""
    table = results.kept_lines(title, [line[0] for line in lines])
    table += ["| " + " | ".join(line) + " |" for line in lines]
    table.sort(key=lambda line: NAMES.index(results.model_of(line)))
    results.replace_section(title, text, head, table)


def write_verified(rows: list[Row]) -> None:
    sizes = "; ".join(
        f"{name} "
        + ", ".join(f"{k} {v}" for part in parts for k, v in part.items()).replace("|", "/")
        for name, parts in REDUCED.items()
    )
    text = [
        f"Made by `python examples/chips.py --part verify`: PyTorch {torch.__version__}. Each "
        "model, reduced and with a batch of 1, is exported once for all chips and run by "
        "`xcc verify` on the emulated device of each: `reports` of races, accesses out of bounds "
        "and the like, `error` against the float64 interpreter in units of the largest output, "
        f"`run s` on one core, the interpreter's part included. Reduced: {sizes}.",
        "",
        "The bound of f32 is 8 sqrt(K) 2^-24 for each weight whose sums have K terms, added up; "
        f"that of f16 is {NARROW_BOUND:g} times the error of eager PyTorch, whose products take "
        f"denormals for zeros where the chip's do ({', '.join(sorted(FLUSHING))}).",
    ]
    write_section(VERIFY_TITLE, text, VERIFY_HEAD, [row.cells() for row in rows])


def write_whole(lines: list[list[str]]) -> None:
    text = [
        "Made by `python examples/chips.py --part whole`: the whole models, batch 1, compiled by "
        f"`xcc model.mlir -target={','.join(WHOLE_TARGETS)}`: seconds from process start to exit "
        "on two cores, bytes of the file with its weights, kernels on the host.",
    ]
    write_section(WHOLE_TITLE, text, WHOLE_HEAD, lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=NAMES, help="examples (all)")
    parser.add_argument("--dtypes", nargs="+", default=VERIFIED, choices=DTYPES)
    parser.add_argument("--chips", nargs="+", default=CHIPS)
    parser.add_argument("--part", choices=["verify", "whole", "both"], default="both")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(THREADS)
    passes = True
    for name in options.names:
        if options.part != "whole":
            rows = [r for d in options.dtypes for r in verify_example(name, d, options.chips)]
            passes &= all(row.passes for row in rows)
            # A part of the lines is no result of a model.
            if options.dtypes == VERIFIED and options.chips == CHIPS:
                write_verified(rows)
        if options.part != "verify":
            write_whole([whole_example(name, dtype) for dtype in ("f32", "f16")])
    return 0 if passes else 1


if __name__ == "__main__":
    sys.exit(main())
