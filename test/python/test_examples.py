"""The models of examples/, through xcc.export and torch.compile; smaller by default."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import importlib
import sys
from pathlib import Path

import oracle
import pytest
import torch
import xcc

sys.path.append(str(Path(__file__).resolve().parents[2] / "examples"))

NAMES = [
    "bert_layer",
    "bert_base",
    "gpt2_small",
    "llama_block",
    "textcnn",
    "yolov8_like",
    "resnet50",
]
# Layers of the whole models: enough for each kind of layer and what joins them.
FEW_LAYERS = {"bert_base": 2, "gpt2_small": 2}
FEW_PIXELS = {"yolov8_like": 64, "resnet50": 64}


def make(name):
    """The example's module and a model of few layers."""
    module = importlib.import_module(name)
    if name == "resnet50":
        torch.manual_seed(0)
        return module, module.seed_statistics(module.ResNet(blocks=(1, 1, 1, 1))).eval()
    return module, module.model(*[FEW_LAYERS[name]] if name in FEW_LAYERS else [])


def inputs(module, name, batch=2):
    if name in FEW_PIXELS:
        return module.inputs(batch, FEW_PIXELS[name])
    return module.inputs(batch, 16)


def compare(found, expected):
    found, expected = (list(v) if isinstance(v, tuple) else [v] for v in (found, expected))
    for f, e in zip(found, expected, strict=True):
        oracle.check(f, e)


@pytest.mark.parametrize("name", NAMES)
def test_torch_compile_is_whole(name):
    """One graph, one bundle, nothing in eager: strict."""
    torch._dynamo.reset()
    xcc.report(reset=True)
    module, model = make(name)
    values = inputs(module, name)
    compiled = torch.compile(model, backend="xcc", options={"strict": True})
    with torch.no_grad():
        compare(compiled(*values), model(*values))
    report = xcc.report()
    assert len(report.graphs) == 1
    assert len(report.subgraphs) == 1
    assert not report.fallbacks


@pytest.mark.parametrize("name", ["llama_block", "gpt2_small", "textcnn", "resnet50"])
def test_symbolic_sizes(name, tmp_path):
    """Compiled once, run at two batch sizes."""
    module, model = make(name)
    values, shapes = inputs(module, name), module.dynamic_shapes()
    path = xcc.export(model, values, dynamic_shapes=shapes, output=tmp_path / "model.xcb")
    program = xcc.load(path)
    with torch.no_grad():
        for batch in (1, 3):
            values = inputs(module, name, batch)
            compare(program(*values), model(*values))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_whole_model(name):
    """The model as examples/run.py has it, strict."""
    torch._dynamo.reset()
    xcc.report(reset=True)
    module = importlib.import_module(name)
    model, values = module.model(), module.inputs(1)
    compiled = torch.compile(model, backend="xcc", options={"strict": True})
    with torch.no_grad():
        compare(compiled(*values), model(*values))
    assert len(xcc.report().subgraphs) == len(xcc.report().graphs)
