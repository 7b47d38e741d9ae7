//===- LoopGroups.h - Which loops of a nest are one loop ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_ELEMENT_LOOPGROUPS_H
#define XCC_SCHEDULE_ELEMENT_LOOPGROUPS_H

#include "lib/Schedule/Element/ElementEmitter.h"

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

/// How far one access moves when each group's loop takes one step; null where
/// that is not the same for all steps.
struct AccessSteps {
  mlir::Value buffer;
  bool isStore;
  IndexList steps;
  /// A number that divides the place where the last loop starts, always.
  int64_t startDivisor = 1;
};

struct LoopGroups {
  llvm::SmallVector<LoopGroup> groups;
  llvm::SmallVector<AccessSteps> accesses;

  /// The indices of all loops, given one index for each group.
  IndexList expand(IndexSpace &space, Indices groupIndices,
                   Indices extents) const;
};

/// Joins adjacent loops wherever that leaves the body free of divisions, by
/// emitting the body to nowhere. Fails when the body cannot be emitted.
llvm::FailureOr<LoopGroups> groupLoops(ElementEmitter &emitter, Indices extents,
                                       NestBody body);

/// The body's accesses, each loop a group of its own.
llvm::FailureOr<llvm::SmallVector<AccessSteps>>
probeAccesses(ElementEmitter &emitter, Indices extents, NestBody body);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_ELEMENT_LOOPGROUPS_H
