//===- RowAnalysis.h - Where a kernel's tensors lie in its rows -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_ELEMENT_ROWANALYSIS_H
#define XCC_SCHEDULE_ELEMENT_ROWANALYSIS_H

#include "lib/Schedule/Element/ElementEmitter.h"

#include "llvm/ADT/MapVector.h"

namespace xcc::schedule {

/// A kernel of dependent reductions computes its results row by row. A row is
/// one element of the first reduction's result; what a row holds of any other
/// tensor is found by following indices forwards and backwards.
struct RowAnalysis {
  /// Results of reductions, producers first.
  llvm::SmallVector<mlir::OpResult> reductions;
  /// One variable per dimension of the row space, and its extent.
  IndexList rowVariables, rowExtents;
  /// Indices of each tensor in terms of row variables and, for what lies
  /// within a row, variables of their own.
  llvm::MapVector<mlir::Value, IndexList> places;
  /// Element-wise results worth keeping for a row, instead of computing them
  /// again for each phase that reads them.
  llvm::SmallVector<mlir::OpResult> kept;

  /// The variables of `tensor`'s place that lie within a row, in order; none
  /// if the row and these do not make up the whole tensor.
  std::optional<IndexList> innerVariables(ElementEmitter &emitter,
                                          mlir::Value tensor) const;
  /// `tensor`'s place with the row's variables replaced.
  IndexList placeAt(mlir::Value tensor, Indices row) const;
};

RowAnalysis analyzeRows(ElementEmitter &emitter);

/// True for operations that reduce, generic or structured.
bool isReduction(mlir::Operation *op);

/// All operations that results depend on, producers first.
llvm::SmallVector<mlir::Operation *> sortedProducers(mlir::ValueRange results);

/// The tensor whose elements, in row-major order, are those of `tensor`.
mlir::Value peelReshapes(mlir::Value tensor);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_ELEMENT_ROWANALYSIS_H
