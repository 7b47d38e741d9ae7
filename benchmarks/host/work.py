"""The work that a case cannot avoid: multiplications and additions, and bytes."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch

from host.cases.case import Case, tensor_bytes


def of(case: Case, module, inputs, outputs) -> dict:
    """What a row says of the case itself."""
    read, written = least_bytes(case, module, inputs, outputs)
    return {
        "case": case.name,
        "family": case.family,
        "dtype": case.dtype,
        "bound": case.bound,
        "flops": count_flops(module, inputs) if case.flops is None else case.flops,
        "bytes_read": read,
        "bytes_written": written,
    }


def least_bytes(case: Case, module, inputs, outputs) -> tuple[int, int]:
    """(read, written): inputs and weights once, outputs once in the dtype of the case."""
    # `outputs` are those of float64.
    size = {"f32": 4, "bf16": 2}[case.dtype]
    written = sum(t.numel() * (size if t.is_floating_point() else 8) for t in outputs)
    if case.num_bytes is not None:
        return case.num_bytes - written, written
    weights = {t.data_ptr(): t for t in [*module.parameters(), *module.buffers()]}
    return tensor_bytes([*weights.values(), *inputs]), written


def count_flops(module, inputs) -> float:
    """By PyTorch's own counter: products, convolutions, attention."""
    from torch.utils.flop_counter import FlopCounterMode

    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        module(*inputs)
    return float(counter.get_total_flops())
