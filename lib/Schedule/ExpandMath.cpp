//===- ExpandMath.cpp - Math functions as straight-line arithmetic --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/ExpandCasts.h"
#include "lib/Schedule/Formula.h"
#include "lib/Schedule/Schedule.h"

#include "mlir/IR/BuiltinTypes.h"

namespace xcc::schedule {
#define GEN_PASS_DEF_EXPANDMATH
#include "lib/Schedule/Passes.h.inc"
} // namespace xcc::schedule

using namespace mlir;

namespace xcc::schedule {

namespace {
using Unary = Num (*)(Formula &, Num);
using UnaryInF64 = Num (*)(Formula &, Num, bool wasF32);
using Binary = Num (*)(Formula &, Num, Num);
using BinaryInF64 = Num (*)(Formula &, Num, Num, bool wasF32);

/// How one operation is expanded: exactly one of the functions is set.
struct Expansion {
  StringLiteral op;
  Unary unary = nullptr;
  UnaryInF64 unaryInF64 = nullptr;
  Binary binaryInF64 = nullptr;
  BinaryInF64 binary = nullptr;
};
} // namespace

static Num expandRsqrt(Formula &f, Num x) { return f.number(1.0) / f.sqrt(x); }

/// Halves away from zero.
static Num expandRound(Formula &f, Num x) {
  Num whole = f.trunc(x);
  Num one = f.copySign(f.number(1.0), x);
  Num isFar = f.abs(x - whole) >= f.number(0.5);
  return f.copySign(f.select(isFar, whole + one, whole), x);
}

static Num atanOf(Formula &f, Num x, bool) { return expandAtan(f, x); }
static Num asinOf(Formula &f, Num x, bool) { return expandAsin(f, x); }
static Num acosOf(Formula &f, Num x, bool) { return expandAcos(f, x); }
static Num expOf(Formula &f, Num x) { return expandExp(f, x); }

static const Expansion expansions[] = {
    {.op = "math.exp", .unary = expOf},
    {.op = "math.exp2", .unary = expandExp2},
    {.op = "math.expm1", .unary = expandExpm1},
    {.op = "math.sinh", .unary = expandSinh},
    {.op = "math.cosh", .unary = expandCosh},
    {.op = "math.tanh", .unary = expandTanh},
    {.op = "math.log", .unary = expandLog},
    {.op = "math.log2", .unary = expandLog2},
    {.op = "math.log10", .unary = expandLog10},
    {.op = "math.log1p", .unary = expandLog1p},
    {.op = "math.asinh", .unary = expandAsinh},
    {.op = "math.acosh", .unary = expandAcosh},
    {.op = "math.atanh", .unary = expandAtanh},
    {.op = "math.cbrt", .unary = expandCbrt},
    {.op = "math.erf", .unary = expandErf},
    {.op = "math.erfc", .unary = expandErfc},
    {.op = "math.rsqrt", .unary = expandRsqrt},
    {.op = "math.round", .unary = expandRound},
    {.op = "math.sin", .unaryInF64 = expandSin},
    {.op = "math.cos", .unaryInF64 = expandCos},
    {.op = "math.tan", .unaryInF64 = expandTan},
    {.op = "math.atan", .unaryInF64 = atanOf},
    {.op = "math.asin", .unaryInF64 = asinOf},
    {.op = "math.acos", .unaryInF64 = acosOf},
    {.op = "math.atan2", .binaryInF64 = expandAtan2},
    {.op = "math.powf", .binary = expandPow},
    {.op = "arith.remf", .binary = expandRem},
};

static Type withElement(Type type, Type element) {
  if (auto vector = dyn_cast<VectorType>(type))
    return vector.clone(element);
  return element;
}

static unsigned widthOf(Type type) {
  return getElementTypeOrSelf(type).getIntOrFloatBitWidth();
}

/// `value` in the float type `type`.
static Value convert(OpBuilder &builder, Location loc, Value value, Type type) {
  if (value.getType() == type)
    return value;
  if (widthOf(value.getType()) < widthOf(type))
    return arith::ExtFOp::create(builder, loc, type, value);
  return arith::TruncFOp::create(builder, loc, type, value);
}

static void expand(Operation *op, const Expansion &row, bool hasF64) {
  OpBuilder builder(op);
  Location loc = op->getLoc();
  Type type = op->getResult(0).getType();
  bool wasF64 = widthOf(type) == 64;
  bool inF64 = wasF64 || (hasF64 && !row.unary);
  Type computed = withElement(type, inF64 ? Type(builder.getF64Type())
                                          : builder.getF32Type());
  Formula f(builder, loc, computed);
  SmallVector<Num> operands;
  for (Value operand : op->getOperands())
    operands.push_back(f.wrap(convert(builder, loc, operand, computed)));
  Num result;
  if (row.unary)
    result = row.unary(f, operands[0]);
  else if (row.unaryInF64)
    result = row.unaryInF64(f, operands[0], inF64 && !wasF64);
  else if (row.binaryInF64)
    result = row.binaryInF64(f, operands[0], operands[1]);
  else
    result = row.binary(f, operands[0], operands[1], inF64 && !wasF64);
  op->getResult(0).replaceAllUsesWith(
      convert(builder, loc, result.value, type));
  op->erase();
}

/// x^n for whole n as the power of floats.
static void expandFPowI(math::FPowIOp op, bool hasF64) {
  OpBuilder builder(op);
  Type type = op.getType();
  Type computed = hasF64 ? builder.getF64Type() : builder.getF32Type();
  Value exponent = arith::SIToFPOp::create(
      builder, op.getLoc(), withElement(type, computed), op.getRhs());
  Value base = convert(builder, op.getLoc(), op.getLhs(), exponent.getType());
  Value power = math::PowFOp::create(builder, op.getLoc(), base, exponent);
  op.replaceAllUsesWith(convert(builder, op.getLoc(), power, type));
  op.erase();
}

/// x^n of integers by squaring; a negative exponent gives 0 but for 1 and -1.
static void expandIPowI(math::IPowIOp op) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  Type type = op.getType();
  auto number = [&](int64_t value) -> Value {
    TypedAttr attr = builder.getIntegerAttr(getElementTypeOrSelf(type), value);
    if (auto vector = dyn_cast<VectorType>(type))
      attr = DenseElementsAttr::get(vector, Attribute(attr));
    return arith::ConstantOp::create(builder, loc, attr);
  };
  Value zero = number(0), one = number(1);
  Value base = op.getLhs(), exponent = op.getRhs(), result = one;
  for (unsigned bit = 0; bit < widthOf(type); ++bit) {
    Value shifted = arith::ShRUIOp::create(builder, loc, exponent, number(bit));
    Value low = arith::AndIOp::create(builder, loc, shifted, one);
    Value isSet = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne,
                                        low, zero);
    Value product = arith::MulIOp::create(builder, loc, result, base);
    result = arith::SelectOp::create(builder, loc, isSet, product, result);
    base = arith::MulIOp::create(builder, loc, base, base);
  }
  auto is = [&](arith::CmpIPredicate predicate, Value a, Value b) -> Value {
    return arith::CmpIOp::create(builder, loc, predicate, a, b);
  };
  Value lhs = op.getLhs();
  Value isUnit =
      arith::OrIOp::create(builder, loc, is(arith::CmpIPredicate::eq, lhs, one),
                           is(arith::CmpIPredicate::eq, lhs, number(-1)));
  // (+-1)^-n is (+-1)^n, and the lowest bit of -n is that of n.
  Value inverse = arith::SelectOp::create(builder, loc, isUnit, result, zero);
  Value isNegative = is(arith::CmpIPredicate::slt, exponent, zero);
  op.replaceAllUsesWith(Value(
      arith::SelectOp::create(builder, loc, isNegative, inverse, result)));
  op.erase();
}

namespace {
struct ExpandMath : impl::ExpandMathBase<ExpandMath> {
  using ExpandMathBase::ExpandMathBase;

  void runOnOperation() override {
    SmallVector<Operation *> powers;
    getOperation()->walk([&](Operation *op) {
      if (isa<math::FPowIOp, math::IPowIOp>(op))
        powers.push_back(op);
    });
    for (Operation *op : powers) {
      if (auto power = dyn_cast<math::FPowIOp>(op))
        expandFPowI(power, hasF64);
      else
        expandIPowI(cast<math::IPowIOp>(op));
    }
    SmallVector<std::pair<Operation *, const Expansion *>> work;
    getOperation()->walk([&](Operation *op) {
      for (const Expansion &row : expansions)
        if (op->getName().getStringRef() == row.op)
          work.push_back({op, &row});
    });
    for (auto [op, row] : work)
      expand(op, *row, hasF64);
    expandNarrowArithmetic(getOperation());
    expandNarrowCasts(getOperation(), keepBF16Casts);
  }
};
} // namespace

} // namespace xcc::schedule
