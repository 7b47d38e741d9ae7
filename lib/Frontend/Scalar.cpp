//===- Scalar.cpp - Scalar arithmetic written as expressions --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Scalar.h"

using namespace mlir;

namespace xcc::frontend {

/// `value` rounded towards zero into the range of an integer of `bits`.
static APInt saturate(double value, unsigned bits, bool isUnsigned) {
  APSInt result(bits, isUnsigned);
  bool isExact;
  APFloat(value).convertToInteger(result, APFloat::rmTowardZero, &isExact);
  return result;
}

Scalar Scalar::constant(double number) const {
  TypedAttr attribute;
  if (isFloat())
    attribute = FloatAttr::get(type(), number);
  else if (isBool())
    attribute = IntegerAttr::get(type(), number != 0);
  else
    attribute = IntegerAttr::get(type(), saturate(number, bits(), isUnsigned));
  return with(arith::ConstantOp::create(*builder, attribute));
}

Scalar Scalar::integer(int64_t number) const {
  if (isFloat())
    return constant(static_cast<double>(number));
  APInt bitsOf(bits(), number, /*isSigned=*/true, /*implicitTrunc=*/true);
  return with(
      arith::ConstantOp::create(*builder, IntegerAttr::get(type(), bitsOf)));
}

std::optional<double> Scalar::asConstant() const {
  FloatAttr attribute;
  if (!matchPattern(value, m_Constant(&attribute)))
    return std::nullopt;
  return attribute.getValueAsDouble();
}

template <typename FloatOp, typename IntOp, typename BoolOp>
static Scalar arithmetic(Scalar lhs, Scalar rhs) {
  if (lhs.isFloat())
    return lhs.apply<FloatOp>(rhs);
  if (lhs.isBool())
    return lhs.apply<BoolOp>(rhs);
  return lhs.apply<IntOp>(rhs);
}

Scalar operator+(Scalar lhs, Scalar rhs) {
  return arithmetic<arith::AddFOp, arith::AddIOp, arith::OrIOp>(lhs, rhs);
}
Scalar operator-(Scalar lhs, Scalar rhs) {
  return arithmetic<arith::SubFOp, arith::SubIOp, arith::XOrIOp>(lhs, rhs);
}
Scalar operator*(Scalar lhs, Scalar rhs) {
  return arithmetic<arith::MulFOp, arith::MulIOp, arith::AndIOp>(lhs, rhs);
}
Scalar operator/(Scalar lhs, Scalar rhs) {
  return lhs.apply<arith::DivFOp>(rhs);
}
Scalar operator-(Scalar operand) {
  if (operand.isFloat())
    return operand.apply<arith::NegFOp>();
  return operand.integer(0) - operand;
}
Scalar operator+(Scalar lhs, double rhs) { return lhs + lhs.constant(rhs); }
Scalar operator-(Scalar lhs, double rhs) { return lhs - lhs.constant(rhs); }
Scalar operator*(Scalar lhs, double rhs) { return lhs * lhs.constant(rhs); }
Scalar operator*(double lhs, Scalar rhs) { return rhs.constant(lhs) * rhs; }
Scalar operator/(double lhs, Scalar rhs) { return rhs.constant(lhs) / rhs; }
Scalar operator&(Scalar lhs, Scalar rhs) {
  return lhs.apply<arith::AndIOp>(rhs);
}
Scalar operator|(Scalar lhs, Scalar rhs) {
  return lhs.apply<arith::OrIOp>(rhs);
}
Scalar operator^(Scalar lhs, Scalar rhs) {
  return lhs.apply<arith::XOrIOp>(rhs);
}
Scalar operator~(Scalar operand) { return operand ^ operand.integer(-1); }

static Scalar compare(Scalar lhs, Scalar rhs, arith::CmpFPredicate ofFloats,
                      arith::CmpIPredicate ofSigned,
                      arith::CmpIPredicate ofUnsigned) {
  if (lhs.isFloat())
    return lhs.with(
        arith::CmpFOp::create(*lhs.builder, ofFloats, lhs.value, rhs.value));
  bool isUnsigned = lhs.isUnsigned || lhs.isBool();
  return lhs.with(arith::CmpIOp::create(
      *lhs.builder, isUnsigned ? ofUnsigned : ofSigned, lhs.value, rhs.value));
}

Scalar less(Scalar lhs, Scalar rhs) {
  return compare(lhs, rhs, arith::CmpFPredicate::OLT, arith::CmpIPredicate::slt,
                 arith::CmpIPredicate::ult);
}
Scalar lessEqual(Scalar lhs, Scalar rhs) {
  return compare(lhs, rhs, arith::CmpFPredicate::OLE, arith::CmpIPredicate::sle,
                 arith::CmpIPredicate::ule);
}
Scalar equal(Scalar lhs, Scalar rhs) {
  return compare(lhs, rhs, arith::CmpFPredicate::OEQ, arith::CmpIPredicate::eq,
                 arith::CmpIPredicate::eq);
}
Scalar notEqual(Scalar lhs, Scalar rhs) {
  return compare(lhs, rhs, arith::CmpFPredicate::UNE, arith::CmpIPredicate::ne,
                 arith::CmpIPredicate::ne);
}
Scalar isNonZero(Scalar operand) {
  return operand.isBool() ? operand : notEqual(operand, operand.constant(0));
}

Scalar select(Scalar condition, Scalar ifTrue, Scalar ifFalse) {
  return ifTrue.with(arith::SelectOp::create(*ifTrue.builder, condition.value,
                                             ifTrue.value, ifFalse.value));
}
Scalar maximum(Scalar lhs, Scalar rhs) {
  if (lhs.isUnsigned)
    return lhs.apply<arith::MaxUIOp>(rhs);
  return arithmetic<arith::MaximumFOp, arith::MaxSIOp, arith::MaxUIOp>(lhs,
                                                                       rhs);
}
Scalar minimum(Scalar lhs, Scalar rhs) {
  if (lhs.isUnsigned)
    return lhs.apply<arith::MinUIOp>(rhs);
  return arithmetic<arith::MinimumFOp, arith::MinSIOp, arith::MinUIOp>(lhs,
                                                                       rhs);
}
Scalar absolute(Scalar operand) {
  if (operand.isFloat())
    return operand.apply<math::AbsFOp>();
  return operand.isUnsigned ? operand : operand.apply<math::AbsIOp>();
}
Scalar exponential(Scalar operand) { return operand.apply<math::ExpOp>(); }

Type storageType(Type element) {
  auto integer = dyn_cast<IntegerType>(element);
  if (!integer || integer.isSignless())
    return element;
  return IntegerType::get(element.getContext(), integer.getWidth());
}

Type computeType(Type element) {
  if (element.isF16() || element.isBF16())
    return Float32Type::get(element.getContext());
  return storageType(element);
}

static arith::FastMathFlagsAttr contractFlag(MLIRContext *context) {
  return arith::FastMathFlagsAttr::get(context, arith::FastMathFlags::contract);
}

Scalar toCompute(ImplicitLocOpBuilder &builder, Value stored, Type element) {
  Scalar scalar{&builder, stored,
                element.isUnsignedInteger() || element.isInteger(1)};
  if (!element.isF16() && !element.isBF16())
    return scalar;
  auto extension = arith::ExtFOp::create(builder, builder.getF32Type(), stored);
  extension.setFastmathAttr(contractFlag(builder.getContext()));
  return scalar.with(extension);
}

Value toStorage(Scalar scalar, Type element) {
  if (scalar.type() == storageType(element))
    return scalar.value;
  ImplicitLocOpBuilder &builder = *scalar.builder;
  auto rounding = arith::TruncFOp::create(builder, element, scalar.value);
  rounding.setFastmathAttr(contractFlag(builder.getContext()));
  return rounding;
}

} // namespace xcc::frontend
