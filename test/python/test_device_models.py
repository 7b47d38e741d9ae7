"""The blocks of examples/devices.py on every device: narrow by default, whole with -m slow."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import importlib
import sys
from pathlib import Path

import pytest
import torch
import xcc

sys.path.append(str(Path(__file__).resolve().parents[2] / "examples"))
import devices

# Each type, and each model; llama_block in f32 is the one of symbolic sizes.
NARROW = [
    ("bert_layer", "f32"),
    ("gpt2_block", "f32"),
    ("bert_layer", "f16"),
    ("llama_block", "bf16"),
]


@pytest.fixture(autouse=True)
def fresh_dynamo():
    torch._dynamo.reset()
    xcc.report(reset=True)
    yield
    torch._dynamo.reset()


def small_case(name, dtype, **keywords):
    module = importlib.import_module(name)
    case = devices.make_case(module, dtype, module.SMALL, **keywords)
    if not case.shapes:
        # Tiles of 16 are whole, those of 32 and more are not.
        values = (case.values[0][0][:, :48].contiguous(),)
        case = devices.Case(case.network, [values], None, case.dtype)
    return case


def one_bundle(case, path):
    """Runs the case from one bundle on every device."""
    devices.export(case, devices.DEVICES, path)
    for device in devices.DEVICES:
        row = devices.Row("", "", "", device)
        devices.run_bundle(case, path, row)
        assert row.error <= row.bound, f"{device}: error {row.error}, bound {row.bound}"


def in_place(case, device):
    """Compiles the case strictly by torch.compile: whole, on the device."""
    row = devices.Row("", "", "", device)
    devices.run_compiled(case, row)
    assert row.compiled_error <= case.bound
    report = xcc.report()
    assert not report.fallbacks
    assert {subgraph.device for subgraph in report.subgraphs} == {device}
    return report


@pytest.mark.parametrize("name, dtype", NARROW)
def test_one_bundle_runs_on_every_device(name, dtype, tmp_path):
    one_bundle(small_case(name, dtype), tmp_path / "model.xcb")


def test_symbolic_sizes_on_every_device(tmp_path):
    """Compiled once, run at three sizes."""
    one_bundle(small_case("llama_block", "f32", is_symbolic=True), tmp_path / "model.xcb")


@pytest.mark.parametrize("device", devices.DEVICES)
@pytest.mark.parametrize("name, dtype", [("gpt2_block", "bf16")])
def test_torch_compile_is_whole(name, dtype, device):
    report = in_place(small_case(name, dtype), device)
    assert len(report.subgraphs) == len(report.graphs) == 1


def test_torch_compile_with_symbolic_sizes():
    in_place(small_case("bert_layer", "f32", is_symbolic=True), "emu:sm_80")


@pytest.mark.slow
@pytest.mark.parametrize("name", devices.NAMES)
def test_whole_blocks(name):
    """Every dtype and size, as examples/devices.py has them."""
    rows = devices.run_example(name, list(devices.DTYPES), devices.DEVICES)
    assert [row.cells() for row in rows if not row.passes] == []
    # A BERT layer of 1 x 128 takes less than half a minute on two cores.
    fixed = [row for row in rows if row.size == "1 x 128"]
    assert max(row.run_seconds for row in fixed) < 30
