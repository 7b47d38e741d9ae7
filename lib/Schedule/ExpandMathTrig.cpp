//===- ExpandMathTrig.cpp - Trigonometric functions and remainders --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All in f64; the caller rounds f32 once.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Formula.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

// 2 / pi in pieces of 29 bits: with the 24 bits of an f32, products are exact.
static constexpr double twoOverPi[] = {
    0x1.45f306dp-1,   0x1.9391054p-30, 0x1.4fe13abp-59, 0x1.d1f534dp-88,
    0x1.b81b6c5p-117, 0x1.5993c4p-148, 0x1.c820ff2p-175};
// pi / 2 in pieces of 33 bits and a rest: multiples up to 2^20 are exact, and
// with a fused product nearly so far beyond.
static constexpr double halfPi[] = {0x1.921fb544p+0, 0x1.0b4611a6p-34,
                                    0x1.3198a2ep-69, 0x1.b839a252049c1p-104};

// The same in pieces of 26 bits, as integers, for the halves of an f64.
static constexpr int64_t twoOverPiBits[] = {
    0x28be60d, 0x2e4e441, 0x14a7f09, 0x357d1f5, 0xd37703,  0x1b62959, 0x24f10e4,
    0x41fe51,  0x18eaf7a, 0x3bc561b, 0x1c91b8e, 0x2424dd2, 0x3801924, 0x2eea09d,
    0x64873f,  0x21deb1c, 0x2c4a69c, 0x3ee8823, 0x17d4bae, 0x34484e9, 0x271c09a,
    0x345f7e4, 0x4e6475,  0x2398353, 0xe7d272,  0x45f8bb,  0x37e4a0e, 0x31ff897,
    0x3ff7816, 0x180fef2, 0x3c462d6, 0x20a6d1f, 0x1b4d9fb, 0xf27cb0,  0x26dd3d1,
    0x23f669e, 0x17fa8b5, 0x3527bac, 0x1faf97c, 0x17b3d07, 0xe7de29,  0x1292ea6,
    0x2fed7ec, 0x11f8d5d, 0x21580c};

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
static constexpr double pi = 3.14159265358979323846;
static constexpr double piLow = 1.2246467991473531772e-16;

namespace {
/// x = quadrant * pi / 2 + (rest + low), |rest| <= pi / 4
struct Angle {
  Num quadrant; // integer, its last two bits count
  Num rest, low;
};
} // namespace

/// For any f32: the fractions of x times each piece of 2 / pi.
static Angle reduceF32(Formula &f, Num x) {
  Num sum = f.number(0.0), lost = f.number(0.0);
  for (double piece : twoOverPi) {
    Num product = x * f.number(piece);
    // Whole turns go; the product is exact, so its remainder is, too. A
    // product too large for this is a multiple of 4.
    Num turns = f.wrap(math::RoundEvenOp::create(
        f.builder, f.loc, (product * f.number(0.25)).value));
    Num part = f.fma(turns, f.number(-4.0), product);
    Num next = sum + part;
    Num back = next - sum;
    lost = lost + ((sum - (next - back)) + (part - back));
    sum = next;
  }
  auto [whole, quadrant] = f.roundToInteger(sum);
  Num rest = ((sum - whole) + lost) * f.number(pi / 2);
  return {quadrant, rest, f.number(0.0)};
}

/// Adds `part` to sum + lost.
static void addTo(Num &sum, Num &lost, Num part) {
  Num next = sum + part;
  Num back = next - sum;
  lost = lost + ((sum - (next - back)) + (part - back));
  sum = next;
}

/// sum + lost quarter turns as an angle.
static Angle fromTurns(Formula &f, Num sum, Num lost) {
  auto [whole, quadrant] = f.roundToInteger(sum);
  Num fraction = sum - whole;
  addTo(fraction, lost, f.number(0.0));
  Num top = fraction + lost;
  Num rest = lost - (top - fraction);
  Num angle = top * f.number(pi / 2);
  Num low = f.fma(top, f.number(pi / 2), -angle);
  low = low + f.fma(top, f.number(piLow / 2), rest * f.number(pi / 2));
  return {quadrant, angle, low};
}

