//===- ElementwiseTable.h - The scalar meaning of element-wise operations -===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_FRONTEND_ELEMENTWISETABLE_H
#define XCC_LIB_FRONTEND_ELEMENTWISETABLE_H

#include "lib/Frontend/Scalar.h"

namespace xcc::frontend {

using ScalarBody = Scalar (*)(mlir::Operation *op, llvm::ArrayRef<Scalar> x);

/// One element-wise operation: from its operands' scalars to its result's.
struct ElementwiseRow {
  llvm::StringLiteral name;
  ScalarBody body;
  /// The body moves values and does no arithmetic: no widening around it.
  bool isMove = false;
};

/// The row of `op`, or null when it is no element-wise operation.
const ElementwiseRow *findElementwiseRow(mlir::Operation *op);

//===-- Bodies of more than a line ----------------------------------------===//

Scalar buildGelu(mlir::Operation *op, llvm::ArrayRef<Scalar> x);
Scalar buildElu(mlir::Operation *op, llvm::ArrayRef<Scalar> x);
Scalar buildSelu(mlir::Operation *op, llvm::ArrayRef<Scalar> x);
Scalar buildSoftplus(mlir::Operation *op, llvm::ArrayRef<Scalar> x);
Scalar buildLeakyRelu(mlir::Operation *op, llvm::ArrayRef<Scalar> x);
Scalar buildClamp(mlir::Operation *op, llvm::ArrayRef<Scalar> x);
Scalar buildNanToNum(mlir::Operation *op, llvm::ArrayRef<Scalar> x);
Scalar buildLerp(mlir::Operation *op, llvm::ArrayRef<Scalar> x);
Scalar buildHypot(mlir::Operation *op, llvm::ArrayRef<Scalar> x);
Scalar buildDivFloor(mlir::Operation *op, llvm::ArrayRef<Scalar> x);
Scalar buildDivTrunc(mlir::Operation *op, llvm::ArrayRef<Scalar> x);
Scalar buildFmod(mlir::Operation *op, llvm::ArrayRef<Scalar> x);
Scalar buildRemainder(mlir::Operation *op, llvm::ArrayRef<Scalar> x);
Scalar buildPow(mlir::Operation *op, llvm::ArrayRef<Scalar> x);
Scalar buildLeftShift(mlir::Operation *op, llvm::ArrayRef<Scalar> x);
Scalar buildRightShift(mlir::Operation *op, llvm::ArrayRef<Scalar> x);

} // namespace xcc::frontend

#endif // XCC_LIB_FRONTEND_ELEMENTWISETABLE_H
