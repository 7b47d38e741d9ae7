//===- Match.h - What patterns over fx graphs ask of values ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_FRONTEND_MATCH_H
#define XCC_LIB_FRONTEND_MATCH_H

#include "dialects/fx/Fx.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/PatternMatch.h"

namespace xcc::frontend {

/// The number that every element of `value` is known to be, seen through
/// conversions between floats, views and broadcasts.
std::optional<double> splatNumber(mlir::Value value);

/// `value` as x times a number (mul by it or div by its inverse), or x alone
/// times 1.
struct Scaled {
  mlir::Value x;
  double factor = 1;
};
Scaled splitFactor(mlir::Value value);

/// The other operand of a binary operation.
template <typename BinaryOp>
mlir::Value otherOperand(BinaryOp op, mlir::Value one) {
  return op.getLhs() == one ? op.getRhs() : op.getLhs();
}

/// The operation of type OpTy among `op`'s operands, and the other operand.
template <typename OpTy, typename BinaryOp>
std::pair<OpTy, mlir::Value> operandOfType(BinaryOp op) {
  if (auto found = op.getLhs().template getDefiningOp<OpTy>())
    return {found, op.getRhs()};
  if (auto found = op.getRhs().template getDefiningOp<OpTy>())
    return {found, op.getLhs()};
  return {OpTy(), mlir::Value()};
}

/// Element type and rank, for short.
mlir::Type elementTypeOf(mlir::Value value);
int64_t rankOf(mlir::Value value);

/// Applies rewrites to each operation of a function once, in program order.
/// Operations replaced stay, unused, until the end: analyses may hold them.
class GraphRewriter : public mlir::IRRewriter {
public:
  explicit GraphRewriter(mlir::func::FuncOp function)
      : mlir::IRRewriter(function.getContext()), function(function) {}

  /// `rewrite` returns the values for its operation's results, or none.
  using Rewrite = llvm::function_ref<mlir::Value(mlir::Operation *)>;
  void run(Rewrite rewrite);

  const fx::SymbolicShape &shapeOf(mlir::Value value) {
    return analysis.shapeOf(value);
  }
  bool haveSameShape(mlir::Value a, mlir::Value b) {
    return shapeOf(a) == shapeOf(b);
  }
  /// `value` in another shape; itself where that is its own.
  mlir::Value view(mlir::Location loc, mlir::Value value,
                   fx::SymbolicShape shape);
  mlir::Value to(mlir::Location loc, mlir::Value value, mlir::Type element);
  mlir::RankedTensorType typeOf(const fx::SymbolicShape &shape,
                                mlir::Type element);
  mlir::AffineMapAttr shapeAttr(const fx::SymbolicShape &shape);

private:
  unsigned symbolCount();

  mlir::func::FuncOp function;
  fx::ShapeAnalysis analysis;
};

} // namespace xcc::frontend

#endif // XCC_LIB_FRONTEND_MATCH_H
