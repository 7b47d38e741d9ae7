//===- Ranges.cpp - Between which numbers a mask's elements lie -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Ranges.h"

using namespace mlir;

namespace xcc::frontend {

/// No tensor is longer than this, whatever its symbolic size.
static constexpr double longest = double(int64_t(1) << 40);
static constexpr Range either = {0, 1};

/// All that an integer or boolean may hold; none for floats.
static std::optional<Range> wholeType(Type type) {
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer)
    return std::nullopt;
  if (integer.getWidth() == 1)
    return either;
  if (integer.isUnsigned())
    return Range{0, std::ldexp(1.0, integer.getWidth()) - 1};
  double end = std::ldexp(1.0, integer.getWidth() - 1);
  return Range{-end, end - 1};
}

double roundTo(double number, FloatType type) {
  APFloat rounded(number);
  bool isInexact;
  rounded.convert(type.getFloatSemantics(), APFloat::rmNearestTiesToEven,
                  &isInexact);
  return rounded.convertToDouble();
}

/// `range` as numbers of `type`: rounded, or all of them after wrapping.
static std::optional<Range> fit(Range range, Type type) {
  if (auto real = dyn_cast<FloatType>(type))
    return Range{roundTo(range.lo, real), roundTo(range.hi, real),
                 range.isAssumed};
  std::optional<Range> whole = wholeType(type);
  if (!whole || range.lo < whole->lo || range.hi > whole->hi)
    return whole;
  return range;
}

static Range unite(Range a, Range b) {
  return {std::min(a.lo, b.lo), std::max(a.hi, b.hi),
          a.isAssumed || b.isAssumed};
}

static Range decided(bool value) { return {double(value), double(value)}; }

/// Whether numbers are different from zero.
static Range truth(std::optional<Range> range) {
  if (!range || range->isAssumed)
    return either;
  if (range->lo > 0 || range->hi < 0)
    return decided(true);
  return range->lo == 0 && range->hi == 0 ? decided(false) : either;
}

static Range less(Range a, Range b, bool orEqual) {
  if (orEqual ? a.hi <= b.lo : a.hi < b.lo)
    return decided(true);
  return (orEqual ? a.lo > b.hi : a.lo >= b.hi) ? decided(false) : either;
}

static Range equal(Range a, Range b) {
  if (a.hi < b.lo || b.hi < a.lo)
    return decided(false);
  return a.lo == a.hi && b.lo == b.hi ? decided(true) : either;
}

static Range negate(Range a) { return {1 - a.hi, 1 - a.lo}; }

std::optional<Range> RangeAnalysis::of(Value value, At at) {
  std::pair<Value, int> key(value, static_cast<int>(at));
  if (auto it = known.find(key); it != known.end())
    return it->second;
  std::optional<Range> range =
      value.getDefiningOp() ? compute(value, at) : std::nullopt;
  if (!range)
    range = wholeType(elementTypeOf(value));
  known[key] = range;
  return range;
}

std::optional<Range> RangeAnalysis::compute(Value value, At at) {
  Operation *op = value.getDefiningOp();
  if (isa<fx::LogicalNotOp, fx::LogicalAndOp, fx::LogicalOrOp, fx::EqOp,
          fx::NeOp, fx::LtOp, fx::LeOp, fx::GtOp, fx::GeOp>(op))
    return logical(op, at);
  if (isa<fx::BitwiseNotOp, fx::BitwiseAndOp, fx::BitwiseOrOp>(op))
    return elementTypeOf(value).isInteger(1)
               ? std::optional<Range>(logical(op, at))
               : std::nullopt;
  if (auto where = dyn_cast<fx::WhereOp>(op))
    return chosen(where.getCondition(), where.getLhs(), where.getRhs(), at);
  if (auto fill = dyn_cast<fx::MaskedFillOp>(op))
    return chosen(fill.getMask(), fill.getValue(), fill.getInput(), at);
  if (auto to = dyn_cast<fx::ToOp>(op))
    return converted(to, at);
  if (isa<fx::AddOp, fx::SubOp, fx::MulOp, fx::NegOp>(op))
    return arithmetic(op, at);
  if (std::optional<Range> range = created(op, at))
    return range;
  return moved(op, at);
}

