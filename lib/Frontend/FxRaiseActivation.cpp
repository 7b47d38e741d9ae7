//===- FxRaiseActivation.cpp - Formulas of sigmoid, silu and gelu ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Match.h"
#include "lib/Frontend/Passes.h"

using namespace mlir;

namespace xcc::frontend {

#define GEN_PASS_DEF_FXRAISEACTIVATION
#include "lib/Frontend/Passes.h.inc"

namespace {
/// A product taken apart: its factors and the number they are multiplied by.
struct Factors {
  SmallVector<Value> values;
  double number = 1;
};
} // namespace

static void collectFactors(Value value, bool isRoot, Factors &factors) {
  if (std::optional<double> number = splatNumber(value)) {
    factors.number *= *number;
    return;
  }
  Operation *op = value.getDefiningOp();
  bool isInner = op && (isRoot || value.hasOneUse());
  if (isInner && isa<fx::MulOp>(op)) {
    collectFactors(op->getOperand(0), false, factors);
    collectFactors(op->getOperand(1), false, factors);
    return;
  }
  if (isInner && isa<fx::DivOp>(op))
    if (std::optional<double> divisor = splatNumber(op->getOperand(1))) {
      factors.number /= *divisor;
      return collectFactors(op->getOperand(0), false, factors);
    }
  if (isInner && isa<fx::PowOp>(op)) {
    std::optional<double> power = splatNumber(op->getOperand(1));
    if (power == 2.0 || power == 3.0) {
      factors.values.append(static_cast<size_t>(*power), op->getOperand(0));
      return;
    }
  }
  factors.values.push_back(value);
}

static Factors factorsOf(Value value) {
  Factors factors;
  collectFactors(value, /*isRoot=*/true, factors);
  return factors;
}

/// Whether a constant is the formula's, as far as its type can tell.
static bool isNumber(double found, double expected, Value like) {
  unsigned bits = elementTypeOf(like).getIntOrFloatBitWidth();
  // Half a unit in the last of bf16's 8 bits, twice; f32's constants are often
  // written with 7 digits.
  double tolerance = bits == 16 ? 8e-3 : 1e-5;
  return std::abs(found - expected) <= tolerance * std::abs(expected);
}

/// x, when `value` is x + 1 and has no other use.
static Value withoutOne(Value value) {
  auto add = value.getDefiningOp<fx::AddOp>();
  if (!add || !value.hasOneUse())
    return {};
  if (splatNumber(add.getRhs()) == 1.0)
    return add.getLhs();
  return splatNumber(add.getLhs()) == 1.0 ? add.getRhs() : Value();
}

template <typename UnaryOp> static Value argumentOf(Value value) {
  auto op = value ? value.getDefiningOp<UnaryOp>() : UnaryOp();
  return op && value.hasOneUse() ? op.getInput() : Value();
}

/// x, when `value` is 1 + exp(-x).
static Value sigmoidDivisor(Value value) {
  return argumentOf<fx::NegOp>(argumentOf<fx::ExpOp>(withoutOne(value)));
}

/// 1 / (1 + exp(-x)) -> sigmoid(x)
static Value raiseSigmoid(Operation *op, Value divisor,
                          GraphRewriter &rewriter) {
  Value x = sigmoidDivisor(divisor);
  if (!x || x.getType() != op->getResult(0).getType())
    return {};
  return fx::SigmoidOp::create(rewriter, op->getLoc(), x.getType(), x);
}

/// 1 / (1 + exp(-x)) -> sigmoid(x); x / (1 + exp(-x)) -> silu(x)
static Value raiseDiv(fx::DivOp op, GraphRewriter &rewriter) {
  if (splatNumber(op.getLhs()) == 1.0)
    return raiseSigmoid(op, op.getRhs(), rewriter);
  Value x = sigmoidDivisor(op.getRhs());
  if (!x || x != op.getLhs())
    return {};
  return fx::SiluOp::create(rewriter, op.getLoc(), op.getType(), x);
}

/// Whether `value` is sqrt(2 / pi) * (x + 0.044715 * x^3), or x factored out.
static bool isTanhArgument(Value value, Value x) {
  Factors outer = factorsOf(value);
  if (!isNumber(outer.number, std::sqrt(2 / M_PI), x))
    return false;
  if (outer.values.size() == 2) {
    Value rest = outer.values[0] == x ? outer.values[1] : outer.values[0];
    Value square = withoutOne(rest);
    if (!square || !llvm::is_contained(outer.values, x))
      return false;
    Factors inner = factorsOf(square);
    return isNumber(inner.number, 0.044715, x) &&
           inner.values == SmallVector<Value>{x, x};
  }
  auto add = outer.values.size() == 1
                 ? outer.values.front().getDefiningOp<fx::AddOp>()
                 : fx::AddOp();
  if (!add || !add->hasOneUse() || (add.getLhs() != x && add.getRhs() != x))
    return false;
  Value cubic = otherOperand(add, x);
  Factors inner = factorsOf(cubic);
  return cubic.hasOneUse() && isNumber(inner.number, 0.044715, x) &&
         inner.values == SmallVector<Value>{x, x, x};
}

static Value buildGelu(fx::MulOp op, Value x, StringRef approximate,
                       GraphRewriter &rewriter) {
  if (x.getType() != op.getType())
    return {};
  return fx::GeluOp::create(rewriter, op.getLoc(), op.getType(), x,
                            rewriter.getStringAttr(approximate));
}

/// x * sigmoid(x) -> silu(x); 0.5 * x * (1 + erf(x / sqrt(2))) and
/// 0.5 * x * (1 + tanh(...)) -> gelu(x)
static Value raiseMul(fx::MulOp op, GraphRewriter &rewriter) {
  if (!isa<FloatType>(elementTypeOf(op.getResult())))
    return {};
  Factors factors = factorsOf(op.getResult());
  if (factors.values.size() != 2)
    return {};
  for (auto [x, other] : {std::pair(factors.values[0], factors.values[1]),
                          std::pair(factors.values[1], factors.values[0])}) {
    if (factors.number == 1 && argumentOf<fx::SigmoidOp>(other) == x &&
        x.getType() == op.getType())
      return fx::SiluOp::create(rewriter, op.getLoc(), op.getType(), x);
    if (!isNumber(factors.number, 0.5, x))
      continue;
    Value inner = withoutOne(other);
    if (Value argument = argumentOf<fx::ErfOp>(inner)) {
      Factors scaled = factorsOf(argument);
      if (scaled.values == SmallVector<Value>{x} &&
          isNumber(scaled.number, std::sqrt(0.5), x))
        return buildGelu(op, x, "none", rewriter);
    }
    if (Value argument = argumentOf<fx::TanhOp>(inner);
        argument && isTanhArgument(argument, x))
      return buildGelu(op, x, "tanh", rewriter);
  }
  return {};
}

namespace {
struct FxRaiseActivation : impl::FxRaiseActivationBase<FxRaiseActivation> {
  void runOnOperation() override {
    GraphRewriter rewriter(getOperation());
    rewriter.run([&](Operation *op) {
      return TypeSwitch<Operation *, Value>(op)
          .Case([&](fx::MulOp mul) { return raiseMul(mul, rewriter); })
          .Case([&](fx::DivOp div) { return raiseDiv(div, rewriter); })
          .Case([&](fx::ReciprocalOp reciprocal) {
            return raiseSigmoid(op, reciprocal.getInput(), rewriter);
          })
          .Default([](Operation *) { return Value(); });
    });
  }
};
} // namespace

} // namespace xcc::frontend
