"""How much of core ATen the importer takes: what is missing is written down here."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch
from xcc.importer import graph  # noqa: F401 (fills the table)
from xcc.importer.decompositions import for_autograd
from xcc.importer.table import TABLE


def core_operations():
    # Not dir(torch.ops.aten): that lists what somebody has used before.
    names = {name.partition(".")[0] for name in torch._C._dispatch_get_all_op_names()}
    for name in sorted(n.removeprefix("aten::") for n in names if n.startswith("aten::")):
        packet = getattr(torch.ops.aten, name)
        for overload in getattr(packet, "overloads", list)():
            operation = getattr(packet, overload)
            if torch.Tag.core in operation.tags:
                yield operation


# Why each is not a row: gradients, data-dependent sizes, complex numbers, or work to come.
MISSING = {
    "gradients": """
        _adaptive_avg_pool2d_backward.default avg_pool2d_backward.default
        convolution_backward.default max_pool2d_with_indices_backward.default
    """,
    "training": "_native_batch_norm_legit.default",
    "sizes from data": "nonzero.default _local_scalar_dense.default masked_scatter.default",
    "complex numbers": "_fft_c2r.default _fft_r2c.default",
    "not a tensor of its own": "sym_storage_offset.default atan2.out resize_.default",
    "to come": """
        _cdist_forward.default _embedding_bag.default _pdist_forward.default
        grid_sampler_2d.default
    """,
}


def test_core_aten():
    taken = set(TABLE) | set(for_autograd())
    missing = {str(op).removeprefix("aten.") for op in core_operations() if op not in taken}
    expected = {name for names in MISSING.values() for name in names.split()}
    assert missing == expected
