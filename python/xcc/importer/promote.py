"""Type promotion made explicit, by PyTorch's own rules."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

from functools import lru_cache

import torch
from torch._prims_common import ELEMENTWISE_TYPE_PROMOTION_KIND as KIND
from torch._prims_common import elementwise_dtypes

from xcc.importer.builder import Builder, Value
from xcc.importer.problem import Problem
from xcc.importer.symbols import is_static

DEFAULT = KIND.DEFAULT
INT_TO_FLOAT = KIND.INT_TO_FLOAT
ALWAYS_BOOL = KIND.ALWAYS_BOOL
BOOL_TO_LONG = KIND.BOOL_TO_LONG


@lru_cache
def _prototype(dtype: torch.dtype, is_scalar: bool) -> torch.Tensor:
    return torch.empty((() if is_scalar else (1,)), dtype=dtype, device="meta")


def _stand_in(operand):
    # Promotion looks at dtype and at whether there are dimensions, at nothing else.
    if isinstance(operand, Value):
        return _prototype(operand.dtype, operand.rank == 0)
    if isinstance(operand, (bool, int, float)):
        return operand
    if isinstance(operand, complex):
        raise Problem("complex numbers are not supported")
    return 1


def operand_dtype(kind: KIND, *operands) -> torch.dtype:
    """The dtype that Values and Python numbers are brought to before the operation."""
    rule = DEFAULT if kind == ALWAYS_BOOL else kind
    dtype = elementwise_dtypes(*map(_stand_in, operands), type_promotion_kind=rule)[1]
    if dtype.is_complex:
        raise Problem("complex numbers are not supported")
    return dtype


def as_value(builder: Builder, operand, dtype: torch.dtype) -> Value:
    """A Value, Python number or size as a Value of `dtype`."""
    if isinstance(operand, Value):
        return builder.to(operand, dtype)
    if isinstance(operand, (bool, int, float)):
        return builder.constant(operand, dtype)
    return builder.size_value(operand, dtype)


def promote(builder: Builder, kind: KIND, *operands) -> list[Value]:
    """The operands, all of the dtype that the operation's rule gives."""
    dtype = operand_dtype(kind, *operands)
    return [as_value(builder, o, dtype) for o in operands]


def loses(operand, dtype: torch.dtype) -> bool:
    """True when the 0-d operand does not survive conversion to a narrow float unchanged."""
    if isinstance(operand, Value):
        return operand.rank == 0 and operand.dtype in (torch.float32, torch.float64)
    if isinstance(operand, (int, float)):
        return float(torch.tensor(float(operand), dtype=torch.float64).to(dtype)) != float(operand)
    return not is_static(operand)


def promote_wide(builder: Builder, kind: KIND, *operands) -> tuple[list[Value], torch.dtype]:
    """Like promote, but f32 where a 0-d operand would be rounded to f16 or bf16 first.

    PyTorch's arithmetic reads scalars in f32 and rounds once, at the result. Returns
    the operands and the dtype that the result is converted to.
    """
    dtype = operand_dtype(kind, *operands)
    compute = dtype
    if dtype in (torch.float16, torch.bfloat16) and any(loses(o, dtype) for o in operands):
        compute = torch.float32
    # An operand that PyTorch converts is rounded; one that it reads as scalar is not.
    values = []
    for operand in operands:
        if isinstance(operand, Value) and operand.rank > 0:
            operand = builder.to(operand, dtype)
        values.append(as_value(builder, operand, compute))
    return values, dtype
