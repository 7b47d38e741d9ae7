"""xcc.report: what became of the graphs that torch.compile handed over."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import threading
from dataclasses import dataclass, field

from xcc.errors import Unsupported


def _counted(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


@dataclass(frozen=True)
class Subgraph:
    """A part of a graph that was compiled into one bundle."""

    operations: int
    launches: int
    seconds: float
    device: str

    def __str__(self) -> str:
        return (
            f"compiled: {_counted(self.operations, 'operation')} in "
            f"{_counted(self.launches, 'launch', 'launches')} "
            f"for {self.device}, taking {self.seconds:.2f} s"
        )


@dataclass
class GraphEntry:
    """One graph of torch.compile: its compiled parts, and what runs in eager."""

    name: str
    subgraphs: list[Subgraph] = field(default_factory=list)
    fallbacks: list[Unsupported] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"{self.name}:"]
        lines += [f"  {subgraph}" for subgraph in self.subgraphs]
        lines += [f"  in eager: {fallback}" for fallback in self.fallbacks]
        return "\n".join(lines)


@dataclass
class Report:
    """All graphs so far; str() is the text to read."""

    graphs: list[GraphEntry] = field(default_factory=list)

    @property
    def subgraphs(self) -> list[Subgraph]:
        return [s for graph in self.graphs for s in graph.subgraphs]

    @property
    def fallbacks(self) -> list[Unsupported]:
        return [f for graph in self.graphs for f in graph.fallbacks]

    def __str__(self) -> str:
        if not self.graphs:
            return "no graph has been compiled"
        head = (
            f"{_counted(len(self.graphs), 'graph')}, "
            f"{_counted(len(self.subgraphs), 'compiled part')}, "
            f"{_counted(len(self.fallbacks), 'operation')} in eager"
        )
        return "\n".join([head, *map(str, self.graphs)])


_lock = threading.Lock()
_graphs: list[GraphEntry] = []


def add_graph() -> GraphEntry:
    """A new entry, which the caller fills."""
    with _lock:
        entry = GraphEntry(f"graph {len(_graphs)}")
        _graphs.append(entry)
        return entry


def report(reset: bool = False) -> Report:
    """Compiled subgraphs and fallbacks of all graphs that torch.compile handed to xcc.

    With `reset`, forgets them afterwards.
    """
    with _lock:
        result = Report(list(_graphs))
        if reset:
            _graphs.clear()
        return result
