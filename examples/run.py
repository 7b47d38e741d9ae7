"""Every example through xcc: exported, compiled, run, compared with PyTorch, timed.

    python examples/run.py [name ...] [--quick] [--no-time]

Writes the lines of these examples in examples/RESULTS.md, unless told to leave parts out.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import argparse
import copy
import importlib
import statistics
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import results
import torch
import xcc

NAMES = [
    "bert_layer",
    "bert_base",
    "gpt2_small",
    "gpt2_block",
    "llama_block",
    "resnet50",
    "yolov8_like",
    "textcnn",
]
DTYPES = {"f32": torch.float32, "bf16": torch.bfloat16, "f16": torch.float16}
THREADS = 2
# f32: sums of thousands of products in another order than PyTorch's.
F32_BOUND = 1e-4
# f16 and bf16: times the error that eager itself has against float64.
NARROW_BOUND = 2.0


@dataclass
class Row:
    """One line of the table."""

    name: str
    batch: str
    dtype: str
    operations: int = 0
    kernels: int = 0
    compile_seconds: float = 0.0
    error: float = 0.0
    bound: float = 0.0
    xcc_ms: float | None = None
    eager_ms: float | None = None
    compiled_ms: float | None = None
    problem: str = ""

    @property
    def passes(self) -> bool:
        return not self.problem and self.error <= self.bound

    def cells(self) -> list[str]:
        def milliseconds(value):
            return "" if value is None else f"{value:.2f}"

        verdict = "yes" if self.passes else (self.problem or "no")
        return [
            self.name,
            self.batch,
            self.dtype,
            str(self.operations),
            str(self.kernels),
            f"{self.compile_seconds:.2f}",
            f"{self.error:.1e}",
            f"{self.bound:.1e}",
            verdict,
            *map(milliseconds, (self.xcc_ms, self.eager_ms, self.compiled_ms)),
        ]


HEAD = [
    "model",
    "batch",
    "dtype",
    "ops",
    "kernels",
    "compile s",
    "error",
    "bound",
    "equal",
    "xcc ms",
    "eager ms",
    "torch.compile ms",
]


def cast(values, dtype):
    """Float tensors to dtype, others as they are."""
    return tuple(v.to(dtype) if v.is_floating_point() else v for v in values)


def outputs_of(result) -> list[torch.Tensor]:
    return list(result) if isinstance(result, (tuple, list)) else [result]


def scaled_error(found, reference) -> float:
    """Largest error of any output, in units of that output's largest magnitude."""
    errors = []
    for f, r in zip(found, reference, strict=True):
        scale = max(r.double().abs().max().item(), 1e-30)
        errors.append((f.double() - r.double()).abs().max().item() / scale)
    return max(errors)


def reference(network, values, dtype) -> tuple[list[torch.Tensor], float]:
    """What the outputs are compared with, and how far they may be from it."""
    with torch.no_grad():
        eager = outputs_of(network(*values))
        if dtype == torch.float32:
            return eager, F32_BOUND
        exact = outputs_of(copy.deepcopy(network).double()(*cast(values, torch.float64)))
    return exact, NARROW_BOUND * scaled_error(eager, exact)


def compare(network, program, values, dtype) -> tuple[float, float]:
    """The error of the compiled program, and how much it may be."""
    expected, bound = reference(network, values, dtype)
    with torch.no_grad():
        return scaled_error(outputs_of(program(*values)), expected), bound


def interleaved(functions, values, seconds=2.0) -> list[float]:
    """Median milliseconds of each function, called in turn."""
    with torch.no_grad():
        for function in functions:
            function(*values)
            function(*values)
        times = [[] for _ in functions]
        deadline = time.perf_counter() + seconds * len(functions)
        while time.perf_counter() < deadline or len(times[0]) < 3:
            for function, taken in zip(functions, times, strict=True):
                started = time.perf_counter()
                function(*values)
                taken.append(time.perf_counter() - started)
    return [1e3 * statistics.median(taken) for taken in times]


