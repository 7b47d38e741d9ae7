"""How far from its meaning a compiled case may be."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import torch
from case import difference
from elementwise import is_elementwise

# Element-wise sums, which may cancel.
SUMS = {"gelu", "lerp", "addcmul", "addcdiv"}


def judge(case, meaning, compiled, more=lambda case, dtype: 0.0):
    """What is wrong, as texts; `more` gives an error that is allowed beside the usual one."""
    if isinstance(meaning, str) or isinstance(compiled, str):
        return [f"{case.name()}: {compiled}"]
    found = []
    for want, got, dtype in zip(meaning, compiled, case.result_dtypes(), strict=True):
        close = None
        if want.is_floating_point():
            close = allowed(case, want, dtype) + more(case, dtype)
            # Beyond the dtype's range stands its infinity.
            rounded = want.to(dtype).double()
            want = torch.where(rounded.isinf(), rounded, want)
        if wrong := difference(got, want, close, any_zero=True):
            found.append(f"{case.name()}: {wrong}")
    return found


def allowed(case, want, dtype):
    """Some units in the last place of the type computed in, and a rounding to the result's.

    Reductions and products are allowed as much relative to the largest element, and to 1, about
    which their inputs lie: their sums may cancel.
    """
    # Additions to a tensor in memory round each time, as PyTorch's do.
    accumulates = case.op in ("index_put", "scatter")
    computed = dtype if accumulates or dtype == torch.float64 else torch.float32
    unit = torch.finfo(computed).eps * case.ulps
    rounding = torch.finfo(dtype).eps / 2 if dtype != computed else 0.0
    close = want.abs() * (unit + rounding)
    if not is_elementwise(case.op):
        finite = want[want.isfinite()].abs()
        scale = max(1.0, finite.max().item()) if finite.numel() else 1.0
        close = close + scale * unit
    if case.op in SUMS:
        close = close + unit
    # A subnormal result may be flushed.
    return close + torch.finfo(dtype).tiny
