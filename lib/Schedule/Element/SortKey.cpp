//===- SortKey.cpp - Elements to be sorted, as unsigned numbers -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/SortKey.h"

#include "lib/Schedule/Element/ScalarOps.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace xcc::schedule {

Type withElement(Value value, Type element) {
  if (auto shaped = dyn_cast<ShapedType>(value.getType()))
    return shaped.clone(element);
  return element;
}

Value integerLike(OpBuilder &builder, Location loc, Value like, int64_t value) {
  Type element = getElementTypeOrSelf(like.getType());
  TypedAttr attr = builder.getIntegerAttr(element, value);
  if (auto shaped = dyn_cast<ShapedType>(like.getType()))
    attr = DenseElementsAttr::get(shaped, Attribute(attr));
  return arith::ConstantOp::create(builder, loc, attr);
}

static unsigned widthOf(Value value) {
  return getElementTypeOrSelf(value.getType()).getIntOrFloatBitWidth();
}

/// Signed numbers moved up to begin at 0; 32 bits at least.
Value SortKey::ofIntegers(Value values) {
  if (widthOf(values) < 32) {
    Type type = withElement(values, builder.getI32Type());
    values = isUnsigned
                 ? Value(arith::ExtUIOp::create(builder, loc, type, values))
                 : Value(arith::ExtSIOp::create(builder, loc, type, values));
  }
  if (isUnsigned)
    return values;
  int64_t sign = llvm::minIntN(widthOf(values));
  return arith::XOrIOp::create(builder, loc, values,
                               integerLike(builder, loc, values, sign));
}

/// The bits of negative numbers count down, those of others come after them.
Value SortKey::ofFloats(Value values) {
  ScalarOps ops{builder, loc};
  if (widthOf(values) < 32)
    values =
        ops.convertFloat(values, withElement(values, builder.getF32Type()));
  Type type = values.getType();
  unsigned width = widthOf(values);
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  Value isZero = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OEQ,
                                       values, zero);
  values = ops.select(isZero, zero, values);
  Value bits = arith::BitcastOp::create(
      builder, loc, withElement(values, builder.getIntegerType(width)), values);
  auto number = [&](int64_t value) {
    return integerLike(builder, loc, bits, value);
  };
  Value signs = arith::ShRSIOp::create(builder, loc, bits, number(width - 1));
  Value turned =
      arith::OrIOp::create(builder, loc, signs, number(llvm::minIntN(width)));
  Value key = arith::XOrIOp::create(builder, loc, bits, turned);
  return ops.select(ops.isNan(values), number(-1), key);
}

Value SortKey::of(Value values) {
  Value key = isa<FloatType>(element) ? ofFloats(values) : ofIntegers(values);
  if (!isDescending)
    return key;
  return arith::XOrIOp::create(builder, loc, key,
                               integerLike(builder, loc, key, -1));
}

SmallVector<unsigned> SortKey::bytes() const {
  unsigned width = element.getIntOrFloatBitWidth();
  if (width == 64)
    return {0, 1, 2, 3, 4, 5, 6, 7};
  if (width == 32)
    return {0, 1, 2, 3};
  // As f32: the mantissas of f16 have 10 bits, of bf16 and below 7.
  if (element.isF16())
    return {1, 2, 3};
  if (isa<FloatType>(element))
    return {2, 3};
  // The sign decides all bytes above the element's own.
  SmallVector<unsigned> bytes = {0};
  if (width == 16)
    bytes.push_back(1);
  if (!isUnsigned)
    bytes.push_back(3);
  return bytes;
}

} // namespace xcc::schedule
