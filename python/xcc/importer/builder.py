"""Writes fx operations as text and keeps the types of their results."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

from dataclasses import dataclass

import torch

from xcc.importer import mlir
from xcc.importer.mlir import Raw, Sizes
from xcc.importer.problem import Problem
from xcc.importer.symbols import Size, SymbolTable, is_static, product, same, size_of

Shape = tuple[Size, ...]


@dataclass(frozen=True)
class Value:
    """A tensor in the imported function: its SSA name, shape and dtype."""

    name: str
    shape: Shape
    dtype: torch.dtype

    @property
    def rank(self) -> int:
        return len(self.shape)

    def type(self) -> str:
        return mlir.tensor_type(self.shape, self.dtype)


def unit(is_set: bool) -> Raw | None:
    """A unit attribute, or none."""
    return Raw("unit") if is_set else None


def broadcast(*shapes: Shape) -> Shape:
    """The shape that all broadcast to. Fails with Problem when a symbolic size meets another."""
    rank = max((len(s) for s in shapes), default=0)
    result = []
    for axis in range(-rank, 0):
        size: Size = 1
        for shape in shapes:
            if -axis > len(shape) or same(shape[axis], 1):
                continue
            if not same(size, 1) and not same(size, shape[axis]):
                if not is_static(size) or not is_static(shape[axis]):
                    raise Problem(f"sizes {size} and {shape[axis]} are not known to be equal")
                raise Problem(f"sizes {size} and {shape[axis]} do not broadcast")
            size = shape[axis]
        result.append(size)
    return tuple(result)


class Builder:
    """Appends operations to a function's body. Shapes of results are the caller's to know."""

    def __init__(self, symbols: SymbolTable, indent: str = "    "):
        self.symbols = symbols
        self.lines: list[str] = []
        self.location = "loc(unknown)"
        self._indent = indent
        self._count = 0
        self._constants: dict[tuple, Value] = {}

    def name(self) -> str:
        """A fresh SSA name."""
        self._count += 1
        return f"%{self._count - 1}"

    def op(self, name: str, operands, shape, dtype: torch.dtype, /, **attributes) -> Value:
        """One operation with one result."""
        return self.op_many(name, operands, [(shape, dtype)], **attributes)[0]

    def op_many(self, name: str, operands, results, /, **attributes) -> list[Value]:
        """One operation; `results` are (shape, dtype) pairs, attributes of None are left out."""
        values = [Value("", tuple(size_of(s) for s in shape), dtype) for shape, dtype in results]
        fields = ", ".join(
            f"{key} = {mlir.attribute(value, self.symbols)}"
            for key, value in attributes.items()
            if value is not None
        )
        inputs = ", ".join(o.type() for o in operands)
        outputs = ", ".join(v.type() for v in values)
        if len(values) != 1:
            outputs = f"({outputs})"
        result = self.name()
        count = f":{len(values)}" if len(values) > 1 else ""
        self.lines.append(
            f'{self._indent}{result}{count} = "fx.{name}"({", ".join(o.name for o in operands)})'
            f"{f' <{{{fields}}}>' if fields else ''} : ({inputs}) -> {outputs} {self.location}"
        )
        names = [result] if len(values) == 1 else [f"{result}#{i}" for i in range(len(values))]
        return [Value(n, v.shape, v.dtype) for n, v in zip(names, values, strict=True)]

    def constant(self, value, dtype: torch.dtype) -> Value:
        """A 0-d tensor; the same number is made once."""
        key = (repr(value), dtype)
        if key not in self._constants:
            tensor = torch.tensor(value, dtype=torch.float64 if isinstance(value, float) else None)
            self._constants[key] = self.tensor(tensor.to(dtype))
        return self._constants[key]

    def tensor(self, tensor: torch.Tensor) -> Value:
        """A small tensor written into the text."""
        text = mlir.dense(tensor)
        shape = tuple(tensor.shape)
        return self.op("constant", [], shape, tensor.dtype, value=Raw(text))

    def to(self, value: Value, dtype: torch.dtype) -> Value:
        """Conversion of the element type; nothing where it is the same."""
        if value.dtype == dtype:
            return value
        return self.op("to", [value], value.shape, dtype)

    def elementwise(self, name: str, *operands: Value, dtype=None, **attributes) -> Value:
        """An element-wise operation on operands that are promoted already."""
        shape = broadcast(*(o.shape for o in operands))
        dtype = dtype or operands[0].dtype
        return self.op(name, operands, shape, dtype, **attributes)

    def view(self, value: Value, shape) -> Value:
        """The same elements in another shape; nothing where it is the same."""
        shape = tuple(size_of(s) for s in shape)
        if self.has_shape(value, shape):
            return value
        return self.op("view", [value], shape, value.dtype, shape=Sizes(shape))

    def expand(self, value: Value, shape) -> Value:
        """Broadcasts to `shape`; nothing where it is the same."""
        shape = tuple(size_of(s) for s in shape)
        if self.has_shape(value, shape):
            return value
        return self.op("expand", [value], shape, value.dtype, shape=Sizes(shape))

    def permute(self, value: Value, dims) -> Value:
        """Result dimension i is dimension dims[i]."""
        dims = [d % value.rank for d in dims] if value.rank else []
        if dims == list(range(value.rank)):
            return value
        shape = tuple(value.shape[d] for d in dims)
        return self.op("permute", [value], shape, value.dtype, dims=dims)

    def slice(self, value: Value, dim: int, start: Size, length: Size, step: int = 1) -> Value:
        """`length` elements of dimension `dim` from `start` on, `step` apart."""
        end = size_of(start + (length - 1) * step + 1) if step != 1 else size_of(start + length)
        if length == 0:
            start = end = 0
        shape = (*value.shape[:dim], length, *value.shape[dim + 1 :])
        if self.has_shape(value, shape) and start == 0:
            return value
        return self.op(
            "slice",
            [value],
            shape,
            value.dtype,
            dim=dim,
            start=Sizes((start,)),
            end=Sizes((end,)),
            step=step,
        )

    def select(self, value: Value, dim: int, index: Size) -> Value:
        """Slice number `index` of dimension `dim`, which is dropped."""
        shape = (*value.shape[:dim], *value.shape[dim + 1 :])
        return self.op("select", [value], shape, value.dtype, dim=dim, index=Sizes((index,)))

    def full(self, fill: Value, shape) -> Value:
        """A tensor filled with a 0-d tensor."""
        shape = tuple(size_of(s) for s in shape)
        if not shape:
            return fill
        return self.op("full", [fill], shape, fill.dtype, shape=Sizes(shape))

    def size_value(self, size: Size, dtype: torch.dtype) -> Value:
        """A size as a 0-d tensor. A negative symbolic size is not expected."""
        if is_static(size):
            return self.constant(size, dtype)
        # fx has no operation from a size to a number: element `size` of 0, 1, 2, ... is one.
        shape = (size_of(size + 1),)
        numbers = self.op("iota", [], shape, torch.int64, shape=Sizes(shape))
        return self.to(self.select(numbers, 0, size), dtype)

    def has_shape(self, value: Value, shape) -> bool:
        """True when the value certainly has the shape."""
        return value.rank == len(shape) and all(map(same, value.shape, shape))

    def number_of_elements(self, value: Value) -> Size:
        """The product of the sizes."""
        return product(value.shape)
