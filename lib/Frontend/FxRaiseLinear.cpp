//===- FxRaiseLinear.cpp - Products with a transposed weight -> linear ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Match.h"
#include "lib/Frontend/Passes.h"

using namespace mlir;

namespace xcc::frontend {

#define GEN_PASS_DEF_FXRAISELINEAR
#include "lib/Frontend/Passes.h.inc"

/// w, when `matrix` is w transposed.
static Value transposedWeight(Value matrix) {
  auto permute = matrix.getDefiningOp<fx::PermuteOp>();
  return permute && rankOf(matrix) == 2 &&
                 permute.getDims() == ArrayRef<int64_t>{1, 0}
             ? permute.getInput()
             : Value();
}

/// x, when `rows` is x with its leading dimensions joined.
static Value unjoined(Value rows, GraphRewriter &rewriter) {
  auto view = rows.getDefiningOp<fx::ViewOp>();
  if (!view || rankOf(view.getInput()) == 0)
    return rows;
  const fx::SymbolicShape &before = rewriter.shapeOf(view.getInput());
  AffineExpr last = rewriter.shapeOf(rows).back();
  return before.size() > 1 && before.back() == last ? view.getInput() : rows;
}

/// linear(x, w, bias) viewed as the (m, n) matrix it stands for
static Value buildLinear(Operation *op, Value input, Value weight, Value bias,
                         GraphRewriter &rewriter) {
  fx::SymbolicShape matrix = rewriter.shapeOf(op->getResult(0));
  Value x = unjoined(input, rewriter);
  fx::SymbolicShape shape = rewriter.shapeOf(x);
  shape.back() = matrix.back();
  Value linear = fx::LinearOp::create(
      rewriter, op->getLoc(), rewriter.typeOf(shape, elementTypeOf(input)), x,
      weight, bias);
  return rewriter.view(op->getLoc(), linear, matrix);
}

/// mm(x, permute(w)) -> linear(x, w)
static Value raiseMm(fx::MmOp op, GraphRewriter &rewriter) {
  Value weight = transposedWeight(op.getRhs());
  if (!weight || !isa<FloatType>(elementTypeOf(weight)))
    return {};
  return buildLinear(op, op.getLhs(), weight, Value(), rewriter);
}

/// linear(view(x), w, b) -> view(linear(x, w, b)), so that views meet views
static Value unjoinInput(fx::LinearOp op, GraphRewriter &rewriter) {
  if (unjoined(op.getInput(), rewriter) == op.getInput())
    return {};
  return buildLinear(op, op.getInput(), op.getWeight(), op.getBias(), rewriter);
}

static bool isRow(Value bias, AffineExpr size, GraphRewriter &rewriter) {
  return rankOf(bias) == 1 && rewriter.shapeOf(bias).front() == size;
}

/// addmm(b, x, permute(w)) -> linear(x, w, b)
static Value raiseAddmm(fx::AddmmOp op, GraphRewriter &rewriter) {
  Value weight = transposedWeight(op.getRhs());
  bool isPlain =
      op.getAlpha().isExactlyValue(1) && op.getBeta().isExactlyValue(1);
  if (!weight || !isPlain || !isa<FloatType>(elementTypeOf(weight)) ||
      !isRow(op.getBias(), rewriter.shapeOf(op.getResult()).back(), rewriter))
    return {};
  return buildLinear(op, op.getLhs(), weight, op.getBias(), rewriter);
}

/// add(linear(x, w), b) -> linear(x, w, b), also with views between
static Value raiseBias(fx::AddOp op, GraphRewriter &rewriter) {
  for (Value side : {op.getLhs(), op.getRhs()}) {
    Value bias = otherOperand(op, side);
    Value inner = side;
    for (auto view = inner.getDefiningOp<fx::ViewOp>();
         view && inner.hasOneUse() && rankOf(view.getInput()) > 0 &&
         rewriter.shapeOf(view.getInput()).back() ==
             rewriter.shapeOf(inner).back();
         view = inner.getDefiningOp<fx::ViewOp>())
      inner = view.getInput();
    auto linear = inner.getDefiningOp<fx::LinearOp>();
    if (!linear || linear.getBias() || !inner.hasOneUse() ||
        !isRow(bias, rewriter.shapeOf(inner).back(), rewriter))
      continue;
    Value biased =
        fx::LinearOp::create(rewriter, op.getLoc(), linear.getType(),
                             linear.getInput(), linear.getWeight(), bias);
    return rewriter.view(op.getLoc(), biased, rewriter.shapeOf(op.getResult()));
  }
  return {};
}

namespace {
struct FxRaiseLinear : impl::FxRaiseLinearBase<FxRaiseLinear> {
  void runOnOperation() override {
    GraphRewriter rewriter(getOperation());
    rewriter.run([&](Operation *op) {
      return TypeSwitch<Operation *, Value>(op)
          .Case([&](fx::MmOp mm) { return raiseMm(mm, rewriter); })
          .Case([&](fx::AddmmOp addmm) { return raiseAddmm(addmm, rewriter); })
          .Case([&](fx::LinearOp linear) {
            return unjoinInput(linear, rewriter);
          })
          .Case([&](fx::AddOp add) { return raiseBias(add, rewriter); })
          .Default([](Operation *) { return Value(); });
    });
  }
};
} // namespace

} // namespace xcc::frontend
