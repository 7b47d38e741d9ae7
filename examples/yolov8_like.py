"""A detector shaped like YOLOv8: conv-BN-SiLU, C2f, SPPF, upsampling and concatenation."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import torch
from torch import nn
from torch.nn import functional as F

SIZES = [{"batch": 2}, {"batch": 1}, {"batch": 3}]


class Conv(nn.Module):
    """Convolution, batch norm, SiLU."""

    def __init__(self, from_channels, to_channels, kernel=1, stride=1):
        super().__init__()
        padding = kernel // 2
        self.conv = nn.Conv2d(from_channels, to_channels, kernel, stride, padding, bias=False)
        self.norm = nn.BatchNorm2d(to_channels, eps=1e-3)

    def forward(self, x):
        return F.silu(self.norm(self.conv(x)))


class C2f(nn.Module):
    """Half of the channels goes through a chain whose every link is kept."""

    def __init__(self, from_channels, to_channels, count=1, has_shortcut=True):
        super().__init__()
        half = to_channels // 2
        self.enter = Conv(from_channels, to_channels)
        self.leave = Conv((2 + count) * half, to_channels)
        self.links = nn.ModuleList(
            nn.Sequential(Conv(half, half, 3), Conv(half, half, 3)) for _ in range(count)
        )
        self.has_shortcut = has_shortcut

    def forward(self, x):
        parts = list(self.enter(x).chunk(2, 1))
        for link in self.links:
            y = link(parts[-1])
            parts.append(parts[-1] + y if self.has_shortcut else y)
        return self.leave(torch.cat(parts, 1))


class SPPF(nn.Module):
    """Maximum over windows of 5, 9 and 13, by pooling three times."""

    def __init__(self, channels):
        super().__init__()
        self.enter = Conv(channels, channels // 2)
        self.leave = Conv(2 * channels, channels)

    def forward(self, x):
        parts = [self.enter(x)]
        for _ in range(3):
            parts.append(F.max_pool2d(parts[-1], 5, 1, 2))
        return self.leave(torch.cat(parts, 1))


class Detector(nn.Module):
    """images (batch, 3, h, w) -> box and class scores (batch, outputs, cells of three scales)."""

    def __init__(self, width=16, outputs=144):
        super().__init__()
        w = width
        self.stem = nn.Sequential(Conv(3, w, 3, 2), Conv(w, 2 * w, 3, 2), C2f(2 * w, 2 * w))
        self.down3 = nn.Sequential(Conv(2 * w, 4 * w, 3, 2), C2f(4 * w, 4 * w, 2))
        self.down4 = nn.Sequential(Conv(4 * w, 8 * w, 3, 2), C2f(8 * w, 8 * w, 2))
        self.down5 = nn.Sequential(Conv(8 * w, 16 * w, 3, 2), C2f(16 * w, 16 * w), SPPF(16 * w))
        self.up4 = C2f(24 * w, 8 * w, 1, False)
        self.up3 = C2f(12 * w, 4 * w, 1, False)
        self.again4 = Conv(4 * w, 4 * w, 3, 2)
        self.out4 = C2f(12 * w, 8 * w, 1, False)
        self.again5 = Conv(8 * w, 8 * w, 3, 2)
        self.out5 = C2f(24 * w, 16 * w, 1, False)
        self.heads = nn.ModuleList(nn.Conv2d(c * w, outputs, 1) for c in (4, 8, 16))

    def forward(self, images):
        p3 = self.down3(self.stem(images))
        p4 = self.down4(p3)
        p5 = self.down5(p4)
        n4 = self.up4(torch.cat((F.interpolate(p5, scale_factor=2), p4), 1))
        n3 = self.up3(torch.cat((F.interpolate(n4, scale_factor=2), p3), 1))
        n4 = self.out4(torch.cat((self.again4(n3), n4), 1))
        n5 = self.out5(torch.cat((self.again5(n4), p5), 1))
        scales = [head(x).flatten(2) for head, x in zip(self.heads, (n3, n4, n5), strict=True)]
        return torch.cat(scales, 2)


def model(**sizes):
    torch.manual_seed(0)
    network = Detector(**sizes)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0.0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    return network.eval()


def inputs(batch, size=320):
    torch.manual_seed(1)
    return (torch.randn(batch, 3, size, size),)


def dynamic_shapes():
    return ({0: torch.export.Dim("batch", min=1, max=64)},)
