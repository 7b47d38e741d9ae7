"""The reduced models of examples/chips.py on some chips; all of both with the script."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import importlib.util
import sys
from pathlib import Path

import torch

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
sys.path.append(str(EXAMPLES))
# Under a name of its own: test/devices has a module `chips`, too.
_spec = importlib.util.spec_from_file_location("example_chips", EXAMPLES / "chips.py")
chips = sys.modules["example_chips"] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(chips)


def test_example_on_chips():
    rows = chips.verify_example("textcnn", "f16", ["sm_61", "gfx90a", "dg2"])
    assert [row.cells() for row in rows if not row.passes] == []
    bounds = {row.chip: row.bound for row in rows}
    # Some of the model's weights are below f16's normal numbers.
    assert bounds["gfx90a"] > bounds["sm_61"] == bounds["dg2"]


def test_row_that_does_not_pass():
    row = chips.Row("m", "f32", "sm_61", bound=1e-6, kernels=1, error=2e-6)
    assert row.cells()[-1] == "no"
    row.error = 1e-6
    assert row.cells()[-1] == "yes"
    row.reports = 1
    assert row.cells()[-1] == "no"


def test_missing_chip_is_a_problem(tmp_path):
    bundle = tmp_path / "none.xcb"
    row = chips.Row("m", "f32", "sm_61", bound=1.0)
    chips.xcc_verify(bundle, tmp_path / "none.safetensors", row)
    assert not row.passes and "none.xcb" in row.problem


def test_flushed_products():
    tiny = torch.full((2, 2), 2.0**-24, dtype=torch.float16)
    with chips.FlushedProducts():
        assert (tiny @ torch.full_like(tiny, 1024)).count_nonzero() == 0
        assert (tiny + tiny).count_nonzero() == 4
    assert (tiny @ torch.full_like(tiny, 1024)).count_nonzero() == 4
