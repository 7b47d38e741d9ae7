"""Makes bert_encoder.mlir and llama_block.mlir: small models whose weights come from seeds.

    .venv/bin/python examples/small_models.py

The files are checked in, so that tools/dev/demo needs no PyTorch. Each weight is drawn from
a normal distribution with the mean and deviation of PyTorch's own initialisation.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
import xcc
from torch import nn

sys.path.insert(0, str(Path(__file__).parent))
from bert_layer import BertLayer
from llama_block import LlamaBlock

FOLDER = Path(__file__).parent
LENGTH = 64
WEIGHT = re.compile(r"fx\.weight @(\S+) : (tensor<\S+>) \{file = .*?\}")
# Of what PyTorch starts with as all ones or all zeros: sums must not hide mistakes.
DEVIATION_OF_CONSTANTS = 0.05


class BertEncoder(nn.Module):
    """tokens (batch, length) -> hidden states (batch, length, width), pooled (batch, width)."""

    def __init__(self, words=1000, width=256, layers=2):
        super().__init__()
        self.words = nn.Embedding(words, width)
        self.positions = nn.Embedding(LENGTH, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.Sequential(*[BertLayer(width, 4, 4 * width) for _ in range(layers)])
        self.pool = nn.Linear(width, width)

    def forward(self, tokens):
        positions = torch.arange(tokens.shape[1], device=tokens.device)
        hidden = self.layers(self.norm(self.words(tokens) + self.positions(positions)))
        return hidden, torch.tanh(self.pool(hidden[:, 0]))


def with_seeds(text, tensors):
    """The graph's text with seeds for files, and small tables of numbers written out."""
    seeds = {name: seed for seed, name in enumerate(tensors, start=1)}

    def seeded(match):
        name, shape = match[1], match[2]
        tensor = tensors[name]
        scale = tensor.std().item() or DEVIATION_OF_CONSTANTS
        offset = f", offset = {tensor.mean().item():.3f}" if tensor.mean().abs() > 0.5 else ""
        return f"fx.weight @{name} : {shape} {{seed = {seeds[name]}, scale = {scale:.3f}{offset}}}"

    table = tensors.get("frequencies")
    if table is not None:
        numbers = ", ".join(f"{x:.9e}" for x in table.tolist())
        text = re.sub(r" *fx\.weight @frequencies .*\n", "", text)
        text = re.sub(
            r"fx\.get_weight @frequencies : (tensor<\S+>)",
            rf"fx.constant dense<[{numbers}]> : \1",
            text,
        )
    return WEIGHT.sub(seeded, text)


def write(name, module, args):
    with tempfile.TemporaryDirectory() as folder:
        exported = xcc.export(module.eval(), args, output=Path(folder) / f"{name}.mlir")
        text = exported.read_text()
    tensors = dict(module.named_parameters()) | dict(module.named_buffers())
    title = f"// {type(module).__name__} of {Path(__file__).name}, which made this file.\n"
    (FOLDER / f"{name}.mlir").write_text(title + printed(with_seeds(text, tensors)))


def printed(text):
    """The module in the operations' own syntax, locations kept."""
    options = ["--mlir-print-debuginfo", "--mlir-print-local-scope"]
    tool = FOLDER.parent / "build/bin/xcc-opt"
    done = subprocess.run([tool, *options], input=text, capture_output=True, text=True, check=True)
    # What PyTorch gave no line has the text's own.
    return re.sub(r' loc\("<stdin>":\d+:\d+\)', "", done.stdout)


if __name__ == "__main__":
    torch.manual_seed(0)
    write("bert_encoder", BertEncoder(), (torch.zeros(1, LENGTH, dtype=torch.int64),))
    write("llama_block", LlamaBlock(256, 8, 2, 688), (torch.zeros(1, LENGTH, 256),))
