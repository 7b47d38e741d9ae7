//===- ContractBlock.h - The sums of one block ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_TILE_CONTRACTBLOCK_H
#define XCC_SCHEDULE_TILE_CONTRACTBLOCK_H

#include "lib/Schedule/ContractMatch.h"
#include "lib/Schedule/Tile/DescribedOperand.h"
#include "lib/Schedule/Tile/MatrixOperand.h"

namespace xcc::schedule {

class SlotRing;

/// Where a block's first sum is.
struct BlockPlace {
  IndexList batch;
  mlir::AffineExpr row, column;
};

/// A contraction as a batch of matrix products:
///   sums(row, column) = sum over depth of left(row, depth) * right(depth,
///   column)
class ProductView {
public:
  ProductView(TileKernelBuilder &kernel, const Contraction &contraction);

  mlir::linalg::GenericOp op() const { return match.op; }
  mlir::Type operandType() const { return operand; }
  mlir::Type accumulator() const { return sum; }
  const IndexList &batch() const { return batchExtents; }
  mlir::AffineExpr rows() const { return rowCount; }
  mlir::AffineExpr columns() const { return columnCount; }
  mlir::AffineExpr depth() const { return depthCount; }
  const MatrixInstruction *instruction() const { return matrix; }
  ProductTiling chooseTiling() const;
  /// For products by groups of warps, if the device has them and the operands
  /// lie so that described copies can bring them.
  std::optional<ProductTiling>
  chooseGroupTiling(TileKernelBuilder &kernel) const;
  std::optional<DescribedOperand> describe(TileKernelBuilder &kernel,
                                           bool isLeft,
                                           const ProductTiling &tiling) const;

  /// Both operands of a block at `place`; steps count from `firstStep` on.
  OperandSource left(TileKernelBuilder &kernel, const ProductTiling &tiling,
                     const BlockPlace &place, mlir::AffineExpr firstStep,
                     mlir::AffineExpr steps) const;
  OperandSource right(TileKernelBuilder &kernel, const ProductTiling &tiling,
                      const BlockPlace &place, mlir::AffineExpr firstStep,
                      mlir::AffineExpr steps) const;
  /// The result's indices of the sum at a row and a column of the batch.
  IndexList resultIndices(TileKernelBuilder &kernel, const BlockPlace &place,
                          mlir::AffineExpr row, mlir::AffineExpr column) const;

private:
  void findTypes();
  ProductShape shape() const;
  OperandMatrix matrixOf(TileKernelBuilder &kernel, bool isLeft) const;
  void moveImagesToBatch(IndexSpace &space);
  const MatrixInstruction *instructionFor(mlir::Type factor) const;
  /// The contraction's loops at a batch, an element of `side`'s own loops and
  /// one of the depth; the rest is zero.
  IndexList loopsAt(IndexSpace &space, Indices batch,
                    llvm::ArrayRef<unsigned> side, mlir::AffineExpr place,
                    mlir::AffineExpr depth) const;
  OperandSource source(TileKernelBuilder &kernel, bool isLeft,
                       const ProductTiling &tiling, const BlockPlace &place,
                       mlir::AffineExpr firstStep,
                       mlir::AffineExpr steps) const;

  const DeviceDescription &device;
  Contraction match;
  IndexList extents, batchExtents;
  mlir::AffineExpr rowCount, columnCount, depthCount;
  mlir::Type operand, sum;
  bool castsBelong = true; // to the operands, not to the product
  const MatrixInstruction *matrix = nullptr;
};

/// The type that matrix instructions know an element type as.
std::optional<MatrixType> matrixTypeOf(mlir::Type type);

/// Emits the loop over steps of the depth.
class ContractBlock {
public:
  ContractBlock(TileKernelBuilder &kernel, const ProductView &view,
                const ProductTiling &tiling, const BlockPlace &place)
      : kernel(kernel), view(view), tiling(tiling), place(place) {}

  /// The sums of steps [first, first + count). The builder then stands where
  /// the threads are that have them.
  llvm::FailureOr<mlir::Value> emit(mlir::AffineExpr first,
                                    mlir::AffineExpr count);

private:
  mlir::Value emitDirect(MatrixOperand &left, MatrixOperand &right,
                         const tile::DotLayouts &layouts, mlir::Value end,
                         mlir::Value zeros);
  mlir::Value emitStaged(MatrixOperand &left, MatrixOperand &right,
                         const tile::DotLayouts &layouts, mlir::Value end,
                         mlir::Value zeros);
  llvm::FailureOr<mlir::Value> emitGroup(mlir::AffineExpr first,
                                         mlir::AffineExpr count);
  void emitProducer(SlotRing &ring,
                    llvm::MutableArrayRef<DescribedOperand> operands,
                    mlir::AffineExpr first, mlir::AffineExpr count,
                    mlir::Value end);
  mlir::Value emitGroupProducts(SlotRing &ring, mlir::Type sumsType,
                                mlir::Value end);
  mlir::Value emitDot(mlir::Value left, mlir::Value right, mlir::Value sums);

  TileKernelBuilder &kernel;
  const ProductView &view;
  const ProductTiling &tiling;
  const BlockPlace &place;
};

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_CONTRACTBLOCK_H
