//===- IterationSpace.h - Which loops of several ops are the same -*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_FUSION_ITERATIONSPACE_H
#define XCC_LIB_FUSION_ITERATIONSPACE_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace xcc::fusion {

/// The loops that the ops of a kernel share. Each tensor that they make or read
/// says which of its dimensions runs along which loop.
class IterationSpace {
public:
  /// Loop of a dimension that runs along none: it has size 1.
  static constexpr int none = -1;

  /// The space of a tensor: one loop a dimension.
  explicit IterationSpace(mlir::Value tensor);
  /// The space of an op: its own loops.
  explicit IterationSpace(mlir::linalg::GenericOp op);

  unsigned getNumLoops() const { return numLoops; }

  /// Says which loop of the space each loop of `op` is, judging by the tensors
  /// that both know. Nothing when that is contradictory or open.
  std::optional<llvm::SmallVector<int>>
  locate(mlir::linalg::GenericOp op) const;
  /// Adds `op`, whose loops are the space's `loops`.
  void add(mlir::linalg::GenericOp op, llvm::ArrayRef<int> loops);

  /// Whether an op of the space makes `tensor`.
  bool makes(mlir::Value tensor) const { return made.contains(tensor); }
  /// Whether an op of the space reads or makes `tensor`.
  bool knows(mlir::Value tensor) const { return dims.contains(tensor); }
  /// The loops that the dimensions of a known `tensor` run along.
  llvm::ArrayRef<int> loopsOf(mlir::Value tensor) const {
    return dims.find(tensor)->second;
  }

private:
  bool match(mlir::AffineMap map, mlir::Value tensor,
             llvm::SmallVectorImpl<int> &loops, bool mustMatch) const;
  void learn(mlir::Value tensor, mlir::AffineMap map,
             llvm::ArrayRef<int> loops);

  unsigned numLoops;
  llvm::DenseMap<mlir::Value, llvm::SmallVector<int>> dims;
  llvm::DenseSet<mlir::Value> made;
};

} // namespace xcc::fusion

#endif // XCC_LIB_FUSION_ITERATIONSPACE_H
