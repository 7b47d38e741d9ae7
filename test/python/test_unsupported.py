"""Everything that cannot be imported is reported at once, with line, reason and cure."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

from pathlib import Path

import pytest
import torch
import xcc

CURE = "torch.compile without strict runs it in eager; xcc.export needs it rewritten"


class Three(torch.nn.Module):
    """Three operations that are not supported among others that are."""

    def forward(self, x):
        y = torch.linalg.qr(x).Q + 1
        z = torch.randn_like(x) * 2
        return y + z, torch.special.bessel_j0(x)


def lines_of(*snippets):
    source = Path(__file__).read_text().splitlines()
    return [next(i for i, line in enumerate(source, 1) if s in line) for s in snippets]


def test_all_at_once_with_lines(tmp_path):
    with pytest.raises(xcc.UnsupportedError) as raised:
        xcc.export(Three(), (torch.randn(3, 3),), output=tmp_path / "model.mlir")
    first, second, third = lines_of("linalg.qr(x)", "randn_like(x)", "bessel_j0(x)")
    file = next(iter(raised.value.entries)).where.rpartition(":")[0]
    assert file.endswith("test_unsupported.py")
    assert str(raised.value) == (
        "3 operations not supported:\n"
        f"  {file}:{first}: aten.linalg_qr.default: no such operation in fx; {CURE}\n"
        f"  {file}:{second}: aten.randn_like.default: random numbers are not supported; {CURE}\n"
        f"  {file}:{third}: aten.special_bessel_j0.default: no such operation in fx; {CURE}"
    )
    assert not (tmp_path / "model.mlir").exists()


def message(function, *inputs, **keywords) -> str:
    with pytest.raises(xcc.UnsupportedError) as raised:
        xcc.export(function, inputs, output="unused.mlir", **keywords)
    return str(raised.value)


def test_complex_numbers():
    text = message(lambda x: torch.fft.fft(x).real, torch.randn(4))
    assert "complex numbers are not supported" in text


def test_size_that_depends_on_data():
    text = message(lambda x: x[x > 0] + 1, torch.randn(4))
    assert "the size of its result depends on data; use where with the mask instead" in text


def test_dtype():
    text = message(lambda x: x + 1, torch.ones(3, dtype=torch.uint16))
    assert "dtype uint16 is not supported" in text


def test_mutated_buffer():
    class Counter(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("count", torch.zeros(1))

        def forward(self, x):
            self.count += 1
            return x + self.count

    text = message(Counter(), torch.randn(4))
    assert "write to count: the model changes it (buffer mutation)" in text.replace(
        text.partition(": write")[0].splitlines()[-1] + ": ", ""
    )


def test_dropout_in_training():
    text = message(torch.nn.Dropout(0.5).train(), torch.randn(4))
    assert "dropout" in text or "random numbers are not supported" in text
