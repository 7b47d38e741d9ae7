"""Which operations of a graph the compiler refuses for a target."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import re
from pathlib import Path

from torch.fx import Graph, Node

from xcc.compiler import compile_file
from xcc.errors import CompileError, Unsupported
from xcc.importer.location import where

CURE = "it runs in eager; options={'strict': True} makes it an error"
# loc("name"("file":line:column)) or loc("name"), as the importer writes them.
_LOCATION = re.compile(r'loc\(("(?:[^"\\]|\\.)*")(?:\("(?:[^"\\]|\\.)*":\d+:\d+\))?\)')
_ERROR = re.compile(r"^(?P<name>\w+):1:1: error: (?P<text>.+)$")


class Refusal(Exception):
    """The compiler refused some operations, each with its reason."""

    def __init__(self, nodes: dict[Node, Unsupported]):
        super().__init__(", ".join(map(str, nodes.values())))
        self.nodes = nodes


def refused(graph: Graph, source: Path, *arguments) -> dict[Node, Unsupported]:
    """Compiles a graph's text again as compile_file does, with the nodes' names for files.

    Returns the nodes that errors name: of a kernel of several operations, the first.
    """
    source.write_text(_LOCATION.sub(r"loc(\1:1:1)", source.read_text()))
    nodes = {node.name: node for node in graph.nodes if node.op == "call_function"}
    try:
        compile_file(source, *arguments)
    except CompileError as error:
        errors = filter(None, map(_ERROR.match, str(error).splitlines()))
        named = [(nodes.get(e["name"]), e["text"]) for e in errors]
        return {node: _entry(node, text) for node, text in named if node}
    return {}


def _entry(node: Node, reason: str) -> Unsupported:
    return Unsupported(str(node.target), where(node), reason, CURE)
