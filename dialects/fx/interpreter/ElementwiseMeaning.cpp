//===- ElementwiseMeaning.cpp - The meaning of element-wise operations ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One row an operation, in the order of FxElementwise.td.
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/interpreter/ElementwiseMeaning.h"

#include "dialects/fx/Fx.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace xcc::fx {

//===-- Arithmetic that a row's line cannot hold --------------------------===//

// Sums and products wrap: unsigned arithmetic does, signed is undefined.
static int64_t wrapAdd(int64_t a, int64_t b) {
  return static_cast<int64_t>(uint64_t(a) + uint64_t(b));
}
static int64_t wrapSub(int64_t a, int64_t b) {
  return static_cast<int64_t>(uint64_t(a) - uint64_t(b));
}
static int64_t wrapMul(int64_t a, int64_t b) {
  return static_cast<int64_t>(uint64_t(a) * uint64_t(b));
}

// b is not zero. Dividing the smallest number by -1 wraps to itself.
static int64_t truncDivide(int64_t a, int64_t b) {
  return b == -1 ? wrapSub(0, a) : a / b;
}
static int64_t truncModulo(int64_t a, int64_t b) { return b == -1 ? 0 : a % b; }
static int64_t floorDivide(int64_t a, int64_t b) {
  bool isInexact = truncModulo(a, b) != 0;
  return truncDivide(a, b) - (isInexact && (a < 0) != (b < 0));
}
static int64_t floorModulo(int64_t a, int64_t b) {
  int64_t rest = truncModulo(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

static double floorDivide(double a, double b) {
  if (b == 0)
    return a / b;
  double rest = std::fmod(a, b);
  double quotient = (a - rest) / b;
  if (rest != 0 && (b < 0) != (rest < 0))
    quotient -= 1;
  if (quotient == 0)
    return std::copysign(0.0, a / b);
  double floored = std::floor(quotient);
  return quotient - floored > 0.5 ? floored + 1 : floored;
}
static double floorModulo(double a, double b) {
  double rest = std::fmod(a, b);
  return rest != 0 && (b < 0) != (rest < 0) ? rest + b : rest;
}

// A negative exponent leaves what 1 / base^n truncates to.
static int64_t power(int64_t base, int64_t exponent) {
  if (exponent < 0) {
    bool isOdd = exponent & 1;
    return base == 1 ? 1 : base == -1 ? (isOdd ? -1 : 1) : 0;
  }
  int64_t result = 1;
  for (; exponent; exponent >>= 1, base = wrapMul(base, base))
    if (exponent & 1)
      result = wrapMul(result, base);
  return result;
}

static double maximum(double a, double b) {
  return std::isnan(a) ? a : std::isnan(b) ? b : a > b ? a : b;
}
static double minimum(double a, double b) {
  return std::isnan(a) ? a : std::isnan(b) ? b : a < b ? a : b;
}

// In the form that stays exact where 1 + erf(x) cancels.
static double gelu(double x) { return 0.5 * x * std::erfc(-x * M_SQRT1_2); }
static double geluTanh(double x) {
  double inner = M_2_SQRTPI * M_SQRT1_2 * (x + 0.044715 * x * x * x);
  return 0.5 * x * (1 + std::tanh(inner));
}
static double clamp(double x, double low, double high) {
  double raised = x < low ? low : x;
  return raised > high ? high : raised;
}
static double lerp(double start, double end, double weight) {
  // The nearer end is the base: exact at weights 0 and 1.
  return std::fabs(weight) < 0.5 ? start + weight * (end - start)
                                 : end - (end - start) * (1 - weight);
}

//===-- Attributes --------------------------------------------------------===//

using Numbers = SmallVector<double>;
static double number(const APFloat &value) { return value.convertToDouble(); }

static Numbers geluForm(Operation *op) {
  return {cast<GeluOp>(op).getApproximate() == "tanh" ? 1.0 : 0.0};
}
static Numbers eluFactors(Operation *op) {
  auto elu = cast<EluOp>(op);
  return {number(elu.getAlpha()), number(elu.getScale()),
          number(elu.getInputScale())};
}
static Numbers leakySlope(Operation *op) {
  return {number(cast<LeakyReluOp>(op).getNegativeSlope())};
}
static Numbers softplusShape(Operation *op) {
  auto softplus = cast<SoftplusOp>(op);
  return {number(softplus.getBeta()), number(softplus.getThreshold())};
}
static Numbers clampBounds(Operation *op) {
  auto bounds = cast<ClampOp>(op);
  return {bounds.getMin() ? number(*bounds.getMin()) : -INFINITY,
          bounds.getMax() ? number(*bounds.getMax()) : INFINITY};
}
static Numbers nanReplacements(Operation *op) {
  auto replace = cast<NanToNumOp>(op);
  auto type = dyn_cast<FloatType>(getElementTypeOrSelf(op->getOperand(0)));
  double largest =
      type ? number(APFloat::getLargest(type.getFloatSemantics())) : 0;
  return {number(replace.getNan()),
          replace.getPosinf() ? number(*replace.getPosinf()) : largest,
          replace.getNeginf() ? number(*replace.getNeginf()) : -largest};
}
static Numbers addcmulValue(Operation *op) {
  return {number(cast<AddcmulOp>(op).getValue())};
}
static Numbers addcdivValue(Operation *op) {
  return {number(cast<AddcdivOp>(op).getValue())};
}

//===-- Lambdas of any arity as one kind of function ----------------------===//

template <auto body, typename Result, typename X>
static Result callWith(const X *x, Parameters p) {
  using Body = decltype(body);
  if constexpr (std::is_invocable_v<Body, X, X, X, Parameters>)
    return body(x[0], x[1], x[2], p);
  else if constexpr (std::is_invocable_v<Body, X, X, X>)
    return body(x[0], x[1], x[2]);
  else if constexpr (std::is_invocable_v<Body, X, X>)
    return body(x[0], x[1]);
  else if constexpr (std::is_invocable_v<Body, X, Parameters>)
    return body(x[0], p);
  else
    return body(x[0]);
}
template <auto body> static double floats(const double *x, Parameters p) {
  return callWith<body, double>(x, p);
}
template <auto body> static int64_t ints(const int64_t *x, Parameters p) {
  return callWith<body, int64_t>(x, p);
}
template <auto body> static bool predicate(const double *x) {
  return callWith<body, bool>(x, nullptr);
}

// The same expression for floats and integers.
template <auto body>
static constexpr ElementwiseMeaning both(llvm::StringLiteral op) {
  return {op, floats<body>, ints<body>};
}
template <auto body>
static constexpr ElementwiseMeaning compare(llvm::StringLiteral op) {
  return {op, nullptr, ints<body>, predicate<body>};
}
template <auto body>
static constexpr ElementwiseMeaning onFloats(llvm::StringLiteral op) {
  return {op, floats<body>};
}
template <auto body>
static constexpr ElementwiseMeaning onInts(llvm::StringLiteral op) {
  return {op, nullptr, ints<body>};
}

using D = double;
using I = int64_t;

//===-- The table ---------------------------------------------------------===//
// clang-format off

static const ElementwiseMeaning rows[] = {
    // One operand.
    {"fx.abs", floats<[](D x) { return std::fabs(x); }>,
               ints<[](I x) { return x < 0 ? wrapSub(0, x) : x; }>},
    {"fx.neg", floats<[](D x) { return -x; }>,
               ints<[](I x) { return wrapSub(0, x); }>},
    both<[](auto x) { return (x > 0) - (x < 0); }>("fx.sign"),
    onFloats<[](D x) { return std::ceil(x); }>("fx.ceil"),
    onFloats<[](D x) { return std::floor(x); }>("fx.floor"),
    onFloats<[](D x) { return std::nearbyint(x); }>("fx.round"),
    onFloats<[](D x) { return std::trunc(x); }>("fx.trunc"),
    onFloats<[](D x) { return x - std::trunc(x); }>("fx.frac"),
    onFloats<[](D x) { return std::sqrt(x); }>("fx.sqrt"),
    onFloats<[](D x) { return 1 / std::sqrt(x); }>("fx.rsqrt"),
    onFloats<[](D x) { return 1 / x; }>("fx.reciprocal"),
    onFloats<[](D x) { return std::exp(x); }>("fx.exp"),
    onFloats<[](D x) { return std::exp2(x); }>("fx.exp2"),
    onFloats<[](D x) { return std::expm1(x); }>("fx.expm1"),
    onFloats<[](D x) { return std::log(x); }>("fx.log"),
    onFloats<[](D x) { return std::log2(x); }>("fx.log2"),
    onFloats<[](D x) { return std::log10(x); }>("fx.log10"),
    onFloats<[](D x) { return std::log1p(x); }>("fx.log1p"),
    onFloats<[](D x) { return std::sin(x); }>("fx.sin"),
    onFloats<[](D x) { return std::cos(x); }>("fx.cos"),
    onFloats<[](D x) { return std::tan(x); }>("fx.tan"),
    onFloats<[](D x) { return std::asin(x); }>("fx.asin"),
    onFloats<[](D x) { return std::acos(x); }>("fx.acos"),
    onFloats<[](D x) { return std::atan(x); }>("fx.atan"),
    onFloats<[](D x) { return std::sinh(x); }>("fx.sinh"),
    onFloats<[](D x) { return std::cosh(x); }>("fx.cosh"),
    onFloats<[](D x) { return std::tanh(x); }>("fx.tanh"),
    onFloats<[](D x) { return std::asinh(x); }>("fx.asinh"),
    onFloats<[](D x) { return std::acosh(x); }>("fx.acosh"),
    onFloats<[](D x) { return std::atanh(x); }>("fx.atanh"),
    onFloats<[](D x) { return std::erf(x); }>("fx.erf"),
    onFloats<[](D x) { return std::erfc(x); }>("fx.erfc"),
    onFloats<[](D x) { return 1 / (1 + std::exp(-x)); }>("fx.sigmoid"),
    onFloats<[](D x) {
      return (x < 0 ? x : 0) - std::log1p(std::exp(-std::fabs(x))); }>("fx.log_sigmoid"),
    both<[](auto x) { return x < 0 ? 0 : x; }>("fx.relu"),
    both<[](auto x) { return x < 0 ? 0 : x > 6 ? 6 : x; }>("fx.relu6"),
    onFloats<[](D x) { return x / (1 + std::exp(-x)); }>("fx.silu"),
    onFloats<[](D x) { return x * std::tanh(std::log1p(std::exp(x))); }>("fx.mish"),
    onFloats<[](D x) { return clamp(x + 3, 0, 6) / 6; }>("fx.hardsigmoid"),
    onFloats<[](D x) { return x * clamp(x + 3, 0, 6) / 6; }>("fx.hardswish"),
    onFloats<[](D x) { return x / (1 + std::fabs(x)); }>("fx.softsign"),
    onFloats<[](D x) { return 1.0507009873554804934193349852946 *
      (x > 0 ? x : 1.6732632423543772848170429916717 * std::expm1(x)); }>("fx.selu"),
    onInts<[](I x) { return ~x; }>("fx.bitwise_not"),

    // One operand and attributes.
    {"fx.gelu", floats<[](D x, Parameters p) { return *p ? geluTanh(x) : gelu(x); }>,
        nullptr, nullptr, geluForm},
    {"fx.elu", floats<[](D x, Parameters p) {
        return p[1] * (x > 0 ? x : p[0] * std::expm1(p[2] * x)); }>,
        nullptr, nullptr, eluFactors},
    {"fx.leaky_relu", floats<[](D x, Parameters p) { return x > 0 ? x : *p * x; }>,
        nullptr, nullptr, leakySlope},
    {"fx.softplus", floats<[](D x, Parameters p) {
        return p[0] * x > p[1] ? x : std::log1p(std::exp(p[0] * x)) / p[0]; }>,
        nullptr, nullptr, softplusShape},
    {"fx.clamp", floats<[](D x, Parameters p) { return clamp(x, p[0], p[1]); }>,
        ints<[](I x, Parameters p) {
          I raised = D(x) < p[0] ? I(p[0]) : x;
          return D(raised) > p[1] ? I(p[1]) : raised; }>,
        nullptr, clampBounds},
    {"fx.nan_to_num", floats<[](D x, Parameters p) {
        return std::isnan(x) ? p[0] : !std::isinf(x) ? x : x > 0 ? p[1] : p[2]; }>,
        ints<[](I x) { return x; }>, nullptr, nanReplacements},
    {"fx.isnan", nullptr, ints<[](I) { return 0; }>,
        predicate<[](D x) { return std::isnan(x); }>},
    {"fx.isinf", nullptr, ints<[](I) { return 0; }>,
        predicate<[](D x) { return std::isinf(x); }>},
    {"fx.isfinite", nullptr, ints<[](I) { return 1; }>,
        predicate<[](D x) { return std::isfinite(x); }>},
    compare<[](auto x) { return x == 0; }>("fx.logical_not"),

    // Two operands.
    {"fx.add", floats<[](D a, D b) { return a + b; }>, ints<wrapAdd>},
    {"fx.sub", floats<[](D a, D b) { return a - b; }>, ints<wrapSub>},
    {"fx.mul", floats<[](D a, D b) { return a * b; }>, ints<wrapMul>},
    onFloats<[](D a, D b) { return a / b; }>("fx.div"),
    {"fx.div_floor", floats<[](D a, D b) { return floorDivide(a, b); }>,
        ints<[](I a, I b) { return floorDivide(a, b); }>, nullptr, nullptr, true},
    {"fx.div_trunc", floats<[](D a, D b) { return std::trunc(a / b); }>,
        ints<truncDivide>, nullptr, nullptr, true},
    {"fx.fmod", floats<[](D a, D b) { return std::fmod(a, b); }>,
        ints<truncModulo>, nullptr, nullptr, true},
    {"fx.remainder", floats<[](D a, D b) { return floorModulo(a, b); }>,
        ints<[](I a, I b) { return floorModulo(a, b); }>, nullptr, nullptr, true},
    {"fx.pow", floats<[](D a, D b) { return std::pow(a, b); }>, ints<power>},
    onFloats<[](D a, D b) { return std::atan2(a, b); }>("fx.atan2"),
    onFloats<[](D a, D b) { return std::hypot(a, b); }>("fx.hypot"),
    onFloats<[](D a, D b) { return std::copysign(a, b); }>("fx.copysign"),
    {"fx.maximum", floats<maximum>, ints<[](I a, I b) { return a > b ? a : b; }>},
    {"fx.minimum", floats<minimum>, ints<[](I a, I b) { return a < b ? a : b; }>},
    {"fx.fmax", floats<[](D a, D b) { return std::fmax(a, b); }>,
        ints<[](I a, I b) { return a > b ? a : b; }>},
    {"fx.fmin", floats<[](D a, D b) { return std::fmin(a, b); }>,
        ints<[](I a, I b) { return a < b ? a : b; }>},
    onInts<[](I a, I b) { return a & b; }>("fx.bitwise_and"),
    onInts<[](I a, I b) { return a | b; }>("fx.bitwise_or"),
    onInts<[](I a, I b) { return a ^ b; }>("fx.bitwise_xor"),
    // A shift by the width or more, or by less than nothing, shifts all out.
    onInts<[](I a, I b) { return b < 0 || b > 63 ? 0 : I(uint64_t(a) << b); }>(
        "fx.bitwise_left_shift"),
    onInts<[](I a, I b) { return a >> (b < 0 || b > 63 ? 63 : b); }>(
        "fx.bitwise_right_shift"),
    compare<[](auto a, auto b) { return a == b; }>("fx.eq"),
    compare<[](auto a, auto b) { return a != b; }>("fx.ne"),
    compare<[](auto a, auto b) { return a < b; }>("fx.lt"),
    compare<[](auto a, auto b) { return a <= b; }>("fx.le"),
    compare<[](auto a, auto b) { return a > b; }>("fx.gt"),
    compare<[](auto a, auto b) { return a >= b; }>("fx.ge"),
    compare<[](auto a, auto b) { return a != 0 && b != 0; }>("fx.logical_and"),
    compare<[](auto a, auto b) { return a != 0 || b != 0; }>("fx.logical_or"),
    compare<[](auto a, auto b) { return (a != 0) != (b != 0); }>("fx.logical_xor"),

    // Three operands.
    onFloats<lerp>("fx.lerp"),
    {"fx.addcmul", floats<[](D x, D a, D b, Parameters p) { return x + *p * a * b; }>,
        ints<[](I x, I a, I b, Parameters p) {
          return wrapAdd(x, wrapMul(I(*p), wrapMul(a, b))); }>,
        nullptr, addcmulValue},
    {"fx.addcdiv", floats<[](D x, D a, D b, Parameters p) { return x + *p * a / b; }>,
        nullptr, nullptr, addcdivValue},
};
// clang-format on

ArrayRef<ElementwiseMeaning> elementwiseMeanings() { return rows; }

} // namespace xcc::fx
