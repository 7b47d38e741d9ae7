"""One operation on given inputs, as fx text and as PyTorch's answer; batches of them.

A batch is one module whose @main takes the inputs of all its cases and returns all their
results: one process judges hundreds of cases.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
from collections.abc import Callable
from dataclasses import dataclass, field

import torch

MLIR_NAMES = {
    torch.float64: "f64",
    torch.float32: "f32",
    torch.float16: "f16",
    torch.bfloat16: "bf16",
    torch.int64: "i64",
    torch.int32: "i32",
    torch.int16: "i16",
    torch.int8: "i8",
    torch.uint8: "ui8",
    torch.bool: "i1",
    torch.float8_e4m3fn: "f8E4M3FN",
    torch.float8_e5m2: "f8E5M2",
}
FLOATS = (torch.float64, torch.float32, torch.float16, torch.bfloat16)
INTS = (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8)


@dataclass
class Case:
    """fx.`op` on `inputs`, and the PyTorch function with the same meaning."""

    op: str
    inputs: list[torch.Tensor]
    # Called with the inputs, floats as float64; gives a tensor or several.
    function: Callable
    attributes: dict[str, str] = field(default_factory=dict)
    # `shape` and the like: sizes, printed as an affine map.
    maps: dict[str, list[int]] = field(default_factory=dict)
    # Of the results; None: floats have the first float input's, others the function's.
    dtypes: list[torch.dtype] | None = None
    # Operands in the operation's own syntax, {0} for the first.
    syntax: str | None = None
    # Sizes that are symbolic ("n"), and sizes of results that follow from it.
    symbolic: int | None = None
    derived: tuple[int, ...] = ()
    # Of the comparison with PyTorch; relative, and absolute against the result's scale.
    tolerance: float = 1e-11
    # Relative error of compiled code in units of the dtype's last place.
    ulps: float = 4
    # PyTorch leaves the sign of a zero open.
    any_zero: bool = False
    note: str = ""

    def name(self):
        shapes = ",".join("x".join(map(str, x.shape)) or "0d" for x in self.inputs[:4])
        kinds = MLIR_NAMES[self.inputs[0].dtype] if self.inputs else ""
        symbolic = "?" if self.symbolic else ""
        text = f"{self.op}{symbolic}({shapes}:{kinds}) {self.attributes or ''}{self.maps or ''}"
        return f"{text} {self.note}".strip()

    def reference(self):
        """PyTorch's results: floats in float64, the rest exact."""
        if self._results is None:
            exact = [x.double() if x.is_floating_point() else x for x in self.inputs]
            results = self.function(*exact)
            self._results = list(results) if isinstance(results, (tuple, list)) else [results]
        return self._results

    _results: list[torch.Tensor] | None = None

    def result_dtypes(self):
        if self.dtypes:
            return self.dtypes
        floating = [x.dtype for x in self.inputs if x.is_floating_point()]
        return [
            floating[0] if r.is_floating_point() and floating else r.dtype for r in self.reference()
        ]

    def type_of(self, shape, dtype, is_result=False):
        dynamic = {self.symbolic, *(self.derived if is_result else ())}
        sizes = "".join("?x" if size in dynamic else f"{size}x" for size in shape)
        return f"tensor<{sizes}{MLIR_NAMES[dtype]}>"

    def map_of(self, sizes):
        symbols = "[s0]" if self.symbolic else ""
        texts = ["s0" if size == self.symbolic else str(size) for size in sizes]
        return f"affine_map<(){symbols} -> ({', '.join(texts)})>"

    def argument(self, number, tensor):
        text = f"%a{number}: {self.type_of(tensor.shape, tensor.dtype)}"
        if self.symbolic in tensor.shape:
            text += f" {{fx.dims = {self.map_of(tensor.shape)}}}"
        return text

    def lines(self, first_argument, prefix):
        """The operation's text, its results' names and types."""
        names = [f"%a{first_argument + i}" for i in range(len(self.inputs))]
        types = [self.type_of(x.shape, x.dtype) for x in self.inputs]
        results = [
            self.type_of(r.shape, dtype, is_result=True)
            for r, dtype in zip(self.reference(), self.result_dtypes(), strict=True)
        ]
        attributes = dict(self.attributes)
        attributes.update({key: self.map_of(sizes) for key, sizes in self.maps.items()})
        text = ", ".join(k if v == "unit" else f"{k} = {v}" for k, v in attributes.items())
        operands = self.syntax.format(*names) if self.syntax else ", ".join(names)
        outs = f"%{prefix}" if len(results) == 1 else f"%{prefix}:{len(results)}"
        given = (
            [f"%{prefix}"] if len(results) == 1 else [f"%{prefix}#{i}" for i in range(len(results))]
        )
        space = f" {{{text}}}" if text else ""
        result_text = results[0] if len(results) == 1 else f"({', '.join(results)})"
        line = f"  {outs} = fx.{self.op} {operands}{space} : ({', '.join(types)}) -> {result_text}"
        return line, given, results


def module_of(cases):
    """(fx text, inputs by name) of one batch."""
    arguments, body, values, types, inputs = [], [], [], [], {}
    for number, case in enumerate(cases):
        line, given, results = case.lines(len(arguments), f"r{number}")
        for tensor in case.inputs:
            inputs[f"arg{len(arguments)}"] = tensor.contiguous().clone()
            arguments.append(case.argument(len(arguments), tensor))
        body.append(line)
        values += given
        types += results
    symbols = ""
    sizes = [case.symbolic for case in cases if case.symbolic]
    if sizes:
        # An operation without operands needs another input to tell the size.
        inputs[f"arg{len(arguments)}"] = torch.zeros(sizes[0], dtype=torch.bool)
        arguments.append("%size: tensor<?xi1> {fx.dims = affine_map<()[s0] -> (s0)>}")
        symbols = ' attributes {fx.symbols = [{name = "n", min = 0, max = 4096}]}'
    text = "\n".join(
        [
            f"func.func @main({', '.join(arguments)}) -> ({', '.join(types)}){symbols} {{",
            *body,
            f"  return {', '.join(values)} : {', '.join(types)}",
            "}",
            "",
        ]
    )
    return text, inputs


def run_batch(cases, run):
    """[outputs or an error's text] for each case.

    `run(text, inputs)` gives (outputs by name, error text); when it fails, the halves are run,
    until the case to blame stands alone.
    """
    if not cases:
        return []
    text, inputs = module_of(cases)
    outputs, error = run(text, inputs)
    if error and len(cases) > 1:
        half = len(cases) // 2
        return run_batch(cases[:half], run) + run_batch(cases[half:], run)
    if error:
        return [error]
    found, number = [], 0
    for case in cases:
        count = len(case.reference())
        found.append([outputs[f"output{number + i}"] for i in range(count)])
        number += count
    return found


def difference(got, want, close, any_zero):
    """What is wrong with `got`, or None; `close` gives the allowed error of each element."""
    if got.shape != want.shape:
        return f"shape {tuple(got.shape)}, expected {tuple(want.shape)}"
    if not want.is_floating_point():
        wrong = got != want
    else:
        got = got.double()
        same = (got == want) | (got.isnan() & want.isnan())
        wrong = ~same & ~((got - want).abs() <= close)
        if not any_zero:
            wrong |= (got == 0) & (want == 0) & (got.signbit() != want.signbit())
    if not wrong.any():
        return None
    at = wrong.nonzero()[0].tolist()
    return (
        f"{int(wrong.sum())} of {wrong.numel()} differ; at {at} got {got[tuple(at)].item()!r}, "
        f"expected {want[tuple(at)].item()!r}"
    )
