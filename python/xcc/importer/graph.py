"""Walks a captured graph and writes it as an fx module."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import operator
from dataclasses import dataclass, field

import sympy
import torch

from xcc.errors import Unsupported, UnsupportedError, describe
from xcc.importer import (  # noqa: F401 (the imports fill the table)
    attention,
    contraction,
    creation,
    elementwise,
    indexing,
    mlir,
    movement,
    quantized,
    reduction,
)
from xcc.importer.builder import Builder, Value
from xcc.importer.location import source_line, where
from xcc.importer.problem import Problem
from xcc.importer.symbols import SymbolTable, size_of
from xcc.importer.table import TABLE, Context
from xcc.importer.weights import WeightFile, symbol

# A tensor this small that is no parameter is written into the text.
INLINE_ELEMENTS = 8


@dataclass(frozen=True)
class Input:
    """A placeholder that is an argument of the function."""

    name: str
    is_parameter: bool = False


@dataclass(frozen=True)
class Weight:
    """A placeholder or attribute that is a tensor known when importing."""

    name: str
    tensor: torch.Tensor
    is_parameter: bool = True


@dataclass(frozen=True)
class Output:
    """A result of the function; with `order`, its dimensions are permuted first."""

    node: torch.fx.Node
    name: str
    order: tuple[int, ...] | None = None


@dataclass
class Plan:
    """What becomes of a graph's placeholders and outputs.

    A placeholder in no role is left out; reading it is a problem.
    """

    roles: dict[torch.fx.Node, Input | Weight] = field(default_factory=dict)
    outputs: list[Output] = field(default_factory=list)


def results_of(node: torch.fx.Node) -> list:
    """Shape and dtype of each result, from what the tracer recorded; None where no tensor."""
    value = node.meta.get("val")
    values = list(value) if isinstance(value, (list, tuple)) else [value]
    return [
        (tuple(size_of(s) for s in v.shape), v.dtype) if isinstance(v, torch.Tensor) else None
        for v in values
    ]


def is_size(node: torch.fx.Node) -> bool:
    """True for a node whose value is a number of the tracer's, not a tensor."""
    number = (int, float, bool, torch.SymInt, torch.SymFloat, torch.SymBool)
    return isinstance(node.meta.get("val"), number)