static std::optional<Range> ofConstant(DenseElementsAttr numbers, Type type,
                                       size_t step) {
  std::optional<Range> range;
  auto include = [&](double number) {
    Range one{number, number};
    range = range ? unite(*range, one) : one;
  };
  if (isa<FloatType>(type)) {
    for (auto [i, number] : llvm::enumerate(numbers.getValues<APFloat>())) {
      if (number.isNaN())
        return std::nullopt;
      if (i % step == 0)
        include(cast<FloatType>(type).getWidth() == 64
                    ? number.convertToDouble()
                    : FloatAttr::get(type, number).getValueAsDouble());
    }
    return range;
  }
  bool isUnsigned = type.isUnsignedInteger() || type.isInteger(1);
  for (auto [i, number] : llvm::enumerate(numbers.getValues<APInt>()))
    if (i % step == 0)
      include(isUnsigned ? number.roundToDouble()
                         : number.signedRoundToDouble());
  return range;
}

/// start + i * step, at the first index or at all.
static Range ofProgression(double start, double step, AffineExpr size,
                           bool isFirst) {
  auto constant = dyn_cast<AffineConstantExpr>(size);
  double length = constant ? double(constant.getValue()) : longest;
  double last = isFirst ? start : start + step * std::max(length - 1, 0.0);
  return {std::min(start, last), std::max(start, last)};
}

std::optional<Range> RangeAnalysis::created(Operation *op, At at) {
  bool isFirst = at == At::FirstOfRow;
  Type type = elementTypeOf(op->getResult(0));
  if (auto constant = dyn_cast<fx::ConstantOp>(op)) {
    auto numbers = dyn_cast<DenseElementsAttr>(constant.getValue());
    if (!numbers || !isa<FloatType, IntegerType>(type))
      return std::nullopt;
    ArrayRef<int64_t> shape = numbers.getType().getShape();
    size_t step = isFirst && !shape.empty() ? shape.back() : 1;
    return ofConstant(numbers, type, std::max<size_t>(step, 1));
  }
  if (isa<fx::FullOp>(op))
    return of(op->getOperand(0), At::Anywhere);
  if (isa<fx::ArangeOp, fx::IotaOp>(op)) {
    AffineExpr size = rewriter.shapeOf(op->getResult(0)).back();
    auto arange = dyn_cast<fx::ArangeOp>(op);
    auto iota = dyn_cast<fx::IotaOp>(op);
    double start = arange ? arange.getStart().convertToDouble()
                          : double(static_cast<int64_t>(iota.getStart()));
    double step = arange ? arange.getStep().convertToDouble()
                         : double(static_cast<int64_t>(iota.getStep()));
    return fit(ofProgression(start, step, size, isFirst), type);
  }
  if (auto get = dyn_cast<fx::GetWeightOp>(op)) {
    auto weight = SymbolTable::lookupNearestSymbolFrom<fx::WeightOp>(
        op, get.getNameAttr());
    if (!weight || !weight.getSeed())
      return std::nullopt;
    // Normal numbers that far out are not made.
    double spread = 40 * std::abs(weight.getScale().convertToDouble());
    double offset = weight.getOffset().convertToDouble();
    return fit({offset - spread, offset + spread}, type);
  }
  return std::nullopt;
}

/// Where to look in the input of `op` for the elements of its result at `at`.
static RangeAnalysis::At inputAt(Operation *op, RangeAnalysis::At at,
                                 GraphRewriter &rewriter) {
  using At = RangeAnalysis::At;
  Value input = op->getOperand(0);
  int64_t last = rankOf(input) - 1;
  if (at == At::Anywhere || last < 0)
    return At::Anywhere;
  bool isKept = false;
  if (isa<fx::ExpandOp>(op))
    isKept = true;
  else if (isa<fx::ViewOp>(op))
    isKept = rankOf(op->getResult(0)) > 0 &&
             rewriter.shapeOf(input).back() ==
                 rewriter.shapeOf(op->getResult(0)).back();
  else if (auto permute = dyn_cast<fx::PermuteOp>(op))
    isKept = permute.getDims().back() == last;
  else if (auto slice = dyn_cast<fx::SliceOp>(op))
    isKept = static_cast<int64_t>(slice.getDim()) != last ||
             slice.getStart().getResult(0) == 0;
  else if (auto select = dyn_cast<fx::SelectOp>(op))
    isKept = static_cast<int64_t>(select.getDim()) != last;
  else if (auto cat = dyn_cast<fx::CatOp>(op))
    isKept = static_cast<int64_t>(cat.getDim()) != last;
  return isKept ? At::FirstOfRow : At::Anywhere;
}

