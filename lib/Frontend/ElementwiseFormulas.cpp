//===- ElementwiseFormulas.cpp - The longer rows of the table -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/Fx.h"
#include "lib/Frontend/ElementwiseTable.h"

using namespace mlir;

namespace xcc::frontend {

using Args = ArrayRef<Scalar>;

static double toDouble(const APFloat &value) { return value.convertToDouble(); }

//===-- Activations -------------------------------------------------------===//

Scalar buildGelu(Operation *op, Args x) {
  Scalar half = x[0] * 0.5;
  if (cast<fx::GeluOp>(op).getApproximate() == "tanh") {
    Scalar cube = x[0] * x[0] * x[0];
    Scalar inner = (x[0] + cube * 0.044715) * std::sqrt(2.0 / M_PI);
    return half * (inner.apply<math::TanhOp>() + 1);
  }
  return half * ((x[0] * std::sqrt(0.5)).apply<math::ErfOp>() + 1);
}

/// x > 0 ? above * x : below * (exp(inner * x) - 1)
static Scalar exponentialUnit(Scalar x, double above, double below,
                              double inner) {
  Scalar scaled = inner == 1 ? x : x * inner;
  return select(less(x.constant(0), x), above == 1 ? x : x * above,
                scaled.apply<math::ExpM1Op>() * below);
}

Scalar buildElu(Operation *op, Args x) {
  auto elu = cast<fx::EluOp>(op);
  double scale = toDouble(elu.getScale());
  return exponentialUnit(x[0], scale, scale * toDouble(elu.getAlpha()),
                         toDouble(elu.getInputScale()));
}

Scalar buildSelu(Operation *, Args x) {
  // The constants of aten.selu.
  constexpr double scale = 1.0507009873554804934193349852946;
  constexpr double alpha = 1.6732632423543772848170429916717;
  return exponentialUnit(x[0], scale, scale * alpha, 1);
}

Scalar buildSoftplus(Operation *op, Args x) {
  auto softplus = cast<fx::SoftplusOp>(op);
  double beta = toDouble(softplus.getBeta());
  Scalar scaled = x[0] * beta;
  Scalar isLinear =
      less(x[0].constant(toDouble(softplus.getThreshold())), scaled);
  return select(isLinear, x[0],
                exponential(scaled).apply<math::Log1pOp>() /
                    x[0].constant(beta));
}

Scalar buildLeakyRelu(Operation *op, Args x) {
  double slope = toDouble(cast<fx::LeakyReluOp>(op).getNegativeSlope());
  return select(less(x[0].constant(0), x[0]), x[0], x[0] * slope);
}

Scalar buildClamp(Operation *op, Args x) {
  auto clamp = cast<fx::ClampOp>(op);
  Scalar result = x[0];
  if (std::optional<APFloat> least = clamp.getMin())
    result = maximum(result, x[0].constant(toDouble(*least)));
  if (std::optional<APFloat> greatest = clamp.getMax())
    result = minimum(result, x[0].constant(toDouble(*greatest)));
  return result;
}

Scalar buildNanToNum(Operation *op, Args x) {
  if (!x[0].isFloat())
    return x[0];
  auto numbers = cast<fx::NanToNumOp>(op);
  // The extremes are those of the element type, not of the compute type.
  auto element =
      cast<FloatType>(getElementTypeOrSelf(op->getResult(0).getType()));
  double greatest = toDouble(APFloat::getLargest(element.getFloatSemantics()));
  std::optional<APFloat> posinf = numbers.getPosinf();
  std::optional<APFloat> neginf = numbers.getNeginf();
  auto infinity = x[0].constant(INFINITY);
  Scalar result =
      select(equal(x[0], infinity),
             x[0].constant(posinf ? toDouble(*posinf) : greatest), x[0]);
  result =
      select(equal(x[0], -infinity),
             x[0].constant(neginf ? toDouble(*neginf) : -greatest), result);
  return select(equal(x[0], x[0]), result,
                x[0].constant(toDouble(numbers.getNan())));
}

Scalar buildLerp(Operation *, Args x) {
  // PyTorch's two forms: exact at both ends.
  Scalar start = x[0], end = x[1], weight = x[2];
  Scalar span = end - start;
  Scalar isNear = less(absolute(weight), weight.constant(0.5));
  return select(isNear, start + weight * span,
                end - span * (weight.constant(1) - weight));
}

Scalar buildHypot(Operation *, Args x) {
  Scalar a = absolute(x[0]), b = absolute(x[1]);
  Scalar large = maximum(a, b), small = minimum(a, b);
  Scalar ratio = small / large;
  Scalar result = large * (ratio * ratio + 1).apply<math::SqrtOp>();
  // 0 / 0 and inf / inf are no ratios; an infinity beats even NaN.
  Scalar infinity = large.constant(INFINITY);
  Scalar isInfinite = equal(a, infinity) | equal(b, infinity);
  return select(isInfinite, infinity,
                select(equal(large, large.constant(0)), large, result));
}

//===-- Division ----------------------------------------------------------===//

/// Quotient and remainder, towards zero. The processor traps on a zero divisor
/// and on the least value over -1: both divide by 1 instead.
static std::pair<Scalar, Scalar> divideIntegers(Scalar a, Scalar b) {
  Scalar isZero = equal(b, b.constant(0));
  if (b.isUnsigned) {
    Scalar safe = select(isZero, b.constant(1), b);
    return {a.apply<arith::DivUIOp>(safe), a.apply<arith::RemUIOp>(safe)};
  }
  Scalar isMinusOne = equal(b, b.integer(-1));
  Scalar safe = select(isZero | isMinusOne, b.constant(1), b);
  Scalar quotient = a.apply<arith::DivSIOp>(safe);
  return {select(isMinusOne, -a, quotient), a.apply<arith::RemSIOp>(safe)};
}

/// Signs of a non-zero remainder and of the divisor differ.
static Scalar needsFloor(Scalar remainder, Scalar divisor) {
  Scalar zero = divisor.constant(0);
  return notEqual(remainder, zero) &
         (less(remainder, zero) ^ less(divisor, zero));
}

Scalar buildDivFloor(Operation *, Args x) {
  Scalar a = x[0], b = x[1];
  if (!a.isFloat()) {
    auto [quotient, remainder] = divideIntegers(a, b);
    if (a.isUnsigned)
      return quotient;
    return select(needsFloor(remainder, b), quotient - quotient.integer(1),
                  quotient);
  }
  Scalar quotient = (a / b).apply<math::FloorOp>();
  // The rounded quotient may have reached the integer above the exact one: the
  // remainder, exact in one rounding, then has the wrong sign.
  Scalar remainder = (-quotient).apply<math::FmaOp>(b, a);
  Scalar zero = a.constant(0);
  Scalar isWrong = (less(remainder, zero) & less(zero, b)) |
                   (less(zero, remainder) & less(b, zero));
  // Over an infinity the product is NaN, and the remainder is a itself.
  Scalar isOpposed =
      (less(a, zero) & less(zero, b)) | (less(zero, a) & less(b, zero));
  isWrong = isWrong | (equal(absolute(b), b.constant(INFINITY)) & isOpposed);
  // PyTorch takes the remainder first, which an infinity has not.
  Scalar hasNone = equal(absolute(a), a.constant(INFINITY)) & notEqual(b, zero);
  return select(hasNone, a.constant(NAN),
                select(isWrong, quotient - 1, quotient));
}

Scalar buildDivTrunc(Operation *, Args x) {
  if (!x[0].isFloat())
    return divideIntegers(x[0], x[1]).first;
  return (x[0] / x[1]).apply<math::TruncOp>();
}

Scalar buildFmod(Operation *, Args x) {
  if (!x[0].isFloat())
    return divideIntegers(x[0], x[1]).second;
  return x[0].apply<arith::RemFOp>(x[1]);
}

Scalar buildRemainder(Operation *op, Args x) {
  Scalar remainder = buildFmod(op, x);
  if (x[1].isUnsigned)
    return remainder;
  return select(needsFloor(remainder, x[1]), remainder + x[1], remainder);
}

//===-- Powers and shifts -------------------------------------------------===//

/// By squaring; wraps. PyTorch's rule for a negative exponent: the power is 1
/// for 1, +-1 for -1 and 0 for all else.
static Scalar integerPower(Scalar base, Scalar exponent) {
  IntegerAttr known;
  unsigned bits = exponent.isUnsigned ? base.bits() : base.bits() - 1;
  bool isKnown = matchPattern(exponent.value, m_Constant(&known)) &&
                 !known.getValue().isNegative();
  if (isKnown)
    bits = known.getValue().getActiveBits();
  Scalar result = base.constant(1), square = base;
  for (unsigned bit = 0; bit < bits; ++bit) {
    if (isKnown && known.getValue()[bit])
      result = result * square;
    if (!isKnown) {
      Scalar mask = exponent & exponent.integer(int64_t(1) << bit);
      result = select(isNonZero(mask), result * square, result);
    }
    if (bit + 1 < bits)
      square = square * square;
  }
  if (isKnown || exponent.isUnsigned)
    return result;
  Scalar one = base.constant(1), minusOne = base.integer(-1);
  Scalar isOdd = isNonZero(exponent & exponent.constant(1));
  Scalar inverse =
      select(equal(base, one), one,
             select(equal(base, minusOne), select(isOdd, minusOne, one),
                    base.constant(0)));
  return select(less(exponent, exponent.constant(0)), inverse, result);
}

Scalar buildPow(Operation *, Args x) {
  if (!x[0].isFloat())
    return integerPower(x[0], x[1]);
  // PyTorch computes these exponents the same way.
  std::optional<double> exponent = x[1].asConstant();
  if (exponent == 0.5)
    return x[0].apply<math::SqrtOp>();
  if (exponent == 2.0)
    return x[0] * x[0];
  if (exponent == 3.0)
    return x[0] * x[0] * x[0];
  if (exponent == -0.5)
    return x[0].apply<math::RsqrtOp>();
  if (exponent == -1.0)
    return 1.0 / x[0];
  if (exponent == -2.0)
    return 1.0 / (x[0] * x[0]);
  return x[0].apply<math::PowFOp>(x[1]);
}

/// Whether the amount is outside 0 .. bits - 1.
static Scalar isOvershift(Scalar amount) {
  Scalar isLarge = lessEqual(amount.constant(amount.bits()), amount);
  return amount.isUnsigned ? isLarge
                           : isLarge | less(amount, amount.constant(0));
}

Scalar buildLeftShift(Operation *, Args x) {
  Scalar isOver = isOvershift(x[1]), zero = x[0].constant(0);
  Scalar amount = select(isOver, x[1].constant(0), x[1]);
  return select(isOver, zero, x[0].apply<arith::ShLIOp>(amount));
}

Scalar buildRightShift(Operation *, Args x) {
  Scalar isOver = isOvershift(x[1]);
  if (x[0].isUnsigned) {
    Scalar amount = select(isOver, x[1].constant(0), x[1]);
    return select(isOver, x[0].constant(0), x[0].apply<arith::ShRUIOp>(amount));
  }
  Scalar amount = select(isOver, x[1].constant(x[1].bits() - 1), x[1]);
  return x[0].apply<arith::ShRSIOp>(amount);
}

} // namespace xcc::frontend
