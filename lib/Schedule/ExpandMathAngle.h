//===- ExpandMathAngle.h - Angles in the first quarter turn ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_EXPANDMATHANGLE_H
#define XCC_SCHEDULE_EXPANDMATHANGLE_H

#include "lib/Schedule/Formula.h"

namespace xcc::schedule {

inline constexpr double pi = 3.14159265358979323846;

/// What rounding `share` of pi to the formula's type takes off; `share` is a
/// power of two.
Num restOfPi(Formula &f, double share);

/// x = quadrant * pi / 2 + (rest + low), |rest| <= pi / 4
struct Angle {
  Num quadrant; // integer, its last two bits count
  Num rest, low;
};

/// Of any angle; in f64 a number that was an f32 needs less.
Angle reduceAngle(Formula &f, Num x, bool wasF32);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_EXPANDMATHANGLE_H
