"""Each operation, imported: it verifies, and means what PyTorch means by it."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import op_cases
import oracle
import pytest

cases = pytest.mark.parametrize("case", op_cases.ALL, ids=lambda case: case.name)


@cases
def test_meaning(case, interpreted):
    found, expected = interpreted.of(case)
    for f, e in zip(found, expected, strict=True):
        oracle.check(f, e)


@cases
def test_compiled(case, compiled):
    found, expected = compiled.of(case)
    for f, e in zip(found, expected, strict=True):
        oracle.check(f, e)
