"""Every operation's text is read back as it was printed, in the pretty and the generic form."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import subprocess

import pytest
from case import module_of
from cases import by_operation
from tool import ROOT


def reprint(text, *options):
    command = [ROOT / "build/bin/xcc-opt", "-", *options]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[:2000]
    return done.stdout


@pytest.mark.parametrize("options", [(), ("--mlir-print-op-generic",)])
def test_round_trip(options):
    # One case of each set of attributes and operands that an operation is given.
    kinds = {}
    for cases in by_operation().values():
        for case in cases:
            key = (case.op, len(case.inputs), *case.attributes, bool(case.symbolic))
            kinds.setdefault(key, case)
    text, _ = module_of(list(kinds.values()))
    pretty = reprint(text)
    assert pretty.count(" = fx.") == len(kinds)
    assert reprint(reprint(pretty, *options)) == pretty
