//===- ExpandMathAngle.cpp - Angles in the first quarter turn -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/ExpandMathAngle.h"

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

Num restOfPi(Formula &f, double share) {
  return f.number(-0x1.777a5cp-24 * share, 1.2246467991473531772e-16 * share);
}

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
  low = low + f.fma(top, restOfPi(f, 0.5), rest * f.number(pi / 2));
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

// 2 / pi / 4 in words of 32 bits, behind one of zeros.
static constexpr int64_t quarterTurnWords[] = {
    0,          0x28be60db, 0x9391054a, 0x7f09d5f4,
    0x7d4d3770, 0x36d8a566, 0x4f10e410, 0x7f9458ea};

/// x = mantissa * 2^(exponent - 32) times 2 / pi, modulo 4: two bits before the
/// point and 62 behind it. `wide` makes integers of 64 bits.
static Num turnsOf(Formula &f, Formula &wide, Num mantissa, Num exponent) {
  auto extend = [&](Num number) {
    return wide.wrap(
        arith::ExtUIOp::create(f.builder, f.loc, wide.intType(), number.value));
  };
  Num skipped = extend(f.shiftRight(exponent, f.integer(5)));
  Num shift = extend(f.both(exponent, f.integer(31)));
  // Words skipped + 0 ... skipped + 3; no exponent skips more than four.
  Num words[4];
  for (unsigned i = 0; i < 4; ++i) {
    words[i] = wide.integer(quarterTurnWords[i]);
    for (unsigned skip = 1; skip <= 4; ++skip)
      words[i] = f.select(
          skipped == wide.integer(skip),
          wide.integer(quarterTurnWords[std::min(i + skip, 7u)]), words[i]);
  }
  Num half = wide.integer(32), factor = extend(mantissa);
  Num parts[3];
  for (unsigned i = 0; i < 3; ++i) {
    Num pair = wide.either(wide.shiftLeft(words[i], half), words[i + 1]);
    parts[i] = wide.shiftRight(wide.shiftLeft(pair, shift), half);
  }
  Num sum = wide.shiftRight(factor * parts[2], half) + factor * parts[1];
  return sum + wide.shiftLeft(factor * parts[0], half);
}

/// For any f32, in f32 and integers.
static Angle reduceInF32(Formula &f, Num x) {
  Type f64 = f.builder.getF64Type();
  if (auto vector = dyn_cast<VectorType>(f.type()))
    f64 = vector.clone(f64);
  Formula wide(f.builder, f.loc, f64);
  Num bits = f.bitsOf(f.abs(x));
  Num exponent = f.shiftRight(bits, f.integer(23)) - f.integer(126);
  exponent = f.select(exponent < f.integer(0), f.integer(0), exponent);
  Num mantissa = f.shiftLeft(
      f.either(f.both(bits, f.integer(0x7fffff)), f.integer(0x800000)),
      f.integer(8));
  Num turns = turnsOf(f, wide, mantissa, exponent);
  // The nearest whole number and what is left, signed.
  Num point = wide.integer(62), two = wide.integer(2);
  Num whole = wide.shiftRight(turns + wide.integer(int64_t(1) << 61), point);
  Num fraction = wide.arithmeticShiftRight(wide.shiftLeft(turns, two), two);
  auto toFloat = [&](Num integer) {
    return f.wrap(
        arith::SIToFPOp::create(f.builder, f.loc, f.type(), integer.value));
  };
  Num high = toFloat(fraction);
  Num back = wide.wrap(
      arith::FPToSIOp::create(f.builder, f.loc, wide.intType(), high.value));
  Num low = toFloat(fraction - back) * f.number(0x1p-62);
  high = high * f.number(0x1p-62);
  Num angle = high * f.number(pi / 2);
  Num error = f.fma(high, f.number(pi / 2), -angle);
  error = error + f.fma(high, restOfPi(f, 0.5), low * f.number(pi / 2));
  Num rest = angle + error;
  Num quadrant = f.wrap(
      arith::TruncIOp::create(f.builder, f.loc, f.intType(), whole.value));
  Num isNegative = f.bitsOf(x) < f.integer(0);
  Num restLow = error - (rest - angle);
  Angle large{f.select(isNegative, f.integer(0) - quadrant, quadrant),
              f.select(isNegative, -rest, rest),
              f.select(isNegative, -restLow, restLow)};
  // Within the first quarter, and what is no number.
  Num isLarge = f.abs(x) > f.number(pi / 4);
  return {f.select(isLarge, large.quadrant, f.integer(0)),
          f.select(isLarge, large.rest, x),
          f.select(isLarge, large.low, f.number(0.0))};
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

Angle reduceAngle(Formula &f, Num x, bool wasF32) {
  if (!f.isF64())
    return reduceInF32(f, x);
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

} // namespace xcc::schedule
