"""What a device does not run is refused with its line, the target and what to do; no crash.

All else of fx runs: test_operations.py.
"""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re

import emulated
import operations
import pytest
from graph import Graph


def unknown_head(g):
    return [g.op("scaled_dot_product_attention", *(g.input(1, 1, 16, "e") for _ in range(3)))]


def double(g):
    return [g.op("exp", g.input(4, 8, dtype="f64"), dtype="f64")]


# Of each chip: what it refuses, and words of the reason.
EVERYWHERE = {"unknown_head": (unknown_head, "expects head sizes that are known")}
WITHOUT_F64 = {"double": (double, "computes in f64, which the device has not")}
CASES = [
    (target, name, *case)
    for target in operations.listed_chips()
    for name, case in (
        EVERYWHERE | (WITHOUT_F64 if target in operations.WITHOUT_F64 else {})
    ).items()
]


@pytest.mark.parametrize(("target", "name", "write", "reason"), CASES)
def test_is_refused_with_reason_and_cure(target, name, write, reason, tmp_path):
    graph = Graph("f32", {"e": 8} if name == "unknown_head" else None)
    source = tmp_path / f"{name}.mlir"
    source.write_text(graph.text(write(graph)))
    code, printed = emulated.run(source, f"-target={target}", "-o", tmp_path / "x.xcb")
    assert code == 1, printed
    assert "bug report" not in printed
    errors = re.findall(r"^(\S+):(\d+):(\d+): error: (.*)", printed, re.MULTILINE)
    assert errors, printed
    for file, line, _, text in errors:
        assert file.endswith(f"{name}.mlir")
        assert int(line) > 1
        assert reason in text
        # Conversions that are left over are the compiler's matter, not the user's.
        assert "builtin." not in text
    # A target may have images for several.
    cure = r"note: compiled for (\S+); what it does not run, the host does: -target=host"
    named = re.findall(cure, printed)
    assert len(named) == len(errors), printed
    assert target in named
