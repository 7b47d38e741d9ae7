//===- FxFold.cpp - Simplify views, casts and identities ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Lowering.h"
#include "lib/Frontend/Match.h"
#include "lib/Frontend/Passes.h"

using namespace mlir;

namespace xcc::frontend {

#define GEN_PASS_DEF_FXFOLD
#include "lib/Frontend/Passes.h.inc"

/// view(view(x)) -> view(x); x itself where the shape is its own
static Value foldView(fx::ViewOp op, GraphRewriter &rewriter) {
  const fx::SymbolicShape &shape = rewriter.shapeOf(op.getResult());
  if (rewriter.shapeOf(op.getInput()) == shape)
    return op.getInput();
  if (!op.getInput().getDefiningOp<fx::ViewOp>())
    return {};
  return rewriter.view(op.getLoc(), op.getInput(), shape);
}

/// permute(permute(x)) -> permute(x); x itself where nothing moves
static Value foldPermute(fx::PermuteOp op, GraphRewriter &rewriter) {
  SmallVector<int64_t> dims(op.getDims());
  Value input = op.getInput();
  auto inner = input.getDefiningOp<fx::PermuteOp>();
  if (inner) {
    for (int64_t &dim : dims)
      dim = inner.getDims()[dim];
    input = inner.getInput();
  }
  if (llvm::equal(dims, llvm::seq<int64_t>(0, dims.size())))
    return input;
  if (!inner)
    return {};
  return fx::PermuteOp::create(rewriter, op.getLoc(), op.getType(), input,
                               dims);
}

/// expand(expand(x)) -> expand(x); x itself where the shape is its own
static Value foldExpand(fx::ExpandOp op, GraphRewriter &rewriter) {
  if (rewriter.haveSameShape(op.getInput(), op.getResult()))
    return op.getInput();
  auto inner = op.getInput().getDefiningOp<fx::ExpandOp>();
  if (!inner)
    return {};
  return fx::ExpandOp::create(rewriter, op.getLoc(), op.getType(),
                              inner.getInput(), op.getShapeAttr());
}

/// to(to(x)) -> x, when the type between holds every value of x's
static Value foldTo(fx::ToOp op) {
  Type type = elementTypeOf(op.getResult());
  if (elementTypeOf(op.getInput()) == type)
    return op.getInput();
  auto inner = op.getInput().getDefiningOp<fx::ToOp>();
  if (!inner || elementTypeOf(inner.getInput()) != type)
    return {};
  auto outer = dyn_cast<FloatType>(type);
  auto between = dyn_cast<FloatType>(elementTypeOf(op.getInput()));
  if (!outer || !between ||
      between.getFPMantissaWidth() < outer.getFPMantissaWidth() ||
      between.getWidth() <= outer.getWidth())
    return {};
  return inner.getInput();
}

/// slice(x) -> x, when it is all of x
static Value foldSlice(fx::SliceOp op, GraphRewriter &rewriter) {
  bool isWhole = op.getStep() == 1 && isSize(op.getStart().getResult(0), 0) &&
                 rewriter.haveSameShape(op.getInput(), op.getResult());
  return isWhole ? op.getInput() : Value();
}

/// x * 1, x / 1 -> x; x + 0, x - 0 -> x of integers (-0.0 + 0.0 is 0.0)
static Value foldIdentity(Operation *op, GraphRewriter &rewriter) {
  bool isInteger = !isa<FloatType>(elementTypeOf(op->getResult(0)));
  auto keep = [&](unsigned kept, unsigned dropped, double neutral) -> Value {
    Value value = op->getOperand(kept);
    bool isNeutral = splatNumber(op->getOperand(dropped)) == neutral;
    return isNeutral && rewriter.haveSameShape(value, op->getResult(0))
               ? value
               : Value();
  };
  if (isa<fx::MulOp>(op)) {
    Value value = keep(0, 1, 1);
    return value ? value : keep(1, 0, 1);
  }
  if (isa<fx::DivOp>(op))
    return keep(0, 1, 1);
  if (isa<fx::SubOp>(op) && isInteger)
    return keep(0, 1, 0);
  if (isa<fx::AddOp>(op) && isInteger) {
    Value value = keep(0, 1, 0);
    return value ? value : keep(1, 0, 0);
  }
  return {};
}

/// f(expand(x), y) -> f(x, y), when y or x alone has the result's shape
static void foldExpandOperands(Operation *op, GraphRewriter &rewriter) {
  for (OpOperand &operand : op->getOpOperands()) {
    auto expand = operand.get().getDefiningOp<fx::ExpandOp>();
    if (!expand)
      continue;
    SmallVector<fx::SymbolicShape> shapes, result;
    for (OpOperand &other : op->getOpOperands())
      shapes.push_back(rewriter.shapeOf(&other == &operand ? expand.getInput()
                                                           : other.get()));
    Value replacement = expand.getInput();
    // The result keeps its shape only if another operand has it.
    if (failed(fx::inferBroadcast(op, shapes, result)) ||
        result.front() != rewriter.shapeOf(op->getResult(0)))
      continue;
    rewriter.modifyOpInPlace(op, [&] { operand.set(replacement); });
  }
}

static Value fold(Operation *op, GraphRewriter &rewriter) {
  if (op->hasTrait<fx::Broadcasts>())
    foldExpandOperands(op, rewriter);
  return TypeSwitch<Operation *, Value>(op)
      .Case([&](fx::ViewOp view) { return foldView(view, rewriter); })
      .Case(
          [&](fx::PermuteOp permute) { return foldPermute(permute, rewriter); })
      .Case([&](fx::ExpandOp expand) { return foldExpand(expand, rewriter); })
      .Case([&](fx::ToOp to) { return foldTo(to); })
      .Case([&](fx::SliceOp slice) { return foldSlice(slice, rewriter); })
      .Case([&](fx::CatOp cat) {
        return cat.getInputs().size() == 1 ? cat.getInputs().front() : Value();
      })
      .Case<fx::MulOp, fx::DivOp, fx::AddOp, fx::SubOp>(
          [&](Operation *binary) { return foldIdentity(binary, rewriter); })
      .Default([](Operation *) { return Value(); });
}

namespace {
struct FxFold : impl::FxFoldBase<FxFold> {
  void runOnOperation() override {
    GraphRewriter rewriter(getOperation());
    rewriter.run([&](Operation *op) { return fold(op, rewriter); });
  }
};
} // namespace

} // namespace xcc::frontend
