//===- LoopGroups.h - Which loops of a nest are one loop ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_LOOPGROUPS_H
#define XCC_SCHEDULE_HOST_LOOPGROUPS_H

#include "lib/Schedule/Host/ElementEmitter.h"

namespace xcc::schedule {

/// Emits the body of a loop nest at the given indices.
using NestBody =
    llvm::function_ref<llvm::LogicalResult(mlir::OpBuilder &, Indices)>;

/// Adjacent loops that run as one: group g covers loops [begin, end) and has
/// the product of their extents.
struct LoopGroup {
  unsigned begin, end;
  mlir::AffineExpr extent;
};

struct LoopGroups {
  llvm::SmallVector<LoopGroup> groups;
  /// The body's accesses, over one variable per group.
  llvm::SmallVector<ElementAccess> accesses;
  llvm::SmallVector<mlir::AffineExpr> variables;

  /// The indices of all loops, given one index for each group.
  IndexList expand(IndexSpace &space, Indices groupIndices,
                   Indices extents) const;
  /// How far apart the accesses of consecutive iterations of group g are:
  /// true if all are 0 or 1 elements.
  bool isContiguous(IndexSpace &space, unsigned group) const;
};

/// Joins adjacent loops wherever that leaves the body free of divisions, by
/// emitting the body to nowhere. Fails when the body cannot be emitted.
llvm::FailureOr<LoopGroups> groupLoops(ElementEmitter &emitter, Indices extents,
                                       NestBody body);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_LOOPGROUPS_H
