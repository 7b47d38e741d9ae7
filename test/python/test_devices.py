"""Emulated devices from Python: torch.compile, export and load; devices that are not there."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
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


def test_a_real_device_needs_a_target():
    model, x = Small().eval(), torch.randn(5, 24)
    compiled = torch.compile(model, backend="xcc", options={"device": "cuda:0"})
    with pytest.raises(Exception, match="expected a target beside device 'cuda:0'"):
        compiled(x)
