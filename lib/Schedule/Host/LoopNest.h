//===- LoopNest.h - Work items and loops of element-wise nests ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_LOOPNEST_H
#define XCC_SCHEDULE_HOST_LOOPNEST_H

#include "lib/Schedule/Element/LoopGroups.h"
#include "lib/Schedule/Host/HostKernelBuilder.h"

namespace xcc::schedule {

/// Independent iterations: `body` computes and stores one of them. The last
/// extent is the one whose stores are contiguous.
struct LoopNest {
  IndexList extents;
  std::function<llvm::LogicalResult(mlir::OpBuilder &, Indices)> body;
  /// Elements that one iteration reads, about.
  int64_t cost = 1;
};

/// Elements a work item should at least have: some microseconds of work.
inline constexpr int64_t itemGrain = 4096;

/// A range of work items and the code of one of them, given its number within
/// the range.
struct ItemRange {
  mlir::AffineExpr items;
  std::function<llvm::LogicalResult(mlir::AffineExpr)> emit;
};

/// Cuts a nest into work items. The division depends on shapes alone.
llvm::FailureOr<ItemRange> planNest(HostKernelBuilder &builder,
                                    const LoopNest &nest);

/// The kernel's work items are those of all ranges, one range after another.
llvm::LogicalResult scheduleItems(HostKernelBuilder &builder,
                                  llvm::ArrayRef<ItemRange> ranges);

/// A nest that computes and stores these results of the kernel, of which all
/// have the same number of elements once peeled of reshapes, by inlining all
/// that they depend on.
llvm::SmallVector<LoopNest> nestsOfResults(HostKernelBuilder &builder,
                                           llvm::ArrayRef<unsigned> results);

/// Index variables for each of `extents` from their row-major number.
IndexList delinearizeVariables(HostKernelBuilder &builder,
                               mlir::AffineExpr linear, Indices extents);

/// lower = index * step and upper = min(lower + step, extent).
std::pair<mlir::Value, mlir::Value> blockBounds(HostKernelBuilder &builder,
                                                mlir::AffineExpr index,
                                                int64_t step,
                                                mlir::AffineExpr extent);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_LOOPNEST_H
