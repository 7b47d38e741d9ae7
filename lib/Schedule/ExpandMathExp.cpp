//===- ExpandMathExp.cpp - exp and its family -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Formula.h"

using namespace mlir;

namespace xcc::schedule {

// (e^r - 1 - r) / r^2 for |r| <= ln(2) / 2; error of e^r 4e-9 (a thirtieth of
// a unit in the last place) and 4e-20.
static constexpr double tailF32[] = {0.5000000096267149, 0.16666517708282644,
                                     0.04166620232664859, 0.00836902515532558,
                                     0.0013950722887262385};
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
/// x = whole * ln(2) + rest
struct Reduced {
  Num bits; // whole + bias in the lowest bits, as an integer
  Num rest;
};
} // namespace

static Num mantissaBits(Formula &f) { return f.integer(23, 52); }

/// A number whose low bits, read as an integer, hold `bias` and what is added,
/// rounded.
static Num roundingNumber(Formula &f, int64_t bias) {
  return f.number(0x1.8p23 + bias, 0x1.8p52 + bias);
}

/// Twice the exponent's bias: halves of whole + this are exponents of two
/// factors, of which no shift has to clear what stands above.
static int64_t twiceBias(Formula &f) { return f.isF64() ? 2046 : 254; }

/// x within `low` and `high`; NaN compares false and stays.
static Num bounded(Formula &f, Num x, Num low, Num high) {
  x = f.select(x > high, high, x);
  return f.select(x < low, low, x);
}

static Reduced reduce(Formula &f, Num x, int64_t bias) {
  Num magic = roundingNumber(f, bias);
  Num moved = f.fma(x, f.number(1.44269504088896341), magic);
  Num whole = moved - magic;
  // ln(2) in two parts, the first with few bits: its multiples are exact.
  Num rest = f.fma(whole, f.number(-0x1.62e4p-1, -0x1.62e42feep-1), x);
  rest = f.fma(whole, f.number(-1.42860682030941723e-6, -0x1.a39ef35793c76p-33),
               rest);
  return {f.bitsOf(moved), rest};
}

/// (1 + small) * 2^whole, to and from denormal numbers: `bits` are whole +
/// twiceBias. Two factors, of which only the second may round.
static Num scaled(Formula &f, Num small, Num bits) {
  Num half = f.shiftRight(bits, f.integer(1));
  Num first = f.fromBits(f.shiftLeft(half, mantissaBits(f)));
  Num second = f.fromBits(f.shiftLeft(bits - half, mantissaBits(f)));
  return f.fma(small, first, first) * second;
}

/// Beyond these e^x is 0 or infinite.
static Num boundedExponent(Formula &f, Num x) {
  return bounded(f, x, f.number(-105.0, -746.0), f.number(90.0, 711.0));
}

Num expandExp(Formula &f, Num x, int64_t addedExponent) {
  Reduced reduced = reduce(f, boundedExponent(f, x), twiceBias(f));
  Num bits = reduced.bits;
  if (addedExponent)
    bits = bits + f.integer(addedExponent);
  return scaled(f, smallExpm1(f, reduced.rest), bits);
}

Num expandExpOfSum(Formula &f, Num x, Num low) {
  Reduced reduced = reduce(f, boundedExponent(f, x), twiceBias(f));
  Num small = smallExpm1(f, reduced.rest);
  // Before it is scaled: what is nearly infinite may become finite.
  return scaled(f, f.fma(small, low, small + low), reduced.bits);
}

Num expandExp2(Formula &f, Num x) {
  x = bounded(f, x, f.number(-151.0, -1076.0), f.number(130.0, 1026.0));
  Num magic = roundingNumber(f, twiceBias(f));
  Num moved = x + magic;
  Num rest = (x - (moved - magic)) * f.number(0.693147180559945309);
  return scaled(f, smallExpm1(f, rest), f.bitsOf(moved));
}

/// e^x - 1 for x within -60 and 89 (710), where 2^(whole - 1) is a normal
/// number; twice what is given, so that neither it overflows.
static Num halfExpm1(Formula &f, Num x) {
  Reduced reduced = reduce(f, x, f.isF64() ? 1022 : 126);
  Num small = smallExpm1(f, reduced.rest);
  Num half = f.fromBits(f.shiftLeft(reduced.bits, mantissaBits(f)));
  return f.fma(half, small, half - f.number(0.5));
}

Num expandExpm1(Formula &f, Num x) {
  Num high = f.number(89.0, 710.0);
  Num half = halfExpm1(f, bounded(f, x, f.number(-60.0), high));
  Num result = f.select(x > high, f.infinity(), half + half);
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
  // t / (t + 2) of t = e^2x - 1.
  Num half = halfExpm1(f, size + size);
  return f.copySign(half / (half + f.number(1.0)), x);
}

} // namespace xcc::schedule
