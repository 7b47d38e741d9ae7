//===- Updates.h - Elements replaced by index -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_ELEMENT_UPDATES_H
#define XCC_SCHEDULE_ELEMENT_UPDATES_H

#include "dialects/fx/Fx.h"
#include "lib/Schedule/Element/ElementEmitter.h"
#include "lib/Schedule/Element/ScalarOps.h"

namespace xcc::schedule {

/// What `reduce` makes of an element and its update; "none" replaces it.
mlir::Value combineUpdate(ScalarOps &ops, llvm::StringRef reduce,
                          mlir::Value old, mlir::Value value);
/// What an element is before its first update if its own value takes no part.
mlir::Value updateIdentity(ScalarOps &ops, llvm::StringRef reduce,
                           mlir::Type type);

/// Where the updates of an index_put come from.
struct IndexPutPlaces {
  IndexPutPlaces(ElementEmitter &emitter, fx::IndexPutOp op);

  llvm::SmallVector<unsigned> keptDims; // not indexed
  IndexList atExtents;                  // the indices' common shape
  unsigned atPlace; // where it stands among values' dimensions

  /// The place in the values' shape of update `at`, in the slice at `kept`.
  IndexList valuePlace(Indices at, Indices kept) const;
};

/// The element of `tensor`, broadcast to a shape of which `indices` is a place.
mlir::Value readBroadcast(mlir::OpBuilder &builder, mlir::Location loc,
                          ElementEmitter &emitter, mlir::Value tensor,
                          Indices indices);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_ELEMENT_UPDATES_H