def count_operations(graph: Path) -> int:
    """Operations of the imported graph, weights and constants left out."""
    lines = graph.read_text().splitlines()
    return sum(' = "fx.' in line and '"fx.constant"' not in line for line in lines)


def build(network, values, folder: Path, row: Row, shapes=None):
    """The loaded program; fills in the row's counts and seconds."""
    graph, bundle = folder / "model.mlir", folder / "model.xcb"
    xcc.export(network, values, dynamic_shapes=shapes, output=graph)
    row.operations = count_operations(graph)
    started = time.perf_counter()
    xcc.compile_file(graph, bundle)
    row.compile_seconds = time.perf_counter() - started
    program = xcc.load(bundle, threads=THREADS)
    row.kernels = program.num_kernels
    return program


def run_fixed(module, network, row: Row, dtype, is_timed: bool) -> None:
    """One batch size, one dtype."""
    values = cast(module.inputs(int(row.batch)), dtype)
    with tempfile.TemporaryDirectory() as folder:
        program = build(network, values, Path(folder), row)
        row.error, row.bound = compare(network, program, values, dtype)
        if is_timed:
            inductor = torch.compile(network, dynamic=False)
            functions = [program, network, inductor]
            row.xcc_ms, row.eager_ms, row.compiled_ms = interleaved(functions, values)


def run_symbolic(module, network, row: Row) -> None:
    """Compiled once, run at each of the module's sizes."""
    values = module.inputs(**module.SIZES[0])
    with tempfile.TemporaryDirectory() as folder:
        program = build(network, values, Path(folder), row, module.dynamic_shapes())
        for sizes in module.SIZES:
            values = module.inputs(**sizes)
            error, row.bound = compare(network, program, values, torch.float32)
            row.error = max(row.error, error)


def attempt(row: Row, function, *arguments) -> Row:
    """Runs one line of the table; a failure becomes its verdict."""
    try:
        function(*arguments)
    except Exception as error:  # the table shows every model, whatever one does
        lines = str(error).splitlines() or [""]
        row.problem = f"{type(error).__name__}: {lines[0][:120]}"
    print(" | ".join(row.cells()), flush=True)
    torch._dynamo.reset()
    return row


def run_example(name: str, options) -> list[Row]:
    """All lines of one example."""
    module = importlib.import_module(name)
    rows = []
    dtypes = ["f32"] if options.quick else DTYPES
    for dtype in dtypes:
        network = module.model().to(DTYPES[dtype])
        for batch in (1, 4):
            row = Row(name, str(batch), dtype)
            is_timed = options.time and dtype == "f32"
            rows.append(attempt(row, run_fixed, module, network, row, DTYPES[dtype], is_timed))
    row = Row(name, "symbolic", "f32")
    rows.append(attempt(row, run_symbolic, module, module.model(), row))
    return rows


def write_results(rows: list[Row]) -> None:
    """The table as Markdown; lines of examples that did not run stay as they are."""
    title = "Examples on the host"
    table = results.kept_lines(title, [row.name for row in rows])
    table += ["| " + " | ".join(row.cells()) + " |" for row in rows]
    table.sort(key=lambda line: NAMES.index(results.model_of(line)))
    text = [
        "Made by `python examples/run.py`: PyTorch "
        f"{torch.__version__}, {THREADS} threads each, median of calls in turn in one process.",
        "The error is the largest of any output, in units of that output's largest value: "
        "for f32 against eager, for f16 and bf16 against float64, where the bound is "
        f"{NARROW_BOUND:g} times the error of eager itself. `symbolic` is compiled once and "
        "run at three sizes.",
    ]
    results.replace_section(title, text, HEAD, table)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=NAMES, help="examples (all)")
    parser.add_argument("--quick", action="store_true", help="f32 alone")
    parser.add_argument("--no-time", dest="time", action="store_false", help="compare, do not time")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(THREADS)
    print(" | ".join(HEAD))
    rows = [row for name in options.names for row in run_example(name, options)]
    # A part of the lines is no result of an example.
    if options.time and not options.quick:
        write_results(rows)
    return 0 if all(row.passes for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
