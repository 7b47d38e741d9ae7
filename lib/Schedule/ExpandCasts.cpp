//===- ExpandCasts.cpp - Narrow floats without a library ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/ExpandCasts.h"

#include "lib/Schedule/Formula.h"

#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;

namespace xcc::schedule {

static Type withElement(Type type, Type element) {
  if (auto vector = dyn_cast<VectorType>(type))
    return vector.clone(element);
  return element;
}

static Type elementOf(Value value) {
  return getElementTypeOrSelf(value.getType());
}

static bool isFloat8(Type type) {
  return isa<FloatType>(type) && type.getIntOrFloatBitWidth() == 8;
}

//===-- Arithmetic
//---------------------------------------------------------===//

void expandNarrowArithmetic(Operation *root) {
  SmallVector<Operation *> work;
  root->walk([&](Operation *op) {
    bool isArith = isa_and_present<arith::ArithDialect>(op->getDialect());
    bool isMath = isa_and_present<math::MathDialect>(op->getDialect());
    if ((!isArith && !isMath) ||
        isa<arith::ConstantOp, arith::ExtFOp, arith::TruncFOp, arith::SelectOp,
            arith::BitcastOp>(op))
      return;
    auto isNarrow = [&](Value value) {
      Type element = elementOf(value);
      return element.isBF16() || isFloat8(element) ||
             (isMath && element.isF16());
    };
    if (llvm::any_of(op->getOperands(), isNarrow) ||
        llvm::any_of(op->getResults(), isNarrow))
      work.push_back(op);
  });
  for (Operation *op : work) {
    OpBuilder builder(op);
    Type f32 = builder.getF32Type();
    auto isFloat = [](Value value) { return isa<FloatType>(elementOf(value)); };
    for (OpOperand &operand : op->getOpOperands())
      if (isFloat(operand.get()))
        operand.set(arith::ExtFOp::create(
            builder, op->getLoc(), withElement(operand.get().getType(), f32),
            operand.get()));
    builder.setInsertionPointAfter(op);
    for (OpResult result : op->getResults()) {
      if (!isFloat(result))
        continue;
      Type type = result.getType();
      result.setType(withElement(type, f32));
      auto narrow =
          arith::TruncFOp::create(builder, op->getLoc(), type, result);
      result.replaceAllUsesExcept(narrow, narrow);
    }
  }
}

//===-- Conversions
//--------------------------------------------------------===//

namespace {
/// Integer code of one width.
struct Bits {
  OpBuilder &builder;
  Location loc;
  Type type;

  Value number(int64_t value) {
    TypedAttr attr = builder.getIntegerAttr(getElementTypeOrSelf(type), value);
    if (auto vector = dyn_cast<VectorType>(type))
      attr = DenseElementsAttr::get(vector, Attribute(attr));
    return arith::ConstantOp::create(builder, loc, attr);
  }
  template <typename Op> Value apply(Value lhs, int64_t rhs) {
    return Op::create(builder, loc, lhs, number(rhs));
  }
  Value is(arith::CmpIPredicate predicate, Value lhs, int64_t rhs) {
    return arith::CmpIOp::create(builder, loc, predicate, lhs, number(rhs));
  }
  Value select(Value condition, Value ifTrue, Value ifFalse) {
    return arith::SelectOp::create(builder, loc, condition, ifTrue, ifFalse);
  }
};
} // namespace

static Type integerLike(OpBuilder &builder, Type type, unsigned width) {
  return withElement(type, builder.getIntegerType(width));
}

/// f32 -> bf16: the upper half, rounded to nearest even; NaN stays quiet.
static Value truncToBF16(OpBuilder &builder, Location loc, Value value,
                         Type type) {
  Bits bits{builder, loc, integerLike(builder, type, 32)};
  Value raw = arith::BitcastOp::create(builder, loc, bits.type, value);
  Value upper = bits.apply<arith::ShRUIOp>(raw, 16);
  Value odd = bits.apply<arith::AndIOp>(upper, 1);
  Value bias = bits.apply<arith::AddIOp>(odd, 0x7fff);
  Value sum = arith::AddIOp::create(builder, loc, raw, bias);
  Value rounded = bits.apply<arith::ShRUIOp>(sum, 16);
  Value quiet = bits.apply<arith::OrIOp>(upper, 0x40);
  Value isNan = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNO,
                                      value, value);
  Value chosen = bits.select(isNan, quiet, rounded);
  Value narrow = arith::TruncIOp::create(
      builder, loc, integerLike(builder, type, 16), chosen);
  return arith::BitcastOp::create(builder, loc, type, narrow);
}

