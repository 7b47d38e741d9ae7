"""What a device does not run is refused with its line, the target and what to do; no crash."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re

import emulated
import pytest
from graph import Graph


def along(name, **more):
    def write(g):
        return [g.op(name, g.input(4, 8), attributes="dim = 1 : i64", **more)]

    return write


def window(name, *more):
    def write(g):
        form = "kernel_size = array<i64: 2, 2>, stride = array<i64: 2, 2>, "
        form += "padding = array<i64: 0, 0>"
        attributes = ", ".join([form, *more])
        return [g.op(name, g.input(1, 3, 8, 8), shape=(1, 3, 4, 4), attributes=attributes)]

    return write


def convolution(g):
    names = ("stride", 1), ("padding", 0), ("dilation", 1)
    attributes = ", ".join(f"{name} = array<i64: {n}, {n}>" for name, n in names)
    x, weight = g.input(1, 3, 8, 8), g.input(4, 3, 3, 3)
    return [g.op("convolution", x, weight, shape=(1, 4, 6, 6), attributes=attributes)]


def scatter(g):
    x, source = g.input(4, 8), g.input(4, 8)
    indices = g.input(4, 8, dtype="i64", limits=(0, 4))
    return [g.op("scatter", x, indices, source, attributes="dim = 0 : i64")]


def unknown_head(g):
    return [g.op("scaled_dot_product_attention", *(g.input(1, 1, 16, "e") for _ in range(3)))]


def narrow_float(g):
    return [g.op("to", g.input(4, 8), dtype="f8E4M3FN")]


REFUSED = {
    "cumsum": along("cumsum"),
    "max_pool": window("max_pool", "dilation = array<i64: 1, 1>"),
    "avg_pool": window("avg_pool"),
    "convolution": convolution,
    "scatter": scatter,
    "unknown_head": unknown_head,
    "narrow_float": narrow_float,
}


@pytest.mark.parametrize("target", emulated.TARGETS)
@pytest.mark.parametrize("name", REFUSED)
def test_is_refused_with_reason_and_cure(name, target, tmp_path):
    graph = Graph("f32", {"e": 8} if name == "unknown_head" else None)
    source = tmp_path / f"{name}.mlir"
    source.write_text(graph.text(REFUSED[name](graph)))
    code, printed = emulated.run(source, f"-target={target}", "-o", tmp_path / "x.xcb")
    if code == 0:
        pytest.skip(f"{target} has learnt it")
    assert code == 1, printed
    assert "bug report" not in printed
    errors = re.findall(r"^(\S+):(\d+):(\d+): error: (.*)", printed, re.MULTILINE)
    assert errors, printed
    for file, line, _, text in errors:
        assert file.endswith(f"{name}.mlir")
        assert int(line) > 1
        # Conversions that are left over are the compiler's matter, not the user's.
        assert "builtin." not in text
    cure = f"note: compiled for {target}; what it does not run, the host does: -target=host"
    assert printed.count(cure) == len(errors), printed
