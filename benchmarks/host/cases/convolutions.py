"""Each different convolution of two networks, with its bias and activation."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import functools

import torch
from torch import nn

from host.cases.case import Case, built, normal
from host.cases.models import example

# Network of examples/ -> (what to call it, the activation behind its convolutions).
NETWORKS = {"resnet50": ("resnet", nn.ReLU), "yolov8_like": ("yolo", nn.SiLU)}
QUICK = {"resnet-64x56-64k3", "resnet-256x56-64k1", "resnet-3x224-64k7s2", "resnet-512x7-512k3"}
QUICK |= {"yolo-64x40-64k3", "yolo-3x320-16k3s2"}


@functools.cache
def shapes(network: str) -> tuple[tuple, ...]:
    """(in, height, width, out, kernel, stride, padding) of each, in the network's order."""
    module = example(network)
    with torch.device("meta"):
        instance, inputs = module.model(), module.inputs(1)
    found = {}

    def note(layer, arguments, result):
        _, channels, height, width = arguments[0].shape
        kernel, stride, padding = layer.kernel_size[0], layer.stride[0], layer.padding[0]
        found[channels, height, width, layer.out_channels, kernel, stride, padding] = True

    for layer in instance.modules():
        if isinstance(layer, nn.Conv2d):
            layer.register_forward_hook(note)
    with torch.no_grad():
        instance(*inputs)
    return tuple(found)


def convolution(prefix, activation, shape) -> Case:
    channels, height, width, to_channels, kernel, stride, padding = shape

    def make():
        layer = nn.Conv2d(channels, to_channels, kernel, stride, padding)
        return nn.Sequential(layer, activation()), (normal(1, channels, height, width),)

    to_height = (height + 2 * padding - kernel) // stride + 1
    to_width = (width + 2 * padding - kernel) // stride + 1
    flops = 2.0 * channels * kernel**2 * to_channels * to_height * to_width
    name = f"{prefix}-{channels}x{height}-{to_channels}k{kernel}"
    name += f"s{stride}" if stride > 1 else ""
    return Case(f"conv-{name}", "convolution", "f32", built(make), flops, is_quick=name in QUICK)


def cases() -> list[Case]:
    return [
        convolution(prefix, activation, shape)
        for network, (prefix, activation) in NETWORKS.items()
        for shape in shapes(network)
    ]