static Value extendBF16(OpBuilder &builder, Location loc, Value value,
                        Type type) {
  Value raw = arith::BitcastOp::create(builder, loc,
                                       integerLike(builder, type, 16), value);
  Bits bits{builder, loc, integerLike(builder, type, 32)};
  Value wide = arith::ExtUIOp::create(builder, loc, bits.type, raw);
  Value moved = bits.apply<arith::ShLIOp>(wide, 16);
  return arith::BitcastOp::create(builder, loc, type, moved);
}

/// f64 -> f32 with the last bit set if anything was lost: a second rounding
/// then gives what one would have given.
static Value truncToOdd(OpBuilder &builder, Location loc, Value value,
                        Type f32) {
  Value near = arith::TruncFOp::create(builder, loc, f32, value);
  Value back = arith::ExtFOp::create(builder, loc, value.getType(), near);
  Bits bits{builder, loc, integerLike(builder, f32, 32)};
  Value raw = arith::BitcastOp::create(builder, loc, bits.type, near);
  Formula f(builder, loc, value.getType());
  Value isInexact = arith::CmpFOp::create(
      builder, loc, arith::CmpFPredicate::ONE, back, value);
  // Rounded away from zero: the neighbour below is the truncated one.
  Value isBeyond = (f.abs(f.wrap(back)) > f.abs(f.wrap(value))).value;
  Value truncated =
      bits.select(isBeyond, bits.apply<arith::SubIOp>(raw, 1), raw);
  Value odd = bits.apply<arith::OrIOp>(truncated, 1);
  return arith::BitcastOp::create(builder, loc, f32,
                                  bits.select(isInexact, odd, raw));
}

namespace {
/// An 8-bit float format.
struct Float8 {
  int64_t mantissa, bias;
  bool hasInfinity;    // E5M2
  bool isUnsignedZero; // the FNUZ forms: 0x80 is NaN
  int64_t largest;     // the largest finite magnitude's bits
};
} // namespace

static Float8 formatOf(Type type) {
  if (isa<Float8E5M2Type>(type))
    return {2, 15, true, false, 0x7b};
  if (isa<Float8E5M2FNUZType>(type))
    return {2, 16, false, true, 0x7f};
  if (isa<Float8E4M3FNUZType>(type))
    return {3, 8, false, true, 0x7f};
  return {3, 7, false, false, 0x7e};
}

static Value extendFloat8(OpBuilder &builder, Location loc, Value value,
                          Type type) {
  Float8 format = formatOf(elementOf(value));
  Value raw = arith::BitcastOp::create(builder, loc,
                                       integerLike(builder, type, 8), value);
  Bits bits{builder, loc, integerLike(builder, type, 32)};
  Value wide = arith::ExtUIOp::create(builder, loc, bits.type, raw);
  Value size = bits.apply<arith::AndIOp>(wide, 0x7f);
  // Exponent and mantissa as an f32 that is 2^(127 - bias) too small; the
  // product puts that right, for denormal numbers, too.
  Value moved = bits.apply<arith::ShLIOp>(size, 23 - format.mantissa);
  Value tiny = arith::BitcastOp::create(builder, loc, type, moved);
  Formula f(builder, loc, type);
  Num result = f.wrap(tiny) * f.number(std::ldexp(1.0, 127 - format.bias));
  if (format.hasInfinity) {
    Value isInfinite = bits.is(arith::CmpIPredicate::eq, size, 0x7c);
    Value isNan = bits.is(arith::CmpIPredicate::ugt, size, 0x7c);
    result = f.select(f.wrap(isInfinite), f.infinity(), result);
    result = f.select(f.wrap(isNan), f.nan(), result);
  } else if (!format.isUnsignedZero) {
    Value isNan = bits.is(arith::CmpIPredicate::eq, size, 0x7f);
    result = f.select(f.wrap(isNan), f.nan(), result);
  }
  Value isNegative = bits.is(arith::CmpIPredicate::uge, wide, 0x80);
  result = f.select(f.wrap(isNegative), -result, result);
  if (format.isUnsignedZero) {
    Value isNan = bits.is(arith::CmpIPredicate::eq, wide, 0x80);
    result = f.select(f.wrap(isNan), f.nan(), result);
  }
  return result.value;
}

