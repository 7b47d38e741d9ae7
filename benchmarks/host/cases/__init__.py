"""All cases, in the order of the table."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

from host.cases import attention, convolutions, maps, models, movement, products, rows
from host.cases.case import Case

FAMILIES = (products, convolutions, rows, maps, attention, movement, models)


def all_cases() -> list[Case]:
    """Each case once; the names are unique."""
    return [case for family in FAMILIES for case in family.cases()]
