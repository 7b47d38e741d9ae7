//===- LoopWriter.h - Loops on the tensors of a kernel --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_TILE_LOOPWRITER_H
#define XCC_SCHEDULE_TILE_LOOPWRITER_H

#include "lib/Schedule/Element/ElementEmitter.h"
#include "lib/Schedule/Element/ScalarOps.h"

namespace xcc::schedule {

/// `tensor` at `place`, affine in the loops.
struct LoopRead {
  mlir::Value tensor;
  IndexList place;
};

/// A nest: which loops there are, and what is read and made in them.
struct Loops {
  IndexList extents; // over the kernel's sizes
  // The result has these loops, in this order; the others are reduced.
  llvm::SmallVector<unsigned> result;
  llvm::SmallVector<LoopRead> reads;

  /// One more loop; gives it as an expression.
  mlir::AffineExpr add(mlir::AffineExpr extent) {
    extents.push_back(extent);
    return mlir::getAffineDimExpr(extents.size() - 1, extent.getContext());
  }
  mlir::AffineExpr addResult(mlir::AffineExpr extent) {
    result.push_back(extents.size());
    return add(extent);
  }
};

/// Writes tensor operations at one place of a kernel whose sizes may be
/// symbols.
class LoopWriter {
public:
  LoopWriter(mlir::func::FuncOp kernel, mlir::Operation *before)
      : builder(before), loc(before->getLoc()), kernel(kernel),
        space(kernel.getContext()), emitter(kernel, space) {}

  mlir::OpBuilder builder;
  mlir::Location loc;

  IndexList shapeOf(mlir::Value tensor) { return emitter.shapeOf(tensor); }
  mlir::AffineExpr simplify(mlir::AffineExpr expr) {
    return space.simplify(expr);
  }
  mlir::AffineExpr constant(int64_t value) { return space.constant(value); }

  /// A size as a value.
  mlir::Value size(mlir::AffineExpr expr);
  mlir::RankedTensorType typeOf(Indices shape, mlir::Type element);
  mlir::Value empty(Indices shape, mlir::Type element);
  /// The input with `value` around it.
  mlir::Value pad(mlir::Value input, llvm::ArrayRef<int64_t> low,
                  llvm::ArrayRef<int64_t> high, double value);
  /// Joins `count` dimensions from each of `firsts` on.
  mlir::Value collapse(mlir::Value input, llvm::ArrayRef<unsigned> firsts);
  /// The first elements along each dimension.
  mlir::Value cut(mlir::Value input, Indices shape);

  using Body = llvm::function_ref<mlir::Value(
      ScalarOps ops, mlir::ValueRange reads, mlir::Value sum)>;
  /// The result of a nest; `init` is what reductions start from, null for none.
  mlir::Value emit(const Loops &loops, mlir::Type element, mlir::Value init,
                   Body body);

private:
  mlir::func::FuncOp kernel;
  IndexSpace space;
  ElementEmitter emitter;
};

/// Replaces the operation by loops over its windows.
void expandPool(mlir::func::FuncOp kernel, mlir::Operation *pool);
void expandAdaptivePool(mlir::func::FuncOp kernel, mlir::Operation *pool);
void expandConvolution(mlir::func::FuncOp kernel, mlir::Operation *convolution);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_LOOPWRITER_H
