"""Every fx operation in every type on emulated devices agrees with the interpreter."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import operations
import pytest


@pytest.fixture(scope="session")
def everyday():
    """{chip: Tally} of one case for each operation and type."""
    work = operations.slice_of(operations.all_cases(), operations.listed_chips())
    tallies = operations.judge_all(work)
    print(operations.summary(tallies))
    return tallies


@pytest.mark.parametrize("operation", list(operations.by_operation()))
def test_operation(everyday, operation):
    wrong = [text for tally in everyday.values() for text in tally.wrong.get(operation, [])]
    assert not wrong, "\n".join(wrong)


def test_every_chip_has_cases(everyday):
    assert all(tally.cases > 50 for tally in everyday.values())


@pytest.mark.slow
@pytest.mark.parametrize("chip", operations.listed_chips())
def test_every_case(chip, capsys):
    tallies = operations.judge_all({chip: operations.all_cases()})
    with capsys.disabled():
        print("\n" + operations.summary(tallies))
    wrong = [text for texts in tallies[chip].wrong.values() for text in texts]
    assert not wrong, "\n".join(wrong[:20])
