"""TextCNN: embedding, convolutions of three widths, maximum over time, a linear classifier."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch
from torch import nn

SIZES = [{"batch": 2, "length": 64}, {"batch": 1, "length": 100}, {"batch": 3, "length": 17}]


class TextCNN(nn.Module):
    """tokens (batch, length) -> class scores (batch, 5)."""

    def __init__(self, vocabulary=10000, width=128, channels=100, kernels=(3, 4, 5)):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.convolutions = nn.ModuleList(nn.Conv1d(width, channels, k) for k in kernels)
        self.dropout = nn.Dropout(0.5)
        self.head = nn.Linear(channels * len(kernels), 5)

    def forward(self, tokens):
        x = self.embedding(tokens).transpose(1, 2)
        features = [convolution(x).relu().amax(2) for convolution in self.convolutions]
        return self.head(self.dropout(torch.cat(features, 1)))


def model():
    torch.manual_seed(0)
    return TextCNN().eval()


def inputs(batch, length=64):
    torch.manual_seed(1)
    return (torch.randint(0, 10000, (batch, length)),)


def dynamic_shapes():
    batch = torch.export.Dim("batch", min=1, max=64)
    return ({0: batch, 1: torch.export.Dim("length", min=6, max=512)},)
