"""Transformer blocks in one file for every device: exported, run on each, compared with PyTorch.

    python examples/devices.py [name ...] [--dtypes f32 bf16] [--devices emu:sm_80 host]

Writes the lines of these models in examples/RESULTS.md when all dtypes and devices ran.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import argparse
import importlib
import math
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import results
import torch
import xcc
from run import DTYPES, NARROW_BOUND, THREADS, cast, outputs_of, reference, scaled_error

NAMES = ["bert_layer", "gpt2_block", "llama_block"]
DEVICES = ["emu:sm_80", "emu:gfx942", "emu:pvc", "host"]
FIXED = [{"batch": 1, "length": 128}]
# An even size, one off a tile's, and a prime beside three.
SYMBOLIC = [{"batch": 2, "length": 16}, {"batch": 1, "length": 33}, {"batch": 3, "length": 5}]
HEAD = [
    "model",
    "size",
    "dtype",
    "device",
    "launches",
    "compile s",
    "run s",
    "CPU s",
    "error",
    "torch.compile",
    "bound",
    "equal",
]


@dataclass
class Row:
    """One model on one device; errors are in units of the output's largest value."""

    model: str
    size: str
    dtype: str
    device: str
    launches: int = 0
    compile_seconds: float = 0.0
    run_seconds: float = 0.0
    # Of all threads.
    cpu_seconds: float = 0.0
    error: float = 0.0
    compiled_error: float = 0.0
    # The smallest of those of the sizes.
    bound: float = math.inf
    problem: str = ""

    @property
    def passes(self) -> bool:
        return not self.problem and max(self.error, self.compiled_error) <= self.bound

    def cells(self) -> list[str]:
        return [
            self.model,
            self.size,
            self.dtype,
            self.device,
            str(self.launches),
            f"{self.compile_seconds:.2f}",
            f"{self.run_seconds:.2f}",
            f"{self.cpu_seconds:.2f}",
            f"{self.error:.1e}",
            f"{self.compiled_error:.1e}",
            f"{self.bound:.1e}",
            "yes" if self.passes else (self.problem or "no"),
        ]


def f32_bound(network) -> float:
    """How far two f32 results may be apart, in units of the largest.

    A sum of K products in some order is off by up to 4 sqrt(K) roundings, as roundings are
    independent (4 deviations); the two results add, and so do the products of all weights.
    Norms keep one product's error from growing in the next.
    """
    roundings = 0.0
    for module in network.modules():
        weight = getattr(module, "weight", None)
        if weight is None or weight.dim() < 2:
            continue
        # Of a convolution: its window and channels. GPT-2's have their inputs in rows.
        is_transposed = weight.dim() == 2 and not isinstance(module, torch.nn.Linear)
        inputs = weight.shape[0] if is_transposed else weight[0].numel()
        roundings += 4 * math.sqrt(inputs)
    return 2 * roundings * 2.0**-24


@dataclass
class Case:
    """A network of one dtype with inputs of each size, and what PyTorch makes of them."""

    network: torch.nn.Module
    values: list[tuple]
    shapes: tuple | None
    dtype: torch.dtype

    def __post_init__(self):
        self.expected = []
        for values in self.values:
            expected, bound = reference(self.network, values, self.dtype)
            if self.dtype == torch.float32:
                bound = f32_bound(self.network)
            self.expected.append((expected, bound))

    @property
    def bound(self) -> float:
        return min(bound for _, bound in self.expected)

    def error(self, function) -> float:
        """The largest error of a function over all sizes."""
        with torch.no_grad():
            found = [outputs_of(function(*values)) for values in self.values]
        pairs = zip(found, self.expected, strict=True)
        return max(scaled_error(outputs, expected) for outputs, (expected, _) in pairs)


def make_case(module, dtype: str, sizes=None, is_symbolic=False) -> Case:
    """The module's model at 1 x 128, or compiled for any size and run at three."""
    width = {"width": sizes["width"]} if sizes else {}
    network = module.model(**(sizes or {})).to(DTYPES[dtype])
    kept = SYMBOLIC if is_symbolic else FIXED
    values = [cast(module.inputs(**size, **width), DTYPES[dtype]) for size in kept]
    return Case(network, values, module.dynamic_shapes() if is_symbolic else None, DTYPES[dtype])


