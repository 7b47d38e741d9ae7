//===- SizeAnalysis.h - Sizes as expressions of the symbols -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_FUSION_SIZEANALYSIS_H
#define XCC_LIB_FUSION_SIZEANALYSIS_H

#include "dialects/fx/Fx.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"

namespace xcc::fusion {

/// The sizes of a function's tensors and the values of its index computations,
/// as affine expressions of its size symbols. A size that cannot be told is a
/// null expression. Works on normalised and on planned functions; ops must not
/// change while one is in use.
class SizeAnalysis {
public:
  /// The shape of `tensor`.
  fx::SymbolicShape shapeOf(mlir::Value tensor);

  /// The value of an `index`.
  mlir::AffineExpr valueOf(mlir::Value index);

  /// The shape of `tensor` as a map `()[s0, ..] -> (sizes)`; null when a size
  /// cannot be told.
  mlir::AffineMap shapeMapOf(mlir::Value tensor, unsigned numSymbols);

private:
  fx::SymbolicShape compute(mlir::Value tensor);
  fx::SymbolicShape computeResult(mlir::OpResult result);
  fx::SymbolicShape computeFx(fx::ShapedFxOp op, unsigned number);
  mlir::AffineExpr computeIndex(mlir::Value index);
  mlir::AffineExpr valueOf(mlir::OpFoldResult size, mlir::MLIRContext *context);

  llvm::DenseMap<mlir::Value, fx::SymbolicShape> shapes;
  llvm::DenseMap<mlir::Value, mlir::AffineExpr> values;
};

/// Number of size symbols of `function`: entries of `fx.symbols`, or, for a
/// kernel, its index arguments.
unsigned numSymbolsOf(mlir::func::FuncOp function);

} // namespace xcc::fusion

#endif // XCC_LIB_FUSION_SIZEANALYSIS_H
