//===- Evaluation.h - One operation being interpreted ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_FX_INTERPRETER_EVALUATION_H
#define XCC_DIALECTS_FX_INTERPRETER_EVALUATION_H

#include "dialects/fx/Fx.h"
#include "dialects/fx/interpreter/Tensor.h"

namespace xcc::fx {

/// What a meaning sees of its operation: values in, zeros of the right shapes
/// out. Affine maps among the attributes are constants here.
struct Evaluation {
  mlir::Operation *op;
  llvm::SmallVector<Tensor> operands;
  llvm::SmallVector<Tensor> results;

  /// The operand a generated accessor returned; null for an absent one.
  const Tensor *tensorOf(mlir::Value operand) const {
    for (auto [value, tensor] : llvm::zip(op->getOperands(), operands))
      if (value == operand)
        return &tensor;
    return nullptr;
  }
};

/// A row of the table of meanings: what an operation computes.
struct Meaning {
  llvm::StringLiteral op;
  llvm::LogicalResult (*run)(Evaluation &);
};

/// The rows of each file.
llvm::ArrayRef<Meaning> convolutionMeanings();
llvm::ArrayRef<Meaning> indexingMeanings();
llvm::ArrayRef<Meaning> matrixMeanings();
llvm::ArrayRef<Meaning> movementMeanings();
llvm::ArrayRef<Meaning> normalizationMeanings();
llvm::ArrayRef<Meaning> poolingMeanings();
llvm::ArrayRef<Meaning> reductionMeanings();
llvm::ArrayRef<Meaning> scanMeanings();

/// Computes an element-wise operation from its row of ElementwiseMeaning.h;
/// fails without a diagnostic when there is no row.
bool hasElementwiseMeaning(mlir::Operation *op);
llvm::LogicalResult runElementwise(Evaluation &evaluation);

/// The constant results of a map that has been specialised.
llvm::SmallVector<int64_t> constantResults(mlir::AffineMap map);

/// `dim` split off: elements are numbered (outer, size, inner).
struct DimSplit {
  int64_t outer, size, inner;
};
DimSplit splitAt(llvm::ArrayRef<int64_t> shape, int64_t dim);

} // namespace xcc::fx

#endif // XCC_DIALECTS_FX_INTERPRETER_EVALUATION_H
