"""Symbolic sizes: names and ranges on the function, affine maps in it, one program for all."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import oracle
import pytest
import torch
import xcc
from torch.export import Dim

BATCH, LENGTH = Dim("batch", min=1, max=64), Dim("length", min=4, max=512)


class Mix(torch.nn.Module):
    """Splits, merges, cuts and counts symbolic sizes."""

    def forward(self, x):
        merged = x.flatten(0, 1)
        halves = x.view(x.shape[0], x.shape[1], 2, 4).transpose(1, 2).flatten(2)
        positions = torch.arange(x.shape[1]).float()
        mean = (x.sum(1) / x.shape[1]).unsqueeze(1)
        tail = x[:, 1:] - x[:, :-1]
        last = x[:, -2]
        return merged * 2, halves, x + positions[:, None], x - mean, tail, last, x.repeat(2, 1, 1)


def export_mix(folder, suffix):
    shapes = ({0: BATCH, 1: LENGTH},)
    return xcc.export(
        Mix(), (torch.randn(2, 5, 8),), dynamic_shapes=shapes, output=folder / f"mix.{suffix}"
    )


def test_names_and_ranges(tmp_path):
    text = export_mix(tmp_path, "mlir").read_text()
    assert '{name = "batch", min = 1, max = 64}, {name = "length", min = 4, max = 512}' in text
    assert "fx.dims = affine_map<()[s0, s1] -> (s0, s1, 8)>" in text


def test_sizes_are_affine_maps(tmp_path):
    text = export_mix(tmp_path, "mlir").read_text()
    assert "affine_map<()[s0, s1] -> ((s0 * s1), 8)>" in text
    assert "affine_map<()[s0, s1] -> (s0, 2, (s1 * 4))>" in text
    assert "start = affine_map<()[s0, s1] -> ((s1 + -2))>" in text or "(s1 + -2)" in text


@pytest.mark.parametrize("sizes", [(2, 5), (1, 4), (7, 33)])
def test_one_program_for_all_sizes(sizes, tmp_path):
    program = xcc.load(export_mix(tmp_path, "xcb"))
    x = torch.randn(*sizes, 8)
    for found, expected in zip(program(x), Mix()(x), strict=True):
        oracle.check(found, expected)


def test_size_out_of_range(tmp_path):
    program = xcc.load(export_mix(tmp_path, "xcb"))
    with pytest.raises(xcc.RunError, match="length"):
        program(torch.randn(2, 3, 8))


def test_sizes_must_agree(tmp_path):
    path = tmp_path / "add.xcb"
    shapes = ({0: BATCH}, {0: BATCH})
    inputs = (torch.randn(3, 4), torch.randn(3, 4))
    program = xcc.load(xcc.export(torch.add, inputs, dynamic_shapes=shapes, output=path))
    with pytest.raises(xcc.RunError, match="expects dim 0"):
        program(torch.randn(3, 4), torch.randn(2, 4))


def test_dynamo_compiles_once_for_many_sizes():
    torch._dynamo.reset()
    xcc.report(reset=True)
    compiled = torch.compile(Mix(), backend="xcc", dynamic=True, options={"strict": True})
    with torch.no_grad():
        for sizes in ((2, 5), (3, 9), (4, 7)):
            x = torch.randn(*sizes, 8)
            for found, expected in zip(compiled(x), Mix()(x), strict=True):
                oracle.check(found, expected)
    assert len(xcc.report().graphs) == 1
