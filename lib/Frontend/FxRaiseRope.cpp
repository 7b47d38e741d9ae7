//===- FxRaiseRope.cpp - Half rotations -> rope ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Match.h"
#include "lib/Frontend/Passes.h"

using namespace mlir;

namespace xcc::frontend {

#define GEN_PASS_DEF_FXRAISEROPE
#include "lib/Frontend/Passes.h.inc"

/// x, when `value` is elements `start` .. `end` of x's last dimension.
static Value sliceOfLast(Value value, int64_t start, int64_t end) {
  auto slice = value.getDefiningOp<fx::SliceOp>();
  auto constantOf = [](AffineMap map) {
    auto constant = dyn_cast<AffineConstantExpr>(map.getResult(0));
    return constant ? constant.getValue() : -1;
  };
  if (!slice || !value.hasOneUse() || slice.getStep() != 1 ||
      static_cast<int64_t>(slice.getDim()) != rankOf(value) - 1 ||
      constantOf(slice.getStart()) != start ||
      constantOf(slice.getEnd()) != end)
    return {};
  return slice.getInput();
}

/// x, when `value` is cat(-x2, x1) of x's halves.
static Value rotated(Value value) {
  auto cat = value.getDefiningOp<fx::CatOp>();
  int64_t rank = rankOf(value);
  if (!cat || !value.hasOneUse() || cat.getInputs().size() != 2 ||
      static_cast<int64_t>(cat.getDim()) != rank - 1)
    return {};
  int64_t size = cast<RankedTensorType>(value.getType()).getShape().back();
  auto neg = cat.getInputs()[0].getDefiningOp<fx::NegOp>();
  if (ShapedType::isDynamic(size) || size % 2 || !neg || !neg->hasOneUse())
    return {};
  Value x = sliceOfLast(neg.getInput(), size / 2, size);
  return x && x == sliceOfLast(cat.getInputs()[1], 0, size / 2) ? x : Value();
}

/// Whether `table` broadcasts to `x` without making it larger.
static bool isTableOf(Value table, Value x, GraphRewriter &rewriter) {
  SmallVector<fx::SymbolicShape> both = {rewriter.shapeOf(x),
                                         rewriter.shapeOf(table)};
  if (both[1].size() > both[0].size())
    return false;
  size_t offset = both[0].size() - both[1].size();
  for (auto [i, size] : llvm::enumerate(both[1])) {
    auto constant = dyn_cast<AffineConstantExpr>(size);
    bool isOne = constant && constant.getValue() == 1;
    if (!isOne && size != both[0][offset + i])
      return false;
  }
  return true;
}

/// add(mul(x, cos), mul(cat(neg(x2), x1), sin)) -> rope(x, cos, sin)
static Value raiseRope(fx::AddOp op, GraphRewriter &rewriter) {
  for (Value side : {op.getLhs(), op.getRhs()}) {
    auto turned = side.getDefiningOp<fx::MulOp>();
    auto straight = otherOperand(op, side).getDefiningOp<fx::MulOp>();
    if (!turned || !straight || !turned->hasOneUse() || !straight->hasOneUse())
      continue;
    for (Value half : {turned.getLhs(), turned.getRhs()}) {
      Value x = rotated(half);
      if (!x || (straight.getLhs() != x && straight.getRhs() != x))
        continue;
      Value sin = otherOperand(turned, half), cos = otherOperand(straight, x);
      if (!isTableOf(cos, x, rewriter) || !isTableOf(sin, x, rewriter))
        continue;
      return fx::RopeOp::create(rewriter, op.getLoc(), x.getType(), x, cos, sin,
                                /*interleaved=*/false);
    }
  }
  return {};
}

namespace {
struct FxRaiseRope : impl::FxRaiseRopeBase<FxRaiseRope> {
  void runOnOperation() override {
    GraphRewriter rewriter(getOperation());
    rewriter.run([&](Operation *op) {
      auto add = dyn_cast<fx::AddOp>(op);
      return add ? raiseRope(add, rewriter) : Value();
    });
  }
};
} // namespace

} // namespace xcc::frontend
