"""Graphs of AOTAutograd to bundles: whole, or the parts that are supported."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import operator
import tempfile
import time
import warnings
from pathlib import Path

import torch
from torch._guards import TracingContext
from torch._subclasses.fake_tensor import unset_fake_temporarily
from torch.fx import GraphModule, Node

from xcc.compiler import compile_file
from xcc.dynamo.refused import Refusal, refused
from xcc.dynamo.views import detach_views, hint
from xcc.errors import CompileError, Error, Unsupported, UnsupportedError, describe
from xcc.importer.graph import GraphImporter, Input, Output, Plan, is_size
from xcc.importer.location import source_line
from xcc.importer.symbols import SymbolTable
from xcc.importer.weights import WeightFile
from xcc.loader import Program, load
from xcc.report import GraphEntry, Subgraph, add_graph


class GraphCompiler:
    """The compilers that AOTAutograd calls, for one graph of Dynamo."""

    def __init__(self, options):
        self.options = options

    def training(self, module: GraphModule, example_inputs):
        """A graph that needs gradients: eager, or an error when strict."""
        reason = "the graph needs gradients"
        cure = "call the model under torch.no_grad() or torch.inference_mode()"
        entry = Unsupported("forward with gradients", "graph", reason, cure)
        if self.options.strict:
            raise UnsupportedError([entry])
        add_graph().fallbacks.append(entry)
        return _boxed(module.forward)

    def backward(self, module: GraphModule, example_inputs):
        """The backward graph of one that runs in eager."""
        return _boxed(module.forward)

    def inference(self, module: GraphModule, example_inputs):
        """A graph without gradients, compiled as far as it is supported."""
        # Constants are read when importing: they are real tensors, not the tracer's.
        with unset_fake_temporarily():
            try:
                return self.whole_or_parts(module)
            except Exception as error:
                self.fall_back(add_graph, module, error)
                return _boxed(module.forward)

    def whole_or_parts(self, module: GraphModule):
        """The graph as one program, or with one for each supported part."""
        parameters = _parameters(module)
        views = detach_views(module)
        plan = _plan(module, parameters)
        with tempfile.TemporaryDirectory(prefix="xcc-") as folder:
            weights = WeightFile(Path(folder) / "probe.safetensors")
            probe = GraphImporter(module.graph, plan, _symbols(module), weights, is_probe=True)
            probe.run()
        failed = {node: entry for node, entry in probe.failed.items() if node not in views}
        if failed and self.options.strict:
            raise UnsupportedError(failed.values())
        entry = add_graph()
        entry.fallbacks.extend(failed.values())
        if failed or views or not _returns_own_tensors(module):
            return self.compile_parts(module, parameters, {*failed, *views}, entry)
        try:
            return self.compile_or_split(module, plan, parameters, entry)
        except Exception as error:
            self.fall_back(lambda: entry, module, error)
            return _boxed(module.forward)

    def compile_or_split(self, module: GraphModule, plan: Plan, parameters, entry: GraphEntry):
        """The graph as one program, or what the target takes of it as several."""
        try:
            return self.compile(module, plan, entry)
        except Refusal as refusal:
            entry.fallbacks.extend(refusal.nodes.values())
            return self.compile_parts(module, parameters, set(refusal.nodes), entry)

    def fall_back(self, entry, module: GraphModule, error: Exception) -> None:
        """Notes that a graph or part runs in eager; when strict, an error of xcc's own."""
        if self.options.strict:
            if isinstance(error, Error):
                raise error
            raise CompileError(f"compiling a graph failed: {describe(error)}") from error
        nodes = [n for n in module.graph.nodes if n.op == "call_function" and not is_size(n)]
        file, line = source_line(nodes[0]) if nodes else (None, 0)
        where = f"{file}:{line}" if file else "graph"
        cure = "it runs in eager; options={'strict': True} shows the whole error"
        reason = f"compiling them failed: {describe(error)}"
        note = Unsupported(f"{len(nodes)} operations from here", where, reason, cure)
        entry().fallbacks.append(note)
        warnings.warn(str(note), RuntimeWarning, stacklevel=2)

    def compile_parts(self, module: GraphModule, parameters, failed: set[Node], entry: GraphEntry):
        """The supported parts as programs, the rest in eager between them."""
        from xcc.dynamo.partition import split

        names = {node.name for node in parameters}
        split_module, calls = split(module, failed)
        for call in calls:
            part = getattr(split_module, call.target)
            placeholders = [n for n in part.graph.nodes if n.op == "placeholder"]
            inner = {p for p, o in zip(placeholders, call.args, strict=True) if o.name in names}
            try:
                run = self.compile_or_split(part, _plan(part, inner), inner, entry)
            except Exception as error:
                self.fall_back(lambda: entry, part, error)
                continue
            is_single = not isinstance(_outputs(part), (list, tuple))
            setattr(split_module, call.target, _Part(run, is_single))
        return _boxed(split_module.forward)

    def compile(self, module: GraphModule, plan: Plan, entry: GraphEntry):
        """One graph, all of it supported, as a callable on a list of inputs."""
        started = time.perf_counter()
        options = self.options
        with tempfile.TemporaryDirectory(prefix="xcc-") as folder:
            source = Path(folder) / "graph.mlir"
            weights = WeightFile(source.with_suffix(".safetensors"))
            importer = GraphImporter(module.graph, plan, _symbols(module), weights)
            importer.run()
            source.write_text(importer.text())
            weights.save()
            bundle = source.with_suffix(".xcb")
            arguments = (bundle, options.targets, options.is_emulated, True)
            try:
                compile_file(source, *arguments)
            except CompileError:
                nodes = {} if options.strict else refused(module.graph, source, *arguments)
                if nodes:
                    raise Refusal(nodes) from None
                raise
            # The runtime maps the file: it may be removed once it is open.
            program = load(bundle, options.device, options.threads)
        operations = sum(n.op == "call_function" and not is_size(n) for n in module.graph.nodes)
        seconds = time.perf_counter() - started
        device = program.device
        entry.subgraphs.append(Subgraph(operations, program.num_launches, seconds, device))
        return _runner(program, module, plan)


