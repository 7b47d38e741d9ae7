//===- PoolWindow.h - The windows of pools --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_ELEMENT_POOLWINDOW_H
#define XCC_SCHEDULE_ELEMENT_POOLWINDOW_H

#include "lib/Schedule/Element/IndexSpace.h"
#include "lib/Schedule/Element/ScalarOps.h"

namespace xcc::schedule {

/// A max_pool or avg_pool over the last kernel.size() dimensions.
struct PoolWindow {
  mlir::Value input;
  llvm::ArrayRef<int64_t> kernel, stride, padding;
  llvm::SmallVector<int64_t> dilation;
  bool isMaximum = false;
  bool countsPadding = false;
  std::optional<int64_t> divisor;
};
PoolWindow windowOf(mlir::Operation *op);

/// The offsets [lower, upper) of the window at `position` that lie in [0, size)
/// of spatial dimension i.
std::pair<mlir::Value, mlir::Value>
windowBounds(mlir::OpBuilder &builder, mlir::Location loc, IndexSpace &space,
             const PoolWindow &window, unsigned i, mlir::AffineExpr position,
             mlir::AffineExpr size);

/// The number of elements a mean divides by.
mlir::Value windowCount(mlir::OpBuilder &builder, mlir::Location loc,
                        IndexSpace &space, const PoolWindow &window,
                        Indices positions, Indices sizes);

mlir::Value combineWindow(ScalarOps &ops, bool isMaximum, mlir::Value total,
                          mlir::Value value);

/// The pool's element from its accumulated total.
mlir::Value finishWindow(mlir::OpBuilder &builder, mlir::Location loc,
                         IndexSpace &space, const PoolWindow &window,
                         mlir::Value total, mlir::Type element,
                         Indices positions, Indices sizes);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_ELEMENT_POOLWINDOW_H
