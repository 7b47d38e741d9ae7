"""The whole of BERT-base, by the configuration of the transformers package."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch

SIZES = [{"batch": 2, "length": 64}, {"batch": 1, "length": 128}, {"batch": 3, "length": 17}]


class Bert(torch.nn.Module):
    """input_ids (batch, length) -> hidden states (batch, length, 768), pooled (batch, 768)."""

    def __init__(self, layers):
        super().__init__()
        from transformers import BertConfig, BertModel

        config = BertConfig(num_hidden_layers=layers, attn_implementation="sdpa")
        self.bert = BertModel(config)

    def forward(self, input_ids, attention_mask):
        result = self.bert(input_ids, attention_mask=attention_mask)
        return result.last_hidden_state, result.pooler_output


def model(layers=12):
    torch.manual_seed(0)
    return Bert(layers).eval()


def inputs(batch, length=128):
    torch.manual_seed(1)
    mask = torch.ones(batch, length, dtype=torch.int64)
    # The last sequence is shorter than the others.
    mask[-1, length - length // 4 :] = 0
    return torch.randint(0, 30522, (batch, length)), mask


def dynamic_shapes():
    batch, length = torch.export.Dim("batch", min=1, max=64), torch.export.Dim("length", max=512)
    return ({0: batch, 1: length}, {0: batch, 1: length})