def export(case: Case, devices: list[str], path: Path, rows=()) -> None:
    """Writes one bundle for all devices; the seconds go to each row."""
    targets = [device.removeprefix("emu:") for device in devices]
    emulation = any(device.startswith("emu:") for device in devices)
    started = time.perf_counter()
    values, shapes = case.values[0], case.shapes
    xcc.export(case.network, values, None, shapes, targets, path, emulation)
    for row in rows:
        row.compile_seconds = time.perf_counter() - started


def run_bundle(case: Case, path: Path, row: Row) -> None:
    """Loads the bundle on the row's device, runs and compares."""
    program = xcc.load(path, device=row.device, threads=THREADS)
    row.launches = program.num_launches
    row.bound = case.bound
    started, used = time.perf_counter(), time.process_time()
    row.error = case.error(program)
    row.run_seconds = time.perf_counter() - started
    row.cpu_seconds = time.process_time() - used


def run_compiled(case: Case, row: Row) -> None:
    """The same in place, by torch.compile: whole graphs or an error."""
    torch._dynamo.reset()
    options = {"device": row.device, "strict": True, "threads": THREADS}
    compiled = torch.compile(
        case.network, backend="xcc", options=options, dynamic=case.shapes is not None
    )
    row.compiled_error = case.error(compiled)


def run_row(case: Case, path: Path, row: Row) -> None:
    """Both ways."""
    run_bundle(case, path, row)
    run_compiled(case, row)


def attempt(row: Row, function, *arguments) -> None:
    """Runs one line of the table; a failure becomes its verdict."""
    try:
        function(*arguments)
    except Exception as error:  # the table shows every device, whatever one does
        lines = str(error).splitlines() or [""]
        row.problem = f"{type(error).__name__}: {lines[0][:120]}"


def run_example(name: str, dtypes: list[str], devices: list[str]) -> list[Row]:
    """All lines of one model."""
    module = importlib.import_module(name)
    rows = []
    for dtype, is_symbolic in [*((dtype, False) for dtype in dtypes), ("f32", True)]:
        case = make_case(module, dtype, is_symbolic=is_symbolic)
        size = "symbolic" if is_symbolic else "1 x 128"
        lines = [Row(name, size, dtype, device) for device in devices]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.xcb"
            attempt(lines[0], export, case, devices, path, lines)
            is_there, problem = path.exists(), lines[0].problem
            for row in lines:
                row.problem = problem
                if is_there:
                    attempt(row, run_row, case, path, row)
                print(" | ".join(row.cells()), flush=True)
        rows += lines
    return rows


def write_results(rows: list[Row]) -> None:
    """The table as Markdown; lines of models that did not run stay as they are."""
    title = "Blocks on every device"
    table = results.kept_lines(title, [row.model for row in rows])
    table += ["| " + " | ".join(row.cells()) + " |" for row in rows]
    table.sort(key=lambda line: NAMES.index(results.model_of(line)))
    text = [
        f"Made by `python examples/devices.py`: PyTorch {torch.__version__}, {THREADS} threads. "
        "`emu:` devices run the target's code on the CPU: their seconds say nothing about a "
        "device, and those on the clock are longer where other programs run beside.",
        "",
        "Each model is exported once, to one file for all targets, which takes `compile s` in "
        "all, and run on each device, once: `run s`, and `CPU s` of all threads. `torch.compile` "
        'is the error of the same model by `torch.compile(model, backend="xcc")`, strict. '
        "`symbolic` leaves batch and length open and is run at "
        + ", ".join(f"{size['batch']} x {size['length']}" for size in SYMBOLIC)
        + ".",
        "",
        "Errors are the largest of any output, in units of its largest value. f32 is compared "
        "with eager; its bound is 8 sqrt(K) 2^-24 for each weight of K inputs, added up: K "
        "independent roundings of a sum, 4 deviations, two results. f16 and bf16 are compared "
        f"with float64, and may be {NARROW_BOUND:g} times as far from it as eager is.",
    ]
    results.replace_section(title, text, HEAD, table)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=NAMES, help="models (all)")
    parser.add_argument("--dtypes", nargs="+", default=list(DTYPES), choices=DTYPES)
    parser.add_argument("--devices", nargs="+", default=DEVICES)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(THREADS)
    print(" | ".join(HEAD))
    passes = True
    for name in options.names:
        rows = run_example(name, options.dtypes, options.devices)
        passes &= all(row.passes for row in rows)
        # A part of the lines is no result of a model.
        if options.dtypes == list(DTYPES) and options.devices == DEVICES:
            write_results(rows)
    return 0 if passes else 1


if __name__ == "__main__":
    sys.exit(main())