class _Part(torch.nn.Module):
    """A compiled part inside the split graph."""

    def __init__(self, run, is_single: bool):
        super().__init__()
        self.run = run
        self.is_single = is_single

    def forward(self, *inputs):
        outputs = self.run(list(inputs))
        # A part that was split again gives what its graph does.
        if isinstance(outputs, torch.Tensor):
            return outputs
        return outputs[0] if self.is_single else tuple(outputs)


def _boxed(function):
    """The calling convention of AOTAutograd: a list of inputs, emptied by the callee."""

    def call(inputs):
        values = list(inputs)
        inputs.clear()
        return function(*values)

    call._boxed_call = True
    return call


def _runner(program: Program, module: GraphModule, plan: Plan):
    """Calls the program with the tensors among the graph's inputs."""
    placeholders = [n for n in module.graph.nodes if n.op == "placeholder"]
    taken = [i for i, node in enumerate(placeholders) if node in plan.roles]
    pick = operator.itemgetter(*taken) if len(taken) > 1 else None
    outputs = list(_flat(_outputs(module)))
    views = [(i, _inverse(output.order)) for i, output in enumerate(plan.outputs) if output.order]
    constants = [(i, o) for i, o in enumerate(outputs) if not isinstance(o, Node)]

    def run(inputs):
        tensors = pick(inputs) if pick else tuple(inputs[i] for i in taken)
        results = list(program.run(tensors))
        for i, order in views:
            results[i] = results[i].permute(order)
        for i, constant in constants:
            results.insert(i, constant)
        inputs.clear()
        return results

    run._boxed_call = True
    return run


def _inverse(order: tuple[int, ...]) -> tuple[int, ...]:
    inverse = [0] * len(order)
    for i, dim in enumerate(order):
        inverse[dim] = i
    return tuple(inverse)


def _outputs(module: GraphModule):
    return next(n for n in reversed(module.graph.nodes) if n.op == "output").args[0]


def _flat(outputs):
    return outputs if isinstance(outputs, (list, tuple)) else [outputs]


def _returns_own_tensors(module: GraphModule) -> bool:
    """True when each output is a tensor in memory of its own."""
    nodes = [o for o in _flat(_outputs(module)) if isinstance(o, Node)]
    is_unique = len(set(nodes)) == len(nodes)
    return bool(nodes) and is_unique and not any(map(is_size, nodes))


def _plan(module: GraphModule, parameters: set[Node]) -> Plan:
    plan = Plan()
    for node in module.graph.nodes:
        if node.op == "placeholder" and isinstance(node.meta.get("val"), torch.Tensor):
            plan.roles[node] = Input(node.name, node in parameters)
    for node in _flat(_outputs(module)):
        if isinstance(node, Node) and isinstance(node.meta.get("val"), torch.Tensor):
            name = f"output{len(plan.outputs)}"
            plan.outputs.append(Output(node, name, _memory_order(node.meta["val"])))
    return plan


def _memory_order(value: torch.Tensor) -> tuple[int, ...] | None:
    """The dimensions from the outermost in memory to the innermost; None: as they stand.

    Code around the graph relies on the strides that were traced.
    """
    strides = [hint(s) for s in value.stride()]
    sizes = [hint(s) for s in value.shape]
    order = sorted(range(value.dim()), key=lambda d: (-strides[d], sizes[d] == 1, d))
    expected = 1
    for dim in reversed(order):
        if sizes[dim] != 1 and strides[dim] != expected:
            return None
        expected *= sizes[dim]
    return None if order == list(range(value.dim())) else tuple(order)


def _symbols(module: GraphModule) -> SymbolTable:
    ranges = {}
    for node in module.graph.nodes:
        value = node.meta.get("val")
        for item in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(item, torch.Tensor) and hasattr(item, "fake_mode"):
                environment = item.fake_mode.shape_env
                ranges = environment.var_to_range if environment else {}
                return SymbolTable(dict(ranges))
    return SymbolTable(ranges)


def _parameters(module: GraphModule) -> set[Node]:
    """Placeholders that hold parameters or buffers: the same tensors at every call."""
    context = TracingContext.try_get()
    metadata = context.fw_metadata if context else None
    indices = set(metadata.static_input_indices) if metadata else set()
    placeholders = [n for n in module.graph.nodes if n.op == "placeholder"]
    return {node for i, node in enumerate(placeholders) if i in indices}
