//===- MeasureKernels.cpp - Count the arithmetic of a kernel --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/Fusion.h"
#include "lib/Fusion/OpKinds.h"
#include "lib/Fusion/SizeAnalysis.h"

#include "dialects/fx/Fx.h"
#include "dialects/plan/Plan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace xcc::fusion {

#define GEN_PASS_DEF_MEASUREKERNELS
#include "lib/Fusion/Passes.h.inc"

static AffineExpr product(ArrayRef<AffineExpr> sizes, MLIRContext *context) {
  AffineExpr result = getAffineConstantExpr(1, context);
  for (AffineExpr size : sizes)
    result = result && size ? result * size : AffineExpr();
  return result;
}

static bool isArithmetic(Operation &op) {
  if (isa<arith::ConstantOp, arith::IndexCastOp, CastOpInterface>(op))
    return false;
  return isa_and_nonnull<arith::ArithDialect, math::MathDialect>(
      op.getDialect());
}

/// Loops times what the body does.
static AffineExpr operationsOf(linalg::GenericOp op, SizeAnalysis &sizes) {
  SmallVector<AffineExpr> extents(op.getNumLoops());
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<RankedTensorType>(operand.get().getType()))
      continue;
    AffineMap map = op.getMatchingIndexingMap(&operand);
    for (auto [expr, size] :
         llvm::zip(map.getResults(), sizes.shapeOf(operand.get())))
      if (auto dim = dyn_cast<AffineDimExpr>(expr))
        extents[dim.getPosition()] = size;
  }
  int64_t each = llvm::count_if(*op.getBody(), isArithmetic);
  AffineExpr loops = product(extents, op.getContext());
  return loops ? loops * each : AffineExpr();
}

/// Each output element takes a window of the weight; transposed, each input
/// element gives one.
static AffineExpr operationsOf(fx::ConvolutionOp op, SizeAnalysis &sizes) {
  fx::SymbolicShape weight = sizes.shapeOf(op.getWeight());
  AffineExpr window = product(ArrayRef(weight).drop_front(), op.getContext());
  AffineExpr elements = product(
      sizes.shapeOf(op.getTransposed() ? op.getInput() : op.getResult()),
      op.getContext());
  return window && elements ? elements * window * 2 : AffineExpr();
}

/// Two products for each query and key.
static AffineExpr operationsOf(fx::ScaledDotProductAttentionOp op,
                               SizeAnalysis &sizes) {
  fx::SymbolicShape query = sizes.shapeOf(op.getQuery());
  fx::SymbolicShape value = sizes.shapeOf(op.getValue());
  AffineExpr queries = product(query, op.getContext());
  AffineExpr keys = value[value.size() - 2];
  AffineExpr results = product(sizes.shapeOf(op.getResult()), op.getContext());
  if (!queries || !keys || !results)
    return {};
  return (queries + results) * keys * 2;
}

static AffineExpr operationsOf(Operation *op, SizeAnalysis &sizes) {
  return llvm::TypeSwitch<Operation *, AffineExpr>(op)
      .Case<linalg::GenericOp, fx::ConvolutionOp,
            fx::ScaledDotProductAttentionOp>(
          [&](auto op) { return operationsOf(op, sizes); })
      .Default([&](Operation *op) {
        // One for each element that is written.
        return product(sizes.shapeOf(op->getResult(0)), op->getContext());
      });
}

namespace {

struct MeasureKernels : impl::MeasureKernelsBase<MeasureKernels> {
  void runOnOperation() override {
    func::FuncOp kernel = getOperation();
    if (!kernel->hasAttr(plan::kernelAttrName))
      return;
    SizeAnalysis sizes;
    AffineExpr total = getAffineConstantExpr(0, &getContext());
    for (Operation &op : kernel.getBody().front()) {
      if (roleOf(&op) != OpRole::Compute ||
          op.hasTrait<OpTrait::IsTerminator>())
        continue;
      AffineExpr operations = operationsOf(&op, sizes);
      total = total && operations ? total + operations : AffineExpr();
    }
    if (total)
      kernel->setAttr(
          plan::flopsAttrName,
          AffineMapAttr::get(AffineMap::get(0, numSymbolsOf(kernel), total)));
  }
};

} // namespace
} // namespace xcc::fusion
