//===- ScalarOps.cpp - Scalar operations on any element type --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/ScalarOps.h"

#include "mlir/IR/TypeUtilities.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;

namespace xcc::schedule {

Type accumulatorType(Type element) {
  if (isa<FloatType>(element) && element.getIntOrFloatBitWidth() < 32)
    return Float32Type::get(element.getContext());
  return element;
}

bool isUnsignedElement(Operation *op, Type element) {
  // Signless by now; the operation remembers.
  auto dtype = op->getAttrOfType<StringAttr>("fx.dtype");
  return element.isInteger(1) || element.isUnsignedInteger() ||
         (dtype && dtype == "u8");
}

Value ScalarOps::constant(Type type, double value) {
  if (isa<FloatType>(type))
    return arith::ConstantOp::create(builder, loc,
                                     builder.getFloatAttr(type, value));
  return arith::ConstantOp::create(
      builder, loc, builder.getIntegerAttr(type, int64_t(value)));
}

Value ScalarOps::index(int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

Value ScalarOps::lowest(Type type) {
  if (isa<FloatType>(type))
    return constant(type, -std::numeric_limits<double>::infinity());
  unsigned width = type.getIntOrFloatBitWidth();
  APInt value =
      isUnsigned ? APInt::getMinValue(width) : APInt::getSignedMinValue(width);
  return arith::ConstantOp::create(builder, loc,
                                   builder.getIntegerAttr(type, value));
}

Value ScalarOps::highest(Type type) {
  if (isa<FloatType>(type))
    return constant(type, std::numeric_limits<double>::infinity());
  unsigned width = type.getIntOrFloatBitWidth();
  APInt value =
      isUnsigned ? APInt::getMaxValue(width) : APInt::getSignedMaxValue(width);
  return arith::ConstantOp::create(builder, loc,
                                   builder.getIntegerAttr(type, value));
}

/// Of tiles, too, which are computed with element by element.
static bool isFloat(Value value) {
  return isa<FloatType>(getElementTypeOrSelf(value.getType()));
}

Value ScalarOps::add(Value lhs, Value rhs) {
  if (isFloat(lhs))
    return arith::AddFOp::create(builder, loc, lhs, rhs);
  return arith::AddIOp::create(builder, loc, lhs, rhs);
}
Value ScalarOps::mul(Value lhs, Value rhs) {
  if (isFloat(lhs))
    return arith::MulFOp::create(builder, loc, lhs, rhs);
  return arith::MulIOp::create(builder, loc, lhs, rhs);
}
Value ScalarOps::max(Value lhs, Value rhs) {
  if (isFloat(lhs))
    return arith::MaximumFOp::create(builder, loc, lhs, rhs);
  if (isUnsigned)
    return arith::MaxUIOp::create(builder, loc, lhs, rhs);
  return arith::MaxSIOp::create(builder, loc, lhs, rhs);
}
Value ScalarOps::min(Value lhs, Value rhs) {
  if (isFloat(lhs))
    return arith::MinimumFOp::create(builder, loc, lhs, rhs);
  if (isUnsigned)
    return arith::MinUIOp::create(builder, loc, lhs, rhs);
  return arith::MinSIOp::create(builder, loc, lhs, rhs);
}
Value ScalarOps::less(Value lhs, Value rhs) {
  if (isFloat(lhs))
    return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OLT, lhs,
                                 rhs);
  auto predicate =
      isUnsigned ? arith::CmpIPredicate::ult : arith::CmpIPredicate::slt;
  return arith::CmpIOp::create(builder, loc, predicate, lhs, rhs);
}
Value ScalarOps::precedes(Value lhs, Value rhs) {
  Value isLess = less(lhs, rhs);
  if (!isFloat(lhs))
    return isLess;
  return either(isLess, both(isNan(rhs), negate(isNan(lhs))));
}
Value ScalarOps::isNan(Value value) {
  return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNO, value,
                               value);
}
Value ScalarOps::both(Value lhs, Value rhs) {
  return arith::AndIOp::create(builder, loc, lhs, rhs);
}
Value ScalarOps::either(Value lhs, Value rhs) {
  return arith::OrIOp::create(builder, loc, lhs, rhs);
}
Value ScalarOps::negate(Value condition) {
  Value yes = arith::ConstantIntOp::create(builder, loc, 1, 1);
  return arith::XOrIOp::create(builder, loc, condition, yes);
}
Value ScalarOps::select(Value condition, Value lhs, Value rhs) {
  return arith::SelectOp::create(builder, loc, condition, lhs, rhs);
}

Value ScalarOps::isBelow(Value lhs, Value rhs) {
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, lhs,
                               rhs);
}
Value ScalarOps::clamp(Value value, Value low, Value high) {
  Value bounded = arith::MinSIOp::create(builder, loc, value, high);
  return arith::MaxSIOp::create(builder, loc, bounded, low);
}
Value ScalarOps::toIndex(Value integer) {
  if (integer.getType().isIndex())
    return integer;
  return arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                    integer);
}
Value ScalarOps::indexToFloat(Value index, Type type) {
  // From 32 bits: AVX2 converts no vectors of 64-bit integers.
  Value small =
      arith::IndexCastOp::create(builder, loc, builder.getI32Type(), index);
  return arith::SIToFPOp::create(builder, loc, type, small);
}

Value ScalarOps::convertFloat(Value value, Type type) {
  Type from = getElementTypeOrSelf(value.getType());
  Type to = getElementTypeOrSelf(type);
  if (from == to || !isa<FloatType>(to))
    return value;
  if (from.getIntOrFloatBitWidth() < to.getIntOrFloatBitWidth())
    return arith::ExtFOp::create(builder, loc, type, value);
  return arith::TruncFOp::create(builder, loc, type, value);
}

Value ScalarOps::roundImplied(Value value, Type type) {
  if (value.getType() == type)
    return value;
  return arith::TruncFOp::create(
      builder, loc, type, value, arith::RoundingModeAttr(),
      arith::FastMathFlagsAttr::get(builder.getContext(),
                                    arith::FastMathFlags::contract));
}

Value scaleMask(OpBuilder &builder, Location loc, Value mask,
                function_ref<Value(double)> constant) {
  auto type = cast<FloatType>(getElementTypeOrSelf(mask.getType()));
  Value lowest =
      constant(APFloat::getLargest(type.getFloatSemantics(), /*Negative=*/true)
                   .convertToDouble());
  Value nothing = constant(-std::numeric_limits<double>::infinity());
  auto compare = [&](arith::CmpFPredicate predicate, Value lhs, Value rhs) {
    return arith::CmpFOp::create(builder, loc, predicate, lhs, rhs);
  };
  Value scaled =
      arith::MulFOp::create(builder, loc, mask, constant(llvm::numbers::log2e));
  Value isBeyond = compare(arith::CmpFPredicate::OLT, scaled, lowest);
  Value finite =
      arith::SelectOp::create(builder, loc, isBeyond, lowest, scaled);
  Value isNothing = compare(arith::CmpFPredicate::OEQ, mask, nothing);
  return arith::SelectOp::create(builder, loc, isNothing, nothing, finite);
}

} // namespace xcc::schedule
