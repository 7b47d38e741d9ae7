//===- SortKey.h - Elements to be sorted, as unsigned numbers -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_ELEMENT_SORTKEY_H
#define XCC_SCHEDULE_ELEMENT_SORTKEY_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"

namespace xcc::schedule {

/// Makes integers of 32 or 64 bits that, compared without sign, are in the
/// order in which elements are to be sorted. Scalars and tiles alike.
struct SortKey {
  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::Type element;
  bool isUnsigned, isDescending;

  /// Zeros are equal, and so is every NaN, the largest.
  mlir::Value of(mlir::Value values);
  /// The bytes in which keys of this element type differ, the lowest first;
  /// a byte that another one decides is left out.
  llvm::SmallVector<unsigned> bytes() const;

private:
  mlir::Value ofIntegers(mlir::Value values);
  mlir::Value ofFloats(mlir::Value values);
};

/// A constant of the type of `like`, or of its elements' type in each.
mlir::Value integerLike(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::Value like, int64_t value);

/// The type of `value`, of elements of type `element`.
mlir::Type withElement(mlir::Value value, mlir::Type element);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_ELEMENT_SORTKEY_H
