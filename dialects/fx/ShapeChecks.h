//===- ShapeChecks.h - What shape functions check -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A null expression (a size that is not known) stays null through arithmetic
// and passes every check.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_FX_SHAPECHECKS_H
#define XCC_DIALECTS_FX_SHAPECHECKS_H

#include "dialects/fx/Fx.h"

namespace xcc::fx {

using Shapes = llvm::SmallVectorImpl<SymbolicShape>;

/// The number an expression is, if it is one.
std::optional<int64_t> constantOf(mlir::AffineExpr expr);

/// size + value and size * value.
mlir::AffineExpr plus(mlir::AffineExpr size, int64_t value);
mlir::AffineExpr times(mlir::AffineExpr size, int64_t value);

/// Fails, naming both, when two sizes are known and differ; `what` is what
/// they should do.
llvm::LogicalResult checkEqual(mlir::Operation *op, llvm::StringRef what,
                               mlir::AffineExpr lhs, mlir::AffineExpr rhs);

/// Fails unless the operand called `name` has that rank.
llvm::LogicalResult checkRank(mlir::Operation *op, llvm::StringRef name,
                              const SymbolicShape &shape, size_t rank);

/// Fails unless 0 <= dim < rank.
llvm::LogicalResult checkDim(mlir::Operation *op, int64_t dim, size_t rank);

/// Fails unless the attribute called `name` has as many entries as expected.
llvm::LogicalResult checkCount(mlir::Operation *op, llvm::StringRef name,
                               size_t count, size_t expected);

} // namespace xcc::fx

#endif // XCC_DIALECTS_FX_SHAPECHECKS_H
