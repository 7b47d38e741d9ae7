//===- FxRaiseNorm.cpp - Formulas of rms_norm and layer_norm --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Match.h"
#include "lib/Frontend/Passes.h"

using namespace mlir;

namespace xcc::frontend {

#define GEN_PASS_DEF_FXRAISENORM
#include "lib/Frontend/Passes.h.inc"

namespace {
/// x / sqrt(statistic + eps)
struct Normalised {
  Value x, statistic;
  double eps = 0;
};
} // namespace

/// v, when `value` is 1 / sqrt(v) in one of its spellings.
static Value insideRsqrt(Value value) {
  if (!value.hasOneUse())
    return {};
  if (auto rsqrt = value.getDefiningOp<fx::RsqrtOp>())
    return rsqrt.getInput();
  if (auto pow = value.getDefiningOp<fx::PowOp>())
    return splatNumber(pow.getRhs()) == -0.5 ? pow.getLhs() : Value();
  Value root;
  if (auto reciprocal = value.getDefiningOp<fx::ReciprocalOp>())
    root = reciprocal.getInput();
  if (auto div = value.getDefiningOp<fx::DivOp>();
      div && splatNumber(div.getLhs()) == 1.0)
    root = div.getRhs();
  auto sqrt = root ? root.getDefiningOp<fx::SqrtOp>() : fx::SqrtOp();
  return sqrt && root.hasOneUse() ? sqrt.getInput() : Value();
}

/// Splits `sum`, the inside of the root, in statistic and eps.
static std::optional<Normalised> splitEps(Value x, Value sum) {
  auto add = sum ? sum.getDefiningOp<fx::AddOp>() : fx::AddOp();
  if (!add || !sum.hasOneUse())
    return std::nullopt;
  if (std::optional<double> eps = splatNumber(add.getRhs()))
    return Normalised{x, add.getLhs(), *eps};
  if (std::optional<double> eps = splatNumber(add.getLhs()))
    return Normalised{x, add.getRhs(), *eps};
  return std::nullopt;
}

static std::optional<Normalised> matchNormalised(Operation *op) {
  if (auto mul = dyn_cast<fx::MulOp>(op)) {
    for (Value side : {mul.getLhs(), mul.getRhs()})
      if (Value sum = insideRsqrt(side))
        if (auto found = splitEps(otherOperand(mul, side), sum))
          return found;
    return std::nullopt;
  }
  auto div = dyn_cast<fx::DivOp>(op);
  auto sqrt = div ? div.getRhs().getDefiningOp<fx::SqrtOp>() : fx::SqrtOp();
  if (!sqrt || !sqrt->hasOneUse())
    return std::nullopt;
  return splitEps(div.getLhs(), sqrt.getInput());
}

/// The reduction behind `value`, which keeps its dimensions or has them given
/// back by a view; null if it reduces others than the last dimensions.
template <typename ReduceOp>
static ReduceOp trailingReduction(Value value, GraphRewriter &rewriter) {
  auto reduce = value.getDefiningOp<ReduceOp>();
  if (auto view = value.getDefiningOp<fx::ViewOp>()) {
    reduce = view.getInput().template getDefiningOp<ReduceOp>();
    if (!reduce || !view.getInput().hasOneUse())
      return {};
    SmallVector<fx::SymbolicShape> kept;
    if (failed(fx::inferReduce(reduce, rewriter.shapeOf(reduce.getInput()),
                               reduce.getDims(), /*keepdim=*/true, kept)) ||
        kept.front() != rewriter.shapeOf(value))
      return {};
  } else if (!reduce || !reduce.getKeepdim()) {
    return {};
  }
  int64_t rank = rankOf(reduce.getInput()), count = reduce.getDims().size();
  for (auto [i, dim] : llvm::enumerate(reduce.getDims()))
    if (dim != rank - count + static_cast<int64_t>(i))
      return {};
  return reduce;
}

template <typename ReduceOp> static int64_t reducedRank(ReduceOp op) {
  return op.getDims().empty() ? rankOf(op.getInput())
                              : static_cast<int64_t>(op.getDims().size());
}

/// v, when `value` is v squared.
static Value squareRoot(Value value) {
  if (auto pow = value.getDefiningOp<fx::PowOp>())
    return splatNumber(pow.getRhs()) == 2.0 ? pow.getLhs() : Value();
  auto mul = value.getDefiningOp<fx::MulOp>();
  return mul && mul.getLhs() == mul.getRhs() ? mul.getLhs() : Value();
}

/// y, when `value` is y - mean(y) over the last `rank` dimensions, and all its
/// uses are by `users`.
static Value centred(Value value, int64_t rank, ArrayRef<Operation *> users,
                     GraphRewriter &rewriter) {
  auto sub = value.getDefiningOp<fx::SubOp>();
  if (!sub || llvm::any_of(value.getUsers(), [&](Operation *user) {
        return !llvm::is_contained(users, user);
      }))
    return {};
  auto mean = trailingReduction<fx::MeanOp>(sub.getRhs(), rewriter);
  return mean && mean.getInput() == sub.getLhs() && reducedRank(mean) == rank
             ? sub.getLhs()
             : Value();
}

static Value buildLayerNorm(Operation *op, Value x, int64_t rank, double eps,
                            GraphRewriter &rewriter) {
  return fx::LayerNormOp::create(
      rewriter, op->getLoc(), x.getType(), x, Value(), Value(),
      rewriter.getI64IntegerAttr(rank), rewriter.getF64FloatAttr(eps));
}

/// x * rsqrt(mean(x^2) + eps) -> rms_norm(x)
/// (x - mean(x)) * rsqrt(var(x) + eps) -> layer_norm(x)
static Value raiseNorm(Operation *op, GraphRewriter &rewriter) {
  std::optional<Normalised> found = matchNormalised(op);
  if (!found || !found->statistic.hasOneUse() ||
      !rewriter.haveSameShape(found->x, op->getResult(0)))
    return {};
  if (auto var = trailingReduction<fx::VarOp>(found->statistic, rewriter)) {
    Value x = centred(found->x, reducedRank(var), {op}, rewriter);
    if (!x || x != var.getInput() || !var.getCorrection().isZero())
      return {};
    return buildLayerNorm(op, x, reducedRank(var), found->eps, rewriter);
  }
  auto mean = trailingReduction<fx::MeanOp>(found->statistic, rewriter);
  if (!mean || !mean.getInput().hasOneUse() ||
      squareRoot(mean.getInput()) != found->x)
    return {};
  int64_t rank = reducedRank(mean);
  Operation *square = mean.getInput().getDefiningOp();
  if (Value x = centred(found->x, rank, {op, square}, rewriter))
    return buildLayerNorm(op, x, rank, found->eps, rewriter);
  return fx::RmsNormOp::create(
      rewriter, op->getLoc(), found->x.getType(), found->x, Value(),
      rewriter.getI64IntegerAttr(rank), rewriter.getF64FloatAttr(found->eps));
}

/// Whether `parameter` has the shape of the last `rank` dimensions of `like`.
static bool isParameter(Value parameter, Value like, int64_t rank,
                        GraphRewriter &rewriter) {
  if (rankOf(parameter) != rank)
    return false;
  ArrayRef<AffineExpr> shape = rewriter.shapeOf(like);
  return ArrayRef<AffineExpr>(rewriter.shapeOf(parameter)) ==
         shape.take_back(rank);
}

/// mul(norm(x), w) -> norm(x, w)
static Value raiseWeight(fx::MulOp op, GraphRewriter &rewriter) {
  for (Value side : {op.getLhs(), op.getRhs()}) {
    Value weight = otherOperand(op, side);
    if (!side.hasOneUse())
      continue;
    if (auto norm = side.getDefiningOp<fx::RmsNormOp>();
        norm && !norm.getWeight() &&
        isParameter(weight, side, norm.getNormalizedRank(), rewriter))
      return fx::RmsNormOp::create(
          rewriter, op.getLoc(), op.getType(), norm.getInput(), weight,
          norm.getNormalizedRankAttr(), norm.getEpsAttr());
    if (auto norm = side.getDefiningOp<fx::LayerNormOp>();
        norm && !norm.getWeight() && !norm.getBias() &&
        isParameter(weight, side, norm.getNormalizedRank(), rewriter))
      return fx::LayerNormOp::create(
          rewriter, op.getLoc(), op.getType(), norm.getInput(), weight, Value(),
          norm.getNormalizedRankAttr(), norm.getEpsAttr());
  }
  return {};
}

/// add(layer_norm(x, w), b) -> layer_norm(x, w, b)
static Value raiseBias(fx::AddOp op, GraphRewriter &rewriter) {
  for (Value side : {op.getLhs(), op.getRhs()}) {
    Value bias = otherOperand(op, side);
    auto norm = side.getDefiningOp<fx::LayerNormOp>();
    if (norm && side.hasOneUse() && !norm.getBias() &&
        isParameter(bias, side, norm.getNormalizedRank(), rewriter))
      return fx::LayerNormOp::create(rewriter, op.getLoc(), op.getType(),
                                     norm.getInput(), norm.getWeight(), bias,
                                     norm.getNormalizedRankAttr(),
                                     norm.getEpsAttr());
  }
  return {};
}

namespace {
struct FxRaiseNorm : impl::FxRaiseNormBase<FxRaiseNorm> {
  void runOnOperation() override {
    GraphRewriter rewriter(getOperation());
    rewriter.run([&](Operation *op) -> Value {
      if (!isa<fx::MulOp, fx::DivOp, fx::AddOp>(op))
        return {};
      if (Value norm = raiseNorm(op, rewriter))
        return norm;
      if (auto mul = dyn_cast<fx::MulOp>(op))
        return raiseWeight(mul, rewriter);
      if (auto add = dyn_cast<fx::AddOp>(op))
        return raiseBias(add, rewriter);
      return {};
    });
  }
};
} // namespace

} // namespace xcc::frontend
