//===- SortWords.cpp - Elements to be sorted, as unsigned numbers ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/SortWords.h"

#include "lib/Schedule/Element/ScalarOps.h"

using namespace mlir;

namespace xcc::schedule {

static RankedTensorType typeOf(Value tile) {
  return cast<RankedTensorType>(tile.getType());
}

static unsigned widthOf(Value tile) {
  return typeOf(tile).getElementType().getIntOrFloatBitWidth();
}

/// A tile like `like` of one number.
Value SortOrder::number(Value like, int64_t value) {
  RankedTensorType type = typeOf(like);
  auto attr = builder.getIntegerAttr(type.getElementType(), value);
  return arith::ConstantOp::create(
      builder, loc, DenseElementsAttr::get(type, Attribute(attr)));
}

//===-- Keys --------------------------------------------------------------===//

/// Signed numbers moved up to begin at 0; 32 bits at least.
Value SortOrder::integerKey(Value values) {
  if (widthOf(values) < 32) {
    auto type = typeOf(values).clone(builder.getI32Type());
    values = isUnsigned
                 ? Value(arith::ExtUIOp::create(builder, loc, type, values))
                 : Value(arith::ExtSIOp::create(builder, loc, type, values));
  }
  if (isUnsigned)
    return values;
  int64_t sign = llvm::minIntN(widthOf(values));
  return arith::XOrIOp::create(builder, loc, values, number(values, sign));
}

/// The bits of negative numbers count down, those of others come after them.
/// Zeros are equal, and so is every NaN, the largest.
Value SortOrder::floatKey(Value values) {
  ScalarOps ops{builder, loc};
  if (widthOf(values) < 32)
    values =
        ops.convertFloat(values, typeOf(values).clone(builder.getF32Type()));
  RankedTensorType type = typeOf(values);
  unsigned width = widthOf(values);
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  Value isZero = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OEQ,
                                       values, zero);
  values = ops.select(isZero, zero, values);
  Value bits = arith::BitcastOp::create(
      builder, loc, type.clone(builder.getIntegerType(width)), values);
  Value signs =
      arith::ShRSIOp::create(builder, loc, bits, number(bits, width - 1));
  Value turned = arith::OrIOp::create(builder, loc, signs,
                                      number(bits, llvm::minIntN(width)));
  Value key = arith::XOrIOp::create(builder, loc, bits, turned);
  return ops.select(ops.isNan(values), number(bits, -1), key);
}

Value SortOrder::keyOf(Value values) {
  Value key = isa<FloatType>(element) ? floatKey(values) : integerKey(values);
  if (!isDescending)
    return key;
  return arith::XOrIOp::create(builder, loc, key, number(key, -1));
}

SortWords SortOrder::wordsOf(Value values, Value places, Value exist) {
  Value key = keyOf(values);
  if (exist)
    key = arith::SelectOp::create(builder, loc, exist, key, number(key, -1));
  if (numWords() == 2)
    return {key, places};
  Value wide = arith::ExtUIOp::create(
      builder, loc, typeOf(key).clone(builder.getI64Type()), key);
  wide = arith::ShLIOp::create(builder, loc, wide, number(wide, 32));
  return {arith::OrIOp::create(builder, loc, wide, places)};
}

Value SortOrder::placesOf(const SortWords &words) {
  if (words.size() == 2)
    return words[1];
  return arith::AndIOp::create(builder, loc, words[0],
                               number(words[0], 0xffffffff));
}

//===-- Order -------------------------------------------------------------===//

Value SortOrder::isBefore(const SortWords &lhs, const SortWords &rhs) {
  auto is = [&](arith::CmpIPredicate predicate, unsigned word) -> Value {
    return arith::CmpIOp::create(builder, loc, predicate, lhs[word], rhs[word]);
  };
  Value result = is(arith::CmpIPredicate::ult, lhs.size() - 1);
  for (unsigned word = lhs.size() - 1; word-- > 0;) {
    Value isEqual = is(arith::CmpIPredicate::eq, word);
    result = arith::OrIOp::create(
        builder, loc, is(arith::CmpIPredicate::ult, word),
        arith::AndIOp::create(builder, loc, isEqual, result));
  }
  return result;
}

SortWords SortOrder::select(Value condition, const SortWords &lhs,
                            const SortWords &rhs) {
  SortWords result;
  for (auto [left, right] : llvm::zip_equal(lhs, rhs))
    result.push_back(
        arith::SelectOp::create(builder, loc, condition, left, right));
  return result;
}

/// True where, of an element and the one 2^distance away, the first one stays:
/// in the lower place of a run of 2^size that ascends, in the upper place of
/// one that descends.
Value SortOrder::keepsFirst(RankedTensorType type, unsigned size,
                            unsigned distance) {
  AffineExpr place = getAffineDimExpr(type.getRank() - 1, builder.getContext());
  AffineExpr both = place.floorDiv(int64_t(1) << size) +
                    place.floorDiv(int64_t(1) << distance);
  auto numbers = type.clone(builder.getI32Type());
  Value parity = tile::IndexOp::create(
      builder, loc, numbers, AffineMap::get(type.getRank(), 0, both % 2),
      ValueRange());
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, parity,
                               number(parity, 0));
}

/// Bitonic: runs of 2, 4, 8... that ascend and descend in turn; two of them
/// are one that rises and falls, which halves of halves put in order.
SortWords SortOrder::sort(SortWords words) {
  RankedTensorType type = typeOf(words[0]);
  unsigned steps = llvm::Log2_64(type.getShape().back());
  for (unsigned size = 1; size <= steps; ++size)
    for (unsigned distance = size; distance-- > 0;) {
      SortWords others;
      for (Value word : words)
        others.push_back(tile::ExchangeOp::create(
            builder, loc, word, type.getRank() - 1, int64_t(1) << distance));
      Value stays = arith::CmpIOp::create(
          builder, loc, arith::CmpIPredicate::eq, isBefore(words, others),
          keepsFirst(type, size, distance));
      words = select(stays, words, others);
    }
  return words;
}

} // namespace xcc::schedule
