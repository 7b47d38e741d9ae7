"""Imports cases of op_cases and computes them with the float64 interpreter or compiled."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import functools
import warnings
from dataclasses import dataclass
from pathlib import Path

import op_cases
import torch
import xcc
from safetensors.torch import load_file, save_file
from xcc.compiler import run_tool
from xcc.importer.exported import capture, import_exported
from xcc.importer.weights import WeightFile

# Largest error in units of the output's scale: a few roundings of the dtype.
BOUNDS = {
    torch.float64: 1e-12,
    torch.float32: 2e-5,
    torch.float16: 4e-3,
    torch.bfloat16: 3e-2,
}


class Together(torch.nn.Module):
    """Several cases as one model: their inputs in a row, their outputs in a row."""

    def __init__(self, cases):
        super().__init__()
        self.cases = cases
        self.counts = [len(case.inputs()) for case in cases]

    def forward(self, *tensors):
        outputs, start = [], 0
        for case, count in zip(self.cases, self.counts, strict=True):
            result = case.function(*tensors[start : start + count])
            outputs.append(list(result) if isinstance(result, (tuple, list)) else [result])
            start += count
        return outputs


@dataclass
class Imported:
    """A graph on disk, with the inputs and what PyTorch makes of them."""

    path: Path
    inputs: list[torch.Tensor]
    expected: list[list[torch.Tensor]]


def import_model(model, inputs, path: Path, **keywords) -> Path:
    """Writes model's graph to path (.mlir) and checks that it parses and verifies."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = capture(model, inputs, **keywords)
    weights = WeightFile(path.with_suffix(".safetensors"))
    path.write_text(import_exported(program, weights, keywords.get("dynamic_shapes")))
    weights.save()
    run_tool("xcc-opt", str(path), "-o", "/dev/null")
    return path


def import_cases(cases, path: Path) -> Imported:
    """Imports cases as one graph."""
    torch.manual_seed(0)
    inputs = [tensor for case in cases for tensor in case.inputs()]
    model = Together(cases).eval()
    import_model(model, tuple(inputs), path)
    return Imported(path, inputs, model(*inputs))


def interpret(imported: Imported) -> list[list[torch.Tensor]]:
    """The outputs by the float64 interpreter, case by case."""
    folder, names = imported.path.parent, input_names(imported.path)
    # The same tensor may be given twice, which the file format does not take.
    named = {n: t.clone().contiguous() for n, t in zip(names, imported.inputs, strict=True)}
    inputs, output = folder / "inputs.safetensors", folder / "outputs.safetensors"
    save_file(named, inputs)
    run_tool("xcc", "interpret", str(imported.path), f"--inputs={inputs}", f"--output={output}")
    return regroup(load_file(output), imported)


def run_compiled(imported: Imported) -> list[list[torch.Tensor]]:
    """The outputs of the compiled graph, case by case."""
    bundle = imported.path.with_suffix(".xcb")
    xcc.compile_file(imported.path, bundle)
    program = xcc.load(bundle)
    outputs = program.run(imported.inputs)
    return regroup(dict(zip([p.name for p in program.outputs], outputs, strict=True)), imported)


def input_names(path: Path) -> list[str]:
    """Names of @main's arguments, in order."""
    line = next(li for li in path.read_text().splitlines() if "func.func @main" in li)
    head = line.partition(") -> (")[0]
    return [part.partition('"')[0] for part in head.split('fx.name = "')[1:]]


def regroup(outputs: dict, imported: Imported) -> list[list[torch.Tensor]]:
    """Named outputs in the structure that PyTorch's have."""
    line = next(li for li in imported.path.read_text().splitlines() if "func.func @main" in li)
    results = line.partition(") -> (")[2]
    names = iter([part.partition('"')[0] for part in results.split('fx.name = "')[1:]])
    return [[outputs[next(names)] for _ in case] for case in imported.expected]


def check(found: torch.Tensor, expected: torch.Tensor) -> None:
    """Asserts that dtype and shape are equal and the values are, to a few roundings."""
    assert found.dtype == expected.dtype
    assert found.shape == expected.shape
    if not expected.dtype.is_floating_point:
        assert torch.equal(found, expected)
        return
    found, expected, bound = found.double(), expected.double(), BOUNDS[expected.dtype]
    assert torch.equal(found.isnan(), expected.isnan())
    finite = expected.isfinite()
    assert torch.equal(found[~finite & ~expected.isnan()], expected[~finite & ~expected.isnan()])
    if finite.any():
        scale = max(expected[finite].abs().max().item(), 1e-3)
        error = (found[finite] - expected[finite]).abs().max().item()
        assert error <= bound * scale, f"error {error} of scale {scale}"


class Families:
    """Results of whole families, each computed once; alone where the family fails."""

    def __init__(self, compute, folder: Path):
        self.compute = compute
        self.folder = folder
        self.of_family = functools.cache(self._of_family)

    def _of_family(self, name: str):
        cases = op_cases.CASES[name]
        try:
            imported = import_cases(cases, self.folder / f"{name}.mlir")
            return imported, self.compute(imported)
        except (xcc.Error, RuntimeError, TypeError, ValueError):
            return None

    def of(self, case: op_cases.Case):
        """(found, expected) outputs of one case. Raises what importing or running it raises."""
        family = case.name.partition("-")[0]
        together = self.of_family(family)
        if together:
            index = op_cases.CASES[family].index(case)
            return together[1][index], together[0].expected[index]
        imported = import_cases([case], self.folder / f"{case.name}.mlir")
        return self.compute(imported)[0], imported.expected[0]
