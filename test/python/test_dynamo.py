"""torch.compile(backend="xcc"): graphs as AOTAutograd hands them over, whole and in parts."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import oracle
import pytest
import torch
import torch.nn.functional as F
import xcc
from torch import nn


@pytest.fixture(autouse=True)
def fresh():
    torch._dynamo.reset()
    xcc.report(reset=True)
    torch.manual_seed(0)
    yield
    torch._dynamo.reset()


def strict(model, **keywords):
    return torch.compile(model, backend="xcc", options={"strict": True}, **keywords)


def agree(model, *inputs, **keywords):
    """Compiles strictly, compares with eager, and returns the report."""
    model = model.eval() if isinstance(model, nn.Module) else model
    with torch.no_grad():
        found, expected = strict(model, **keywords)(*inputs), model(*inputs)
    for f, e in zip(_list(found), _list(expected), strict=True):
        oracle.check(f, e)
    return xcc.report()


def _list(value):
    return list(value) if isinstance(value, (tuple, list)) else [value]


@pytest.fixture
def texts(monkeypatch):
    """The graphs that are handed to the compiler."""
    from xcc.dynamo import compile as compile_module

    seen, real = [], compile_module.compile_file

    def spy(source, *arguments):
        seen.append(source.read_text())
        real(source, *arguments)

    monkeypatch.setattr(compile_module, "compile_file", spy)
    return seen


def operations(text):
    return [
        line.partition('"fx.')[2].partition('"')[0] for line in text.splitlines() if '"fx.' in line
    ]


def test_backend_is_registered():
    assert "xcc" in torch._dynamo.list_backends(exclude_tags=())


def test_linear_is_raised(texts):
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4, bias=False))
    report = agree(model, torch.randn(3, 8))
    assert operations(texts[0]).count("linear") == 2
    assert "addmm" not in texts[0].replace('"addmm', "") and '"fx.mm"' not in texts[0]
    assert len(report.subgraphs) == 1 and not report.fallbacks


def test_linear_of_three_dimensions_is_raised(texts):
    agree(nn.Linear(8, 16), torch.randn(2, 3, 8))
    assert "linear" in operations(texts[0])


def test_parameters_are_marked(texts):
    agree(nn.Linear(8, 16), torch.randn(3, 8))
    assert texts[0].count("fx.parameter") == 2


@pytest.mark.parametrize(
    "norm, name",
    [
        (nn.LayerNorm(8), "layer_norm"),
        (nn.RMSNorm(8, eps=1e-6), "rms_norm"),
        (nn.GroupNorm(2, 4), "group_norm"),
        (nn.BatchNorm1d(4), "batch_norm"),
    ],
)
def test_norms_stay_whole(norm, name, texts):
    agree(norm, torch.randn(2, 4, 8))
    assert name in operations(texts[0]) or (name == "rms_norm" and "rsqrt" in operations(texts[0]))


@pytest.mark.parametrize("activation", [nn.GELU(), nn.GELU("tanh"), nn.SiLU(), nn.Mish()])
def test_activations_stay_whole(activation, texts):
    agree(activation, torch.randn(2, 8))
    assert len(operations(texts[0])) == 1


def heads(count, length=5):
    return torch.randn(2, count, length, 8)


def test_attention_is_raised(texts):
    agree(F.scaled_dot_product_attention, heads(4), heads(4), heads(4))
    assert operations(texts[0]) == ["scaled_dot_product_attention"]


def test_causal_attention_is_raised(texts):
    agree(lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True), *[heads(4)] * 3)
    assert "is_causal" in texts[0]


@pytest.mark.parametrize("mask", [torch.ones(5, 5).tril().bool(), torch.randn(2, 1, 5, 5)])
def test_masked_attention_is_raised(mask, texts):
    agree(F.scaled_dot_product_attention, heads(4), heads(4), heads(4), mask)
    assert "scaled_dot_product_attention" in operations(texts[0])
    assert "softmax" not in operations(texts[0])


def test_a_row_with_nothing_to_see_is_nan_where_eager_says_so():
    mask = torch.ones(5, 5).tril().bool()
    mask[2] = False

    def fill(q, k, v, m):
        return (q @ k.mT).masked_fill(~m, -torch.inf).softmax(-1) @ v

    def add(q, k, v, m):
        return (q @ k.mT + torch.where(m, 0.0, -torch.inf)).softmax(-1) @ v

    for attend in (fill, add):
        q, k, v = heads(4), heads(4), heads(4)
        found = strict(attend)(q, k, v, mask)
        assert found[:, :, 2].isnan().all()
        torch.testing.assert_close(found, attend(q, k, v, mask), equal_nan=True)


def test_grouped_attention_keeps_its_few_heads(texts):
    def attend(q, k, v):
        k, v = (x[:, :, None].expand(2, 2, 2, 5, 8).reshape(2, 4, 5, 8) for x in (k, v))
        return F.scaled_dot_product_attention(q, k, v)

    agree(attend, heads(4), heads(2), heads(2))
    line = next(li for li in texts[0].splitlines() if "fx.scaled_dot" in li)
    assert line.count("tensor<2x2x5x8xf32>") == 2


def test_enable_gqa(texts):
    def attend(q, k, v):
        return F.scaled_dot_product_attention(q, k, v, enable_gqa=True)

    agree(attend, heads(4), heads(2), heads(2))


def test_mutation_and_aliasing_stay_with_autograd():
    def function(x, y):
        x.add_(1)
        z = x * y
        return z, z[1:], x.t()

    x, y = torch.randn(3, 4), torch.randn(3, 4)
    mine, theirs = x.clone(), x.clone()
    with torch.no_grad():
        found, expected = strict(function)(mine, y), function(theirs, y)
    assert torch.equal(mine, theirs)
    for f, e in zip(found, expected, strict=True):
        oracle.check(f, e)


def test_strides_are_eagers():
    def function(x):
        return x.permute(0, 2, 3, 1).relu() + 1, x.sin().transpose(1, 2)

    x = torch.randn(2, 3, 4, 5)
    with torch.no_grad():
        found, expected = strict(function)(x), function(x)
    for f, e in zip(found, expected, strict=True):
        oracle.check(f, e)
        assert f.stride() == e.stride()


def test_parameter_updates_are_seen():
    model = nn.Linear(8, 16).eval()
    compiled, x = strict(model), torch.randn(3, 8)
    with torch.no_grad():
        for _ in range(3):
            oracle.check(compiled(x), model(x))
            model.weight.mul_(1.5)
            model.bias.add_(1)
        model.weight = nn.Parameter(torch.randn(16, 8))
        oracle.check(compiled(x), model(x))


def test_inference_mode():
    model = nn.Linear(8, 16).eval()
    with torch.inference_mode():
        x = torch.randn(3, 8)
        oracle.check(strict(model)(x), model(x))


def test_inference_tensors_as_parameters():
    """Nothing counts writes to them: they are packed at each run, and never found unchanged."""
    with torch.inference_mode():
        model = nn.Linear(8, 16).eval()
        compiled = strict(model)
        x = torch.randn(3, 8)
        for _ in range(3):
            oracle.check(compiled(x), model(x))
            model.weight.mul_(1.5)


def test_fallback_splits_the_graph():
    def function(x):
        y = torch.relu(x) + 1
        z = torch.special.bessel_j0(y)
        return torch.sin(z) * 2 + y, y.sum()

    x = torch.randn(5, 7)
    with torch.no_grad():
        found = torch.compile(function, backend="xcc")(x)
    for f, e in zip(found, function(x), strict=True):
        oracle.check(f, e)
    report = xcc.report()
    assert len(report.graphs) == 1
    assert [f.operation for f in report.fallbacks] == ["aten.special_bessel_j0.default"]
    assert report.fallbacks[0].where.rpartition(":")[0].endswith("test_dynamo.py")
    # What comes before the operation, y.sum() with it, and what comes after.
    assert 2 <= len(report.subgraphs) <= 3
    assert "in eager: " in str(report)


def test_fallback_with_many_results():
    def function(x):
        values, vectors = torch.linalg.eigh(x + x.mT)
        return values * 2, vectors.abs() + 1

    x = torch.randn(4, 4)
    with torch.no_grad():
        found = torch.compile(function, backend="xcc")(x)
    for f, e in zip(found, function(x), strict=True):
        oracle.check(f, e)


def test_strict_refuses_fallbacks():
    with pytest.raises(torch._dynamo.exc.BackendCompilerFailed) as raised, torch.no_grad():
        strict(torch.special.bessel_j0)(torch.randn(3))
    assert "1 operation not supported:" in str(raised.value)
    assert "aten.special_bessel_j0.default: no such operation in fx" in str(raised.value)


def test_training_runs_in_eager_and_is_reported():
    model = nn.Linear(4, 4)
    x = torch.randn(2, 4)
    torch.compile(model, backend="xcc")(x).sum().backward()
    assert model.weight.grad is not None
    fallback = xcc.report().fallbacks[0]
    assert fallback.reason == "the graph needs gradients"
    assert "torch.no_grad()" in fallback.cure


def test_strict_refuses_training():
    with pytest.raises(torch._dynamo.exc.BackendCompilerFailed, match="needs gradients"):
        strict(nn.Linear(4, 4))(torch.randn(2, 4))


def test_unknown_option():
    compiled = torch.compile(torch.sin, backend="xcc", options={"strickt": True})
    text = "expected options among device, target, strict, threads, got 'strickt'"
    with pytest.raises(torch._dynamo.exc.BackendCompilerFailed, match=text), torch.no_grad():
        compiled(torch.randn(3))


def test_graph_breaks_are_dynamos_alone():
    def function(x):
        y = torch.sin(x)
        torch._dynamo.graph_break()
        return torch.cos(y)

    report = agree(function, torch.randn(5))
    assert len(report.graphs) == 2


def test_integer_inputs_become_symbols():
    def function(x, n):
        return x[:n] * 2

    compiled = torch.compile(function, backend="xcc", dynamic=True)
    x = torch.randn(10, 3)
    with torch.no_grad():
        for n in (3, 5, 7):
            oracle.check(compiled(x, n), function(x, n))


def test_views_of_inputs_come_back_as_views():
    x = torch.randn(3, 4)
    with torch.no_grad():
        y = strict(lambda x: (x.view(12), x + 1))(x)[0]
    assert y.data_ptr() == x.data_ptr()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_narrow_floats(dtype):
    model = nn.Sequential(nn.Linear(16, 32), nn.GELU(), nn.LayerNorm(32)).to(dtype)
    agree(model, torch.randn(3, 16).to(dtype))


def test_code_is_for_this_processor_alone(monkeypatch):
    from xcc import compiler

    commands, real = [], compiler.run_tool

    def spy(*command):
        commands.append(command)
        return real(*command)

    monkeypatch.setattr(compiler, "run_tool", spy)
    compiled = torch.compile(lambda x: x + 1, backend="xcc")
    assert torch.equal(compiled(torch.ones(3)), torch.full((3,), 2.0))
    assert [command for command in commands if "--isa=native" in command]
