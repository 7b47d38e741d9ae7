"""Compiled operations against the interpreter, on the same cases."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import levels
import pytest
import torch
from case import module_of, run_batch
from cases import all_cases, by_operation
from judges import compile_and_run, compile_and_run_all, interpret
from verdict import judge

BATCH = 120


@pytest.fixture(scope="session", params=levels.available())
def level(request):
    """Each that this processor has; test_levels.py reports the others as not run."""
    return f"--isa={request.param}"


@pytest.fixture(scope="session")
def verdicts(level):
    """What is wrong with each case, by operation."""
    cases, found = all_cases(), {}

    def run_compiled(text, inputs):
        return compile_and_run(text, inputs, level)

    for first in range(0, len(cases), BATCH):
        batch = cases[first : first + BATCH]
        meanings, compiled = run_batch(batch, interpret), run_batch(batch, run_compiled)
        for case, want, got in zip(batch, meanings, compiled, strict=True):
            found.setdefault(case.op, []).extend(judge(case, want, got))
    return found


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


def test_one_program_at_many_sizes(level):
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
    for given, (outputs, error) in zip(sets, compile_and_run_all(text, sets, level), strict=True):
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
