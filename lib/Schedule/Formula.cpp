//===- Formula.cpp - Writing arithmetic as arithmetic ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Formula.h"

#include "mlir/IR/BuiltinTypes.h"

#include <limits>

using namespace mlir;

namespace xcc::schedule {

Formula::Formula(OpBuilder &builder, Location loc, Type floatType)
    : builder(builder), loc(loc), element(getElementTypeOrSelf(floatType)),
      floatType(floatType) {
  Type integer =
      IntegerType::get(floatType.getContext(), element.getIntOrFloatBitWidth());
  auto vector = dyn_cast<VectorType>(floatType);
  integerType = vector ? Type(vector.clone(integer)) : integer;
}

static Value makeConstant(Formula &f, Type type, TypedAttr scalar) {
  TypedAttr value = scalar;
  if (auto vector = dyn_cast<VectorType>(type))
    value = DenseElementsAttr::get(vector, Attribute(scalar));
  return arith::ConstantOp::create(f.builder, f.loc, value);
}

Num Formula::number(double value) {
  return wrap(
      makeConstant(*this, floatType, builder.getFloatAttr(element, value)));
}
Num Formula::integer(int64_t value) {
  return wrap(makeConstant(
      *this, integerType,
      builder.getIntegerAttr(getElementTypeOrSelf(integerType), value)));
}
Num Formula::infinity() {
  return number(std::numeric_limits<double>::infinity());
}
Num Formula::nan() { return number(std::numeric_limits<double>::quiet_NaN()); }

Num Formula::fma(Num a, Num b, Num c) {
  return wrap(math::FmaOp::create(builder, loc, a.value, b.value, c.value));
}
Num Formula::select(Num condition, Num ifTrue, Num ifFalse) {
  return wrap(arith::SelectOp::create(builder, loc, condition.value,
                                      ifTrue.value, ifFalse.value));
}
Num Formula::abs(Num x) {
  return wrap(math::AbsFOp::create(builder, loc, x.value));
}
Num Formula::sqrt(Num x) {
  return wrap(math::SqrtOp::create(builder, loc, x.value));
}
Num Formula::trunc(Num x) {
  return wrap(math::TruncOp::create(builder, loc, x.value));
}
Num Formula::copySign(Num magnitude, Num sign) {
  // As bits: LLVM narrows math.copysign with its operands, and may then need
  // a conversion that has no instruction.
  Num signBit = integer(int64_t(INT32_MIN), INT64_MIN);
  Num others = integer(INT32_MAX, INT64_MAX);
  return fromBits(
      either(both(bitsOf(magnitude), others), both(bitsOf(sign), signBit)));
}
Num Formula::bitsOf(Num x) {
  return wrap(arith::BitcastOp::create(builder, loc, integerType, x.value));
}
Num Formula::fromBits(Num bits) {
  return wrap(arith::BitcastOp::create(builder, loc, floatType, bits.value));
}
Num Formula::shiftLeft(Num x, Num amount) {
  return wrap(arith::ShLIOp::create(builder, loc, x.value, amount.value));
}
Num Formula::shiftRight(Num x, Num amount) {
  return wrap(arith::ShRUIOp::create(builder, loc, x.value, amount.value));
}
Num Formula::arithmeticShiftRight(Num x, Num amount) {
  return wrap(arith::ShRSIOp::create(builder, loc, x.value, amount.value));
}
Num Formula::isNan(Num x) {
  return wrap(arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNO,
                                    x.value, x.value));
}
Num Formula::both(Num a, Num b) {
  return wrap(arith::AndIOp::create(builder, loc, a.value, b.value));
}
Num Formula::either(Num a, Num b) {
  return wrap(arith::OrIOp::create(builder, loc, a.value, b.value));
}

Num Formula::polynomial(Num x, ArrayRef<double> coefficients) {
  Num result = number(coefficients.back());
  for (double coefficient : llvm::reverse(coefficients.drop_back()))
    result = fma(result, x, number(coefficient));
  return result;
}

std::pair<Num, Num> Formula::roundToInteger(Num x) {
  // Adding 1.5 * 2^mantissa leaves the rounded integer in the low bits.
  Num magic = number(0x1.8p23, 0x1.8p52);
  Num moved = x + magic;
  return {moved - magic, bitsOf(moved) - bitsOf(magic)};
}

Num Formula::toFloat(Num integer) {
  Num magic = number(0x1.8p23, 0x1.8p52);
  return fromBits(integer + bitsOf(magic)) - magic;
}

//===-- Operators
//----------------------------------------------------------===//

template <typename FloatOp, typename IntOp> static Num binary(Num a, Num b) {
  Formula &f = *a.formula;
  if (isa<FloatType>(getElementTypeOrSelf(a.value.getType())))
    return f.wrap(FloatOp::create(f.builder, f.loc, a.value, b.value));
  return f.wrap(IntOp::create(f.builder, f.loc, a.value, b.value));
}
static Num compare(Num a, Num b, arith::CmpFPredicate forFloats,
                   arith::CmpIPredicate forIntegers) {
  Formula &f = *a.formula;
  if (isa<FloatType>(getElementTypeOrSelf(a.value.getType())))
    return f.wrap(
        arith::CmpFOp::create(f.builder, f.loc, forFloats, a.value, b.value));
  return f.wrap(
      arith::CmpIOp::create(f.builder, f.loc, forIntegers, a.value, b.value));
}

Num operator+(Num a, Num b) {
  return binary<arith::AddFOp, arith::AddIOp>(a, b);
}
Num operator-(Num a, Num b) {
  return binary<arith::SubFOp, arith::SubIOp>(a, b);
}
Num operator*(Num a, Num b) {
  return binary<arith::MulFOp, arith::MulIOp>(a, b);
}
Num operator/(Num a, Num b) {
  return binary<arith::DivFOp, arith::DivSIOp>(a, b);
}
Num operator-(Num a) {
  return a.formula->wrap(
      arith::NegFOp::create(a.formula->builder, a.formula->loc, a.value));
}
Num operator<(Num a, Num b) {
  return compare(a, b, arith::CmpFPredicate::OLT, arith::CmpIPredicate::slt);
}
Num operator>(Num a, Num b) {
  return compare(a, b, arith::CmpFPredicate::OGT, arith::CmpIPredicate::sgt);
}
Num operator<=(Num a, Num b) {
  return compare(a, b, arith::CmpFPredicate::OLE, arith::CmpIPredicate::sle);
}
Num operator>=(Num a, Num b) {
  return compare(a, b, arith::CmpFPredicate::OGE, arith::CmpIPredicate::sge);
}
Num operator==(Num a, Num b) {
  return compare(a, b, arith::CmpFPredicate::OEQ, arith::CmpIPredicate::eq);
}

} // namespace xcc::schedule
