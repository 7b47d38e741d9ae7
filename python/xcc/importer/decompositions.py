"""Which operations PyTorch takes apart before xcc sees them: those that the table lacks."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

from functools import cache

import torch

from xcc.importer import graph  # noqa: F401 (fills the table)
from xcc.importer.table import TABLE

# Rows that serve graphs captured elsewhere; PyTorch's own decomposition is as good.
_BETTER_APART = {
    torch.ops.aten.softmax.int,
    torch.ops.aten.log_softmax.int,
    torch.ops.aten.batch_norm.default,
    torch.ops.aten.chunk.default,
}


def _is_kept(op) -> bool:
    return op in TABLE and op not in _BETTER_APART


def for_export():
    """The decomposition table for ExportedProgram.run_decompositions."""
    table = torch.export.default_decompositions()
    for op in list(TABLE):
        if op in table and _is_kept(op):
            table.pop(op)
    return table


@cache
def for_autograd() -> dict:
    """The decomposition table for AOTAutograd."""
    from torch._decomp import core_aten_decompositions

    return {op: f for op, f in core_aten_decompositions().items() if not _is_kept(op)}
