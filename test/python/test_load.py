"""xcc.load: calling conventions, frameworks, and what bad input is told."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import gc
import threading

import numpy as np
import pytest
import torch
import xcc


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    path = tmp_path_factory.mktemp("load") / "axpy.xcb"

    class Axpy(torch.nn.Module):
        def forward(self, x, y, mask):
            return torch.where(mask, 2 * x + y, y), mask.logical_not()

    inputs = (torch.randn(3, 4), torch.randn(3, 4), torch.ones(3, 4, dtype=torch.bool))
    return xcc.export(Axpy(), inputs, output=path)


@pytest.fixture(scope="module")
def program(bundle):
    return xcc.load(bundle, threads=2)


def arguments():
    return torch.randn(3, 4), torch.randn(3, 4), torch.rand(3, 4) > 0.5


def expected(x, y, mask):
    return torch.where(mask, 2 * x + y, y), ~mask


def same(found, reference):
    return all(torch.allclose(f, r) for f, r in zip(found, reference, strict=True))


def test_tensors(program):
    values = arguments()
    assert same(program(*values), expected(*values))


def test_names(program):
    x, y, mask = arguments()
    assert same(program(x, mask=mask, y=y), expected(x, y, mask))


def test_arrays(program):
    x, y, mask = arguments()
    found = program(x.numpy(), y.numpy(), mask.numpy())
    assert all(isinstance(f, np.ndarray) for f in found)
    assert same(map(torch.from_numpy, found), expected(x, y, mask))


def test_arrays_and_tensors_mixed_give_tensors(program):
    x, y, mask = arguments()
    assert same(program(x.numpy(), y, mask.numpy()), expected(x, y, mask))


def test_not_contiguous(program):
    x, y, mask = torch.randn(4, 3).t(), torch.randn(3, 8)[:, ::2], torch.ones(1, 4) > 0
    values = (x, y, mask.expand(3, 4))
    assert same(program(*values), expected(*values))
    assert same(map(torch.from_numpy, program(*(v.numpy() for v in values))), expected(*values))


def test_parameters_are_taken(program):
    x, y, mask = arguments()
    assert same(program(torch.nn.Parameter(x), y, mask), expected(x, y, mask))


def test_outputs_are_new_tensors(program):
    values = arguments()
    first = program(*values)
    copies = [f.clone() for f in first]
    program(*arguments())
    gc.collect()
    assert same(first, copies)


def test_threads_at_once(program):
    wrong = []

    def work():
        for _ in range(50):
            values = arguments()
            if not same(program(*values), expected(*values)):
                wrong.append(values)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_zero_size(tmp_path):
    shapes = ({0: torch.export.Dim("n", min=0, max=8)},)
    path = xcc.export(
        lambda x: x * 2, (torch.randn(3, 4),), dynamic_shapes=shapes, output=tmp_path / "m.xcb"
    )
    assert xcc.load(path)(torch.randn(0, 4)).shape == (0, 4)


def test_no_inputs(tmp_path):
    class Constant(torch.nn.Module):
        def forward(self):
            return torch.arange(4) * 2

    program = xcc.load(xcc.export(Constant(), (), output=tmp_path / "m.xcb"))
    assert torch.equal(program(), torch.arange(4) * 2)


X, Y, MASK = torch.zeros(3, 4), torch.zeros(3, 4), torch.zeros(3, 4, dtype=torch.bool)


@pytest.mark.parametrize(
    "args, kwargs, error, text",
    [
        ((X, Y), {}, xcc.RunError, "expected 3 inputs (x, y, mask), got 2"),
        ((X, Y, MASK, X), {}, xcc.RunError, "expected 3 inputs (x, y, mask), got 4"),
        ((X, Y), {"z": X}, xcc.RunError, "expected 3 inputs (x, y, mask), got 'z'"),
        ((X,), {"y": Y}, xcc.RunError, "expected 3 inputs (x, y, mask), got none for 'mask'"),
        ((X, Y), {"x": X}, xcc.RunError, "input 'x' is given twice"),
        ((X, Y.double(), MASK), {}, xcc.RunError, "input 1 'y': expects f32, got f64"),
        ((X, Y[:2], MASK), {}, xcc.RunError, "input 1 'y': expects dim 0 = 3, got 2"),
        ((X, Y[0], MASK), {}, xcc.RunError, "input 1 'y': expects rank 2, got 1"),
        ((X, 3, MASK), {}, TypeError, "expected input 'y' to be a tensor or an array, got int"),
        (
            (X, Y.to("meta"), MASK),
            {},
            ValueError,
            "expected input 'y' in host memory, got device meta",
        ),
        (
            (X, Y.numpy().astype("complex64"), MASK),
            {},
            TypeError,
            "input 'y' has a dtype that is not supported (format 'Zf')",
        ),
    ],
)
def test_bad_inputs(program, args, kwargs, error, text):
    with pytest.raises(error) as raised:
        program(*args, **kwargs)
    assert str(raised.value) == text


def test_missing_file():
    with pytest.raises(xcc.RunError, match=r"no_such\.xcb"):
        xcc.load("no_such.xcb")


def test_foreign_file(tmp_path):
    path = tmp_path / "foreign.xcb"
    path.write_bytes(b"not a bundle at all, but long enough to be one" * 100)
    with pytest.raises(xcc.RunError, match="bundle"):
        xcc.load(path)


def test_truncated_file(bundle, tmp_path):
    path = tmp_path / "short.xcb"
    path.write_bytes(bundle.read_bytes()[:-100])
    with pytest.raises(xcc.RunError):
        xcc.load(path)


def test_unknown_device(bundle):
    with pytest.raises(xcc.RunError, match="'hots'"):
        xcc.load(bundle, device="hots")
