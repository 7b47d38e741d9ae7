//===- ScalarCast.cpp - Conversions between element types -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Scalar.h"

using namespace mlir;

namespace xcc::frontend {

static bool isUnsignedElement(Type element) {
  return element.isUnsignedInteger() || element.isInteger(1);
}

/// Float to float, exactly or rounding once to nearest even; never elided.
static Value convertFloat(ImplicitLocOpBuilder &builder, Value value, Type to) {
  Type from = value.getType();
  if (from == to)
    return value;
  unsigned fromBits = from.getIntOrFloatBitWidth();
  unsigned toBits = to.getIntOrFloatBitWidth();
  // Between types of 16 bits or fewer, and from f64 to those, by way of f32:
  // processors have only these steps, and PyTorch takes them too.
  bool viaF32 = (fromBits <= 16 && toBits <= 16) ||
                (fromBits == 64 && toBits <= 16) ||
                (fromBits < 16 && toBits == 64);
  if (viaF32) {
    Value middle = convertFloat(builder, value, builder.getF32Type());
    return convertFloat(builder, middle, to);
  }
  if (fromBits < toBits)
    return arith::ExtFOp::create(builder, to, value);
  return arith::TruncFOp::create(builder, to, value);
}

/// Float to integer: towards zero, saturating, 0 for NaN. arith.fptosi is
/// undefined out of range, so it only sees what is in range.
static Value floatToInteger(Scalar x, IntegerType to, bool isUnsigned) {
  ImplicitLocOpBuilder &builder = *x.builder;
  unsigned width = to.getWidth() - (isUnsigned ? 0 : 1);
  APInt least = isUnsigned ? APInt::getZero(to.getWidth())
                           : APInt::getSignedMinValue(to.getWidth());
  APInt greatest = isUnsigned ? APInt::getMaxValue(to.getWidth())
                              : APInt::getSignedMaxValue(to.getWidth());
  double bound = std::ldexp(1.0, width);
  // Above -bound - 1 truncates to at least -bound where that float exists.
  Scalar tooLow =
      isUnsigned ? lessEqual(x, x.constant(-1)) : less(x, x.constant(-bound));
  Scalar tooHigh = lessEqual(x.constant(bound), x);
  Scalar inRange = ~(tooLow | tooHigh) & equal(x, x);
  Scalar safe = select(inRange, x, x.constant(0));
  Value converted =
      isUnsigned ? arith::FPToUIOp::create(builder, to, safe.value).getResult()
                 : arith::FPToSIOp::create(builder, to, safe.value).getResult();
  auto limit = [&](const APInt &value) -> Value {
    return arith::ConstantOp::create(builder, IntegerAttr::get(to, value));
  };
  converted = arith::SelectOp::create(builder, tooHigh.value, limit(greatest),
                                      converted);
  return arith::SelectOp::create(builder, tooLow.value, limit(least),
                                 converted);
}

static Value integerToFloat(Scalar x, Type to) {
  ImplicitLocOpBuilder &builder = *x.builder;
  Type via = to.getIntOrFloatBitWidth() < 32 ? builder.getF32Type() : to;
  Value value =
      x.isUnsigned || x.isBool()
          ? arith::UIToFPOp::create(builder, via, x.value).getResult()
          : arith::SIToFPOp::create(builder, via, x.value).getResult();
  return convertFloat(builder, value, to);
}

static Value integerToInteger(Scalar x, IntegerType to) {
  ImplicitLocOpBuilder &builder = *x.builder;
  if (to.getWidth() == x.bits())
    return x.value;
  if (to.getWidth() < x.bits())
    return arith::TruncIOp::create(builder, to, x.value);
  if (x.isUnsigned || x.isBool())
    return arith::ExtUIOp::create(builder, to, x.value);
  return arith::ExtSIOp::create(builder, to, x.value);
}

Value convertElement(Scalar scalar, Type from, Type to) {
  scalar.isUnsigned = isUnsignedElement(from);
  if (from == to)
    return scalar.value;
  if (isa<FloatType>(from) && isa<FloatType>(to))
    return convertFloat(*scalar.builder, scalar.value, to);
  // Comparisons and conversions to integers need a type that has arithmetic.
  if (isa<FloatType>(from) && scalar.bits() < 32)
    scalar = scalar.with(convertFloat(*scalar.builder, scalar.value,
                                      scalar.builder->getF32Type()));
  if (to.isInteger(1))
    return isNonZero(scalar).value;
  if (isa<FloatType>(to))
    return integerToFloat(scalar, to);
  auto integer = cast<IntegerType>(storageType(to));
  if (scalar.isFloat())
    return floatToInteger(scalar, integer, isUnsignedElement(to));
  return integerToInteger(scalar, integer);
}

} // namespace xcc::frontend
