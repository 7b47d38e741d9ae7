"""The interpreter against PyTorch's eager float64, operation by operation."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import pytest
from case import difference, run_batch
from cases import all_cases, by_operation, declared_operations
from judges import interpret

BATCH = 250


@pytest.fixture(scope="session")
def verdicts():
    """What is wrong with each case, by operation."""
    cases, found = all_cases(), {}
    for first in range(0, len(cases), BATCH):
        batch = cases[first : first + BATCH]
        for case, outputs in zip(batch, run_batch(batch, interpret), strict=True):
            found.setdefault(case.op, []).extend(judge(case, outputs))
    return found


def allowed(want, tolerance):
    """The error allowed for each element: relative to it, or to the largest if below 1."""
    finite = want[want.isfinite()].abs()
    scale = min(1.0, finite.max().item()) if finite.numel() else 0.0
    return tolerance * (want.abs() + scale)


def judge(case, outputs):
    if isinstance(outputs, str):
        return [f"{case.name()}: {outputs}"]
    found = []
    for got, want in zip(outputs, case.reference(), strict=True):
        close = allowed(want, case.tolerance) if want.is_floating_point() else None
        if wrong := difference(got, want, close, case.any_zero):
            found.append(f"{case.name()}: {wrong}")
    return found


def test_every_operation_has_cases():
    assert sorted(by_operation()) == sorted(declared_operations())


@pytest.mark.parametrize("operation", list(by_operation()))
def test_operation(verdicts, operation):
    wrong = verdicts[operation]
    assert not wrong, "\n".join(wrong[:10])
