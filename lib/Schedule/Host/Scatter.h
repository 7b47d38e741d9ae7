//===- Scatter.h - Updates in place, by index -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_SCATTER_H
#define XCC_SCHEDULE_HOST_SCATTER_H

#include "lib/Schedule/Element/Updates.h"
#include "lib/Schedule/Host/LoopNest.h"

namespace xcc::schedule {

/// The kernel output that an updated tensor is: updates are made in place.
struct UpdateTarget {
  mlir::Value buffer;
  IndexList shape;
  mlir::Type declared, element;
};

/// Fails with an error if `result` is no result of the kernel.
llvm::FailureOr<UpdateTarget> updateTargetOf(HostKernelBuilder &builder,
                                             mlir::Value result);

/// An index within [0, size), from the end if negative.
mlir::AffineExpr boundedIndex(HostKernelBuilder &builder, mlir::Value number,
                              mlir::AffineExpr size);

llvm::LogicalResult scheduleIndexPut(HostKernelBuilder &builder,
                                     fx::IndexPutOp op);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_SCATTER_H