class GraphImporter:
    """Imports the nodes of one graph. Problems are collected, not raised.

    With `is_probe`, nodes that read the result of a node with a problem are looked at as
    if that result had been an input; there is no text then.
    """

    def __init__(
        self,
        graph: torch.fx.Graph,
        plan: Plan,
        symbols: SymbolTable,
        weights: WeightFile,
        is_probe: bool = False,
    ):
        self.graph = graph
        self.plan = plan
        self.symbols = symbols
        self.weights = weights
        self.builder = Builder(symbols)
        self.values: dict[torch.fx.Node, Value | tuple[Value | None, ...]] = {}
        self.problems: list[Unsupported] = []
        self.failed: dict[torch.fx.Node, Unsupported] = {}
        self.is_probe = is_probe
        self.arguments: list[str] = []
        self.used_weights: dict[str, Value] = {}

    # -- nodes ------------------------------------------------------------

    def run(self) -> None:
        """Imports every node; afterwards `problems` lists what could not be."""
        for node, role in self.plan.roles.items():
            if isinstance(role, Input):
                for size in results_of(node)[0][0]:
                    self.symbols.add(size)
        for node, role in self.plan.roles.items():
            if isinstance(role, Input):
                self.add_argument(node, role)
        for node in self.graph.nodes:
            try:
                self.builder.location = mlir.location(node.name, *source_line(node))
                self.visit(node)
            except Problem as problem:
                self.report(node, problem)
                if self.is_probe:
                    self.values[node] = self.stand_in(node)
            except Exception as error:  # a row's mistake is one operation's problem
                self.report(node, Problem(f"importing it failed: {describe(error)}"))
                if self.is_probe:
                    self.values[node] = self.stand_in(node)

    def stand_in(self, node: torch.fx.Node):
        """Values of the types that the tracer found."""
        values = tuple(None if r is None else Value("", *r) for r in results_of(node))
        return values if isinstance(node.meta.get("val"), (list, tuple)) else values[0]

    def visit(self, node: torch.fx.Node) -> None:
        """Imports one node. Fails with Problem."""
        role = self.plan.roles.get(node)
        if isinstance(role, Weight):
            self.values[node] = self.weight(role)
        elif node.op == "call_function" and not is_size(node):
            self.values[node] = self.call(node)

    def call(self, node: torch.fx.Node):
        """The Value or Values of a call."""
        if node.target is operator.getitem:
            return self.item(node)
        context = Context(self.builder, node, results_of(node), self.value_of)
        if any(r is not None and r[1].is_complex for r in context.results):
            raise Problem("complex numbers are not supported")
        if node.target not in TABLE:
            raise Problem("no such operation in fx")
        self.check_device(node)
        arguments = [self.argument(a) for a in node.args]
        keywords = {k: self.argument(v) for k, v in node.kwargs.items()}
        try:
            result = TABLE[node.target](context, *arguments, **keywords)
        except TypeError as error:
            raise Problem(f"arguments that its row does not take ({error})") from error
        self.check(context, result)
        return result

    def check_device(self, node: torch.fx.Node) -> None:
        """Tensors of the graph must lie in host memory."""
        value = node.meta.get("val")
        for v in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(v, torch.Tensor) and v.device.type not in ("cpu", "meta"):
                raise Problem(
                    f"its result is on device {v.device}",
                    "move the model and its inputs to the CPU",
                )

    def item(self, node: torch.fx.Node) -> Value:
        source, index = node.args
        values = self.values.get(source)
        if not isinstance(values, tuple):
            raise Follow
        value = values[index]
        if value is None:
            raise Problem(f"result {index} of {source.target} is not supported")
        return value

    def check(self, context: Context, result) -> None:
        """The row's results must be what the tracer found."""
        values = result if isinstance(result, tuple) else (result,)
        for value, expected in zip(values, context.results, strict=False):
            if value is None or expected is None:
                continue
            shape, dtype = expected
            if value.dtype != dtype or not self.builder.has_shape(value, shape):
                found = Value("", tuple(shape), dtype).type()
                raise Problem(f"imported as {value.type()}, PyTorch says {found}")

    # -- arguments --------------------------------------------------------

    def argument(self, value):
        """An argument of a node: tensors as Values, sizes as numbers or expressions."""
        if isinstance(value, torch.fx.Node):
            return self.node_argument(value)
        if isinstance(value, (list, tuple)):
            return [self.argument(v) for v in value]
        if isinstance(value, (torch.SymInt, sympy.Expr)):
            return size_of(value)
        return value

    def node_argument(self, node: torch.fx.Node):
        if not is_size(node):
            return self.value(node)
        number = node.meta["val"]
        if isinstance(number, torch.SymInt):
            return size_of(number)
        if isinstance(number, (torch.SymFloat, torch.SymBool)):
            expression = number.node.expr
            if not expression.is_number:
                raise Problem(f"the number {expression} is computed from symbolic sizes")
            return float(expression)
        return number

    def value(self, node: torch.fx.Node) -> Value:
        """The Value of a node of one tensor."""
        if node not in self.values:
            if node.op == "get_attr":
                self.values[node] = self.attribute(node)
            elif node.op == "placeholder":
                raise Problem(f"input {node.name} is no tensor")
            else:
                raise Follow
        return self.values[node]

    def value_of(self, node: torch.fx.Node) -> Value | None:
        """The Value of a node, if it has been imported as one tensor."""
        value = self.values.get(node)
        return value if isinstance(value, Value) else None

    # -- inputs and weights -----------------------------------------------

    def add_argument(self, node: torch.fx.Node, role: Input) -> None:
        """A tensor input as an argument of the function."""
        ((shape, dtype),) = results_of(node)
        name = f"%arg{len(self.arguments)}"
        attributes = [f"fx.name = {mlir.quote(role.name)}"]
        if any(not isinstance(s, int) for s in shape):
            attributes.append(f"fx.dims = {self.symbols.map(shape)}")
        if role.is_parameter:
            attributes.append("fx.parameter")
        try:
            kind = mlir.tensor_type(shape, dtype)
        except Problem as problem:
            return self.report(node, problem)
        location = mlir.location(role.name, None, 0)
        self.arguments.append(f"{name}: {kind} {{{', '.join(attributes)}}} {location}")
        self.values[node] = Value(name, shape, dtype)
        return None

    def attribute(self, node: torch.fx.Node) -> Value:
        """A tensor that the graph module holds."""
        owner = self.graph.owning_module
        for part in str(node.target).split("."):
            owner = getattr(owner, part)
        if not isinstance(owner, torch.Tensor):
            raise Problem(f"attribute {node.target} is no tensor")
        return self.weight(Weight(str(node.target), owner, isinstance(owner, torch.nn.Parameter)))

    def weight(self, role: Weight) -> Value:
        """A tensor known when importing."""
        tensor = role.tensor
        if not role.is_parameter and tensor.numel() <= INLINE_ELEMENTS:
            return self.builder.tensor(tensor)
        key = self.weights.add(role.name, tensor)
        if key not in self.used_weights:
            shape, dtype = tuple(tensor.shape), tensor.dtype
            name = self.builder.name()
            kind = mlir.tensor_type(shape, dtype)
            self.builder.lines.append(
                f"    {name} = fx.get_weight {symbol(key)} : {kind} {self.builder.location}"
            )
            self.used_weights[key] = Value(name, shape, dtype)
        return self.used_weights[key]

    # -- the module -------------------------------------------------------

    def report(self, node: torch.fx.Node, problem: Problem) -> None:
        """Notes a problem; one that only follows from another is left out."""
        if isinstance(problem, Follow):
            return
        entry = Unsupported(str(node.target), where(node), problem.reason, problem.cure)
        self.problems.append(entry)
        self.failed[node] = entry

    def text(self) -> str:
        """The module. Fails with UnsupportedError, listing all problems."""
        results = []
        self.builder.location = "loc(unknown)"
        for output in self.plan.outputs:
            try:
                value = self.value(output.node)
                if output.order:
                    value = self.builder.permute(value, output.order)
                results.append((value, output.name))
            except Problem as problem:
                self.report(output.node, problem)
        if self.problems:
            raise UnsupportedError(self.problems)
        declarations = [f"  {self.weights.declaration(key)}\n" for key in self.used_weights]
        named = ", ".join(f"{v.type()} {{fx.name = {mlir.quote(n)}}}" for v, n in results)
        symbols = ", ".join(s.text() for s in self.symbols.symbols())
        attributes = f" attributes {{fx.symbols = [{symbols}]}}" if symbols else ""
        names = ", ".join(v.name for v, _ in results)
        types = ", ".join(v.type() for v, _ in results)
        body = "\n".join(self.builder.lines)
        return (
            f"module{permissions()} {{\n{''.join(declarations)}"
            f"  func.func @main({', '.join(self.arguments)}) -> ({named}){attributes} {{\n"
            f"{body}\n    return{f' {names} : {types}' if names else ''} loc(unknown)\n"
            f"  }} loc(unknown)\n}} loc(unknown)\n"
        )


def permissions():
    """What PyTorch's own switches allow: factors of f32 products may be rounded to tf32."""
    is_allowed = torch.get_float32_matmul_precision() != "highest"
    return " attributes {fx.allow_tf32}" if is_allowed else ""


class Follow(Problem):
    """An operand could not be imported; that has been reported already."""

    def __init__(self):
        super().__init__("an operand is missing")
