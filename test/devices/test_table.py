"""The table of devices counts what it says, and fails for what it must."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re
import subprocess

import bounds
import chips
import emulated
import kernels
import numpy as np
import pytest
import table
import vendor_tools

# A loop in a loop, its second half before its first.
NESTED = """
entry:
  jump outer
second:
  product
  product
  jump first
outer:
  product
first:
  product
  next second
  next outer
end:
  product
  stop
""".splitlines()


def count(lines):
    return vendor_tools.hot_loop(
        lines,
        label=re.compile(r"^(\w+):"),
        jump=re.compile(r"\b(?:jump|next) (\w+)"),
        ends=re.compile(r"^\s*(jump|stop)"),
        matrix=re.compile("product"),
    )


def test_hot_loop():
    assert count(NESTED) == 3
    # Without the inner one's way back the outer one is innermost.
    assert count([line.replace("next second", "") for line in NESTED]) == 2
    # No loop: all of them.
    assert count(["a:", "product", "product", "stop"]) == 2
    # A loop without any does not hide the one round it.
    assert count(["a:", "product", "b:", "next b", "next a", "stop"]) == 1
    assert count(["a:", "next a", "stop"]) == 0


def report(**more):
    return vendor_tools.Report(**{"accepted": "yes", "matrix": 8, "spilled": 0, **more})


def test_rows_that_are_wrong():
    kernel = kernels.FAMILIES["mm_nn"].kernel("f16", (16, 16, 16))

    def problems(kernel, *judged):
        return table.problems_of(kernel, "sm_80", *judged)

    assert problems(kernel, report(), 1e-4, 1e-3) == []
    assert problems(kernel, report(matrix=0), 0, 1e-3) == ["no matrix instruction"]
    assert problems(kernel, report(spilled=4), 0, 1e-3) == ["spills 4"]
    assert problems(kernel, report(accepted="no entry"), 0, 1e-3) == ["refused: no entry"]
    assert problems(kernel, report(warnings=["C7517"]), 0, 1e-3) == ["C7517"]
    assert problems(kernel, report(), 2e-3, 1e-3) == ["error 0.002 beyond 0.001"]
    assert problems(kernel, report(), float("nan"), 1e-3) == ["error nan beyond 0.001"]
    # f32 products need no matrix unit.
    single = kernels.FAMILIES["mm_nn"].kernel("f32", (16, 16, 16))
    assert problems(single, report(matrix=0), 0, 1e-3) == []
    # Heads so large do not fit into registers there.
    attention = kernels.FAMILIES["attention"].kernel("f16", (16, 16, 256))
    assert table.problems_of(attention, "sm_70", report(spilled=4), 0, 1e-3) == []
    assert problems(attention, report(spilled=4), 0, 1e-3) == ["spills 4"]
    # Nor more than is known.
    many = table.problems_of(attention, "sm_70", report(spilled=6533), 0, 1e-3)
    assert many == ["spills 6533"]
    product = kernels.FAMILIES["mm_nn"].kernel("f16", (16, 16, 256))
    assert table.problems_of(product, "sm_70", report(spilled=4), 0, 1e-3) == ["spills 4"]
    plane = kernels.FAMILIES["convolution_groups"].kernel("f16", (2, 14, 64))
    assert table.problems_of(plane, "bmg", report(spilled=4), 0, 1e-3) == []
    assert table.problems_of(plane, "pvc", report(spilled=4), 0, 1e-3) == ["spills 4"]
    # Nor do those of chips that have none, for i8 nor for f16.
    bytes_ = kernels.FAMILIES["int_mm"].kernel("f16", (16, 16, 16))
    assert table.problems_of(bytes_, "sm_70", report(matrix=0), 0, 1e-3) == []
    assert problems(bytes_, report(matrix=0), 0, 1e-3) == ["no matrix instruction"]
    assert table.problems_of(kernel, "sm_61", report(matrix=0), 0, 1e-3) == []


@pytest.mark.parametrize("dtype", kernels.DTYPES)
def test_bounds_see_one_term_missing(dtype):
    random = np.random.default_rng(0)
    lhs, rhs = random.standard_normal((16, 64)), random.standard_normal((64, 16))
    bound = bounds.mm("NN")([lhs, rhs], dtype)
    exact = lhs @ rhs
    wrong = exact - np.outer(lhs[:, 0], rhs[0])
    assert np.abs(wrong - exact).max() / np.abs(exact).max() > 10 * bound


@pytest.mark.parametrize(("dtype", "u"), [("f32", 2**-24), ("f16", 2**-11), ("bf16", 2**-8)])
def test_bounds_are_near_the_type_s_roundoff(dtype, u):
    x = np.ones((4, 16))
    assert bounds.rms_norm([x, np.ones(16)], dtype) == pytest.approx(u, rel=60 * 2**-24 / u + 1e-3)


def test_command(tmp_path):
    output = tmp_path / "devices.md"
    command = [emulated.ROOT / "tools/dev/device-table", f"--output={output}", "--types=f16"]
    command.append(f"--targets={','.join(emulated.TARGETS)}")
    done = subprocess.run([*command, "--families=mm_nn,row_sum"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    written = output.read_text()
    for target in emulated.TARGETS:
        part = written.split(f"## {target}\n")[1].split("##")[0]
        row = re.search(
            r"^\| mm_nn \| f16 \| \S+ \| (\S.*?) \|.*\| (\d+) \| \d+ \|  \|$", part, re.M
        )
        assert row, part
        assert row[1] in ("yes", "not checked")
        assert int(row[2]) > 0
        assert "| row_sum | f16 |" in part
    # A table of other targets keeps these sections.
    more = [*command[:-1], "--targets=sm_61", "--families=row_sum"]
    done = subprocess.run(more, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rewritten = output.read_text()
    headings = re.findall(r"^## (\S+)", rewritten, re.M)
    assert headings == [t for t in chips.all_chips() if t in ("sm_61", *emulated.TARGETS)]
    assert written.split("## sm_80\n")[1].split("##")[0] in rewritten
    done = subprocess.run([*command, "--families=nothing"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "expected families of map" in done.stderr
    done = subprocess.run([*command, "--targets=sm_1"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "got sm_1" in done.stderr
