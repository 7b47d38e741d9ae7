"""Compiled operations against the interpreter, on the same cases."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import pytest
import torch
from case import difference, module_of, run_batch
from cases import all_cases, by_operation
from elementwise import is_elementwise
from judges import compile_and_run, compile_and_run_all, interpret

# One level, the one every processor of today has: the others have tests of their own.
LEVEL = "--isa=x86-64-v3"
BATCH = 120
# Element-wise sums, which may cancel.
SUMS = {"gelu", "lerp", "addcmul", "addcdiv"}


def run_compiled(text, inputs):
    return compile_and_run(text, inputs, LEVEL)


@pytest.fixture(scope="session")
def verdicts():
    """What is wrong with each case, by operation."""
    cases, found = all_cases(), {}
    for first in range(0, len(cases), BATCH):
        batch = cases[first : first + BATCH]
        meanings, compiled = run_batch(batch, interpret), run_batch(batch, run_compiled)
        for case, want, got in zip(batch, meanings, compiled, strict=True):
            found.setdefault(case.op, []).extend(judge(case, want, got))
    return found


def judge(case, meaning, compiled):
    if isinstance(meaning, str) or isinstance(compiled, str):
        return [f"{case.name()}: {compiled}"]
    found = []
    for want, got, dtype in zip(meaning, compiled, case.result_dtypes(), strict=True):
        close = None
        if want.is_floating_point():
            close = allowed(case, want, dtype)
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


@pytest.mark.parametrize("operation", list(by_operation()))
def test_operation(verdicts, operation):
    wrong = verdicts[operation]
    assert not wrong, "\n".join(wrong[:10])


def resized(tensor, case_size, size):
    """The tensor with its symbolic dimensions at another size."""
    for dim, old in enumerate(tensor.shape):
        if old == case_size:
            tensor = tensor.index_select(dim, torch.arange(size) % case_size)
    return tensor.clone()


def test_one_program_at_many_sizes():
    """Symbolic sizes are compiled once: one, below a vector, a whole one, and past several."""
    # Sizes within the attributes belong to the case's own size.
    cases = [case for case in all_cases() if case.symbolic and not case.maps]
    assert len(cases) > 100
    text, inputs = module_of(cases)
    sets = [
        {name: resized(tensor, cases[0].symbolic, size) for name, tensor in inputs.items()}
        for size in (1, 5, 16, 33)
    ]
    wrong = []
    for given, (outputs, error) in zip(sets, compile_and_run_all(text, sets, LEVEL), strict=True):
        assert not error, error
        meanings, error = interpret(text, given)
        assert not error, error
        number = 0
        for case in cases:
            count = len(case.reference())
            names = [f"output{number + i}" for i in range(count)]
            number += count
            want, got = [meanings[n] for n in names], [outputs[n] for n in names]
            wrong += judge(case, want, got)
    assert not wrong, "\n".join(wrong[:10])
