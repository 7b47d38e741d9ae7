//===- Reductions.h - Sums and extremes over some dimensions --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_FRONTEND_REDUCTIONS_H
#define XCC_LIB_FRONTEND_REDUCTIONS_H

#include "lib/Frontend/LowerOps.h"

namespace xcc::frontend {

/// How many elements a reduction joins, usable in any loop body.
struct ElementCount {
  mlir::AffineExpr expr;
  /// The count as a float, when it is not constant.
  mlir::Value dynamic;

  Scalar in(Scalar like) const;
};

/// A reduction of some dimensions of a shape, and its parts.
class Reduction {
public:
  /// Reduces `dims`; none means all.
  Reduction(Lowering &lowering, SymbolicShape shape,
            llvm::ArrayRef<int64_t> dims);

  const SymbolicShape &full() const { return shape; }
  const SymbolicShape &rest() const { return kept; }
  ElementCount count(mlir::Type computeType) const;

  /// One of the kept shape, read from loops over the full shape.
  Access spread(Tensor rest) const;

  /// sum of fn(inputs...), in the compute type of `element`.
  Tensor sum(llvm::ArrayRef<Access> inputs, mlir::Type element, ScalarFn fn);
  Tensor maximum(Access input);
  /// The mean over the full shape, in the compute type.
  Tensor mean(Access input);
  /// Sum of squared deviations from `mean`, in the compute type.
  Tensor squaredDeviations(Access input, Tensor mean);
  /// fn(acc, inputs...) from `init`.
  Tensor fold(llvm::ArrayRef<Access> inputs, mlir::Type element,
              mlir::TypedAttr init, ScalarFn fn);
  /// A map over the kept shape.
  Tensor after(llvm::ArrayRef<Tensor> rests, mlir::Type element, ScalarFn fn);

private:
  Lowering &lowering;
  SymbolicShape shape, kept;
  llvm::SmallVector<bool> reduced;
};

/// The least value of a stored type: minus infinity for floats.
mlir::TypedAttr leastValue(mlir::Type element);
mlir::TypedAttr greatestValue(mlir::Type element);

} // namespace xcc::frontend

#endif // XCC_LIB_FRONTEND_REDUCTIONS_H
