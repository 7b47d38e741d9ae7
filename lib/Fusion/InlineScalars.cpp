//===- InlineScalars.cpp - Constants of one value go into bodies ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/Fusion.h"

#include "dialects/fx/Fx.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace xcc::fusion {

#define GEN_PASS_DEF_INLINESCALARS
#include "lib/Fusion/Passes.h.inc"

/// The one value of a tensor, null if it has several or is not known.
static TypedAttr scalarOf(Value tensor) {
  if (auto fill = tensor.getDefiningOp<linalg::FillOp>()) {
    TypedAttr value;
    return matchPattern(fill.getInputs().front(), m_Constant(&value))
               ? value
               : TypedAttr();
  }
  ElementsAttr elements;
  if (auto constant = tensor.getDefiningOp<fx::ConstantOp>())
    elements = constant.getValue();
  else if (auto constant = tensor.getDefiningOp<arith::ConstantOp>())
    elements = dyn_cast<ElementsAttr>(constant.getValue());
  auto dense = dyn_cast_or_null<DenseElementsAttr>(elements);
  if (!dense || !dense.isSplat() || dense.getElementType().isUnsignedInteger())
    return {};
  return dense.getSplatValue<TypedAttr>();
}

/// Makes the generic anew with other inputs and input maps.
static linalg::GenericOp replaceInputs(RewriterBase &rewriter,
                                       linalg::GenericOp op, ValueRange inputs,
                                       ArrayRef<AffineMap> inputMaps) {
  SmallVector<AffineMap> maps(inputMaps);
  for (OpOperand &init : op.getDpsInitsMutable())
    maps.push_back(op.getMatchingIndexingMap(&init));
  auto made = linalg::GenericOp::create(
      rewriter, op.getLoc(), op.getResultTypes(), inputs, op.getOutputs(), maps,
      op.getIteratorTypesArray());
  rewriter.inlineRegionBefore(op.getRegion(), made.getRegion(),
                              made.getRegion().begin());
  return made;
}

namespace {

/// generic(.., constant c, ..) -> generic(.., ..) with c in the body
struct InlineConstantInput : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &rewriter) const override {
    SmallVector<Value> inputs;
    SmallVector<AffineMap> maps;
    SmallVector<std::pair<unsigned, TypedAttr>> scalars;
    for (OpOperand *input : op.getDpsInputOperands()) {
      bool isTensor = isa<RankedTensorType>(input->get().getType());
      if (TypedAttr value = isTensor ? scalarOf(input->get()) : TypedAttr()) {
        scalars.emplace_back(input->getOperandNumber(), value);
        continue;
      }
      inputs.push_back(input->get());
      maps.push_back(op.getMatchingIndexingMap(input));
    }
    if (scalars.empty())
      return rewriter.notifyMatchFailure(op, "no input is a known scalar");
    auto made = replaceInputs(rewriter, op, inputs, maps);
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPointToStart(made.getBody());
    for (auto [number, value] : llvm::reverse(scalars)) {
      Value constant = arith::ConstantOp::create(rewriter, op.getLoc(), value);
      rewriter.replaceAllUsesWith(made.getBody()->getArgument(number),
                                  constant);
      made.getBody()->eraseArgument(number);
    }
    rewriter.replaceOp(op, made.getResults());
    return success();
  }
};

/// outs(constant c) -> outs(fill(c, empty))
struct FillConstantInit : OpInterfaceRewritePattern<linalg::LinalgOp> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(linalg::LinalgOp op,
                                PatternRewriter &rewriter) const override {
    for (OpOperand &init : op.getDpsInitsMutable()) {
      auto type = cast<RankedTensorType>(init.get().getType());
      if (init.get().getDefiningOp<linalg::FillOp>() || !scalarOf(init.get()))
        continue;
      Value value = arith::ConstantOp::create(rewriter, op.getLoc(),
                                              scalarOf(init.get()));
      Value empty = tensor::EmptyOp::create(
          rewriter, op.getLoc(), type.getShape(), type.getElementType());
      auto fill = linalg::FillOp::create(rewriter, op.getLoc(), value, empty);
      rewriter.modifyOpInPlace(op, [&] { init.set(fill.getResult(0)); });
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no init is a constant");
  }
};

