"""One block of GPT-2, by the configuration of the transformers package: hidden states to such."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch

SIZES = [{"batch": 2, "length": 32}, {"batch": 1, "length": 64}, {"batch": 3, "length": 17}]
SMALL = {"width": 64, "heads": 2}


class Gpt2Block(torch.nn.Module):
    """x (batch, length, width) -> the same shape, each position seeing itself and those before."""

    def __init__(self, width=768, heads=12):
        super().__init__()
        from transformers import GPT2Config
        from transformers.models.gpt2.modeling_gpt2 import GPT2Block

        config = GPT2Config(n_embd=width, n_head=heads, attn_implementation="sdpa")
        self.block = GPT2Block(config)

    def forward(self, x):
        output = self.block(x)
        return output[0] if isinstance(output, tuple) else output


def model(**sizes):
    torch.manual_seed(0)
    return Gpt2Block(**sizes).eval()


def inputs(batch, length=128, width=768):
    torch.manual_seed(1)
    return (torch.randn(batch, length, width),)


def dynamic_shapes():
    batch, length = torch.export.Dim("batch", min=1, max=64), torch.export.Dim("length", max=512)
    return ({0: batch, 1: length},)
