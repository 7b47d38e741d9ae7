//===- NativeMath.cpp - Functions on hardware's 2^x -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// expand-math has all functions in plain arithmetic; these are the ones that
// are shorter where a vendor has an instruction for 2^x.
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/KernelLowering.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace xcc::thread {

// erf(x) / x - 1 in x^2 for |x| <= 0.93; error 2e-8.
static constexpr double erfNearZero[] = {
    0.1283791457530827,    -0.3761246493348024,  0.11281490058664936,
    -0.026754173899146402, 0.004974318897219221, -0.0005892720263527829};
// log2(erfc(x)) for 0.92 <= x <= 4.2; error of erfc 4e-11. The last is negative
// and large enough: beyond 4.2 it only falls, and erf is 1 without a bound.
static constexpr double log2Erfc[] = {
    0.00025373167568552797, -1.62955408187206,     -0.9137087813221964,
    -0.15623511862657058,   0.03625292765671284,   -0.006022731003905379,
    0.0006278868705696938,  -3.053006289011062e-05};

namespace {
/// Arithmetic on f32 of one thread.
class NativeMath {
public:
  NativeMath(KernelLowering &lowering, Location loc)
      : lowering(lowering), builder(lowering.builder), loc(loc) {}

  /// Null if the vendor has no instruction.
  Value exp2(Value x) { return lowering.vendor.exp2(builder, loc, x); }
  Value exp(Value x);
  Value erf(Value x);

private:
  Value number(double value) {
    return lowering.constant(loc, builder.getF32FloatAttr(float(value)));
  }
  Value fma(Value a, Value b, Value c) {
    return math::FmaOp::create(builder, loc, a, b, c);
  }
  Value mul(Value a, Value b) {
    return arith::MulFOp::create(builder, loc, a, b);
  }
  Value select(arith::CmpFPredicate predicate, Value x, double limit,
               Value isSo, Value isNot) {
    Value test =
        arith::CmpFOp::create(builder, loc, predicate, x, number(limit));
    return arith::SelectOp::create(builder, loc, test, isSo, isNot);
  }
  Value polynomial(Value x, ArrayRef<double> coefficients) {
    Value sum = number(coefficients.back());
    for (double coefficient : llvm::reverse(coefficients.drop_back()))
      sum = fma(sum, x, number(coefficient));
    return sum;
  }

  KernelLowering &lowering;
  OpBuilder &builder;
  Location loc;
};
} // namespace

/// With log2(e) in two parts, x log2(e) = t + rest exactly but for 2^-50, and
/// e^x = 2^t (1 + rest ln 2): 1 ulp more than the hardware's. x is kept where
/// the rest is a number; both ends are beyond the range of f32 already.
Value NativeMath::exp(Value x) {
  // NaN compares false and stays.
  x = select(arith::CmpFPredicate::OLT, x, -105.0, number(-105.0), x);
  x = select(arith::CmpFPredicate::OGT, x, 90.0, number(90.0), x);
  Value high = number(0x1.715476p+0), low = number(0x1.4ae0cp-26);
  Value t = mul(x, high);
  Value rest = fma(x, high, arith::NegFOp::create(builder, loc, t));
  rest = fma(x, low, rest);
  Value power = exp2(t);
  if (!power)
    return Value();
  return mul(power, fma(rest, number(0x1.62e430p-1), number(1.0)));
}

/// Within 2 ulp: 1.72 over 600000 numbers, with 2 ulp of noise on 2^x.
Value NativeMath::erf(Value x) {
  Value size = math::AbsFOp::create(builder, loc, x);
  Value tail = exp2(polynomial(size, log2Erfc));
  if (!tail)
    return Value();
  Value far = arith::SubFOp::create(builder, loc, number(1.0), tail);
  far = math::CopySignOp::create(builder, loc, far, x);
  Value near = fma(polynomial(mul(x, x), erfNearZero), x, x);
  return select(arith::CmpFPredicate::OLT, size, 0.93, near, far);
}

/// exp, exp2 and erf of f32 and narrower floats by the vendor's instruction;
/// null if it has none, and for anything else.
Value KernelLowering::lowerOnExp2(Operation *op, ValueRange operands) {
  if (!hasExp2 || !isa<math::ExpOp, math::Exp2Op, math::ErfOp>(op))
    return Value();
  Location loc = op->getLoc();
  Value operand = operands.front();
  Type type = operand.getType(), f32 = builder.getF32Type();
  if (type.isF64())
    return Value();
  Block *block = builder.getInsertionBlock();
  size_t sizeBefore = block->getOperations().size();
  if (type != f32)
    operand = arith::ExtFOp::create(builder, loc, f32, operand);
  NativeMath math(*this, loc);
  Value result = isa<math::Exp2Op>(op)  ? math.exp2(operand)
                 : isa<math::ExpOp>(op) ? math.exp(operand)
                                        : math.erf(operand);
  if (!result) {
    hasExp2 = false;
    while (block->getOperations().size() > sizeBefore)
      std::prev(builder.getInsertionPoint())->erase();
    return Value();
  }
  if (type != f32)
    result = arith::TruncFOp::create(builder, loc, type, result);
  return result;
}

} // namespace xcc::thread