/// fill(c, empty), read as a tensor -> generic that yields c
struct MakeFillElementwise : OpRewritePattern<linalg::FillOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::FillOp op,
                                PatternRewriter &rewriter) const override {
    auto isInit = [](OpOperand &use) {
      auto user = dyn_cast<linalg::LinalgOp>(use.getOwner());
      return user && user.isDpsInit(&use);
    };
    if (llvm::all_of(op->getUses(), isInit))
      return rewriter.notifyMatchFailure(op, "only initial values");
    auto type = cast<RankedTensorType>(op.getType(0));
    SmallVector<utils::IteratorType> loops(type.getRank(),
                                           utils::IteratorType::parallel);
    auto made = linalg::GenericOp::create(
        rewriter, op.getLoc(), type, ValueRange(), op.getOutputs(),
        rewriter.getMultiDimIdentityMap(type.getRank()), loops,
        [&](OpBuilder &body, Location loc, ValueRange) {
          linalg::YieldOp::create(body, loc, op.getInputs());
        });
    rewriter.replaceUsesWithIf(op.getResult(0), made.getResult(0),
                               [&](OpOperand &use) { return !isInit(use); });
    return success();
  }
};

/// generic(view that adds dimensions of size 1) -> generic(source)
struct ReadThroughUnitView : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &rewriter) const override {
    SmallVector<Value> inputs;
    SmallVector<AffineMap> maps;
    bool changed = false;
    for (OpOperand *input : op.getDpsInputOperands()) {
      AffineMap map = op.getMatchingIndexingMap(input);
      AffineMap throughView = read(input->get(), map);
      inputs.push_back(throughView ? input->get().getDefiningOp()->getOperand(0)
                                   : input->get());
      maps.push_back(throughView ? throughView : map);
      changed |= bool(throughView);
    }
    if (!changed)
      return rewriter.notifyMatchFailure(op, "no input is such a view");
    SmallVector<AffineMap> all(maps);
    for (OpOperand &init : op.getDpsInitsMutable())
      all.push_back(op.getMatchingIndexingMap(&init));
    if (!inversePermutation(concatAffineMaps(all, op.getContext())))
      return rewriter.notifyMatchFailure(op, "a loop's extent would be lost");
    auto made = replaceInputs(rewriter, op, inputs, maps);
    rewriter.replaceOp(op, made.getResults());
    return success();
  }

private:
  /// The map that reads the view's source; null if the view does more.
  static AffineMap read(Value view, AffineMap map) {
    SmallVector<AffineExpr> exprs;
    AffineExpr zero = getAffineConstantExpr(0, map.getContext());
    if (auto expand = view.getDefiningOp<tensor::ExpandShapeOp>()) {
      for (ArrayRef<int64_t> group : expand.getReassociationIndices()) {
        auto dim = onlyWideDim(expand.getResultType(), group);
        if (!dim)
          return {};
        exprs.push_back(*dim < 0 ? zero : map.getResult(*dim));
      }
      return AffineMap::get(map.getNumDims(), 0, exprs, map.getContext());
    }
    return {};
  }

  /// The one dimension of the group that is not 1, -1 if all are, or nothing.
  static std::optional<int64_t> onlyWideDim(RankedTensorType type,
                                            ArrayRef<int64_t> group) {
    int64_t found = -1;
    for (int64_t dim : group) {
      if (type.getDimSize(dim) == 1)
        continue;
      if (found >= 0)
        return std::nullopt;
      found = dim;
    }
    return found;
  }
};

struct InlineScalars : impl::InlineScalarsBase<InlineScalars> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<InlineConstantInput, FillConstantInit, MakeFillElementwise,
                 ReadThroughUnitView>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace xcc::fusion
