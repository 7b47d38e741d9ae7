//===- MatrixOperand.h - Operands of products, from memory to registers ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_TILE_MATRIXOPERAND_H
#define XCC_SCHEDULE_TILE_MATRIXOPERAND_H

#include "lib/Schedule/Tile/OperandLayouts.h"
#include "lib/Schedule/Tile/PipelinedLoop.h"
#include "lib/Schedule/Tile/TileKernelBuilder.h"

namespace xcc::schedule {

/// Which part of which tensor each step of a loop multiplies.
struct OperandSource {
  mlir::Value tensor;
  llvm::ArrayRef<mlir::Operation *> casts; // of its elements, in order
  mlir::Type element;                      // after the casts
  llvm::SmallVector<int64_t, 2> shape;     // of one step's matrix
  unsigned depthDim;                       // which of the two is summed over
  /// The tensor's indices of the element at two coordinates of a step.
  std::function<IndexList(mlir::AffineExpr step, Indices coordinates)> indices;
  /// The index that is summed over. The tensor's indices do not always tell:
  /// one of which there is one is in no place.
  std::function<mlir::AffineExpr(mlir::AffineExpr step, Indices coordinates)>
      depth;
  /// What else must exist, for the same reason: places in dimensions of one
  /// that are padded. May be null.
  std::function<IndexList(mlir::AffineExpr step, Indices coordinates)> padded;
};

/// One operand's way through the memories of the device.
class MatrixOperand {
public:
  /// `steps` is how many there are; `warps` those of the block that share the
  /// work. `instruction` may be null.
  MatrixOperand(TileKernelBuilder &kernel, OperandSource source,
                mlir::AffineExpr steps, int64_t warps,
                const MatrixInstruction *instruction);

  /// Whether neighbours along the depth are neighbours in (shared) memory.
  bool runsAlongDepth() const { return sharedDim == source.depthDim; }
  /// As an operand of a pipelined loop. Only if !isDirect().
  StagedOperand staged();
  /// Loaded as fragments, with no shared memory.
  bool isDirect() const {
    return kernel.device().operandPath == OperandPath::Direct;
  }
  /// The step's matrix as the product holds it, from its slice of shared memory
  /// or, if that is null, from global memory.
  mlir::Value fragment(mlir::Value step, mlir::Value slice,
                       const tile::LinearLayout &held);
  /// Hints that `step` will be loaded: all warps share out the step's matrix.
  /// Only if isDirect().
  void prefetch(mlir::Value step);

  bool failed() const { return hasFailed; }

private:
  mlir::AffineExpr stepIndex(mlir::Value step);
  IndexList hiddenIndices(mlir::AffineExpr step, Indices coordinates);
  std::optional<TileAccess> access(mlir::Value step, const TileFrame &frame);
  void findLines();
  void chooseLayouts();
  tile::LinearLayout sharedLayout() const;
  void copyAsync(mlir::Value step, mlir::Value slice);
  mlir::Value load(mlir::Value step, const tile::LinearLayout &held);
  bool comesAsFragments() const;
  mlir::Value loadFragments(mlir::Value step, const tile::LinearLayout &held);

  TileKernelBuilder &kernel;
  OperandSource source;
  mlir::AffineExpr steps;
  int64_t warps;
  const MatrixInstruction *instruction;
  unsigned elementBytes;

  // What the tensor's elements are in global memory: plain loads or more, which
  // dimension runs along neighbours, how many of them are aligned together.
  bool isPlain = false;
  unsigned memoryDim = 1;
  int64_t run = 1;

  unsigned sharedDim = 1;
  tile::LinearLayout copy;
  bool hasFailed = false;
};

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_MATRIXOPERAND_H
