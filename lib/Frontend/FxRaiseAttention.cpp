//===- FxRaiseAttention.cpp - Products around a softmax -> attention ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/SoftCap.h"
#include "lib/Frontend/Match.h"
#include "lib/Frontend/Passes.h"
#include "lib/Frontend/Ranges.h"

#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;

namespace xcc::frontend {

#define GEN_PASS_DEF_FXRAISEATTENTION
#include "lib/Frontend/Passes.h.inc"

namespace {
/// The parts of softmax(q k^T * scale + mask) v, from its last product upward.
/// In place of x = q k^T * scale there may be cap * tanh(x / cap).
struct Attention {
  Value query, value, mask;
  /// Transposed, until it is untransposed.
  Value key;
  /// The softmax's input: its shape is (..., l, s).
  Value scores;
  double scale = 1;
  std::optional<double> softCap;
  /// A boolean mask that tells what to leave out, instead of what to see.
  bool isMaskInverted = false;
  /// Rows of nothing but minus infinity give zeros, not NaN.
  bool isGuarded = false;
  llvm::SmallPtrSet<Operation *, 16> inside;
};
} // namespace

namespace {
/// Which steps to follow upward from a value.
enum class Casts { Any, Widening };
} // namespace

static bool isCast(Operation *op, Casts casts) {
  auto to = dyn_cast<fx::ToOp>(op);
  auto from =
      to ? dyn_cast<FloatType>(elementTypeOf(to.getInput())) : FloatType();
  auto type =
      to ? dyn_cast<FloatType>(elementTypeOf(to.getResult())) : FloatType();
  return from && type &&
         (casts == Casts::Any || from.getWidth() < type.getWidth());
}

/// A view that joins or splits leading dimensions alone.
static bool keepsMatrices(Operation *op, GraphRewriter &rewriter) {
  if (!isa<fx::ViewOp>(op))
    return false;
  ArrayRef<AffineExpr> from = rewriter.shapeOf(op->getOperand(0));
  ArrayRef<AffineExpr> to = rewriter.shapeOf(op->getResult(0));
  return from.size() >= 2 && to.size() >= 2 &&
         from.take_back(2) == to.take_back(2);
}

/// Follows `value` through views, broadcasts that change nothing, and casts.
static Value peel(Value value, Attention &found, GraphRewriter &rewriter,
                  Casts casts = Casts::Any) {
  while (Operation *op = value.getDefiningOp()) {
    bool isNoop = isa<fx::ExpandOp>(op) &&
                  rewriter.haveSameShape(op->getOperand(0), value);
    if (!isCast(op, casts) && !isNoop && !keepsMatrices(op, rewriter))
      return value;
    found.inside.insert(op);
    value = op->getOperand(0);
  }
  return value;
}

/// s, when `condition` is true for rows of s that are all minus infinity:
/// not(any(not(s == -inf)))
static bool isEmptyRow(Value condition, Value scores, Attention &found) {
  auto outer = condition.getDefiningOp<fx::LogicalNotOp>();
  auto any = outer ? outer.getInput().getDefiningOp<fx::AnyOp>() : fx::AnyOp();
  auto inner = any ? any.getInput().getDefiningOp<fx::LogicalNotOp>()
                   : fx::LogicalNotOp();
  Operation *test = inner ? inner.getInput().getDefiningOp() : nullptr;
  auto eq = dyn_cast_or_null<fx::EqOp>(test);
  if (!eq || eq.getLhs() != scores || splatNumber(eq.getRhs()) != -INFINITY)
    return false;
  for (Operation *op : {outer.getOperation(), any.getOperation(),
                        inner.getOperation(), eq.getOperation()})
    found.inside.insert(op);
  return true;
}

/// The softmax over the last dimension behind `weights`, with the guard for
/// empty rows that PyTorch's own decomposition puts around it.
static fx::SoftmaxOp findSoftmax(Value weights, Attention &found,
                                 GraphRewriter &rewriter) {
  weights = peel(weights, found, rewriter);
  Value empty;
  if (auto where = weights.getDefiningOp<fx::WhereOp>()) {
    if (splatNumber(where.getLhs()) != 0.0)
      return {};
    found.inside.insert(where);
    empty = where.getCondition();
    weights = peel(where.getRhs(), found, rewriter);
  }
  auto softmax = weights.getDefiningOp<fx::SoftmaxOp>();
  if (!softmax ||
      static_cast<int64_t>(softmax.getDim()) != rankOf(weights) - 1 ||
      (empty && !isEmptyRow(empty, softmax.getInput(), found)))
    return {};
  found.inside.insert(softmax);
  found.isGuarded = static_cast<bool>(empty);
  return softmax;
}

/// A mask added to or filled into the scores; returns the scores without it.
static Value splitMask(Value scores, Attention &found,
                       GraphRewriter &rewriter) {
  Operation *op = scores.getDefiningOp();
  auto take = [&](Value mask, Value rest) {
    found.mask = mask;
    found.inside.insert(op);
    return rest;
  };
  if (auto add = dyn_cast_or_null<fx::AddOp>(op)) {
    // The scores are the side that comes from a product.
    for (Value side : {add.getLhs(), add.getRhs()}) {
      Attention scratch;
      Value origin =
          peel(splitFactor(peel(side, scratch, rewriter)).x, scratch, rewriter);
      if (isa_and_present<fx::BmmOp, fx::TanhOp>(origin.getDefiningOp()))
        return take(otherOperand(add, side), side);
    }
    return {};
  }
  if (auto where = dyn_cast_or_null<fx::WhereOp>(op);
      where && splatNumber(where.getRhs()) == -INFINITY)
    return take(where.getCondition(), where.getLhs());
  if (auto fill = dyn_cast_or_null<fx::MaskedFillOp>(op);
      fill && splatNumber(fill.getValue()) == -INFINITY) {
    found.isMaskInverted = true;
    return take(fill.getMask(), fill.getInput());
  }
  return scores;
}

/// Takes numbers that `value` is multiplied by into the scale.
static Value peelScale(Value value, Attention &found, bool isInside,
                       GraphRewriter &rewriter) {
  llvm::SmallPtrSet<Operation *, 16> before = found.inside;
  for (Value next = value;; value = next) {
    next =
        peel(value, found, rewriter, isInside ? Casts::Any : Casts::Widening);
    Scaled scaled = splitFactor(next);
    if (scaled.x != next) {
      found.inside.insert(next.getDefiningOp());
      found.scale *= scaled.factor;
      next = scaled.x;
    }
    if (next == value)
      break;
  }
  // What others use too may stay: the operands are read from before it.
  if (!isInside)
    found.inside = before;
  return value;
}

/// x, of scores = cap * tanh(x * factor): the scale is then cap * factor.
static Value peelSoftCap(Value scores, Attention &found,
                         GraphRewriter &rewriter) {
  Attention capped = found;
  auto tanh = peelScale(scores, capped, /*isInside=*/true, rewriter)
                  .getDefiningOp<fx::TanhOp>();
  if (!tanh || capped.scale <= 0)
    return scores;
  capped.softCap = capped.scale;
  capped.inside.insert(tanh);
  found = capped;
  return tanh.getInput();
}

static std::optional<Attention> matchAttention(fx::BmmOp op,
                                               GraphRewriter &rewriter) {
  Attention found;
  fx::SoftmaxOp softmax = findSoftmax(op.getLhs(), found, rewriter);
  if (!softmax)
    return std::nullopt;
  found.scores = softmax.getInput();
  Value masked = peel(found.scores, found, rewriter);
  Value scores = splitMask(masked, found, rewriter);
  if (!scores)
    return std::nullopt;
  scores = peelSoftCap(scores, found, rewriter);
  auto product = peelScale(scores, found, /*isInside=*/true, rewriter)
                     .getDefiningOp<fx::BmmOp>();
  if (!product)
    return std::nullopt;
  found.inside.insert(product);
  for (Operation *inner : found.inside)
    for (Operation *user : inner->getUsers())
      if (user != op && !found.inside.contains(user))
        return std::nullopt;
  found.query =
      peelScale(product.getLhs(), found, /*isInside=*/false, rewriter);
  found.key = peelScale(product.getRhs(), found, /*isInside=*/false, rewriter);
  found.value = peelScale(op.getRhs(), found, /*isInside=*/false, rewriter);
  return found;
}

/// k from k^T: a permute that swaps the last two dimensions back.
static Value untranspose(Value transposed, Location loc,
                         GraphRewriter &rewriter) {
  SmallVector<int64_t> dims =
      llvm::to_vector(llvm::seq<int64_t>(0, rankOf(transposed)));
  Value input = transposed;
  if (auto permute = transposed.getDefiningOp<fx::PermuteOp>()) {
    dims.assign(permute.getDims().begin(), permute.getDims().end());
    input = permute.getInput();
  }
  std::swap(dims[dims.size() - 1], dims[dims.size() - 2]);
  if (llvm::equal(dims, llvm::seq<int64_t>(0, dims.size())))
    return input;
  fx::SymbolicShape shape;
  for (int64_t dim : dims)
    shape.push_back(rewriter.shapeOf(input)[dim]);
  return fx::PermuteOp::create(
      rewriter, loc, rewriter.typeOf(shape, elementTypeOf(input)), input, dims);
}

/// (..., h, s, e) for each query head, from heads repeated by expand and view:
/// returns the heads before that, or null.
static Value unrepeatHeads(Value repeated, GraphRewriter &rewriter) {
  auto join = repeated.getDefiningOp<fx::ViewOp>();
  auto expand =
      join ? join.getInput().getDefiningOp<fx::ExpandOp>() : fx::ExpandOp();
  if (!expand)
    return {};
  const fx::SymbolicShape &whole = rewriter.shapeOf(repeated);
  const fx::SymbolicShape &wide = rewriter.shapeOf(expand.getResult());
  const fx::SymbolicShape &narrow = rewriter.shapeOf(expand.getInput());
  size_t rank = whole.size();
  if (rank < 3 || wide.size() != rank + 1 || narrow.size() != rank + 1)
    return {};
  // (..., hk, g, s, e): only g is broadcast, and joined with hk.
  size_t groups = rank - 2;
  fx::SymbolicShape heads;
  for (size_t i = 0; i < narrow.size(); ++i) {
    if (i != groups && narrow[i] != wide[i])
      return {};
    if (i != groups)
      heads.push_back(narrow[i]);
  }
  fx::SymbolicShape joined(heads);
  joined[groups - 1] = joined[groups - 1] * wide[groups];
  if (joined != whole)
    return {};
  return rewriter.view(join.getLoc(), expand.getInput(), heads);
}

/// True when all that becomes of `value`, but for views, is a cast to `type`.
static bool endsIn(Value value, Type type) {
  while (value.hasOneUse()) {
    Operation *user = *value.getUsers().begin();
    if (isa<fx::ToOp>(user))
      return elementTypeOf(user->getResult(0)) == type;
    if (!isa<fx::ViewOp, fx::ExpandOp, fx::PermuteOp>(user))
      return false;
    value = user->getResult(0);
  }
  return false;
}

/// The type attention is computed on: that before the casts around it if the
/// result goes back to it, else that of the products.
static Type attentionType(fx::BmmOp op, const Attention &found) {
  Type type = elementTypeOf(found.query);
  bool isShared =
      elementTypeOf(found.key) == type && elementTypeOf(found.value) == type;
  Type own = elementTypeOf(op.getResult());
  return isShared && (type == own || endsIn(op.getResult(), type)) ? type : own;
}

static Value buildMask(const Attention &found, Type type, Location loc,
                       GraphRewriter &rewriter) {
  Value mask = found.mask;
  if (!mask)
    return {};
  if (found.isMaskInverted)
    return fx::LogicalNotOp::create(rewriter, loc, mask.getType(), mask);
  if (elementTypeOf(mask).isInteger(1))
    return mask;
  if (auto to = mask.getDefiningOp<fx::ToOp>();
      to && elementTypeOf(to.getInput()) == type)
    return to.getInput();
  return rewriter.to(loc, mask, type);
}

/// True when each row has a key that the mask, as `type`, leaves to be seen.
/// A row without gives NaN in a softmax, and zeros in attention.
static bool everyRowSees(const Attention &found, Type type,
                         GraphRewriter &rewriter) {
  if (!found.mask || found.isGuarded)
    return true;
  using At = RangeAnalysis::At;
  RangeAnalysis ranges(rewriter);
  bool isBoolean = elementTypeOf(found.mask).isInteger(1);
  for (At at : {At::Anywhere, At::FirstOfRow}) {
    std::optional<Range> range = ranges.of(found.mask, at);
    if (!range)
      continue;
    if (isBoolean && (found.isMaskInverted ? range->hi == 0 : range->lo == 1))
      return true;
    // The mask is converted: what is finite must stay so.
    auto real = dyn_cast<FloatType>(type);
    if (!isBoolean && real && std::isfinite(roundTo(range->lo, real)))
      return true;
  }
  return false;
}

static Value raiseAttention(fx::BmmOp op, GraphRewriter &rewriter) {
  std::optional<Attention> found = matchAttention(op, rewriter);
  if (!found)
    return {};
  Location loc = op.getLoc();
  found->key = peelScale(untranspose(found->key, loc, rewriter), *found,
                         /*isInside=*/false, rewriter);
  Type type = attentionType(op, *found);
  if (!everyRowSees(*found, type, rewriter)) {
    (void)rewriter.notifyMatchFailure(
        op, "the mask may hide all of a row, which gives NaN in a softmax and "
            "zeros in attention");
    return {};
  }
  fx::SymbolicShape whole = rewriter.shapeOf(found->scores);
  AffineExpr length = whole.pop_back_val(), rows = whole.pop_back_val();
  auto prepare = [&](Value x, AffineExpr first, AffineExpr second) {
    fx::SymbolicShape shape(whole);
    shape.append({first, second});
    return rewriter.view(loc, rewriter.to(loc, x, type), shape);
  };
  AffineExpr size = rewriter.shapeOf(found->query).back();
  AffineExpr valueSize = rewriter.shapeOf(op.getResult()).back();
  Value query = prepare(found->query, rows, size);
  Value key = prepare(found->key, length, size);
  Value value = prepare(found->value, length, valueSize);
  Value keyHeads = unrepeatHeads(key, rewriter);
  Value valueHeads = unrepeatHeads(value, rewriter);
  if (keyHeads && valueHeads) {
    key = keyHeads;
    value = valueHeads;
  }
  fx::SymbolicShape shape(whole);
  shape.append({rows, valueSize});
  auto attention = fx::ScaledDotProductAttentionOp::create(
      rewriter, loc, rewriter.typeOf(shape, type), query, key, value,
      buildMask(*found, type, loc, rewriter), /*is_causal=*/false,
      rewriter.getF64FloatAttr(found->scale));
  if (found->softCap)
    fx::setSoftCap(attention, *found->softCap);
  Value result = rewriter.to(loc, attention, elementTypeOf(op.getResult()));
  return rewriter.view(loc, result, rewriter.shapeOf(op.getResult()));
}

/// attention(q, repeat(k), repeat(v)) -> attention(q, k, v)
static void unrepeatOperands(fx::ScaledDotProductAttentionOp op,
                             GraphRewriter &rewriter) {
  Value key = unrepeatHeads(op.getKey(), rewriter);
  Value value = unrepeatHeads(op.getValue(), rewriter);
  if (!key || !value)
    return;
  rewriter.modifyOpInPlace(op, [&] {
    op.getKeyMutable().assign(key);
    op.getValueMutable().assign(value);
  });
}

namespace {
struct FxRaiseAttention : impl::FxRaiseAttentionBase<FxRaiseAttention> {
  void runOnOperation() override {
    GraphRewriter rewriter(getOperation());
    rewriter.run([&](Operation *op) -> Value {
      if (auto attention = dyn_cast<fx::ScaledDotProductAttentionOp>(op))
        unrepeatOperands(attention, rewriter);
      auto bmm = dyn_cast<fx::BmmOp>(op);
      return bmm ? raiseAttention(bmm, rewriter) : Value();
    });
  }
};
} // namespace

} // namespace xcc::frontend
