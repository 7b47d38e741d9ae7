"""GPT-2 small, by the configuration of the transformers package: logits of a whole prompt."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch

SIZES = [{"batch": 2, "length": 32}, {"batch": 1, "length": 64}, {"batch": 3, "length": 17}]


class Gpt2(torch.nn.Module):
    """input_ids (batch, length) -> logits (batch, length, 50257)."""

    def __init__(self, layers):
        super().__init__()
        from transformers import GPT2Config, GPT2LMHeadModel

        config = GPT2Config(n_layer=layers, attn_implementation="sdpa", use_cache=False)
        self.gpt2 = GPT2LMHeadModel(config)

    def forward(self, input_ids):
        return self.gpt2(input_ids).logits


def model(layers=12):
    torch.manual_seed(0)
    return Gpt2(layers).eval()


def inputs(batch, length=64):
    torch.manual_seed(1)
    return (torch.randint(0, 50257, (batch, length)),)


def dynamic_shapes():
    batch, length = torch.export.Dim("batch", min=1, max=64), torch.export.Dim("length", max=512)
    return ({0: batch, 1: length},)
