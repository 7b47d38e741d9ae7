"""Views that a graph returns: made in eager on what its program returns.

A program's outputs are memory of their own. A view that is made of one afterwards costs nothing,
and shares its memory, and that of other views, as the model has it.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import operator

import torch
from torch.fx import GraphModule, Node

from xcc.importer.graph import is_size


def detach_views(module: GraphModule) -> set[Node]:
    """Gives each returned view a copy of its own, and returns these copies.

    Their users are views or the output alone, so that they may stay out of any program. A view
    that is computed with as well keeps a second copy for that.
    """
    graph = module.graph
    output = graph.output_node()
    copies: dict[Node, Node] = {}

    def copied(node: Node) -> Node:
        if not is_view(node):
            return node
        if node not in copies:
            copies[node] = graph.node_copy(node, copied)
        return copies[node]

    with graph.inserting_before(output):
        output.args = torch.fx.map_arg(output.args, copied)
    for node in reversed(list(graph.nodes)):
        if node not in copies.values() and not node.users and is_view(node):
            graph.erase_node(node)
    if copies:
        module.recompile()
    return set(copies.values())


def is_view(node: Node) -> bool:
    """True for a view of memory that lies outside a program as it lies in PyTorch."""
    base = node
    while _makes_view(base):
        base = base.args[0]
    if base is node or not isinstance(base, Node):
        return False
    return base.op in ("placeholder", "get_attr") or _is_dense(base.meta.get("val"))


def _makes_view(node) -> bool:
    if not isinstance(node, Node) or node.op != "call_function" or is_size(node):
        return False
    if node.target is operator.getitem:
        return _makes_view(node.args[0])
    is_operation = isinstance(node.target, torch._ops.OpOverload)
    return is_operation and node.target.is_view and bool(node.args)


def _is_dense(value) -> bool:
    """Programs return tensors without gaps, their dimensions in any order."""
    if not isinstance(value, torch.Tensor):
        return False
    expected = 1
    sizes = [
        (hint(stride), hint(size)) for stride, size in zip(value.stride(), value.shape, strict=True)
    ]
    for stride, size in sorted(pair for pair in sizes if pair[1] != 1):
        if stride != expected:
            return False
        expected *= size
    return True


def hint(size) -> int:
    """The number that a size had when it was traced."""
    if isinstance(size, torch.SymInt):
        return size.node.hint if size.node.hint is not None else 2
    return size
