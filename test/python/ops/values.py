"""Inputs: special values of each dtype, and random ones."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import torch

INF, NAN = float("inf"), float("nan")


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def normal(*shape, dtype=torch.float32, seed=0, scale=1.0):
    return (torch.randn(shape, generator=generator(seed)) * scale).to(dtype)


def integers(*shape, low=-9, high=10, dtype=torch.int64, seed=0):
    if dtype == torch.uint8:
        low = max(low, 0)
    return torch.randint(low, high, shape, generator=generator(seed)).to(dtype)


def booleans(*shape, seed=0):
    return torch.rand(shape, generator=generator(seed)) < 0.5


def any_of(*shape, dtype, seed=0):
    """Random values of any dtype."""
    if dtype == torch.bool:
        return booleans(*shape, seed=seed)
    if dtype.is_floating_point:
        return normal(*shape, dtype=dtype, seed=seed)
    return integers(*shape, dtype=dtype, seed=seed)


def special(dtype):
    """Corner cases and some ordinary numbers, 1-d."""
    if dtype == torch.bool:
        return torch.tensor([False, True])
    if dtype.is_floating_point:
        limits = torch.finfo(dtype)
        corners = [
            *(NAN, INF, -INF, 0.0, -0.0, limits.max, limits.min, limits.tiny, -limits.tiny),
            *(1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 3.0, 6.0, -3.0, 7.25, -19.5, 100.0, -100.0),
        ]
        ordinary = torch.randn(14, generator=generator(1)) * 2
        return torch.cat([torch.tensor(corners, dtype=torch.float64), ordinary.double()]).to(dtype)
    limits = torch.iinfo(dtype)
    corners = [limits.min, limits.max, limits.max - 1, 0, 1, 2, 3, 7, 8, 31, 63, 64]
    if dtype != torch.uint8:
        corners += [-1, -2, -3, -7, limits.min + 1]
    return torch.tensor([x for x in corners if x <= limits.max], dtype=torch.int64).to(dtype)


def ordinary(dtype, low=-3.0, high=3.0, count=33, seed=2):
    """Numbers of a range, in which every function of it is finite."""
    values = torch.linspace(low, high, count, dtype=torch.float64)
    jitter = torch.rand(count, generator=generator(seed)) * (high - low) / count / 4
    return (values + jitter).clamp(low, high).to(dtype)
