//===- Lowering.h - What every lowering from fx to linalg builds with -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_FRONTEND_LOWERING_H
#define XCC_LIB_FRONTEND_LOWERING_H

#include "dialects/fx/Fx.h"
#include "lib/Frontend/Scalar.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

namespace xcc::frontend {

using fx::SymbolicShape;

/// A lowered tensor: its value, sizes, and element type as fx has it (ui8 is
/// stored as i8). A splat needs no value until something asks for one.
struct Tensor {
  mlir::Value value;
  SymbolicShape shape;
  mlir::Type element;
  mlir::TypedAttr splat;

  size_t rank() const { return shape.size(); }
};

/// Reads `tensor` at `exprs`, affine in the loops.
struct Access {
  Tensor tensor;
  llvm::SmallVector<mlir::AffineExpr> exprs;
};

/// Loops of one linalg.generic.
struct LoopNest {
  llvm::SmallVector<mlir::AffineExpr> sizes;
  llvm::SmallVector<mlir::utils::IteratorType> kinds;
  /// The body asks for loop indices, so the loops must stay as they are.
  bool usesIndex = false;
};

/// From stored input elements (and, reducing, the accumulator) to the stored
/// result element.
using Body = llvm::function_ref<mlir::Value(mlir::ImplicitLocOpBuilder &,
                                            mlir::ValueRange)>;
/// The same on scalars of the compute type.
using ScalarFn = llvm::function_ref<Scalar(llvm::ArrayRef<Scalar>)>;

/// One pair of dimension lists that hold the same elements before and after.
struct ReshapeGroup {
  llvm::SmallVector<int64_t> from, to;
};
/// The finest grouping between two shapes of the same elements; fails when the
/// sizes cannot be proven to agree.
llvm::FailureOr<llvm::SmallVector<ReshapeGroup>>
groupDimensions(llvm::ArrayRef<mlir::AffineExpr> from,
                llvm::ArrayRef<mlir::AffineExpr> to);

/// True for a size known to be `value`.
bool isSize(mlir::AffineExpr size, int64_t value);
/// The product of sizes; 1 for none.
mlir::AffineExpr productOf(llvm::ArrayRef<mlir::AffineExpr> sizes,
                           mlir::MLIRContext *context);

class Lowering {
public:
  Lowering(mlir::func::FuncOp function, mlir::Block *entry);

  mlir::ImplicitLocOpBuilder builder;
  mlir::MLIRContext *context() { return builder.getContext(); }

  //===-- Values of the graph being lowered -------------------------------===//

  /// The lowered form of a value of the graph.
  Tensor get(mlir::Value value);
  void set(mlir::Value value, Tensor tensor);
  /// As get, with a value even for a splat.
  Tensor getStored(mlir::Value value);
  SymbolicShape shapeOf(mlir::Value value) { return analysis.shapeOf(value); }
  mlir::IRMapping mapping;

  //===-- Sizes -----------------------------------------------------------===//

  mlir::AffineExpr dim(unsigned i) {
    return mlir::getAffineDimExpr(i, context());
  }
  mlir::AffineExpr constant(int64_t value) {
    return mlir::getAffineConstantExpr(value, context());
  }
  llvm::SmallVector<mlir::AffineExpr> dims(unsigned count);
  mlir::OpFoldResult size(mlir::AffineExpr expr);
  mlir::Value index(mlir::AffineExpr expr);
  /// A size as a float, made outside of loops.
  mlir::Value floatSize(mlir::AffineExpr expr, mlir::Type type);

  //===-- Tensors ---------------------------------------------------------===//

  mlir::RankedTensorType typeOf(const SymbolicShape &shape, mlir::Type element);
  Tensor wrap(mlir::Value value, SymbolicShape shape, mlir::Type element);
  Tensor splat(mlir::TypedAttr value, SymbolicShape shape, mlir::Type element);
  mlir::Value empty(const SymbolicShape &shape, mlir::Type element);
  /// `tensor` with a value.
  Tensor store(Tensor tensor);
  /// The same elements in row-major order as `shape`.
  llvm::FailureOr<Tensor> reshape(Tensor tensor, SymbolicShape shape);
  /// The same for shapes known to agree.
  Tensor mustReshape(Tensor tensor, SymbolicShape shape);

  //===-- Loops -----------------------------------------------------------===//

  /// `tensor` broadcast to loops of `shape`, aligned at the last dimension.
  Access broadcast(Tensor tensor, const SymbolicShape &shape);
  Access identity(Tensor tensor) { return {tensor, dims(tensor.shape.size())}; }

  /// result[i...] = fn(inputs...), rounding once.
  Tensor map(const SymbolicShape &shape, llvm::ArrayRef<Access> inputs,
             mlir::Type element, ScalarFn fn, bool usesIndex = false);
  /// The same without widening: fn sees stored elements.
  Tensor move(const SymbolicShape &shape, llvm::ArrayRef<Access> inputs,
              mlir::Type element, ScalarFn fn, bool usesIndex = false);
  /// Reduces loops `reduced` of `shape`: acc = fn(inputs..., acc) from `init`.
  Tensor reduce(const SymbolicShape &shape, llvm::ArrayRef<bool> reduced,
                llvm::ArrayRef<Access> inputs, mlir::Type element,
                mlir::TypedAttr init, ScalarFn fn);
  /// One linalg.generic; `output` holds plain loop dimensions.
  Tensor generic(LoopNest loops, llvm::ArrayRef<Access> inputs,
                 llvm::ArrayRef<mlir::AffineExpr> output, mlir::Type element,
                 mlir::TypedAttr init, Body body);

private:
  Tensor mapOrMove(const SymbolicShape &shape, llvm::ArrayRef<Access> inputs,
                   mlir::Type element, ScalarFn fn, bool usesIndex,
                   bool isMove);
  Tensor reshapeRoot(Tensor tensor);
  Tensor buildView(Tensor root, llvm::ArrayRef<ReshapeGroup> groups,
                   const SymbolicShape &shape);
  std::optional<Tensor>
  reshapeThroughPermute(Tensor root, llvm::ArrayRef<ReshapeGroup> groups,
                        const SymbolicShape &shape);
  Access dropUnitDims(Access access);
  llvm::SmallVector<bool>
  mergeableLoops(const LoopNest &loops, llvm::ArrayRef<Access> inputs,
                 llvm::ArrayRef<mlir::AffineExpr> output);
  Access mergeLoops(Access access, llvm::ArrayRef<int64_t> newLoop);

  mlir::func::FuncOp function;
  mlir::Block *entry;
  fx::ShapeAnalysis analysis;
  llvm::DenseMap<mlir::Value, Tensor> tensors;
  llvm::DenseMap<mlir::Value, SymbolicShape> shapes;
  llvm::DenseMap<mlir::AffineExpr, mlir::Value> sizes;
  mlir::Operation *lastSize = nullptr;
};

} // namespace xcc::frontend

#endif // XCC_LIB_FRONTEND_LOWERING_H
