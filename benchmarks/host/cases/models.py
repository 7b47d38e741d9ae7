"""The whole models of examples/, at batch 1 and 4."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import functools
import importlib
import sys
from pathlib import Path

from host.cases.case import Case, built

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
NAMES = (
    "bert_layer",
    "bert_base",
    "gpt2_block",
    "gpt2_small",
    "llama_block",
    "resnet50",
    "yolov8_like",
    "textcnn",
)
BATCHES = (1, 4)
QUICK = {"bert_layer-1", "llama_block-1", "resnet50-1", "yolov8_like-1", "textcnn-1"}


@functools.cache
def example(name: str):
    """The module of an example, imported from its folder."""
    if str(EXAMPLES) not in sys.path:
        sys.path.append(str(EXAMPLES))
    return importlib.import_module(name)


def model(name: str, batch: int) -> Case:
    def make():
        module = example(name)
        return module.model(), module.inputs(batch)

    label = f"{name}-{batch}"
    return Case(label, "model", "f32", built(make), flops=None, is_quick=label in QUICK)


def cases() -> list[Case]:
    return [model(name, batch) for name in NAMES for batch in BATCHES]
