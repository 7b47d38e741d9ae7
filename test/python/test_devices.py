"""Emulated devices from Python: torch.compile, export and load; devices that are not there."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import oracle
import pytest
import torch
import xcc

# One chip of each vendor.
TARGETS = ["sm_80", "gfx942", "pvc"]

# A few roundings of f32 on numbers around 1.
BOUND = 1e-5


class Small(torch.nn.Module):
    """A product with its epilogue, and a reduction."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.linear = torch.nn.Linear(24, 40)

    def forward(self, x):
        return torch.softmax(torch.nn.functional.gelu(self.linear(x)), -1)


@pytest.fixture(autouse=True)
def fresh_dynamo():
    torch._dynamo.reset()


@pytest.mark.parametrize("target", TARGETS)
def test_torch_compile_runs_on_an_emulated_device(target):
    model, x = Small().eval(), torch.randn(5, 24)
    options = {"device": f"emu:{target}", "strict": True}
    compiled = torch.compile(model, backend="xcc", options=options)
    with torch.no_grad():
        torch.testing.assert_close(compiled(x), model(x), rtol=BOUND, atol=BOUND)
    assert xcc.report().graphs[-1].subgraphs[0].device == f"emu:{target}"


def test_one_bundle_serves_all(tmp_path):
    model, x = Small().eval(), torch.randn(3, 24)
    path = tmp_path / "all.xcb"
    xcc.export(model, (x,), targets=[*TARGETS, "host"], output=path, emulation=True)
    expected = model(x).detach()
    for device in [*(f"emu:{target}" for target in TARGETS), "host"]:
        program = xcc.load(path, device=device)
        assert program.device == device
        torch.testing.assert_close(program(x), expected, rtol=BOUND, atol=BOUND)


def test_a_bundle_without_bitcode_says_the_flag(tmp_path):
    model, x = Small().eval(), torch.randn(3, 24)
    path = tmp_path / "sm.xcb"
    xcc.export(model, (x,), targets=["sm_80"], output=path)
    with pytest.raises(xcc.RunError, match="compile it with --with-emulation"):
        xcc.load(path, device="emu:sm_80")
    with pytest.raises(xcc.RunError, match="compile it with -target=pvc --with-emulation"):
        xcc.load(path, device="emu:pvc")


@pytest.mark.parametrize(
    "options, text",
    [
        ({"device": "emu:gfx943"}, r"emu:pvc, .*got 'emu:gfx943'; did you mean 'emu:gfx942'\?"),
        ({"device": "EMU:GFX942"}, r"got 'EMU:GFX942'; did you mean 'emu:gfx942'\?"),
        ({"device": "gfx942"}, r"got 'gfx942'; did you mean 'emu:gfx942'\?"),
        ({"device": "emu:"}, r"got 'emu:'; did you mean 'emu:sm_80'\?"),
        ({"device": "cpu"}, r"got 'cpu'; did you mean 'host'\?"),
        ({"device": "tpu"}, "expected a device among .*host.*, got 'tpu'"),
        ({"device": None}, "expected option 'device' of type str, got None"),
        ({"strict": "yes"}, "expected option 'strict' of type bool, got 'yes'"),
        ({"threads": True}, "expected option 'threads' of type int, got True"),
        ({"threads": -1}, "expected 0 to 4096 threads, got -1"),
        ({"device": "cuda:0"}, "expected a target beside device 'cuda:0'"),
        (
            {"device": "cuda:0", "target": "sm80"},
            r"expected a target among sm_50, .*, got .sm80.; did you mean .sm_80.\?",
        ),
        ({"device": "emu:pvc", "target": "sm_80"}, "expected target 'pvc' on .*'emu:sm_80'"),
        ({"target": "pvc"}, "expected target 'host' on device 'host', got 'pvc'; .*'emu:pvc'"),
    ],
)
def test_what_cannot_be_meant_is_an_error(options, text):
    """Whatever unsupported operations are: nobody wants eager for a mistyped device."""
    compiled = torch.compile(torch.sin, backend="xcc", options=options)
    with pytest.raises(torch._dynamo.exc.BackendCompilerFailed, match=text), torch.no_grad():
        compiled(torch.randn(3))


def test_a_device_that_is_not_here_leaves_all_in_eager():
    options = {"device": "cuda:63", "target": "sm_80"}
    compiled, x = torch.compile(torch.sin, backend="xcc", options=options), torch.randn(3)
    xcc.report(reset=True)
    with torch.no_grad(), pytest.warns(RuntimeWarning, match="device 'cuda:63': "):
        torch.testing.assert_close(compiled(x), x.sin())
    assert "device 'cuda:63': " in xcc.report().fallbacks[0].reason


def precise_between(x, weight):
    """What the chip without f64 has not, and others before and behind it."""
    y = torch.relu(x @ weight) + 1
    z = y.double().log().float()
    return z.exp().sum(-1), y.t()