/// For any f64, at some eight hundred operations.
static Angle reduceLarge(Formula &f, Num x) {
  // Halves of at most 26 bits make products exact.
  Num high =
      f.fromBits(f.both(f.bitsOf(x), f.integer(~((int64_t(1) << 27) - 1))));
  Num halves[] = {high, x - high};
  Num sum = f.number(0.0), lost = f.number(0.0);
  for (int64_t bits : twoOverPiBits)
    for (Num &half : halves) {
      half = half * f.number(0x1p-26);
      Num product = half * f.number(double(bits));
      Num turns = f.wrap(math::RoundEvenOp::create(
          f.builder, f.loc, (product * f.number(0.25)).value));
      addTo(sum, lost, f.fma(turns, f.number(-4.0), product));
    }
  return fromTurns(f, sum, lost);
}

/// For |x| < 2^30 or so: multiples of pi / 2 in four pieces taken away.
static Angle reduceF64(Formula &f, Num x) {
  auto [whole, quadrant] = f.roundToInteger(x * f.number(2 / pi));
  Num rest = f.fma(whole, f.number(-halfPi[0]), x);
  Num low = f.number(0.0);
  for (double piece : ArrayRef(halfPi).drop_front()) {
    Num part = whole * f.number(-piece);
    Num partLow = f.fma(whole, f.number(-piece), -part);
    Num next = rest + part;
    Num back = next - rest;
    low = low + ((rest - (next - back)) + (part - back)) + partLow;
    rest = next;
  }
  Num top = rest + low;
  return {quadrant, top, low - (top - rest)};
}

static Angle reduceAngle(Formula &f, Num x, bool wasF32) {
  if (wasF32)
    return reduceF32(f, x);
  if (isa<VectorType>(f.type()))
    return reduceLarge(f, x);
  // Large angles are rare and dear: a branch.
  Num isLarge = f.abs(x) > f.number(0x1p27);
  auto branch = scf::IfOp::create(f.builder, f.loc,
                                  TypeRange{f.intType(), f.type(), f.type()},
                                  isLarge.value, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(f.builder);
  auto fill = [&](Region &region, Angle (*reduce)(Formula &, Num)) {
    f.builder.setInsertionPointToStart(&region.front());
    Angle angle = reduce(f, x);
    scf::YieldOp::create(
        f.builder, f.loc,
        ValueRange{angle.quadrant.value, angle.rest.value, angle.low.value});
  };
  fill(branch.getThenRegion(), reduceLarge);
  fill(branch.getElseRegion(), reduceF64);
  return {f.wrap(branch.getResult(0)), f.wrap(branch.getResult(1)),
          f.wrap(branch.getResult(2))};
}

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
  // Beyond tan(pi / 8), turned back by pi / 4.
  Num isTurned = low > high * f.number(0.414213562373095049);
  Num numerator = f.select(isTurned, low - high, low);
  Num denominator = f.select(isTurned, low + high, high);
  Num t = numerator / denominator;
  Num z = t * t;
  Num angle = f.fma(t * z, f.polynomial(z, arcTangent), t);
  angle = f.select(isTurned, f.number(pi / 4) + (angle + f.number(piLow / 4)),
                   angle);
  return f.select(isSteep, f.number(pi / 2) - (angle - f.number(piLow / 2)),
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
  angle = f.select(isLeft, f.number(pi) - (angle - f.number(piLow)), angle);
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
  Num turned = f.number(pi / 2) - (angle + angle - f.number(piLow / 2));
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
  Num outer = f.select(isLeft, f.number(pi) - (twice - f.number(piLow)), twice);
  Num inner = f.number(pi / 2) - (f.copySign(angle, x) - f.number(piLow / 2));
  return f.select(isLarge, outer, inner);
}

//===-- Remainder
//----------------------------------------------------------===//

/// Takes multiples of `by` away; a rounded quotient's remainder is exact, so
/// that each step takes 53 bits off the quotient.
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
    // 2098 bits, more than a quotient can hold: by multiples of y first.
    Num power = f.number(0x1p700);
    Num once = f.select(by < f.number(0x1p300), by * power, by);
    Num twice = f.select(by < f.number(0x1p-400), by * power * power, once);
    rest = reduceBy(f, rest, twice, 14);
    rest = reduceBy(f, rest, once, 14);
    rest = reduceBy(f, rest, by, 14);
  }
  // The last quotient may have been rounded up.
  rest = f.select(rest < f.number(0.0), rest + by, rest);
  Num result = f.copySign(rest, x);
  Num isWhole = f.both(by == f.infinity(), f.abs(x) < f.infinity());
  return f.select(isWhole, x, result);
}

} // namespace xcc::schedule
