//===- SortWords.cpp - Elements to be sorted, as unsigned numbers ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/SortWords.h"

#include "lib/Schedule/Element/SortKey.h"

using namespace mlir;

namespace xcc::schedule {

static RankedTensorType typeOf(Value tile) {
  return cast<RankedTensorType>(tile.getType());
}

Value SortOrder::number(Value like, int64_t value) {
  return integerLike(builder, loc, like, value);
}

//===-- Keys --------------------------------------------------------------===//

Value SortOrder::keyOf(Value values) {
  return SortKey{builder, loc, element, isUnsigned, isDescending}.of(values);
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