def test_what_a_target_lacks_runs_in_eager():
    x, weight = torch.randn(5, 6), torch.randn(6, 7)
    compiled = torch.compile(precise_between, backend="xcc", options={"device": "emu:dg2"})
    xcc.report(reset=True)
    with torch.no_grad():
        torch.testing.assert_close(compiled(x, weight), precise_between(x, weight))
    report = xcc.report()
    line = precise_between.__code__.co_firstlineno + 3
    assert "aten.log.default" in [fallback.operation for fallback in report.fallbacks]
    for fallback in report.fallbacks:
        assert fallback.where.endswith(f"test_devices.py:{line}")
        assert "f64" in fallback.reason
    assert len(report.subgraphs) == 2


def test_strict_says_the_line_of_what_a_target_lacks():
    options = {"device": "emu:dg2", "strict": True}
    compiled = torch.compile(precise_between, backend="xcc", options=options)
    line = precise_between.__code__.co_firstlineno + 3
    text = rf"test_devices\.py:{line}:1: error: .*f64"
    with pytest.raises(torch._dynamo.exc.BackendCompilerFailed, match=text), torch.no_grad():
        compiled(torch.randn(5, 6), torch.randn(6, 7))


def test_a_bundle_for_nothing(tmp_path):
    with pytest.raises(
        xcc.CompileError,
        match="expected at least one target, got none; xcc --list-targets lists them",
    ):
        xcc.export(torch.sin, (torch.ones(2),), targets=[], output=tmp_path / "m.xcb")


def test_an_error_in_pytorch_s_own_lines_has_a_name():
    """A layer alone: no line of it is the user's."""
    options = {"device": "emu:dg2", "strict": True}
    compiled = torch.compile(torch.nn.Softmax(-1), backend="xcc", options=options)
    text = "CompileError: _softmax: error: "
    with pytest.raises(torch._dynamo.exc.BackendCompilerFailed, match=text), torch.no_grad():
        compiled(torch.randn(2, 4, dtype=torch.float64))


def edge_cases():
    """Odd shapes, narrow types, views of views: (name, function, inputs)."""
    f16, bf16 = torch.float16, torch.bfloat16
    gelu, attend = torch.nn.functional.gelu, torch.nn.functional.scaled_dot_product_attention
    yield (
        "odd_f16",
        lambda x, w: gelu(x @ w),
        (torch.randn(3, 17, dtype=f16), torch.randn(17, 13, dtype=f16)),
    )
    yield (
        "odd_bf16",
        lambda x, w: (x @ w).softmax(-1),
        (torch.randn(1, 31, dtype=bf16), torch.randn(31, 129, dtype=bf16)),
    )
    yield "strided_input", lambda x: x * 2 + x.mean(0), (torch.randn(8, 9)[::2, 1::3],)
    yield "views_returned", lambda x: (x.sin().transpose(0, 1), (x + 1)[1:]), (torch.randn(4, 6),)
    yield "empty", lambda x: (gelu(x) @ torch.ones(5, 3), x.sum(0)), (torch.randn(0, 5),)
    yield "scalar", lambda x, y: (x * y, x.sum()), (torch.randn(37, 11), torch.tensor(2.0))
    yield "integers", lambda x: (x * 3 // 2, x > 3, x.argmax()), (torch.arange(10),)
    yield (
        "attention_f16",
        lambda q: attend(q, q, q, is_causal=True),
        (torch.randn(1, 2, 37, 8, dtype=f16),),
    )
    yield (
        "one_summand",
        lambda x, y: (x @ y, attend(x, x, x)),
        (torch.randn(2, 16, 1, dtype=f16), torch.randn(1, 24, dtype=f16)),
    )
    yield (
        "untransposed_f16",
        lambda x, w: x @ w,
        (torch.randn(63, 64, dtype=f16), torch.randn(64, 64, dtype=f16)),
    )
    yield (
        "gather",
        lambda x, i: (x[i], x.gather(0, i[:, None])),
        (torch.randn(7, 5), torch.tensor([3, 0, 6])),
    )


EDGES = list(edge_cases())


@pytest.mark.parametrize("target", TARGETS)
def test_edges_of_shapes_and_types(target):
    """One program of all: each result has eager's values, dtype, shape and strides."""
    counts = [len(inputs) for _, _, inputs in EDGES]

    def together(*inputs):
        results, values = [], iter(inputs)
        for (_, function, _), count in zip(EDGES, counts, strict=True):
            found = function(*[next(values) for _ in range(count)])
            results += found if isinstance(found, tuple) else [found]
        return results

    values = [value for _, _, inputs in EDGES for value in inputs]
    options = {"device": f"emu:{target}", "strict": True}
    with torch.no_grad():
        found = torch.compile(together, backend="xcc", options=options)(*values)
        expected = together(*values)
    for f, e in zip(found, expected, strict=True):
        oracle.check(f, e)
        assert f.stride() == e.stride()
