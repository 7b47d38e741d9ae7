"""Imports a model by torch.export."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import re
import warnings
from collections.abc import Mapping

import sympy
import torch
import torch.utils._pytree as pytree
from torch.export.graph_signature import InputKind, OutputKind

from xcc.errors import Unsupported, UnsupportedError
from xcc.importer.decompositions import for_export
from xcc.importer.graph import GraphImporter, Input, Output, Plan, Weight
from xcc.importer.symbols import SymbolTable
from xcc.importer.weights import WeightFile


class _Callable(torch.nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function
        # Without this the tracer keeps no line of a function outside a module.
        anchor = getattr(torch.fx.proxy, "_register_stack_trace_anchor", None)
        if anchor:
            anchor(function)

    def forward(self, *args, **kwargs):
        return self.function(*args, **kwargs)


def capture(model, args, kwargs=None, dynamic_shapes=None) -> torch.export.ExportedProgram:
    """The model as core ATen with linear, attention, norms and activations whole.

    `model` is an nn.Module, a callable or an ExportedProgram. Fails as torch.export fails.
    """
    if not isinstance(model, torch.export.ExportedProgram):
        if not isinstance(model, torch.nn.Module):
            model = _Callable(model)
            if isinstance(dynamic_shapes, (list, tuple)):
                dynamic_shapes = (tuple(dynamic_shapes),)
        model = torch.export.export(
            model, tuple(args), dict(kwargs or {}), dynamic_shapes=dynamic_shapes, strict=False
        )
    with torch.no_grad(), warnings.catch_warnings():
        # PyTorch copies its own trees in a way that it has deprecated; nobody here can change it.
        warnings.filterwarnings("ignore", r".*LeafSpec.* is deprecated", FutureWarning)
        return model.run_decompositions(for_export())


def import_exported(
    program: torch.export.ExportedProgram, weights: WeightFile, dynamic_shapes=None
) -> str:
    """The program as text of an fx module; its weights are added to `weights`.

    Fails with UnsupportedError, which lists every operation that fx lacks.
    """
    plan, problems = _plan(program)
    plan.outputs = _named(plan.outputs, program.call_spec.out_spec)
    names = _symbol_names(program, plan, dynamic_shapes)
    symbols = SymbolTable(dict(program.range_constraints), names)
    importer = GraphImporter(program.graph, plan, symbols, weights)
    importer.problems.extend(problems)
    importer.run()
    return importer.text()


def _plan(program) -> tuple[Plan, list[Unsupported]]:
    signature, plan, problems = program.graph_signature, Plan(), []
    nodes = {node.name: node for node in program.graph.nodes}
    for spec in signature.input_specs:
        node = nodes.get(getattr(spec.arg, "name", None))
        if node is None:
            continue
        if spec.kind == InputKind.USER_INPUT:
            if isinstance(node.meta.get("val"), torch.Tensor):
                plan.roles[node] = Input(node.name)
        elif spec.target in program.state_dict:
            plan.roles[node] = Weight(spec.target, program.state_dict[spec.target])
        elif isinstance(program.constants.get(spec.target), torch.Tensor):
            is_buffer = spec.kind == InputKind.BUFFER
            plan.roles[node] = Weight(spec.target, program.constants[spec.target], is_buffer)
    for spec in signature.output_specs:
        name = getattr(spec.arg, "name", None)
        if spec.kind != OutputKind.USER_OUTPUT:
            problems.append(
                Unsupported(
                    f"write to {spec.target}",
                    name or "output",
                    f"the model changes it ({spec.kind.name.lower().replace('_', ' ')})",
                    "return the new value instead, and pass it in again",
                )
            )
        elif name in nodes and isinstance(nodes[name].meta.get("val"), torch.Tensor):
            plan.outputs.append(Output(nodes[name], name))
        elif name in nodes:
            reason, cure = "it is a number, not a tensor", "compute it from the inputs' shapes"
            problems.append(Unsupported("output", name, reason, cure))
    return plan, problems


def _named(outputs: list[Output], spec) -> list[Output]:
    """Outputs by the names that the model's result gives them: fields, keys, numbers."""
    count = spec.num_leaves
    if count != len(outputs):
        return outputs
    if count == 1 and spec.is_leaf():
        return [Output(outputs[0].node, "output")]
    tree = pytree.tree_unflatten(list(range(count)), spec)
    names = {}
    for path, index in pytree.tree_flatten_with_path(tree)[0]:
        name = re.sub(r"\W+", "_", pytree.keystr(path)).strip("_")
        names[index] = f"output{name}" if name.isdigit() else name
    return [Output(o.node, names.get(i, o.name)) for i, o in enumerate(outputs)]


def _symbol_names(program, plan: Plan, dynamic_shapes) -> dict[sympy.Symbol, str]:
    """Names that the user gave to sizes with torch.export.Dim."""
    names: dict[sympy.Symbol, str] = {}
    if not dynamic_shapes:
        return names
    leaves = list(_specs(dynamic_shapes))
    tensors = [n for n, role in plan.roles.items() if isinstance(role, Input)]
    if len(leaves) != len(tensors):
        return names
    for node, spec in zip(tensors, leaves, strict=True):
        items = spec.items() if isinstance(spec, Mapping) else enumerate(spec or ())
        for dim, name in items:
            size = node.meta["val"].shape[dim]
            is_named = hasattr(name, "__name__") and isinstance(size, torch.SymInt)
            if is_named and size.node.expr.is_Symbol:
                names.setdefault(size.node.expr, name.__name__)
    return names


def _is_spec(value) -> bool:
    """True for the sizes of one tensor: None, {dim: size} or a sequence of sizes."""
    if value is None:
        return True
    if isinstance(value, Mapping):
        return bool(value) and all(isinstance(k, int) for k in value)
    return (
        isinstance(value, (list, tuple))
        and all(
            v is None
            or isinstance(v, (int, str))
            or hasattr(v, "__name__")
            or "Dim" in type(v).__name__
            for v in value
        )
        and any(v is not None for v in value)
    )


def _specs(tree):
    if _is_spec(tree):
        yield tree
    else:
        for branch in tree.values() if isinstance(tree, Mapping) else tree:
            yield from _specs(branch)


__all__ = ["UnsupportedError", "capture", "import_exported"]
