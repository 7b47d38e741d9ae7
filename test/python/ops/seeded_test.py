"""Seeded weights against the same arithmetic in NumPy: the same bits on every machine."""

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import numpy as np
import pytest
import torch
from judges import interpret

STEP = np.uint64(0x9E3779B97F4A7C15)
LOG_2 = float.fromhex("0x1.62e42fefa39efp-1")


def mix(x):
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def horner(z, coefficients):
    p = np.full_like(z, coefficients[0])
    for coefficient in coefficients[1:]:
        p = p * z + coefficient
    return p


def log_of_integer(integer):
    mantissa, exponent = np.frexp(integer.astype(np.float64))
    # In [sqrt(1/2), sqrt(2)).
    small = mantissa < np.sqrt(0.5)
    mantissa = np.where(small, 2 * mantissa, mantissa)
    exponent = exponent - small
    s = (mantissa - 1.0) / (mantissa + 1.0)
    series = horner(s * s, [1.0 / n for n in range(21, 0, -2)])
    return exponent * LOG_2 + 2.0 * s * series


def factorial(n):
    return 1.0 if n == 0 else n * factorial(n - 1)


def standard_normal(seed, count):
    pairs = np.arange((count + 1) // 2, dtype=np.uint64)
    with np.errstate(over="ignore"):
        start = mix(np.uint64(seed) + STEP)
        hashes = mix(start + pairs * STEP)
    log = log_of_integer((hashes >> np.uint64(32)) + np.uint64(1)) - 32.0 * LOG_2
    radius = np.sqrt(-2.0 * np.minimum(log, 0.0))
    angle = (hashes & np.uint64(0xFFFFFFFF)).astype(np.int64)
    quarter = (angle + 0x20000000) >> 30
    x = (angle - (quarter << 30)) * (float.fromhex("0x1.921fb54442d18p0") * 2.0**-30)
    z = x * x
    sine = [(-1.0) ** (n // 2) / factorial(n) for n in range(15, 1, -2)]
    cosine = [(-1.0) ** (n // 2) / factorial(n) for n in range(16, 1, -2)]
    sine, cosine = x + x * z * horner(z, sine), 1.0 + z * horner(z, cosine)
    odd = quarter % 2 == 1
    c, s = np.where(odd, sine, cosine), np.where(odd, cosine, sine)
    c = np.where((quarter + 1) & 2, -c, c)
    s = np.where(quarter & 2, -s, s)
    return np.stack([radius * c, radius * s], 1).reshape(-1)[:count]


def weight(seed, count, dtype="f64", more=""):
    text = f"""
fx.weight @w : tensor<{count}x{dtype}> {{seed = {seed} : i64{more}}}
func.func @main() -> tensor<{count}x{dtype}> {{
  %0 = fx.get_weight @w : tensor<{count}x{dtype}>
  return %0 : tensor<{count}x{dtype}>
}}
"""
    outputs, error = interpret(text, {})
    assert not error, error
    return outputs["output0"].numpy()


@pytest.mark.parametrize("seed", [0, 7, 2**62 + 3])
@pytest.mark.parametrize("count", [1, 2, 40001])
def test_bits(seed, count):
    np.testing.assert_array_equal(weight(seed, count), standard_normal(seed, count))


def test_narrow_types_are_rounded():
    numbers = torch.from_numpy(standard_normal(5, 1001) * 0.02 + 0.5)
    for name, dtype in (("f32", torch.float32), ("f16", torch.float16), ("bf16", torch.bfloat16)):
        got = weight(5, 1001, name, ", scale = 0.02 : f64, offset = 0.5 : f64")
        np.testing.assert_array_equal(got, numbers.to(dtype).double().numpy())


def test_distribution():
    x = weight(3, 1_000_000)
    # Five deviations of each statistic of a million numbers.
    assert abs(x.mean()) < 5e-3
    assert abs(x.var() - 1) < 7.1e-3
    assert abs((x**3).mean()) < 1.94e-2
    assert abs((x**4).mean() - 3) < 4.9e-2
    assert abs((x[:-1] * x[1:]).mean()) < 5e-3
    assert 4.2 < np.abs(x).max() < 6.7
