"""Type promotion is explicit in the imported graph, and PyTorch's."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import re

import oracle
import pytest
import torch


def graph(function, *inputs, folder) -> str:
    """The operations of the imported graph, in order, as `name(operands) -> type`."""
    path = oracle.import_model(function, inputs, folder / "graph.mlir")
    return re.sub(r" loc\(.*|<\{.*?\}>", "", path.read_text())


def test_integer_division_goes_to_float_first(tmp_path):
    text = graph(torch.div, torch.ones(3, dtype=torch.int64), torch.ones(3), folder=tmp_path)
    assert '"fx.to"(%arg0) : (tensor<3xi64>) -> tensor<3xf32>' in text
    assert '"fx.div"(%0, %arg1)' in text


def test_integer_quotient_of_integers_is_default_float(tmp_path):
    whole = torch.ones(3, dtype=torch.int16)
    text = graph(torch.div, whole, whole, folder=tmp_path)
    assert text.count('"fx.to"') == 2
    assert "-> tensor<3xf32>" in text


def test_scalar_is_a_constant_of_the_tensors_dtype(tmp_path):
    text = graph(lambda x: x + 2.5, torch.ones(3, dtype=torch.float64), folder=tmp_path)
    assert '"fx.constant"()  : () -> tensor<f64>' in text
    assert '"fx.to"' not in text


def test_float_scalar_promotes_integers(tmp_path):
    text = graph(lambda x: x * 0.5, torch.ones(3, dtype=torch.int32), folder=tmp_path)
    assert '"fx.to"(%arg0) : (tensor<3xi32>) -> tensor<3xf32>' in text


def test_zero_dim_tensor_does_not_widen(tmp_path):
    narrow, wide = torch.ones(3, dtype=torch.int8), torch.tensor(2, dtype=torch.int64)
    text = graph(torch.add, narrow, wide, folder=tmp_path)
    assert '"fx.add"(%arg0, %0) : (tensor<3xi8>, tensor<i8>) -> tensor<3xi8>' in text


@pytest.mark.parametrize("scalar, is_wide", [(0.5, False), (0.1, True), (3, False)])
def test_scalar_that_bf16_would_round_is_read_in_f32(scalar, is_wide, tmp_path):
    narrow = torch.ones(3, dtype=torch.bfloat16)
    text = graph(lambda x: x * scalar, narrow, folder=tmp_path)
    assert ("tensor<f32>" in text) == is_wide
    assert "return %" in text and "tensor<3xbf16>" in text


def test_comparison_promotes_and_gives_bool(tmp_path):
    text = graph(torch.lt, torch.ones(3, dtype=torch.int64), torch.ones(3), folder=tmp_path)
    assert '"fx.to"(%arg0) : (tensor<3xi64>) -> tensor<3xf32>' in text
    assert "-> tensor<3xi1>" in text


def test_sum_of_narrow_integers_is_i64(tmp_path):
    text = graph(lambda x: x.sum(0), torch.ones(3, dtype=torch.int8), folder=tmp_path)
    assert '"fx.to"(%arg0) : (tensor<3xi8>) -> tensor<3xi64>' in text


DTYPES = [
    torch.bool,
    torch.uint8,
    torch.int8,
    torch.int16,
    torch.int32,
    torch.int64,
    torch.float16,
    torch.bfloat16,
    torch.float32,
    torch.float64,
]


class AllPairs(torch.nn.Module):
    """x * y of every pair of dtypes, one a vector and one a vector or scalar."""

    def forward(self, *tensors):
        vectors, scalars = tensors[: len(DTYPES)], tensors[len(DTYPES) :]
        return [a * b for a in vectors for b in (*vectors, *scalars)]


def test_every_pair_of_dtypes(tmp_path):
    # The importer refuses to go on where its dtype is not PyTorch's.
    inputs = [torch.ones(3).to(d) for d in DTYPES] + [torch.ones(()).to(d) for d in DTYPES]
    oracle.import_model(AllPairs(), tuple(inputs), tmp_path / "graph.mlir")
