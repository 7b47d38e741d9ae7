"""Text of MLIR types, attributes and locations."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import struct
from dataclasses import dataclass

import torch

from xcc.importer.problem import Problem
from xcc.importer.symbols import Size, SymbolTable

ELEMENT_TYPES = {
    torch.float64: "f64",
    torch.float32: "f32",
    torch.float16: "f16",
    torch.bfloat16: "bf16",
    torch.int64: "i64",
    torch.int32: "i32",
    torch.int16: "i16",
    torch.int8: "i8",
    torch.uint8: "ui8",
    torch.bool: "i1",
    torch.float8_e4m3fn: "f8E4M3FN",
    torch.float8_e5m2: "f8E5M2",
    torch.float8_e4m3fnuz: "f8E4M3FNUZ",
    torch.float8_e5m2fnuz: "f8E5M2FNUZ",
}


def element_type(dtype: torch.dtype) -> str:
    """The element type's name. Fails with Problem for a dtype that fx lacks."""
    if dtype not in ELEMENT_TYPES:
        raise Problem(f"dtype {str(dtype).removeprefix('torch.')} is not supported")
    return ELEMENT_TYPES[dtype]


def tensor_type(shape: tuple[Size, ...], dtype: torch.dtype) -> str:
    """The ranked tensor type; a symbolic size is `?`."""
    sizes = "".join(f"{s}x" if isinstance(s, int) else "?x" for s in shape)
    return f"tensor<{sizes}{element_type(dtype)}>"


def quote(text: str) -> str:
    """A string literal."""
    escaped = "".join(
        c if 32 <= ord(c) < 127 and c not in '"\\' else "".join(f"\\{b:02X}" for b in c.encode())
        for c in text
    )
    return f'"{escaped}"'


def float_text(value: float) -> str:
    """A 64-bit float literal that reads back exactly."""
    value = float(value)
    if value != value or value in (float("inf"), float("-inf")):
        return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"
    text = repr(value)
    mantissa, _, exponent = text.partition("e")
    if "." not in mantissa:
        mantissa += ".0"
    return f"{mantissa}e{int(exponent):+03d}" if exponent else mantissa


@dataclass(frozen=True)
class Raw:
    """Attribute text as it stands."""

    text: str


@dataclass(frozen=True)
class Sizes:
    """A list of sizes, printed as an affine map over the function's symbols."""

    sizes: tuple[Size, ...]


def attribute(value, symbols: SymbolTable) -> str:
    """The attribute for a Python value; lists are dense arrays of i64 or f64."""
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, Sizes):
        return symbols.map(value.sizes)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value} : i64"
    if isinstance(value, float):
        return f"{float_text(value)} : f64"
    if isinstance(value, str):
        return quote(value)
    kind = "f64" if value and isinstance(value[0], float) else "i64"
    if not value:
        return f"array<{kind}>"
    items = (float_text(v) if kind == "f64" else str(int(v)) for v in value)
    return f"array<{kind}: {', '.join(items)}>"


# Widths of the floats that a dense literal gives in bits.
_BITS = {
    torch.float64: torch.int64,
    torch.float32: torch.int32,
    torch.float16: torch.int16,
    torch.bfloat16: torch.int16,
}


def dense(tensor: torch.Tensor) -> str:
    """The elements of a small tensor as a `dense` attribute, exactly."""
    kind = tensor_type(tuple(tensor.shape), tensor.dtype)
    if tensor.dtype.is_floating_point and tensor.dtype not in _BITS:
        raise Problem(f"constants of dtype {element_type(tensor.dtype)} are not supported")
    return f"dense<{_elements(tensor.detach().cpu().contiguous())}> : {kind}"


def _elements(tensor: torch.Tensor) -> str:
    if tensor.numel() == 0:
        return ""
    if tensor.dim() > 0:
        return "[" + ", ".join(_elements(part) for part in tensor) + "]"
    value = tensor.item()
    if tensor.dtype == torch.bool:
        return "true" if value else "false"
    if not tensor.dtype.is_floating_point:
        return str(value)
    if tensor.dtype == torch.float64 or (abs(value) < 1e6 and _reads_back(value, tensor)):
        return float_text(value)
    bits = tensor.view(_BITS[tensor.dtype]).item()
    width = tensor.dtype.itemsize
    return f"0x{bits & ((1 << 8 * width) - 1):0{2 * width}X}"


def _reads_back(value: float, tensor: torch.Tensor) -> bool:
    # Short decimals are for the reader; where they round, the bits are given.
    return len(repr(value)) <= 10 and bool(torch.tensor(value, dtype=tensor.dtype) == tensor)


def location(name: str, file: str | None, line: int) -> str:
    """`name` at a line of the model; the name alone where the line is not known."""
    if file is None:
        return f"loc({quote(name)})"
    return f"loc({quote(name)}({quote(file)}:{line}:1))"
