//===- SortWords.h - Elements to be sorted, as unsigned numbers -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_TILE_SORTWORDS_H
#define XCC_SCHEDULE_TILE_SORTWORDS_H

#include "dialects/tile/Tile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace xcc::schedule {

/// Tiles of i64, the most significant one first: compared without sign they
/// are in the order of the elements, equals in the order of their places. So
/// no two are the same, and any sort of them is stable.
using SortWords = llvm::SmallVector<mlir::Value, 2>;

/// Makes, compares and sorts such words.
class SortOrder {
public:
  SortOrder(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type element,
            bool isUnsigned, bool isDescending)
      : builder(builder), loc(loc), element(element), isUnsigned(isUnsigned),
        isDescending(isDescending) {}

  unsigned numWords() const {
    return element.getIntOrFloatBitWidth() == 64 ? 2 : 1;
  }
  /// The words of `values` at `places` (tiles of i64); elements that are not
  /// in `exist` (may be null) come last if their places do.
  SortWords wordsOf(mlir::Value values, mlir::Value places, mlir::Value exist);
  /// The places, from words.
  mlir::Value placesOf(const SortWords &words);
  /// i1: strictly before.
  mlir::Value isBefore(const SortWords &lhs, const SortWords &rhs);
  SortWords select(mlir::Value condition, const SortWords &lhs,
                   const SortWords &rhs);
  /// Sorted along the last dimension.
  SortWords sort(SortWords words);

private:
  mlir::Value keyOf(mlir::Value values);
  mlir::Value number(mlir::Value like, int64_t value);
  mlir::Value keepsFirst(mlir::RankedTensorType type, unsigned size,
                         unsigned distance);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::Type element;
  bool isUnsigned, isDescending;
};

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_SORTWORDS_H
