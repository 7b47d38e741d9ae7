//===- OpKinds.h - What fusion sees in an operation -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_FUSION_OPKINDS_H
#define XCC_LIB_FUSION_OPKINDS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Operation.h"

#include <string>

namespace xcc::fusion {

enum class OpRole {
  Support, // costs nothing: sizes, empty tensors, fills; made anew where needed
  View,    // the same bytes under another shape
  Source,  // a weight or a constant
  Compute, // work: belongs to a kernel
};
OpRole roleOf(mlir::Operation *op);

enum class Family {
  Map,
  Reduce,
  Contract,
  Convolution,
  Attention,
  Scan,
  Sort,
  Scatter,
  Pool,
  Copy,
};
llvm::StringRef nameOf(Family family);

/// The family of a kernel that holds `op` alone.
Family familyOf(mlir::Operation *op);

/// The op as linalg.generic if each element of its results is computed by
/// itself, null otherwise.
mlir::linalg::GenericOp asElementwise(mlir::Operation *op);
/// The op as linalg.generic if it reduces some of its loops, null otherwise.
mlir::linalg::GenericOp asReduction(mlir::Operation *op);

/// Whether the body computes nothing that takes more than a few instructions,
/// so that doing it twice costs less than a trip through memory.
bool isCheap(mlir::Operation *op);
/// Whether the body reads elements at computed places.
bool isGather(mlir::Operation *op);
/// Whether the body computes nothing at all: it moves elements.
bool isMovement(mlir::linalg::GenericOp op);

/// The model's operation that `op` was made from: "linear" for `fx.linear`.
std::string modelOpOf(mlir::Operation *op);
/// The model's source line, "model.py:12"; empty when it is not known.
std::string sourceOf(mlir::Location loc);
/// "linear (model.py:12)", for remarks.
std::string describe(mlir::Operation *op);

} // namespace xcc::fusion

#endif // XCC_LIB_FUSION_OPKINDS_H
