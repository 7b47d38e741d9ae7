"""Sizes of tensors: sympy expressions of the tracer to affine maps over size symbols."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

from dataclasses import dataclass

import sympy
import torch
from torch.utils._sympy.functions import CeilToInt, CleanDiv, FloorDiv, Mod, PythonMod
from torch.utils._sympy.numbers import int_oo

from xcc.importer.problem import Problem

# A size: a number, or an expression over the tracer's symbols.
Size = int | sympy.Expr


def size_of(value) -> Size:
    """The size that an int, SymInt or expression stands for."""
    if isinstance(value, torch.SymInt):
        value = value.node.expr
    if isinstance(value, sympy.Expr):
        return int(value) if value.is_Integer else value
    return int(value)


def is_static(size: Size) -> bool:
    """True for a size known when compiling."""
    return isinstance(size, int)


def same(a: Size, b: Size) -> bool:
    """True when the two sizes are certainly equal."""
    if a is b:
        return True
    if isinstance(a, int) and isinstance(b, int):
        return a == b
    return sympy.expand(sympy.sympify(a) - sympy.sympify(b)) == 0


def product(sizes) -> Size:
    """The product of sizes; 1 over nothing."""
    result = 1
    for size in sizes:
        result = result * size
    return size_of(result)


@dataclass(frozen=True)
class Symbol:
    """One entry of the function's `fx.symbols`."""

    name: str
    min: int
    max: int | None

    def text(self) -> str:
        """The dictionary attribute."""
        upper = "" if self.max is None else f", max = {self.max}"
        return f'{{name = "{self.name}", min = {self.min}{upper}}}'


class SymbolTable:
    """The function's size symbols, in order of first appearance in its inputs.

    `ranges` maps a symbol to torch's ValueRanges, `names` to the name the user gave it.
    """

    def __init__(self, ranges=None, names=None):
        self.ranges = ranges or {}
        self.names = names or {}
        self.index: dict[sympy.Symbol, int] = {}

    def add(self, size: Size) -> None:
        """Takes in the symbols of an input's size."""
        if not isinstance(size, int):
            for symbol in sorted(size.free_symbols, key=str):
                self.index.setdefault(symbol, len(self.index))

    def symbols(self) -> list[Symbol]:
        """The entries of `fx.symbols`."""
        return [Symbol(self.names.get(s, str(s)), *self.bounds(s)) for s in self.index]

    def bounds(self, expression: Size) -> tuple[int, int | None]:
        """Bounds of a size: at least the first, at most the second (None: unbounded)."""
        if isinstance(expression, int):
            return expression, expression
        from torch.utils._sympy.value_ranges import bound_sympy

        ranges = {s: self.ranges[s] for s in expression.free_symbols if s in self.ranges}
        bound = bound_sympy(expression, ranges)
        lower = 0 if not bound.lower.is_finite or bound.lower == -int_oo else int(bound.lower)
        upper = int(bound.upper) if bound.upper.is_finite and bound.upper != int_oo else None
        return lower, upper

    def at_least(self, a: Size, b: Size) -> bool:
        """True when a >= b for every value of the symbols."""
        difference = sympy.expand(sympy.sympify(a) - sympy.sympify(b))
        if difference.is_Integer:
            return difference >= 0
        from torch.utils._sympy.value_ranges import bound_sympy

        ranges = {s: self.ranges[s] for s in difference.free_symbols if s in self.ranges}
        return bool(bound_sympy(difference, ranges).lower >= 0)

    def map(self, sizes) -> str:
        """The affine map attribute with one result a size."""
        inputs = ", ".join(f"s{i}" for i in range(len(self.index)))
        results = ", ".join(self.affine(size) for size in sizes)
        return f"affine_map<()[{inputs}] -> ({results})>"

    def affine(self, size: Size) -> str:
        """The size as text of an affine expression. Fails with Problem where it is none."""
        if isinstance(size, int):
            return str(size)
        return _Printer(self).text(size)


class _Printer:
    """sympy to the text of an affine expression, brackets around everything compound."""

    def __init__(self, table: SymbolTable):
        self.table = table

    def text(self, e: sympy.Expr) -> str:
        if e.is_Integer:
            return str(int(e))
        if e.is_Symbol:
            return self.symbol(e)
        if isinstance(e, sympy.Add):
            # In one order, so that equal sizes are equal expressions.
            return "(" + " + ".join(sorted(map(self.text, e.args), reverse=True)) + ")"
        if isinstance(e, sympy.Mul):
            return self.product(e)
        if isinstance(e, sympy.Pow) and e.exp.is_Integer and e.exp > 0:
            return "(" + " * ".join([self.text(e.base)] * int(e.exp)) + ")"
        if isinstance(e, (FloorDiv, CleanDiv)):
            return f"({self.text(e.args[0])} floordiv {self.text(e.args[1])})"
        if isinstance(e, (Mod, PythonMod)):
            return f"({self.text(e.args[0])} mod {self.text(e.args[1])})"
        if isinstance(e, CeilToInt):
            return self.text(e.args[0])
        raise self.problem(e)

    def symbol(self, e: sympy.Symbol) -> str:
        if e not in self.table.index:
            raise Problem(
                f"size {e} is not the size of any input",
                "sizes that depend on data, or come from integer inputs alone, stay in eager",
            )
        return f"s{self.table.index[e]}"

    def product(self, e: sympy.Mul) -> str:
        factor, rest = e.as_coeff_Mul()
        if not factor.is_Rational:
            raise self.problem(e)
        parts = rest.args if isinstance(rest, sympy.Mul) else (rest,)
        text = " * ".join(sorted(map(self.text, parts)))
        if factor.p != 1:
            text = f"{text} * {int(factor.p)}"
        # An exact division: the tracer has proved that it leaves no rest.
        return f"({text})" if factor.q == 1 else f"(({text}) floordiv {int(factor.q)})"

    def problem(self, e: sympy.Expr) -> Problem:
        return Problem(
            f"size {e} is no sum, product, quotient or remainder of input sizes",
            "give the dimension a fixed size",
        )
