"""torch.compile(backend="xcc"): constants, memory that is shared, writes, and failures."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import pytest
import torch
import xcc
from torch import nn


@pytest.fixture(autouse=True)
def fresh():
    torch._dynamo.reset()
    xcc.report(reset=True)
    torch.manual_seed(0)
    with torch.no_grad():
        yield
    torch._dynamo.reset()


def compiled(function, strict=True):
    return torch.compile(function, backend="xcc", options={"strict": strict})


def fill(x):
    y = x * 1
    y[y > 0] = 0.0
    return y


@pytest.mark.parametrize(
    "function", [lambda x: x * torch.tensor(2.0), fill, lambda x: x[torch.tensor([-1, 0])]]
)
def test_literals(function):
    x = torch.randn(5, 7)
    torch.testing.assert_close(compiled(function)(x), function(x))
    assert len(xcc.report().subgraphs) == 1


def test_literals_in_parts():
    def function(x):
        y = torch.special.bessel_j0(x * torch.tensor(2.0))
        return y + torch.tensor([1.0, 2.0, 3.0])

    x = torch.randn(5, 3)
    torch.testing.assert_close(compiled(function, False)(x), function(x))
    assert len(xcc.report().fallbacks) == 1


def broken(*args, **keywords):
    raise AssertionError("broken")


@pytest.mark.parametrize("place", ["compile_file", "_symbols"])
def test_failures_run_in_eager(place, monkeypatch):
    monkeypatch.setattr(f"xcc.dynamo.compile.{place}", broken)
    x = torch.randn(4)
    with pytest.warns(RuntimeWarning, match="AssertionError: broken"):
        torch.testing.assert_close(compiled(torch.sin, False)(x), x.sin())
    assert "compiling them failed: AssertionError: broken" in str(xcc.report())


def test_failures_are_errors_when_strict(monkeypatch):
    monkeypatch.setattr("xcc.dynamo.compile.compile_file", broken)
    with pytest.raises(torch._dynamo.exc.BackendCompilerFailed) as raised:
        compiled(torch.sin)(torch.randn(4))
    assert "CompileError: compiling a graph failed: AssertionError: broken" in str(raised.value)


def test_views_share_memory_over_graph_breaks():
    def function(x):
        y = x + 1
        v = y.view(-1)
        torch._dynamo.graph_break()
        y.add_(1)
        return v

    x = torch.randn(3, 4)
    torch.testing.assert_close(compiled(function, False)(x), function(x))


def test_returned_views_share_memory():
    def function(x):
        y = x + 1
        return y, y[0], y.t() * 2, y.t()

    x = torch.randn(3, 4)
    found = compiled(function)(x)
    for f, e in zip(found, function(x), strict=True):
        torch.testing.assert_close(f, e)
        assert f.stride() == e.stride()
    assert found[0].data_ptr() == found[1].data_ptr() == found[3].data_ptr()
    report = xcc.report()
    assert len(report.subgraphs) == 1 and not report.fallbacks


def test_expanded_outputs_keep_their_strides():
    found = compiled(lambda x: x.sum().expand(3, 4))(torch.ones(5))
    assert found.stride() == (0, 0) and found[2, 3] == 5


def test_launches_are_counted():
    compiled(nn.Linear(64, 64))(torch.randn(32, 64))
    assert "compiled: 2 operations in 1 launch for host" in str(xcc.report())


@pytest.mark.parametrize(
    "write",
    [
        lambda p: p.data.copy_(torch.ones(64, 64)),
        lambda p: p.data.mul_(2),
        lambda p: p.detach().numpy().fill(2),
    ],
)
def test_writes_that_are_not_counted(write):
    model, x = nn.Linear(64, 64), torch.randn(32, 64)
    run = compiled(model)
    torch.testing.assert_close(run(x), model(x))
    write(model.weight)
    torch.testing.assert_close(run(x), model(x))


def test_loaded_state_is_seen():
    model, other, x = nn.Linear(64, 64), nn.Linear(64, 64), torch.randn(32, 64)
    run = compiled(model)
    run(x)
    model.load_state_dict(other.state_dict())
    torch.testing.assert_close(run(x), other(x))


def test_refresh_after_a_small_write():
    model, x = nn.Linear(64, 64), torch.randn(32, 64)
    run = compiled(model)
    run(x)
    model.weight.data[1, 3] = 7.0
    xcc.refresh()
    torch.testing.assert_close(run(x), model(x))
