//===- Sort.h - Orders of the elements of a row ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_SORT_H
#define XCC_SCHEDULE_HOST_SORT_H

#include "lib/Schedule/Element/SortKey.h"
#include "lib/Schedule/Element/SortedRows.h"
#include "lib/Schedule/Host/LoopNest.h"

namespace xcc::schedule {

/// A sort or topk of rows in private memory.
class RowSort : protected SortedRows {
public:
  RowSort(HostKernelBuilder &builder, mlir::Operation *op);
  virtual ~RowSort() = default;

  virtual llvm::LogicalResult emitRow(IndexList row) = 0;
  IndexList rowExtents;

protected:
  using Numbers = llvm::SmallVector<mlir::Value>;
  /// A for loop from `lower` to `upper` that carries numbers.
  Numbers
  forNumbers(mlir::Value lower, mlir::Value upper, mlir::ValueRange inits,
             llvm::function_ref<Numbers(mlir::Value, mlir::ValueRange)> inside);
  IndexList placeOf(Indices row, mlir::AffineExpr index) const;
  mlir::OpBuilder &b() { return builder.builder(); }
  mlir::Value indexOf(mlir::AffineExpr expr) {
    return builder.space().materialize(b(), loc, expr);
  }

  HostKernelBuilder &builder;
  mlir::Operation *op;
  mlir::Location loc;
};

/// By merging, two arrays of values and indices: keys of 64 bits.
std::unique_ptr<RowSort> makeMergeSort(HostKernelBuilder &builder,
                                       mlir::Operation *op);
/// By numbers of 64 bits, key and index together: keys of 32 bits.
std::unique_ptr<RowSort> makeWordSort(HostKernelBuilder &builder,
                                      mlir::Operation *op);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_SORT_H
