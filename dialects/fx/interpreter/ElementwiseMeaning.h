//===- ElementwiseMeaning.h - Rows of the element-wise table --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_FX_INTERPRETER_ELEMENTWISEMEANING_H
#define XCC_DIALECTS_FX_INTERPRETER_ELEMENTWISEMEANING_H

#include "mlir/IR/Operation.h"

namespace xcc::fx {

/// An operation's attributes as numbers, in the order its row takes them.
using Parameters = const double *;

/// One element-wise operation: its meaning on one element of each operand.
struct ElementwiseMeaning {
  llvm::StringLiteral op;
  /// Floats in, float out.
  double (*floats)(const double *x, Parameters p) = nullptr;
  /// Integers in, integer out; the caller wraps to the result's width.
  int64_t (*ints)(const int64_t *x, Parameters p) = nullptr;
  /// Floats in, boolean out.
  bool (*predicate)(const double *x) = nullptr;
  /// Reads the attributes.
  llvm::SmallVector<double> (*parameters)(mlir::Operation *) = nullptr;
  /// An integer rhs of zero has no result.
  bool dividesByRhs = false;
};

llvm::ArrayRef<ElementwiseMeaning> elementwiseMeanings();

} // namespace xcc::fx

#endif // XCC_DIALECTS_FX_INTERPRETER_ELEMENTWISEMEANING_H
