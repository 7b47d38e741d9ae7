"""One encoder layer of BERT-base, in plain PyTorch: attention, then GELU between two linears."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch
from torch import nn
from torch.nn import functional as F

SIZES = [{"batch": 2, "length": 64}, {"batch": 1, "length": 128}, {"batch": 3, "length": 17}]
SMALL = {"width": 64, "heads": 2, "hidden": 256}


class BertLayer(nn.Module):
    """x (batch, length, width) -> the same shape."""

    def __init__(self, width=768, heads=12, hidden=3072):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.project = nn.Linear(width, width)
        self.attention_norm = nn.LayerNorm(width, eps=1e-12)
        self.up = nn.Linear(width, hidden)
        self.down = nn.Linear(hidden, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)

    def split(self, x):
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def forward(self, x):
        query, key, value = (self.split(f(x)) for f in (self.query, self.key, self.value))
        attended = F.scaled_dot_product_attention(query, key, value)
        x = self.attention_norm(x + self.project(attended.transpose(1, 2).flatten(2)))
        return self.norm(x + self.down(F.gelu(self.up(x))))


def model(**sizes):
    torch.manual_seed(0)
    return BertLayer(**sizes).eval()


def inputs(batch, length=128, width=768):
    torch.manual_seed(1)
    return (torch.randn(batch, length, width),)


def dynamic_shapes():
    batch, length = torch.export.Dim("batch", min=1, max=64), torch.export.Dim("length", max=512)
    return ({0: batch, 1: length},)
