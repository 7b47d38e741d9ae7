//===- SeededNormal.cpp - Normally distributed numbers from a seed --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiled without fused multiply-add: each operation rounds on its own, so
// that NumPy (test/python/ops/seeded_test.py) and any machine get these bits.
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/weights/SeededNormal.h"

#include "llvm/ADT/bit.h"

#include <cmath>

namespace xcc::fx {

// SplitMix64's output function; its counter is seed hashed plus pair number.
static uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// The natural logarithm of an integer in [1, 2^32]: x = 2^e * m with m in
// [sqrt(1/2), sqrt(2)), log m = 2 atanh((m - 1) / (m + 1)).
static double logOfInteger(uint64_t integer) {
  uint64_t bits = llvm::bit_cast<uint64_t>(static_cast<double>(integer));
  // Adding what sqrt(2)'s fraction lacks to 1 carries into the exponent.
  constexpr uint64_t toNextPower = 0x3ff0000000000000 - 0x3fe6a09e667f3bcd;
  int64_t exponent = int64_t((bits + toNextPower) >> 52) - 1023;
  double m = llvm::bit_cast<double>(bits - (uint64_t(exponent) << 52));
  double s = (m - 1.0) / (m + 1.0);
  double z = s * s;
  double p = 1.0 / 21.0;
  p = p * z + 1.0 / 19.0;
  p = p * z + 1.0 / 17.0;
  p = p * z + 1.0 / 15.0;
  p = p * z + 1.0 / 13.0;
  p = p * z + 1.0 / 11.0;
  p = p * z + 1.0 / 9.0;
  p = p * z + 1.0 / 7.0;
  p = p * z + 1.0 / 5.0;
  p = p * z + 1.0 / 3.0;
  p = p * z + 1.0;
  return double(exponent) * 0x1.62e42fefa39efp-1 + 2.0 * s * p;
}

// sin(x) and cos(x) for |x| <= pi / 4, by Taylor's series.
static double smallSine(double x) {
  double z = x * x;
  double p = -1.0 / 1307674368000.0;
  p = p * z + 1.0 / 6227020800.0;
  p = p * z - 1.0 / 39916800.0;
  p = p * z + 1.0 / 362880.0;
  p = p * z - 1.0 / 5040.0;
  p = p * z + 1.0 / 120.0;
  p = p * z - 1.0 / 6.0;
  return x + x * z * p;
}

static double smallCosine(double x) {
  double z = x * x;
  double p = 1.0 / 20922789888000.0;
  p = p * z - 1.0 / 87178291200.0;
  p = p * z + 1.0 / 479001600.0;
  p = p * z - 1.0 / 3628800.0;
  p = p * z + 1.0 / 40320.0;
  p = p * z - 1.0 / 720.0;
  p = p * z + 1.0 / 24.0;
  p = p * z - 0.5;
  return 1.0 + z * p;
}

namespace {
struct NormalPair {
  double first, second;
};
} // namespace

// Box-Muller: the hash's high half gives the radius, its low half the angle.
static NormalPair normalPair(uint64_t hash) {
  double log = logOfInteger((hash >> 32) + 1) - 32.0 * 0x1.62e42fefa39efp-1;
  double radius = std::sqrt(-2.0 * (log < 0.0 ? log : 0.0));
  // Nearest quarter turn, and what is left of the angle, within pi / 4.
  uint64_t angle = hash & 0xffffffff;
  uint64_t quarter = (angle + 0x20000000) >> 30;
  double rest = double(int64_t(angle) - int64_t(quarter << 30));
  double x = rest * (0x1.921fb54442d18p0 * 0x1p-30);
  double sine = smallSine(x), cosine = smallCosine(x);
  double c = quarter & 1 ? sine : cosine;
  double s = quarter & 1 ? cosine : sine;
  // (cos, sin) of quarters 0 to 3: (c, s) (-s, c) (-c, -s) (s, -c).
  c = (quarter + 1) & 2 ? -c : c;
  s = quarter & 2 ? -s : s;
  return {radius * c, radius * s};
}

void fillSeededNormal(int64_t seed, int64_t first,
                      llvm::MutableArrayRef<double> numbers) {
  constexpr uint64_t step = 0x9e3779b97f4a7c15;
  uint64_t counter = mix(static_cast<uint64_t>(seed) + step) +
                     static_cast<uint64_t>(first / 2) * step;
  size_t pairs = numbers.size() / 2;
  for (size_t p = 0; p < pairs; ++p) {
    NormalPair pair = normalPair(mix(counter + p * step));
    numbers[2 * p] = pair.first;
    numbers[2 * p + 1] = pair.second;
  }
  if (numbers.size() % 2)
    numbers.back() = normalPair(mix(counter + pairs * step)).first;
}

} // namespace xcc::fx
