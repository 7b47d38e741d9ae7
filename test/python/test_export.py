"""xcc.export: the graph and its weights on disk, names, the command."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import subprocess
import sys
import warnings
from collections import namedtuple
from pathlib import Path

import oracle
import pytest
import torch
import xcc
from safetensors.torch import load_file

REPOSITORY = Path(__file__).resolve().parents[2]


class Tied(torch.nn.Module):
    """An embedding whose table is the output projection too."""

    def __init__(self):
        super().__init__()
        self.table = torch.nn.Embedding(10, 4)
        self.head = torch.nn.Linear(4, 10, bias=False)
        self.head.weight = self.table.weight

    def forward(self, tokens):
        return self.head(self.table(tokens))


def test_tied_weights_are_stored_once(tmp_path):
    model, tokens = Tied(), torch.tensor([[1, 2, 3]])
    path = xcc.export(model, (tokens,), output=tmp_path / "tied.mlir")
    stored = load_file(tmp_path / "tied.safetensors")
    assert list(stored) == ["table.weight"]
    assert torch.equal(stored["table.weight"], model.table.weight)
    assert path.read_text().count("fx.weight @") == 1


def test_bundle_computes_what_the_model_does(tmp_path):
    model, tokens = Tied(), torch.tensor([[1, 2, 3]])
    program = xcc.load(xcc.export(model, (tokens,), output=tmp_path / "tied.xcb"))
    oracle.check(program(tokens), model(tokens))
    assert [p.name for p in tmp_path.iterdir()] == ["tied.xcb"]


def test_operations_carry_line_and_name(tmp_path):
    text = xcc.export(Tied(), (torch.tensor([1]),), output=tmp_path / "tied.mlir").read_text()
    line = next(
        i
        for i, s in enumerate(Path(__file__).read_text().splitlines(), 1)
        if "return self.head" in s
    )
    assert f'test_export.py":{line}:1))' in text
    assert 'loc("linear"(' in text


Pair = namedtuple("Pair", "first second")


@pytest.mark.parametrize(
    "function, names",
    [
        (lambda x: x + 1, ["output"]),
        (lambda x: (x + 1, x * 2), ["output0", "output1"]),
        (lambda x: {"a": x + 1, "b": [x * 2]}, ["a", "b_0"]),
    ],
)
def test_output_names(function, names, tmp_path):
    program = xcc.load(xcc.export(function, (torch.randn(3),), output=tmp_path / "m.xcb"))
    assert [port.name for port in program.outputs] == names


@pytest.mark.parametrize("precision", ["highest", "high"])
def test_precision_switch_of_pytorch_is_kept(precision, tmp_path):
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(precision)
    try:
        path = xcc.export(torch.mm, (torch.ones(2, 2),) * 2, output=tmp_path / "m.mlir")
    finally:
        torch.set_float32_matmul_precision(before)
    assert ("fx.allow_tf32" in path.read_text()) == (precision == "high")


def test_keyword_inputs_keep_their_names(tmp_path):
    class Model(torch.nn.Module):
        def forward(self, x, *, scale):
            return x * scale

    inputs = {"scale": torch.tensor(3.0)}
    program = xcc.load(xcc.export(Model(), (torch.ones(2),), inputs, output=tmp_path / "m.xcb"))
    assert [port.name for port in program.inputs] == ["x", "scale"]


def test_output_must_be_a_bundle_or_a_graph(tmp_path):
    with pytest.raises(
        xcc.Error, match=r"expected an output ending in \.xcb or \.mlir, got .m\.so."
    ):
        xcc.export(torch.sin, (torch.ones(2),), output="m.so")


def test_export_is_silent(tmp_path):
    """A user can do nothing about what PyTorch says of its own calls."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        xcc.export(torch.nn.Linear(2, 3).eval(), (torch.ones(1, 2),), output=tmp_path / "m.mlir")


def test_unknown_target(tmp_path):
    with pytest.raises(xcc.CompileError, match=r"unknown target 'hots'.*host"):
        xcc.export(torch.sin, (torch.ones(2),), targets=["hots"], output=tmp_path / "m.xcb")


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "xcc.export", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_command(tmp_path):
    example = REPOSITORY / "examples" / "textcnn.py"
    result = command(example, "-o", tmp_path / "textcnn.xcb", "--batch", "2", "--dynamic")
    assert result.returncode == 0, result.stderr
    program = xcc.load(tmp_path / "textcnn.xcb")
    assert program(torch.zeros(3, 20, dtype=torch.int64)).shape == (3, 5)


def test_command_reports_errors():
    result = command("no_such_module:make")
    assert result.returncode == 1
    assert "xcc: error: expected a module or a .py file, got 'no_such_module'" in result.stderr


def test_module_of_the_same_name_is_callable(tmp_path):
    import xcc.export

    assert xcc.export(torch.sin, (torch.ones(2),), output=tmp_path / "m.mlir").exists()
