//===- SinkViews.cpp - Views move out from between element-wise ops -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/Fusion.h"
#include "lib/Fusion/OpKinds.h"
#include "lib/Fusion/SizeAnalysis.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;

namespace xcc::fusion {

#define GEN_PASS_DEF_SINKVIEWS
#include "lib/Fusion/Passes.h.inc"

/// Whether `value` is computed from results of `producer`.
static bool dependsOn(Value value, Operation *producer) {
  SmallVector<Value> work = {value};
  llvm::SmallDenseSet<Operation *> seen;
  while (!work.empty()) {
    Operation *op = work.pop_back_val().getDefiningOp();
    if (op == producer)
      return true;
    // What comes before the producer cannot depend on it.
    if (!op || op->getBlock() != producer->getBlock() ||
        op->isBeforeInBlock(producer) || !seen.insert(op).second)
      continue;
    llvm::append_range(work, op->getOperands());
  }
  return false;
}

/// Whether `use`, of a collapsing view, keeps an element-wise op from its
/// producer.
static bool maySink(OpOperand *use) {
  auto view = use->get().getDefiningOp<tensor::CollapseShapeOp>();
  auto reader = asElementwise(use->getOwner());
  if (!view || !reader || isMovement(reader) || isGather(reader) ||
      !view->hasOneUse())
    return false;
  Operation *producer = view.getSrc().getDefiningOp();
  if (!producer || roleOf(producer) != OpRole::Compute)
    return false;
  return llvm::none_of(reader->getOpOperands(), [&](OpOperand &other) {
    return &other != use && dependsOn(other.get(), producer);
  });
}

/// Whether `use`, by an expanding view, keeps a copy from what reads it.
static bool mayRise(OpOperand *use) {
  if (!isa<tensor::ExpandShapeOp>(use->getOwner()))
    return false;
  Operation *producer = use->get().getDefiningOp();
  auto copy = producer ? asElementwise(producer) : linalg::GenericOp();
  return copy && isMovement(copy) && !isGather(copy) && copy->hasOneUse();
}

static bool mayMove(OpOperand *use) { return maySink(use) || mayRise(use); }

/// dim(tensor, i) -> its expression of the size symbols: the patterns ask the
/// tensors, the plan keeps sizes as expressions.
static void replaceDims(func::FuncOp function) {
  SizeAnalysis sizes;
  SmallVector<std::pair<tensor::DimOp, AffineExpr>> found;
  function.walk([&](tensor::DimOp op) {
    if (AffineExpr size = sizes.valueOf(op.getResult()))
      found.push_back({op, size});
  });
  unsigned numSymbols = numSymbolsOf(function);
  for (auto [op, size] : found) {
    OpBuilder builder(op);
    SmallVector<Value> symbols;
    for (unsigned i = 0; i < numSymbols; ++i)
      symbols.push_back(
          fx::SymOp::create(builder, op.getLoc(), builder.getIndexType(), i));
    auto apply = affine::AffineApplyOp::create(
        builder, op.getLoc(), AffineMap::get(0, numSymbols, size), symbols);
    op.replaceAllUsesWith(apply.getResult());
    op.erase();
  }
}

namespace {

struct SinkViews : impl::SinkViewsBase<SinkViews> {
  void runOnOperation() override {
    bool mayChange = false;
    getOperation().walk([&](Operation *op) {
      for (OpOperand &operand : op->getOpOperands())
        mayChange |= mayMove(&operand);
    });
    if (!mayChange)
      return;
    RewritePatternSet patterns(&getContext());
    linalg::populateFoldReshapeOpsByExpansionPatterns(patterns, mayMove);
    tensor::populateFoldTensorEmptyPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    replaceDims(getOperation());
  }
};

} // namespace
} // namespace xcc::fusion
