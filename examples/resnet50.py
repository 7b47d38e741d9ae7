"""ResNet-50 in plain PyTorch, with weights and running statistics from a seed."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch
from torch import nn

SIZES = [{"batch": 2}, {"batch": 1}, {"batch": 3}]


def convolution(from_channels, to_channels, kernel, stride=1):
    """Convolution and batch norm."""
    return nn.Sequential(
        nn.Conv2d(from_channels, to_channels, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(to_channels),
    )


class Bottleneck(nn.Module):
    """1x1, 3x3 and 1x1 convolutions around a shortcut."""

    def __init__(self, from_channels, channels, stride):
        super().__init__()
        to_channels = 4 * channels
        self.reduce = convolution(from_channels, channels, 1)
        self.convolve = convolution(channels, channels, 3, stride)
        self.widen = convolution(channels, to_channels, 1)
        self.shortcut = nn.Identity()
        if stride != 1 or from_channels != to_channels:
            self.shortcut = convolution(from_channels, to_channels, 1, stride)

    def forward(self, x):
        hidden = self.convolve(self.reduce(x).relu()).relu()
        return (self.widen(hidden) + self.shortcut(x)).relu()


class ResNet(nn.Module):
    """images (batch, 3, h, w) -> class scores (batch, 1000)."""

    def __init__(self, blocks=(3, 4, 6, 3), width=64):
        super().__init__()
        self.stem = convolution(3, width, 7, 2)
        self.pool = nn.MaxPool2d(3, 2, 1)
        layers, channels = [], width
        for stage, count in enumerate(blocks):
            for block in range(count):
                stride = 2 if stage > 0 and block == 0 else 1
                layers.append(Bottleneck(channels, width << stage, stride))
                channels = 4 * (width << stage)
        self.blocks = nn.Sequential(*layers)
        self.head = nn.Linear(channels, 1000)

    def forward(self, images):
        hidden = self.blocks(self.pool(self.stem(images).relu()))
        return self.head(hidden.mean((2, 3)))


def seed_statistics(network):
    """Running statistics as after training: not all zero and one."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0.0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    return network


def model(**sizes):
    torch.manual_seed(0)
    return seed_statistics(ResNet(**sizes)).eval()


def inputs(batch, size=224):
    torch.manual_seed(1)
    return (torch.randn(batch, 3, size, size),)


def dynamic_shapes():
    return ({0: torch.export.Dim("batch", min=1, max=64)},)
