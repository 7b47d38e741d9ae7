//===- ExpandMathLog.cpp - log and its family, pow ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Formula.h"

using namespace mlir;

namespace xcc::schedule {

// log(1 + f) = f - f^2/2 + s * (f^2/2 + R(s^2)), s = f / (2 + f): the classic
// division of the logarithm into an even and an odd part.
static constexpr double seriesF32[] = {0.66666662693, 0.40000972152,
                                       0.28498786688, 0.24279078841};
static constexpr double seriesF64[] = {
    6.666666666666735130e-01, 3.999999999940941908e-01,
    2.857142874366239149e-01, 2.222219843214978396e-01,
    1.818357216161805012e-01, 1.531383769920937332e-01,
    1.479819860511658591e-01};

namespace {
/// x = 2^exponent * (1 + fraction), sqrt(1/2) <= 1 + fraction < sqrt(2)
struct Split {
  Num exponent; // float
  Num fraction;
};
} // namespace

static Split split(Formula &f, Num x) {
  Num isTiny = x < f.number(0x1p-126, 0x1p-1022);
  Num scaled = f.select(isTiny, x * f.number(0x1p25, 0x1p54), x);
  Num moved = f.select(isTiny, f.integer(-25, -54), f.integer(0));
  Num rootHalf = f.integer(0x3f3504f3, 0x3fe6a09e667f3bcd);
  Num one = f.integer(0x3f800000, 0x3ff0000000000000);
  Num mantissa = f.integer(23, 52);
  Num bits = f.bitsOf(scaled) + (one - rootHalf);
  Num exponent = f.shiftRight(bits, mantissa) - f.integer(127, 1023) + moved;
  Num fractionBits =
      f.both(bits, f.integer(0x007fffff, 0x000fffffffffffff)) + rootHalf;
  return {f.toFloat(exponent), f.fromBits(fractionBits) - f.number(1.0)};
}

/// log(1 + fraction) as fraction - correction
static Num logCorrection(Formula &f, Num fraction, Num extra) {
  Num s = fraction / (f.number(2.0) + fraction);
  Num z = s * s;
  Num series =
      z * (f.isF64() ? f.polynomial(z, seriesF64) : f.polynomial(z, seriesF32));
  Num half = f.number(0.5) * fraction * fraction;
  return half - f.fma(s, half + series, extra);
}

/// `result` where 0 < x < infinity, else what the logarithm is there.
static Num logSpecial(Formula &f, Num x, Num result) {
  Num zero = f.number(0.0);
  Num special = f.select(x < zero, f.nan(), x);
  special = f.select(x == zero, -f.infinity(), special);
  Num isPlain = f.both(x > zero, x < f.infinity());
  return f.select(isPlain, result, special);
}

/// log(x) + extra, for an extra that is small beside it.
static Num logPlus(Formula &f, Num x, Num extra) {
  Split parts = split(f, x);
  Num high =
      parts.exponent * f.number(6.9313812256e-01, 6.93147180369123816490e-01);
  Num low =
      f.fma(parts.exponent,
            f.number(9.0580006145e-06, 1.90821492927058770002e-10), extra);
  Num correction = logCorrection(f, parts.fraction, low);
  return logSpecial(f, x, high - (correction - parts.fraction));
}

Num expandLog(Formula &f, Num x) { return logPlus(f, x, f.number(0.0)); }

Num expandLog2(Formula &f, Num x) {
  Split parts = split(f, x);
  Num log = parts.fraction - logCorrection(f, parts.fraction, f.number(0.0));
  return logSpecial(f, x,
                    f.fma(log, f.number(1.44269504088896341), parts.exponent));
}

Num expandLog10(Formula &f, Num x) {
  Split parts = split(f, x);
  Num log = parts.fraction - logCorrection(f, parts.fraction, f.number(0.0));
  Num low = parts.exponent *
            f.number(4.60503898119521374e-6, 1.14511008980218387e-10);
  low = f.fma(log, f.number(0.434294481903251828), low);
  return logSpecial(
      f, x, f.fma(parts.exponent, f.number(0x1.344p-2, 0x1.34413508p-2), low));
}

Num expandLog1p(Formula &f, Num x) {
  Num one = f.number(1.0);
  Num sum = one + x;
  // What the sum rounded away.
  Num back = sum - one;
  Num lost = (one - (sum - back)) + (x - back);
  Num result = logPlus(f, sum, lost / sum);
  return f.select(f.abs(x) < f.number(0x1p-25, 0x1p-54), x, result);
}

Num expandAsinh(Formula &f, Num x) {
  Num size = f.abs(x), one = f.number(1.0);
  Num square = size * size;
  Num small = expandLog1p(f, size + square / (one + f.sqrt(square + one)));
  Num large = expandLog(f, size) + f.number(0.693147180559945309);
  Num isLarge = size > f.number(0x1p30, 0x1p60);
  return f.copySign(f.select(isLarge, large, small), x);
}

Num expandAcosh(Formula &f, Num x) {
  Num t = x - f.number(1.0);
  Num small = expandLog1p(f, t + f.sqrt(f.fma(t, t, t + t)));
  Num large = expandLog(f, x) + f.number(0.693147180559945309);
  Num result = f.select(x > f.number(0x1p30, 0x1p60), large, small);
  return f.select(x < f.number(1.0), f.nan(), result);
}

Num expandAtanh(Formula &f, Num x) {
  Num size = f.abs(x), one = f.number(1.0);
  Num twice = size + size;
  Num argument = twice + twice * size / (one - size);
  // At 1/2 and beyond the second form has one rounding less.
  argument = f.select(size < f.number(0.5), argument, twice / (one - size));
  Num result = f.copySign(f.number(0.5) * expandLog1p(f, argument), x);
  return f.select(size > one, f.nan(), result);
}

Num expandCbrt(Formula &f, Num x) {
  Num size = f.abs(x);
  Num third = expandLog2(f, size) * f.number(1.0 / 3.0);
  Num root = expandExp2(f, third);
  // One Newton step; by the quotient, so that cubes do not overflow.
  Num quotient = size / (root * root);
  Num better = root - (root - quotient) * f.number(1.0 / 3.0);
  Num isPlain = f.both(size > f.number(0.0), size < f.infinity());
  return f.select(isPlain, f.copySign(better, x), x);
}

//===-- pow
//----------------------------------------------------------------===//

namespace {
/// An unevaluated sum.
struct Double {
  Num high, low;
};
} // namespace

static Double twoSum(Num a, Num b) {
  Num sum = a + b;
  Num back = sum - a;
  return {sum, (a - (sum - back)) + (b - back)};
}
static Double twoProduct(Formula &f, Num a, Num b) {
  Num product = a * b;
  return {product, f.fma(a, b, -product)};
}

/// 2/3 z + 2/5 z^2 + ... for z = s^2; in f32 with what the products round off,
/// as an f32's power is too sensitive to it.
static Double oddSeries(Formula &f, Num s, Num z) {
  // The coefficients begin with a rounded 2/3.
  if (f.isF64())
    return {z * f.polynomial(z, seriesF64), f.number(0.0)};
  Double square = twoProduct(f, s, s);
  Num twoThirds = f.number(0x1.555556p-1);
  Double first = twoProduct(f, square.high, twoThirds);
  first.low = f.fma(square.low, twoThirds, first.low);
  first.low = f.fma(square.high, f.number(-0x1.555556p-26), first.low);
  Num others = z * z * f.polynomial(z, ArrayRef(seriesF64).drop_front());
  Double sum = twoSum(first.high, others);
  return {sum.high, sum.low + first.low};
}

/// log(x) for x > 0 with some 15 bits more than a double has.
static Double logDouble(Formula &f, Num x) {
  Split parts = split(f, x);
  // s = fraction / (2 + fraction), with its remainder.
  Num two = f.number(2.0);
  Double bottom = twoSum(two, parts.fraction);
  Num s = parts.fraction / bottom.high;
  Num remainder = f.fma(-s, bottom.high, parts.fraction) - s * bottom.low;
  Num sLow = remainder / bottom.high;
  // log = 2 s + 2/3 s^3 + 2/5 s^5 + ...
  Num z = s * s;
  Double series = oddSeries(f, s, z);
  Double cube = twoProduct(f, s, series.high);
  cube.low = f.fma(s, series.low, cube.low);
  Num tail = f.fma(two, sLow, cube.low);
  tail = f.fma(sLow, f.number(3.0) * series.high, tail);
  Double sum = twoSum(two * s, cube.high);
  Num exponent = parts.exponent;
  Num high = exponent * f.number(0x1.62ep-1, 0x1.62e42feep-1);
  Double low =
      twoProduct(f, exponent, f.number(0x1.0bfbe8p-15, 0x1.a39ef35793c76p-33));
  Double whole = twoSum(high, sum.high);
  Double more = twoSum(whole.high, low.high);
  tail = tail + sum.low + whole.low + more.low + low.low +
         exponent * f.number(0x1.cf79acp-40, 0x1.cc01f97b57a08p-87);
  Num top = more.high + tail;
  return {top, tail - (top - more.high)};
}

Num expandPow(Formula &f, Num x, Num y, bool wasF32) {
  Num size = f.abs(x), one = f.number(1.0), zero = f.number(0.0);
  Num power;
  if (wasF32) {
    power = expandExp2(f, expandLog2(f, size) * y);
  } else {
    Double log = logDouble(f, size);
    Double product = twoProduct(f, log.high, y);
    Num low = f.fma(log.low, y, product.low);
    // An overflow has no correction.
    low = f.select(f.abs(low) < one, low, zero);
    power = expandExpOfSum(f, product.high, low);
    // What the logarithm does not know of: 0 and infinity.
    Num grows = y > zero;
    Num atZero = f.select(grows, zero, f.infinity());
    Num atInfinity = f.select(grows, f.infinity(), zero);
    power = f.select(size == zero, atZero, power);
    power = f.select(size == f.infinity(), atInfinity, power);
    Num isLess = size < one;
    Num isBig = f.abs(y) == f.infinity();
    Num limit = f.select(f.both(isLess, grows), zero, f.infinity());
    limit = f.select(f.both(size > one, y < zero), zero, limit);
    power = f.select(isBig, limit, power);
  }
  power = f.select(f.isNan(x), x, power);
  power = f.select(f.isNan(y), y, power);
  // Negative bases: whole exponents only, odd ones keep the sign.
  Num isWhole = f.trunc(y) == y;
  Num halfY = y * f.number(0.5);
  Num isOdd = f.both(isWhole, f.wrap(arith::CmpFOp::create(
                                  f.builder, f.loc, arith::CmpFPredicate::ONE,
                                  f.trunc(halfY).value, halfY.value)));
  Num undefined = f.both(
      f.both(x<zero, x> - f.infinity()),
      f.wrap(arith::CmpFOp::create(f.builder, f.loc, arith::CmpFPredicate::ONE,
                                   f.trunc(y).value, y.value)));
  power = f.select(isOdd, f.copySign(power, x), power);
  power = f.select(undefined, f.nan(), power);
  Num isOne = f.either(y == zero, x == one);
  isOne = f.either(isOne, f.both(size == one, f.abs(y) == f.infinity()));
  return f.select(isOne, one, power);
}

} // namespace xcc::schedule
