//===- Shapes.h - Symbolic shapes of fx operations ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_FX_SHAPES_H
#define XCC_DIALECTS_FX_SHAPES_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Operation.h"
#include "mlir/IR/Value.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

namespace xcc::fx {

/// A size for each dimension: an affine expression of the function's symbols.
/// A null expression is a size that cannot be known from the operands.
using SymbolicShape = llvm::SmallVector<mlir::AffineExpr>;

/// The shape all operands broadcast to; fails when they do not.
llvm::LogicalResult
inferBroadcast(mlir::Operation *op, llvm::ArrayRef<SymbolicShape> operands,
               llvm::SmallVectorImpl<SymbolicShape> &results);

/// The shape after reducing `dims` (empty: all).
llvm::LogicalResult inferReduce(mlir::Operation *op, const SymbolicShape &input,
                                llvm::ArrayRef<int64_t> dims, bool keepdim,
                                llvm::SmallVectorImpl<SymbolicShape> &results);

/// The input's shape, for an operation along `dim`.
llvm::LogicalResult
inferAlongDim(mlir::Operation *op, const SymbolicShape &input, int64_t dim,
              llvm::SmallVectorImpl<SymbolicShape> &results);

/// The shape that a `shape` attribute spells out.
llvm::LogicalResult inferFromMap(mlir::Operation *op, mlir::AffineMap shape,
                                 llvm::SmallVectorImpl<SymbolicShape> &results);

/// The input's leading dimensions followed by `outputSize`.
llvm::LogicalResult
inferAdaptivePool(mlir::Operation *op, const SymbolicShape &input,
                  llvm::ArrayRef<int64_t> outputSize,
                  llvm::SmallVectorImpl<SymbolicShape> &results);

/// Broadcasts two sizes; null when two different constants meet.
mlir::AffineExpr broadcastSizes(mlir::AffineExpr lhs, mlir::AffineExpr rhs);

/// Traits' implementations; see Fx.h.
llvm::LogicalResult verifySameElementType(mlir::Operation *op);
llvm::LogicalResult verifyInferredShapes(mlir::Operation *op);

/// The shapes of a function's values, as expressions of its size symbols.
///
/// Arguments are read from `fx.dims`; results of fx operations come from their
/// shape functions, asked for on demand. Values of other dialects' operations
/// have the sizes of their static dimensions and null for the rest.
class ShapeAnalysis {
public:
  /// The shape of `value`, a ranked tensor.
  const SymbolicShape &shapeOf(mlir::Value value);

private:
  SymbolicShape compute(mlir::Value value);

  llvm::DenseMap<mlir::Value, SymbolicShape> shapes;
};

/// The static sizes of `value`'s type; null expressions for dynamic ones.
SymbolicShape staticShape(mlir::Value value);

} // namespace xcc::fx

#endif // XCC_DIALECTS_FX_SHAPES_H
