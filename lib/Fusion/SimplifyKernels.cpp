//===- SimplifyKernels.cpp - Merge the bodies of a kernel's ops -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/Fusion.h"
#include "lib/Fusion/OpKinds.h"

#include "dialects/plan/Plan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace xcc::fusion {

#define GEN_PASS_DEF_SIMPLIFYKERNELS
#include "lib/Fusion/Passes.h.inc"

namespace {

/// extf(truncf(x)) -> x, where the rounding is only f16 and bf16 storage
///
/// An explicit conversion's truncf has no `contract` flag and keeps its
/// rounding.
struct DropImplicitRounding : OpRewritePattern<arith::ExtFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::ExtFOp op,
                                PatternRewriter &rewriter) const override {
    auto truncation = op.getIn().getDefiningOp<arith::TruncFOp>();
    if (!truncation || truncation.getIn().getType() != op.getType())
      return rewriter.notifyMatchFailure(op, "does not undo a truncation");
    arith::FastMathFlagsAttr flags = truncation.getFastmathAttr();
    if (!flags || !arith::bitEnumContainsAny(flags.getValue(),
                                             arith::FastMathFlags::contract))
      return rewriter.notifyMatchFailure(op, "the rounding was asked for");
    rewriter.replaceOp(op, truncation.getIn());
    return success();
  }
};

struct SimplifyKernels : impl::SimplifyKernelsBase<SimplifyKernels> {
  void runOnOperation() override;
};

} // namespace

/// Whether merging the producer of `use` into its reader repeats no work and
/// hides no root.
static bool mayMerge(OpOperand *use) {
  Operation *producer = use->get().getDefiningOp();
  auto reader = asElementwise(use->getOwner());
  if (!producer || !reader || !asElementwise(producer) ||
      !producer->hasOneUse())
    return false;
  bool isRepeated =
      reader.getMatchingIndexingMap(use).getNumResults() < reader.getNumLoops();
  // What a row holds once is not worth doing for each of its elements.
  return !isRepeated || isMovement(cast<linalg::GenericOp>(producer));
}

void SimplifyKernels::runOnOperation() {
  func::FuncOp kernel = getOperation();
  if (!kernel->hasAttr(plan::kernelAttrName))
    return;
  RewritePatternSet patterns(&getContext());
  linalg::populateElementwiseOpsFusionPatterns(patterns, mayMerge);
  patterns.add<DropImplicitRounding>(&getContext());
  if (failed(applyPatternsGreedily(kernel, std::move(patterns))))
    signalPassFailure();
}

} // namespace xcc::fusion
