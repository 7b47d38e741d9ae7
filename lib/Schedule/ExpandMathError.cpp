//===- ExpandMathError.cpp - erf and erfc ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Formula.h"

using namespace mlir;

namespace xcc::schedule {

// erf(x) / x - 1 in x^2 for |x| <= 1.05; error 3e-9 of erf.
static constexpr double nearZeroF32[] = {
    0.1283791645,   -0.3761261617,    0.1128346641,   -0.02684851492,
    0.005177722323, -0.0007912918052, 7.520987424e-05};
// erf(x) / x in x^2 for |x| <= 1; relative error 6e-25.
static constexpr double nearZeroF64[] = {
    1.12837916709551257,     -3.76126389031837525e-1,  1.12837916709551257e-1,
    -2.6866170645131251e-2,  5.22397762544217516e-3,   -8.54832702344949706e-4,
    1.20553329816944951e-4,  -1.49256503537878664e-5,  1.64621142057980448e-6,
    -1.6365840648222766e-7,  1.48071177197313286e-8,   -1.22895294199602936e-9,
    9.41255859499282917e-11, -6.63929490131611762e-12, 4.11730946097065714e-13,
    -1.74660927931806891e-14};
// The fourth root of erfc(x) for 1.05 <= x <= 3.92; error of erfc 7e-9.
static constexpr double rootErfcF32[] = {
    1.002767099,    -0.2963051318,   -0.08794058715,
    -0.0234600811,  0.04785524082,   -0.01446049919,
    0.001217650503, 0.0001142827648, -1.834852918e-05};
// (1 + 2x) * exp(x^2) * erfc(x) in (x - K) / (x + K), K = 2 for x <= 11 and
// K = 4 for x <= 28; relative error 2e-9 and 2e-18.
static constexpr double scaledF32[] = {
    1.27697838222975566,     -9.2763813524103668e-2,  -1.66030477448040515e-1,
    1.64050843612003279e-1,  -5.42185629712826882e-2, -8.02953633971408778e-3,
    8.7135595449786461e-3,   1.25011984735692753e-3,  -1.432145482264527e-3,
    -4.01999674803516924e-4, 1.79629602429105425e-4,  8.47731189653395649e-5};
static constexpr double scaledF64[] = {
    1.23299511862555251,     -1.39621116840562518e-1, 1.5379652102619558e-2,
    6.80970542546932356e-2,  -1.01039066036294588e-1, 9.37328349983302227e-2,
    -6.63303658124095089e-2, 3.71675155377702541e-2,  -1.6197734055994488e-2,
    5.03196997575317631e-3,  -7.57773297366914639e-4, -1.99256684323891523e-4,
    1.50621697046783542e-4,  -2.43992442831298774e-5, -1.12220463166690044e-5,
    5.70978476096650561e-6,  2.93778549434437866e-7,  -8.25469974487116139e-7,
    7.47195278050097102e-8,  1.10059961986400576e-7,  -1.79994754590314213e-8,
    -1.40919828225557551e-8, 1.86848738547351915e-9,  1.26378285804213688e-9};

static Num nearZero(Formula &f, Num x) {
  Num z = x * x;
  if (f.isF64())
    return x * f.polynomial(z, nearZeroF64);
  return f.fma(x, f.polynomial(z, nearZeroF32), x);
}

/// erfc(x) for x >= 0.
static Num upperTail(Formula &f, Num x) {
  Num limit = f.number(11.0, 28.0);
  x = f.select(x > limit, limit, x);
  Num center = f.number(2.0, 4.0);
  Num t = (x - center) / (x + center);
  Num scaled =
      f.isF64() ? f.polynomial(t, scaledF64) : f.polynomial(t, scaledF32);
  // exp(-x^2) with what x^2 rounds away.
  Num square = x * x;
  Num lost = f.fma(x, x, -square);
  Num bell = expandExp(f, -square);
  Num result = bell * scaled / f.fma(f.number(2.0), x, f.number(1.0));
  return f.fma(result, -lost, result);
}

/// No exponential: beyond 1.05 erfc is small, so that four times the relative
/// error of its root is little beside 1.
static Num erfOfF32(Formula &f, Num x) {
  Num size = f.abs(x), one = f.number(1.0);
  // Beyond 3.92 the result rounds to 1.
  Num limit = f.number(3.92);
  Num bounded = f.select(size > limit, limit, size);
  Num root = f.polynomial(bounded, rootErfcF32);
  Num half = root * root;
  Num far = f.fma(-half, half, one);
  return f.copySign(f.select(size < f.number(1.05), nearZero(f, size), far), x);
}

Num expandErf(Formula &f, Num x) {
  if (!f.isF64())
    return erfOfF32(f, x);
  Num size = f.abs(x), one = f.number(1.0);
  Num far = one - upperTail(f, size);
  return f.select(size < one, nearZero(f, x), f.copySign(far, x));
}

Num expandErfc(Formula &f, Num x) {
  Num size = f.abs(x), one = f.number(1.0);
  Num tail = upperTail(f, size);
  Num far = f.select(x < f.number(0.0), f.number(2.0) - tail, tail);
  Num isNear = size < f.number(0.5);
  Num result = f.select(isNear, one - nearZero(f, x), far);
  return f.select(f.isNan(x), x, result);
}

} // namespace xcc::schedule
