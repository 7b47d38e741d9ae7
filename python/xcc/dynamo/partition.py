"""Splits a graph into maximal supported, acyclic parts."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import operator

from torch.fx import GraphModule, Node
from torch.fx.passes.infra.partitioner import CapabilityBasedPartitioner, Partition
from torch.fx.passes.operator_support import OperatorSupportBase
from torch.fx.passes.utils.fuser_utils import validate_partition

from xcc.importer.graph import is_size


class _Supported(OperatorSupportBase):
    def __init__(self, failed: set[Node]):
        self.failed = failed

    def is_node_supported(self, submodules, node: Node) -> bool:
        # Sizes are the outer graph's: a program has tensors alone as inputs and outputs.
        if node.op != "call_function" or is_size(node) or node in self.failed:
            return False
        if node.target is operator.getitem:
            return self.is_node_supported(submodules, node.args[0])
        # A result that stays out of any program keeps its producer out.
        users = [u for u in node.users if u.target is operator.getitem]
        return not any(user in self.failed for user in users)


def _own_constants(module: GraphModule) -> None:
    """One node of a constant for each of its users: parts import them, none is handed over."""
    for constant in [n for n in module.graph.nodes if n.op == "get_attr"]:
        for user in list(constant.users)[1:]:
            with module.graph.inserting_before(user):
                user.replace_input_with(constant, module.graph.node_copy(constant))


def split(module: GraphModule, failed: set[Node]) -> tuple[GraphModule, list[Node]]:
    """The module with each supported part as a submodule, and the calls of these.

    `failed` are the nodes that stay in the outer graph.
    """
    _own_constants(module)
    supported = _Supported(failed)
    partitioner = CapabilityBasedPartitioner(module, supported, allows_single_node_partition=True)
    nodes = [n for n in module.graph.nodes if supported.is_node_supported({}, n)]
    # Proposed parts are connected. All in one needs fewer calls, where nothing lies between.
    if nodes and validate_partition(nodes):
        parts = [Partition(0, nodes)]
    else:
        parts = partitioner.propose_partitions()
    for part in parts:
        for node in list(part.nodes):
            for constant in (i for i in node.all_input_nodes if i.op == "get_attr"):
                part.add_node(constant)
    names = {f"part_{i}" for i in range(len(parts))}
    result = partitioner.fuse_partitions(parts, prefix="part_")
    return result, [n for n in result.graph.nodes if n.op == "call_module" and n.target in names]
