"""What a family of kernels is, and the table of all of them."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
from collections.abc import Callable
from dataclasses import dataclass

from graph import Graph, Size

DTYPES = ("f32", "f16", "bf16")


@dataclass(frozen=True)
class Family:
    """Kernels of one kind."""

    name: str
    sizes: tuple[str, ...]  # what the sizes are called
    write: Callable  # (graph, *sizes) -> outputs
    bound: Callable  # (inputs as float64, dtype) -> largest relative error
    uses_matrices: bool = False  # f16 and bf16 are work for the matrix unit

    def kernel(self, dtype: str, sizes: tuple[Size, ...], symbols=None) -> "Kernel":
        graph = Graph(dtype, symbols)
        text = graph.text(self.write(graph, *sizes))
        return Kernel(self, dtype, sizes, text, graph)


@dataclass(frozen=True)
class Kernel:
    """A program of one family, and the inputs it wants."""

    family: Family
    dtype: str
    sizes: tuple[Size, ...]
    text: str
    graph: Graph

    @property
    def name(self):
        return f"{self.family.name}-{self.dtype}-{'x'.join(map(str, self.sizes))}"


FAMILIES: dict[str, Family] = {}


def family(name, sizes, bound, uses_matrices=False):
    def add(write):
        FAMILIES[name] = Family(name, tuple(sizes.split()), write, bound, uses_matrices)
        return write

    return add
