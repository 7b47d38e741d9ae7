"""The table of operations: one row an overload, and what a row is given."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import operator
from collections.abc import Callable
from dataclasses import dataclass, field

import torch

from xcc.importer.builder import Builder, Shape, Value

# What a row makes of an operation: one Value, or one per result (None: not made).
Handler = Callable[..., Value | tuple[Value | None, ...]]

TABLE: dict[object, Handler] = {}


@dataclass
class Context:
    """One operation of the captured graph, as its row sees it."""

    builder: Builder
    node: torch.fx.Node
    # Shape and dtype that the tracer found for each result (None: no tensor).
    results: list[tuple[Shape, torch.dtype] | None] = field(default_factory=list)
    # The Value of a node of the graph, for rows that look through an operand.
    value_of: Callable[[torch.fx.Node], Value | None] = lambda node: None

    @property
    def shape(self) -> Shape:
        """The first result's shape."""
        return self.results[0][0]

    @property
    def dtype(self) -> torch.dtype:
        """The first result's dtype."""
        return self.results[0][1]

    def is_used(self, index: int) -> bool:
        """True when someone reads result `index`."""
        return any(
            user.target is not operator.getitem or user.args[1] == index for user in self.node.users
        )


def resolve(name: str):
    """The overload `aten.add.Tensor` of torch.ops, or None when this torch lacks it."""
    found = torch.ops
    for part in name.split("."):
        found = getattr(found, part, None)
        if found is None:
            return None
    return found


def row(*names: str):
    """Registers a handler for overloads."""

    def register(handler: Handler) -> Handler:
        for name in names:
            add_row(name, handler)
        return handler

    return register


def add_row(name: str, handler: Handler) -> None:
    """Registers one overload."""
    target = resolve(name)
    if target is None:
        return
    assert target not in TABLE, f"two rows for {name}"
    TABLE[target] = handler
