//===- ExpandMathExp.cpp - exp and its family -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Formula.h"

using namespace mlir;

namespace xcc::schedule {

// (e^r - 1 - r) / r^2 for |r| <= ln(2) / 2, fitted at Chebyshev nodes;
// relative error 3e-9 and 4e-20.
static constexpr double tailF32[] = {
    5.00000001355745831e-1, 1.66666666817229876e-1, 4.16664640106731443e-2,
    8.33331082480837788e-3, 1.39337514004364055e-3, 1.98911026888822304e-4};
static constexpr double tailF64[] = {5.0e-1,
                                     1.66666666666666667e-1,
                                     4.16666666666666769e-2,
                                     8.33333333333333401e-3,
                                     1.38888888888789849e-3,
                                     1.98412698412632408e-4,
                                     2.48015873366794141e-5,
                                     2.75573192473745654e-6,
                                     2.75572630255439675e-7,
                                     2.50520709273758054e-8,
                                     2.09182314310568723e-9,
                                     1.60866897159807481e-10};

/// e^r - 1 for |r| <= ln(2) / 2.
static Num smallExpm1(Formula &f, Num r) {
  Num tail = f.isF64() ? f.polynomial(r, tailF64) : f.polynomial(r, tailF32);
  return f.fma(r * r, tail, r);
}

namespace {
/// x = exponent * ln(2) + rest
struct Reduced {
  Num exponent; // integer
  Num rest;
};
} // namespace

static Reduced reduce(Formula &f, Num x) {
  // Beyond these the result is 0 or infinite; NaN compares false and stays.
  Num high = f.number(90.0, 711.0), low = f.number(-105.0, -746.0);
  x = f.select(x > high, high, x);
  x = f.select(x < low, low, x);
  auto [whole, exponent] = f.roundToInteger(x * f.number(1.44269504088896341));
  // ln(2) in two parts, the first with few bits: its multiples are exact.
  Num rest = f.fma(whole, f.number(-0x1.62e4p-1, -0x1.62e42feep-1), x);
  rest = f.fma(whole, f.number(-1.42860682030941723e-6, -0x1.a39ef35793c76p-33),
               rest);
  return {exponent, rest};
}

Num expandExp(Formula &f, Num x, int64_t addedExponent) {
  Reduced reduced = reduce(f, x);
  Num exponent = reduced.exponent;
  if (addedExponent)
    exponent = exponent + f.integer(addedExponent);
  return f.scale(smallExpm1(f, reduced.rest) + f.number(1.0), exponent);
}

Num expandExpOfSum(Formula &f, Num x, Num low) {
  Reduced reduced = reduce(f, x);
  Num mantissa = smallExpm1(f, reduced.rest) + f.number(1.0);
  // Before it is scaled: what is nearly infinite may become finite.
  return f.scale(f.fma(mantissa, low, mantissa), reduced.exponent);
}

Num expandExp2(Formula &f, Num x) {
  Num high = f.number(130.0, 1026.0), low = f.number(-151.0, -1076.0);
  x = f.select(x > high, high, x);
  x = f.select(x < low, low, x);
  auto [whole, exponent] = f.roundToInteger(x);
  Num rest = (x - whole) * f.number(0.693147180559945309);
  return f.scale(smallExpm1(f, rest) + f.number(1.0), exponent);
}

Num expandExpm1(Formula &f, Num x) {
  Reduced reduced = reduce(f, x);
  Num small = smallExpm1(f, reduced.rest);
  // 2 * (2^(n-1) * small + (2^(n-1) - 1/2)): 2^n itself may overflow.
  Num half = f.scale(f.number(0.5), reduced.exponent);
  Num result = f.fma(half, small, half - f.number(0.5));
  result = result + result;
  result = f.select(x > f.number(89.0, 710.0), f.infinity(), result);
  // Keeps the sign of zero and tiny numbers.
  return f.select(f.abs(x) < f.number(0x1p-25, 0x1p-54), x, result);
}

Num expandSinh(Formula &f, Num x) {
  Num size = f.abs(x);
  Num limit = f.number(20.0);
  Num t = expandExpm1(f, f.select(size > limit, limit, size));
  Num small = f.number(0.5) * (t + t / (t + f.number(1.0)));
  Num large = expandExp(f, size, -1);
  return f.copySign(f.select(size > limit, large, small), x);
}

Num expandCosh(Formula &f, Num x) {
  Num half = expandExp(f, f.abs(x), -1);
  return half + f.number(0.25) / half;
}

Num expandTanh(Formula &f, Num x) {
  Num size = f.abs(x);
  // tanh is 1 to the last bit beyond.
  Num limit = f.number(10.0, 22.0);
  size = f.select(size > limit, limit, size);
  Num t = expandExpm1(f, size + size);
  return f.copySign(t / (t + f.number(2.0)), x);
}

} // namespace xcc::schedule
