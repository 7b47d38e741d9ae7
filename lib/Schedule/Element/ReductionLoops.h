//===- ReductionLoops.h - Loops that carry accumulators -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_ELEMENT_REDUCTIONLOOPS_H
#define XCC_SCHEDULE_ELEMENT_REDUCTIONLOOPS_H

#include "lib/Schedule/Element/ElementEmitter.h"

namespace xcc::schedule {

using Scalars = llvm::SmallVector<mlir::Value>;

/// The accumulators after one more element.
using ReductionBody = llvm::function_ref<llvm::FailureOr<Scalars>(
    mlir::OpBuilder &, Indices, mlir::ValueRange)>;

/// Loops over `extents`, innermost last, carrying `inits`; gives the final
/// accumulators. Loops that are contiguous together run as one; long f32 sums
/// are added up in blocks.
llvm::FailureOr<Scalars>
emitReductionLoops(mlir::OpBuilder &builder, mlir::Location loc,
                   ElementEmitter &emitter, Indices extents,
                   llvm::ArrayRef<mlir::Value> inits, ReductionBody body);

/// Reduces `op` at one point of its parallel loops; `loops` has null for the
/// reduction loops.
llvm::FailureOr<Scalars> emitReduction(mlir::OpBuilder &builder,
                                       ElementEmitter &emitter,
                                       mlir::linalg::GenericOp op,
                                       IndexList loops,
                                       llvm::ArrayRef<mlir::Value> inits);

/// Lets the vectoriser split sums and products into lanes.
void allowReassociation(mlir::ValueRange updated,
                        mlir::ValueRange accumulators);

/// A for loop with accumulators; the body runs in a scope of its own.
llvm::FailureOr<Scalars>
emitCarryingLoop(mlir::OpBuilder &builder, mlir::Location loc,
                 ElementEmitter &emitter, mlir::Value lower, mlir::Value upper,
                 mlir::AffineExpr extent, mlir::ValueRange inits,
                 llvm::function_ref<llvm::FailureOr<Scalars>(
                     mlir::OpBuilder &, mlir::AffineExpr, mlir::ValueRange)>
                     body);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_ELEMENT_REDUCTIONLOOPS_H
