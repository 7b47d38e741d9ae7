"""A decoder block as in LLaMA 2, in plain PyTorch: RMSNorm, RoPE, grouped queries, SwiGLU."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch
from torch import nn
from torch.nn import functional as F

SIZES = [{"batch": 2, "length": 32}, {"batch": 1, "length": 128}, {"batch": 3, "length": 17}]
SMALL = {"width": 64, "heads": 4, "key_heads": 2, "hidden": 176}


class RMSNorm(nn.Module):
    """x over its root mean square along the last dimension, times a weight."""

    def __init__(self, width, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x):
        wide = x.float()
        wide = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self.eps)
        return self.weight * wide.to(x.dtype)


def rotate_half(x):
    first, second = x.chunk(2, dim=-1)
    return torch.cat((-second, first), dim=-1)


class LlamaBlock(nn.Module):
    """x (batch, length, width) -> the same shape, each position seeing itself and those before."""

    def __init__(self, width=1024, heads=16, key_heads=4, hidden=2816):
        super().__init__()
        self.size = width // heads
        self.groups = heads // key_heads
        self.query = nn.Linear(width, heads * self.size, bias=False)
        self.key = nn.Linear(width, key_heads * self.size, bias=False)
        self.value = nn.Linear(width, key_heads * self.size, bias=False)
        self.project = nn.Linear(heads * self.size, width, bias=False)
        self.gate = nn.Linear(width, hidden, bias=False)
        self.up = nn.Linear(width, hidden, bias=False)
        self.down = nn.Linear(hidden, width, bias=False)
        self.attention_norm = RMSNorm(width)
        self.norm = RMSNorm(width)
        frequencies = 10000.0 ** (-torch.arange(0, self.size, 2) / self.size)
        self.register_buffer("frequencies", frequencies, persistent=False)

    def angles(self, x):
        positions = torch.arange(x.shape[1], device=x.device, dtype=torch.float32)
        angles = positions[:, None] * self.frequencies.float()
        angles = torch.cat((angles, angles), dim=-1)
        return angles.cos().to(x.dtype), angles.sin().to(x.dtype)

    def split(self, x):
        return x.unflatten(-1, (-1, self.size)).transpose(1, 2)

    def attend(self, x):
        cos, sin = self.angles(x)
        query, key = self.split(self.query(x)), self.split(self.key(x))
        query = query * cos + rotate_half(query) * sin
        key = key * cos + rotate_half(key) * sin
        # Each key head serves a group of query heads.
        key = key.repeat_interleave(self.groups, dim=1)
        value = self.split(self.value(x)).repeat_interleave(self.groups, dim=1)
        attended = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        return self.project(attended.transpose(1, 2).flatten(2))

    def forward(self, x):
        x = x + self.attend(self.attention_norm(x))
        hidden = self.norm(x)
        return x + self.down(F.silu(self.gate(hidden)) * self.up(hidden))


def model(**sizes):
    torch.manual_seed(0)
    return LlamaBlock(**sizes).eval()


def inputs(batch, length=128, width=1024):
    torch.manual_seed(1)
    return (torch.randn(batch, length, width),)


def dynamic_shapes():
    batch, length = torch.export.Dim("batch", min=1, max=64), torch.export.Dim("length", max=512)
    return ({0: batch, 1: length},)
