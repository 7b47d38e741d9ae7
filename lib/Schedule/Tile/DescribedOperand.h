//===- DescribedOperand.h - Operands that described copies bring ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_TILE_DESCRIBEDOPERAND_H
#define XCC_SCHEDULE_TILE_DESCRIBEDOPERAND_H

#include "lib/Schedule/Tile/TileKernelBuilder.h"

namespace xcc::schedule {

/// Where a part of a matrix begins.
struct MatrixPlace {
  IndexList batch;
  mlir::AffineExpr outer, depth;
};

/// A whole operand of a product: a batch of matrices, each (outer, depth).
struct OperandMatrix {
  mlir::Value tensor;
  mlir::Type element;
  IndexList batch; // sizes
  mlir::AffineExpr outer, depth;
  /// The tensor's indices of one element.
  std::function<IndexList(const MatrixPlace &)> indices;
};

/// An operand that lies in memory as a launch can describe it: dimensions at
/// fixed distances that are multiples of 16 bytes, but one whose elements are
/// neighbours.
class DescribedOperand {
public:
  /// Parts of `outer` x `depth` elements, held as (outer, depth) if `isLhs`,
  /// else as (depth, outer). None where the matrix does not lie like that, or
  /// parts cannot be copied at once.
  static std::optional<DescribedOperand> find(TileKernelBuilder &kernel,
                                              const OperandMatrix &matrix,
                                              bool isLhs, int64_t outer,
                                              int64_t depth);

  bool runsAlongDepth() const { return alongDepth; }
  /// A part in shared memory.
  tile::SharedType slice() const { return part; }
  /// Of the kernel that is being built.
  void describe(TileKernelBuilder &kernel);
  /// Begins to copy the part at `place`. Only after describe().
  void copy(TileKernelBuilder &kernel, const MatrixPlace &place,
            mlir::Value destination, mlir::Value barriers, mlir::Value slot);

private:
  DescribedOperand() = default;

  bool alongDepth = true;
  tile::SharedType part;
  tile::TensorMapAttr map;
  unsigned number = 0;
  llvm::SmallVector<unsigned> batchDims; // that the map has
};

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_DESCRIBEDOPERAND_H
