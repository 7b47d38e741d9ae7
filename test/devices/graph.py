"""Writes fx programs as text: a few lines make a kernel of any shape and type."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re
from dataclasses import dataclass
from math import prod

# A size is a number or the name of a symbol ("m"), or a sum of such ("m + 3").
Size = int | str
# What symbolic sizes may be; the sweep stays below.
LARGEST = 512


@dataclass(frozen=True)
class Value:
    """A tensor of the program."""

    name: str
    shape: tuple[Size, ...]
    dtype: str

    @property
    def type(self):
        sizes = [str(s) if isinstance(s, int) else "?" for s in self.shape]
        return f"tensor<{'x'.join([*sizes, self.dtype])}>"


@dataclass(frozen=True)
class Input:
    """An argument of the program, and what numbers it is given."""

    value: Value
    shape: tuple[int, ...]
    # None: normally distributed. Else uniform in [low, high), whole for integers.
    limits: tuple[float, float] | None


def names(size: Size) -> list[str]:
    """The symbols in a size: "m + 1" has m."""
    return re.findall(r"[A-Za-z_]\w*", str(size))


class Graph:
    """A program under construction, for symbols of the given values."""

    def __init__(self, dtype, symbols=None):
        self.dtype = dtype
        self.symbols = dict(symbols or {})
        self.inputs: list[Input] = []
        self.lines: list[str] = []

    def number(self, size: Size) -> int:
        """A size for the values that the symbols have."""
        terms = [t.strip() for t in str(size).split("+")]
        return sum(self.symbols[t] if t in self.symbols else int(t) for t in terms)

    def affine(self, sizes) -> str:
        """Sizes as fx has them: affine expressions over the function's symbols."""
        numbers = {name: f"s{i}" for i, name in enumerate(self.symbols)}
        text = ", ".join(str(s) for s in sizes)
        text = re.sub(r"[A-Za-z_]\w*", lambda name: numbers[name[0]], text)
        symbols = f"[{', '.join(numbers.values())}]" if numbers else ""
        return f"affine_map<(){symbols} -> ({text})>"

    def input(self, *shape: Size, dtype=None, limits=None) -> Value:
        value = Value(f"%arg{len(self.inputs)}", shape, dtype or self.dtype)
        self.inputs.append(Input(value, tuple(map(self.number, shape)), limits))
        return value

    def scalar(self, number, dtype=None) -> Value:
        value = Value(f"%v{len(self.lines)}", (), dtype or self.dtype)
        self.lines.append(f"{value.name} = fx.constant dense<{number}> : {value.type}")
        return value

    def op(self, name, *operands, shape=None, dtype=None, attributes="", form=None) -> Value:
        """An operation; shape and type are the first operand's where not given. `form` puts
        words between the operands ("{0} weight {1}")."""
        shape = operands[0].shape if shape is None else tuple(shape)
        value = Value(f"%v{len(self.lines)}", shape, dtype or operands[0].dtype)
        names = [o.name for o in operands]
        listed = form.format(*names) if form else ", ".join(names)
        attributes = f" {{{attributes}}}" if attributes else ""
        types = ", ".join(o.type for o in operands)
        self.lines.append(
            f"{value.name} = fx.{name} {listed}{attributes} : ({types}) -> {value.type}"
        )
        return value

    def text(self, outputs) -> str:
        """The module whose main returns the outputs. Symbols that no input tells are left out:
        a length that a layout fixes has a number."""
        told = {word for each in self.inputs for size in each.value.shape for word in names(size)}
        self.symbols = {name: value for name, value in self.symbols.items() if name in told}
        arguments = []
        for each in self.inputs:
            dims = f" {{fx.dims = {self.affine(each.value.shape)}}}" if self.symbols else ""
            arguments.append(f"{each.value.name}: {each.value.type}{dims}")
        symbols = [f'{{name = "{s}", min = 0, max = {LARGEST}}}' for s in self.symbols]
        attributes = f"\n    attributes {{fx.symbols = [{', '.join(symbols)}]}}" if symbols else ""
        types = ", ".join(o.type for o in outputs)
        results = ", ".join(o.name for o in outputs)
        body = "".join(f"  {line}\n" for line in self.lines)
        return (
            f"func.func @main({', '.join(arguments)}) -> ({types}){attributes} {{\n"
            f"{body}  return {results} : {types}\n}}\n"
        )

    def elements(self) -> int:
        """Of all inputs; says how much work the kernel is at least."""
        return sum(prod(each.shape) for each in self.inputs)