/// f32 -> f8, to nearest even. Too large a number becomes infinity where there
/// is one, the largest in E4M3FN, and NaN in the FNUZ forms, as PyTorch's
/// conversions do (2.13; before, NaN in E4M3FN, too).
static Value truncToFloat8(OpBuilder &builder, Location loc, Value value,
                           Type type) {
  Float8 format = formatOf(getElementTypeOrSelf(type));
  Bits bits{builder, loc, integerLike(builder, type, 32)};
  Formula f(builder, loc, value.getType());
  int64_t drop = 23 - format.mantissa;
  Num size = f.abs(f.wrap(value));
  // Normal numbers: round the bits, then move the exponent's bias.
  Value raw = f.bitsOf(size).value;
  Value odd =
      bits.apply<arith::AndIOp>(bits.apply<arith::ShRUIOp>(raw, drop), 1);
  Value sum = arith::AddIOp::create(
      builder, loc, raw,
      bits.apply<arith::AddIOp>(odd, (int64_t(1) << (drop - 1)) - 1));
  Value normal =
      bits.apply<arith::SubIOp>(bits.apply<arith::ShRUIOp>(sum, drop),
                                (127 - format.bias) << format.mantissa);
  // Denormal numbers: an addition rounds at the right place.
  double step = std::ldexp(1.0, 1 - format.bias - format.mantissa + 23);
  Num moved = size + f.number(step);
  Value denormal = arith::SubIOp::create(builder, loc, f.bitsOf(moved).value,
                                         f.bitsOf(f.number(step)).value);
  Num isDenormal = size < f.number(std::ldexp(1.0, 1 - format.bias));
  Value result = bits.select(isDenormal.value, denormal, normal);
  int64_t tooLarge = format.isUnsignedZero ? 0x80
                     : format.hasInfinity  ? 0x7c
                                           : format.largest;
  Value isLarge = bits.is(arith::CmpIPredicate::sgt, result, format.largest);
  result = bits.select(isLarge, bits.number(tooLarge), result);
  Value isNan = f.isNan(f.wrap(value)).value;
  result = bits.select(isNan, bits.number(format.isUnsignedZero ? 0x80 : 0x7f),
                       result);
  Value sign = bits.apply<arith::AndIOp>(
      bits.apply<arith::ShRUIOp>(f.bitsOf(f.wrap(value)).value, 24), 0x80);
  if (format.isUnsignedZero)
    sign = bits.select(bits.is(arith::CmpIPredicate::eq, result, 0),
                       bits.number(0), sign);
  result = arith::OrIOp::create(builder, loc, result, sign);
  Value narrow = arith::TruncIOp::create(builder, loc,
                                         integerLike(builder, type, 8), result);
  return arith::BitcastOp::create(builder, loc, type, narrow);
}

static void expandExtend(arith::ExtFOp op) {
  OpBuilder builder(op);
  Type from = elementOf(op.getIn()), to = elementOf(op.getOut());
  if (!from.isBF16() && !isFloat8(from))
    return;
  Type f32 = withElement(op.getType(), builder.getF32Type());
  Value result = from.isBF16()
                     ? extendBF16(builder, op.getLoc(), op.getIn(), f32)
                     : extendFloat8(builder, op.getLoc(), op.getIn(), f32);
  if (to.isF64())
    result = arith::ExtFOp::create(builder, op.getLoc(), op.getType(), result);
  else if (to.isBF16())
    result = truncToBF16(builder, op.getLoc(), result, op.getType());
  else if (!to.isF32())
    result =
        arith::TruncFOp::create(builder, op.getLoc(), op.getType(), result);
  op.replaceAllUsesWith(result);
  op.erase();
}

static void expandTruncate(arith::TruncFOp op) {
  OpBuilder builder(op);
  Type from = elementOf(op.getIn()), to = elementOf(op.getOut());
  Type f32 = withElement(op.getType(), builder.getF32Type());
  Value value = op.getIn();
  bool isNarrow = to.isBF16() || isFloat8(to);
  if (!isNarrow && !(from.isF64() && to.isF16()))
    return;
  if (from.isF64())
    value = truncToOdd(builder, op.getLoc(), value, f32);
  else if (!from.isF32())
    value = arith::ExtFOp::create(builder, op.getLoc(), f32, value);
  if (to.isBF16())
    value = truncToBF16(builder, op.getLoc(), value, op.getType());
  else if (isFloat8(to))
    value = truncToFloat8(builder, op.getLoc(), value, op.getType());
  else
    value = arith::TruncFOp::create(builder, op.getLoc(), op.getType(), value);
  op.replaceAllUsesWith(value);
  op.erase();
}

void expandNarrowCasts(Operation *root, bool keepBF16Casts) {
  auto isKept = [&](Value wide, Value narrow) {
    return keepBF16Casts && elementOf(wide).isF32() &&
           elementOf(narrow).isBF16();
  };
  SmallVector<arith::TruncFOp> truncations;
  root->walk([&](arith::TruncFOp op) {
    // Implied roundings have been folded where they may; LLVM would merge two
    // roundings into one that needs a library.
    op->removeAttr("fastmath");
    if (!isKept(op.getIn(), op.getOut()))
      truncations.push_back(op);
  });
  for (arith::TruncFOp op : truncations)
    expandTruncate(op);
  // After the above, which may extend.
  SmallVector<arith::ExtFOp> extensions;
  root->walk([&](arith::ExtFOp op) {
    if (!isKept(op.getOut(), op.getIn()))
      extensions.push_back(op);
  });
  for (arith::ExtFOp op : extensions)
    expandExtend(op);
}

} // namespace xcc::schedule
