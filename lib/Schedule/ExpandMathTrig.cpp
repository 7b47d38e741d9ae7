//===- ExpandMathTrig.cpp - Trigonometric functions and remainders --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In f64, which the caller rounds once to f32; in f32 where there is no f64.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/ExpandMathAngle.h"

using namespace mlir;

namespace xcc::schedule {

static constexpr double sineSeries[] = {
    -1.66666666666666324348e-01, 8.33333333332248946124e-03,
    -1.98412698298579493134e-04, 2.75573137070700676789e-06,
    -2.50507602534068634195e-08, 1.58969099521155010221e-10};
static constexpr double cosineSeries[] = {
    4.16666666666666019037e-02, -1.38888888888741095749e-03,
    2.48015872894767294178e-05, -2.75573143513906633035e-07,
    2.08757232129817482790e-09, -1.13596475577881948265e-11};
// (atan(t) / t - 1) / t^2 for |t| <= tan(pi / 8), in t^2; error 5e-21.
static constexpr double arcTangent[] = {
    -3.33333333333333333e-1, 1.99999999999999996e-1,  -1.42857142857141475e-1,
    1.11111111110904201e-1,  -9.09090908928922627e-2, 7.69230761617636516e-2,
    -6.6666643422536048e-2,  5.88230459322738386e-2,  -5.26245342119287347e-2,
    4.75461669027357208e-2,  -4.2942426944188596e-2,  3.72333885049079608e-2,
    -2.72727889374643095e-2, 1.19576777959070054e-2};
// (asin(t) / t - 1) / t^2 for |t| <= 1/2, in t^2; error 4e-19.
static constexpr double arcSine[] = {
    1.66666666666666667e-1, 7.49999999999999113e-2,  4.4642857142883563e-2,
    3.03819444413463873e-2, 2.23721592806709303e-2,  1.73527574441798231e-2,
    1.39650106693318469e-2, 1.15490756794394906e-2,  9.79286398830103461e-3,
    8.13501419319364775e-3, 8.7991404519149829e-3,   3.66494092327473102e-4,
    2.25861124015735e-2,    -2.40639143779496076e-2, 3.07445269243221962e-2};
static Num smallSine(Formula &f, const Angle &angle) {
  Num x = angle.rest, z = x * x;
  Num series = f.polynomial(z, sineSeries);
  // The low part changes sin by low * cos.
  Num slope = f.fma(z, f.number(-0.5), f.number(1.0));
  return x + f.fma(z * x, series, angle.low * slope);
}

static Num smallCosine(Formula &f, const Angle &angle) {
  Num x = angle.rest, z = x * x, one = f.number(1.0);
  Num series = f.polynomial(z, cosineSeries);
  Num half = f.number(0.5) * z;
  Num w = one - half;
  return w + (((one - w) - half) + f.fma(z * z, series, -(x * angle.low)));
}

static Num quadrantBit(Formula &f, Num quadrant, int64_t bit) {
  return f.both(quadrant, f.integer(bit)) == f.integer(bit);
}

Num expandSin(Formula &f, Num x, bool wasF32) {
  Angle angle = reduceAngle(f, x, wasF32);
  Num result = f.select(quadrantBit(f, angle.quadrant, 1),
                        smallCosine(f, angle), smallSine(f, angle));
  result = f.select(quadrantBit(f, angle.quadrant, 2), -result, result);
  result = f.select(f.abs(x) < f.number(0x1p-27), x, result);
  return f.select(f.abs(x) == f.infinity(), f.nan(), result);
}

Num expandCos(Formula &f, Num x, bool wasF32) {
  Angle angle = reduceAngle(f, x, wasF32);
  Num result = f.select(quadrantBit(f, angle.quadrant, 1), smallSine(f, angle),
                        smallCosine(f, angle));
  // Negative in the second and third quadrants.
  Num next = angle.quadrant + f.integer(1);
  result = f.select(quadrantBit(f, next, 2), -result, result);
  return f.select(f.abs(x) == f.infinity(), f.nan(), result);
}

Num expandTan(Formula &f, Num x, bool wasF32) {
  Angle angle = reduceAngle(f, x, wasF32);
  Num sine = smallSine(f, angle), cosine = smallCosine(f, angle);
  Num result = f.select(quadrantBit(f, angle.quadrant, 1), -cosine / sine,
                        sine / cosine);
  result = f.select(f.abs(x) < f.number(0x1p-27), x, result);
  return f.select(f.abs(x) == f.infinity(), f.nan(), result);
}

//===-- Inverses
//-----------------------------------------------------------===//

/// atan of a non-negative quotient top / bottom.
static Num arcTangentOf(Formula &f, Num top, Num bottom) {
  Num isSteep = top > bottom;
  Num low = f.select(isSteep, bottom, top);
  Num high = f.select(isSteep, top, bottom);
  // The sum of both must not overflow.
  Num isHuge = high > f.number(0x1p126, 0x1p1022);
  Num scale = f.select(isHuge, f.number(0.25), f.number(1.0));
  low = low * scale;
  high = high * scale;
  // Beyond tan(pi / 8), turned back by pi / 4.
  Num isTurned = low > high * f.number(0.414213562373095049);
  Num numerator = f.select(isTurned, low - high, low);
  Num denominator = f.select(isTurned, low + high, high);
  Num t = numerator / denominator;
  Num z = t * t;
  Num angle = f.fma(t * z, f.polynomial(z, arcTangent), t);
  angle =
      f.select(isTurned, f.number(pi / 4) + (angle + restOfPi(f, 0.25)), angle);
  return f.select(isSteep, f.number(pi / 2) - (angle - restOfPi(f, 0.5)),
                  angle);
}

Num expandAtan(Formula &f, Num x) {
  Num size = f.abs(x);
  // A quotient of infinities is no number; beyond 2^60 nothing changes.
  Num limit = f.number(0x1p60);
  size = f.select(size > limit, limit, size);
  return f.copySign(arcTangentOf(f, size, f.number(1.0)), x);
}

Num expandAtan2(Formula &f, Num y, Num x) {
  Num top = f.abs(y), bottom = f.abs(x), infinity = f.infinity();
  Num one = f.number(1.0), zero = f.number(0.0);
  Num bothInfinite = f.both(top == infinity, bottom == infinity);
  Num bothZero = f.both(top == zero, bottom == zero);
  Num topUsed = f.select(bothInfinite, one, top);
  Num bottomUsed = f.select(f.either(bothInfinite, bothZero), one, bottom);
  // One of them infinite: the quotient is 0 or infinite, never NaN.
  topUsed = f.select(topUsed == infinity, one,
                     f.select(bottomUsed == infinity, zero, topUsed));
  Num topWasInfinite = f.both(
      top == infinity,
      f.wrap(arith::CmpFOp::create(f.builder, f.loc, arith::CmpFPredicate::ONE,
                                   bottom.value, infinity.value)));
  bottomUsed = f.select(topWasInfinite, zero,
                        f.select(bottomUsed == infinity, one, bottomUsed));
  Num angle = arcTangentOf(f, topUsed, bottomUsed);
  // The sign bit, not a comparison: x may be -0.
  Num isLeft = f.bitsOf(x) < f.integer(0);
  angle = f.select(isLeft, f.number(pi) - (angle - restOfPi(f, 1)), angle);
  angle = f.select(f.either(f.isNan(x), f.isNan(y)), f.nan(), angle);
  // Not by copySign: LLVM would round an f16's sign from f64, by a library.
  return f.select(f.bitsOf(y) < f.integer(0), -angle, angle);
}

/// asin(t) for 0 <= t <= 1/2, given t^2.
static Num smallArcSine(Formula &f, Num t, Num z) {
  return f.fma(t * z, f.polynomial(z, arcSine), t);
}

Num expandAsin(Formula &f, Num x) {
  Num size = f.abs(x), half = f.number(0.5);
  Num isLarge = size > half;
  Num z = f.select(isLarge, (f.number(1.0) - size) * half, size * size);
  Num t = f.select(isLarge, f.sqrt(z), size);
  Num angle = smallArcSine(f, t, z);
  Num turned = f.number(pi / 2) - (angle + angle - restOfPi(f, 0.5));
  return f.copySign(f.select(isLarge, turned, angle), x);
}

Num expandAcos(Formula &f, Num x) {
  Num size = f.abs(x), half = f.number(0.5);
  Num isLarge = size > half;
  Num z = f.select(isLarge, (f.number(1.0) - size) * half, size * size);
  Num t = f.select(isLarge, f.sqrt(z), size);
  Num angle = smallArcSine(f, t, z);
  Num isLeft = x < f.number(0.0);
  Num twice = angle + angle;
  Num outer = f.select(isLeft, f.number(pi) - (twice - restOfPi(f, 1)), twice);
  Num inner = f.number(pi / 2) - (f.copySign(angle, x) - restOfPi(f, 0.5));
  return f.select(isLarge, outer, inner);
}

//===-- Remainder
//----------------------------------------------------------===//

/// Takes multiples of `by` away; a rounded quotient's remainder is exact, so
/// that each step takes 53 bits off the quotient, or 23.
static Num reduceBy(Formula &f, Num rest, Num by, int steps) {
  for (int step = 0; step < steps; ++step)
    rest = f.fma(-f.trunc(rest / by), by, rest);
  return rest;
}

Num expandRem(Formula &f, Num x, Num y, bool wasF32) {
  Num by = f.abs(y), rest = f.abs(x);
  if (wasF32) {
    // 277 bits.
    rest = reduceBy(f, rest, by, 6);
  } else {
    // 2098 bits (277), more than a quotient can hold: by multiples of y first.
    Num power = f.number(0x1p100, 0x1p700);
    int steps = f.isF64() ? 14 : 5;
    Num once = f.select(by < f.number(0x1p27, 0x1p300), by * power, by);
    Num twice =
        f.select(by < f.number(0x1p-73, 0x1p-400), by * power * power, once);
    rest = reduceBy(f, rest, twice, steps);
    rest = reduceBy(f, rest, once, steps);
    rest = reduceBy(f, rest, by, steps);
  }
  // The last quotient may have been rounded up.
  rest = f.select(rest < f.number(0.0), rest + by, rest);
  Num result = f.copySign(rest, x);
  Num isWhole = f.both(by == f.infinity(), f.abs(x) < f.infinity());
  return f.select(isWhole, x, result);
}

} // namespace xcc::schedule
