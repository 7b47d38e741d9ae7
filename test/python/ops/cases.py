"""All cases, by operation: the one table that both judges use.

A new operation needs a row in the file of its family; interpreter_test.py fails without.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import functools
import re

import contractions
import elementwise
import movement
import reductions
from tool import ROOT

FAMILIES = (elementwise, reductions, contractions, movement)


@functools.cache
def all_cases():
    return [case for family in FAMILIES for case in family.cases()]


def by_operation(cases=None):
    table = {}
    for case in all_cases() if cases is None else cases:
        table.setdefault(case.op, []).append(case)
    return table


@functools.cache
def declared_operations():
    """The mnemonics that dialects/fx/*.td declares, but those that only name things."""
    text = "".join(path.read_text() for path in (ROOT / "dialects/fx").glob("*.td"))
    names = re.findall(r'^def Fx_\w+Op\s*:\s*Fx_\w+<\s*"(\w+)"', text, re.MULTILINE)
    return [name for name in names if name not in ("sym", "weight", "get_weight", "constant")]