std::optional<Range> RangeAnalysis::moved(Operation *op, At at) {
  if (isa<fx::TrilOp, fx::TriuOp>(op)) {
    auto tril = dyn_cast<fx::TrilOp>(op);
    int64_t diagonal =
        tril ? tril.getDiagonal() : cast<fx::TriuOp>(op).getDiagonal();
    // The first column lies on or below the main diagonal.
    bool isFirst = at == At::FirstOfRow;
    if (!tril && isFirst && diagonal > 0)
      return Range{0, 0};
    std::optional<Range> input = of(op->getOperand(0), at);
    if (tril && isFirst && diagonal >= 0)
      return input;
    return input ? std::optional<Range>(unite(*input, {0, 0})) : std::nullopt;
  }
  if (!isa<fx::ExpandOp, fx::ViewOp, fx::PermuteOp, fx::SliceOp, fx::SelectOp,
           fx::CatOp>(op))
    return std::nullopt;
  std::optional<Range> all;
  for (Value operand : op->getOperands()) {
    std::optional<Range> one = of(operand, inputAt(op, at, rewriter));
    if (!one)
      return std::nullopt;
    all = all ? unite(*all, *one) : *one;
  }
  return all;
}

std::optional<Range> RangeAnalysis::converted(fx::ToOp op, At at) {
  std::optional<Range> input = of(op.getInput(), at);
  Type from = elementTypeOf(op.getInput()), to = elementTypeOf(op.getResult());
  if (to.isInteger(1))
    return truth(input);
  if (!input || !isa<FloatType, IntegerType>(to))
    return std::nullopt;
  if (isa<FloatType>(from) && isa<IntegerType>(to))
    return fit({std::trunc(input->lo), std::trunc(input->hi), input->isAssumed},
               to);
  std::optional<Range> whole = wholeType(from);
  bool isUnknown = whole && !from.isInteger(1) && input->lo == whole->lo &&
                   input->hi == whole->hi;
  if (isUnknown && isa<FloatType>(to))
    return Range{0, 1, /*isAssumed=*/true};
  return fit(*input, to);
}

std::optional<Range> RangeAnalysis::chosen(Value condition, Value ifTrue,
                                           Value ifFalse, At at) {
  Range test = truth(of(condition, at));
  if (test.lo == test.hi)
    return of(test.lo == 1 ? ifTrue : ifFalse, at);
  std::optional<Range> a = of(ifTrue, at), b = of(ifFalse, at);
  return a && b ? std::optional<Range>(unite(*a, *b)) : std::nullopt;
}

std::optional<Range> RangeAnalysis::arithmetic(Operation *op, At at) {
  std::optional<Range> a = of(op->getOperand(0), at);
  std::optional<Range> b = isa<fx::NegOp>(op) ? std::optional(Range{0, 0})
                                              : of(op->getOperand(1), at);
  if (!a || !b)
    return std::nullopt;
  // Infinities may meet to give NaN: of what holds them, nothing is said.
  for (double end : {a->lo, a->hi, b->lo, b->hi})
    if (std::isinf(end))
      return std::nullopt;
  Range range;
  if (isa<fx::AddOp>(op))
    range = {a->lo + b->lo, a->hi + b->hi};
  else if (isa<fx::SubOp>(op))
    range = {a->lo - b->hi, a->hi - b->lo};
  else if (isa<fx::NegOp>(op))
    range = {-a->hi, -a->lo};
  else {
    double ends[] = {a->lo * b->lo, a->lo * b->hi, a->hi * b->lo,
                     a->hi * b->hi};
    range = {*llvm::min_element(ends), *llvm::max_element(ends)};
  }
  range.isAssumed = a->isAssumed || b->isAssumed;
  return fit(range, elementTypeOf(op->getResult(0)));
}

Range RangeAnalysis::logical(Operation *op, At at) {
  std::optional<Range> a = of(op->getOperand(0), at);
  if (isa<fx::LogicalNotOp, fx::BitwiseNotOp>(op))
    return negate(truth(a));
  std::optional<Range> b = of(op->getOperand(1), at);
  Range p = truth(a), q = truth(b);
  if (isa<fx::LogicalAndOp, fx::BitwiseAndOp>(op))
    return {std::min(p.lo, q.lo), std::min(p.hi, q.hi)};
  if (isa<fx::LogicalOrOp, fx::BitwiseOrOp>(op))
    return {std::max(p.lo, q.lo), std::max(p.hi, q.hi)};
  if (!a || !b || a->isAssumed || b->isAssumed)
    return either;
  if (isa<fx::EqOp>(op))
    return equal(*a, *b);
  if (isa<fx::NeOp>(op))
    return negate(equal(*a, *b));
  if (isa<fx::LtOp, fx::LeOp>(op))
    return less(*a, *b, isa<fx::LeOp>(op));
  return less(*b, *a, isa<fx::GeOp>(op));
}

} // namespace xcc::frontend
