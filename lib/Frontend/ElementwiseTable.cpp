//===- ElementwiseTable.cpp - The scalar meaning of element-wise ops ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One row an operation. Arithmetic is in f32 for f16 and bf16.
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/ElementwiseTable.h"
#include "dialects/fx/Fx.h"

using namespace mlir;

namespace xcc::frontend {

using Args = ArrayRef<Scalar>;

template <typename MathOp> static Scalar apply(Operation *, Args x) {
  return x[0].apply<MathOp>();
}
template <typename MathOp> static Scalar apply2(Operation *, Args x) {
  return x[0].apply<MathOp>(x[1]);
}

static Scalar one(Scalar like) { return like.constant(1); }
static Scalar zero(Scalar like) { return like.constant(0); }
static Scalar truth(Scalar like, bool value) {
  return like.with(arith::ConstantOp::create(*like.builder,
                                             like.builder->getBoolAttr(value)));
}
static Scalar sigmoid(Scalar x) { return 1.0 / (exponential(-x) + 1); }
static Scalar squashed(Scalar x) {
  return minimum(maximum(x + 3, zero(x)), x.constant(6));
}

static Scalar buildSign(Operation *, Args x) {
  Scalar isNegative = less(x[0], zero(x[0]));
  Scalar isPositive = less(zero(x[0]), x[0]);
  Scalar minusOne = x[0].isUnsigned ? zero(x[0]) : x[0].constant(-1);
  return select(isPositive, one(x[0]),
                select(isNegative, minusOne, zero(x[0])));
}
static Scalar buildLogSigmoid(Operation *, Args x) {
  return minimum(x[0], zero(x[0])) -
         exponential(-absolute(x[0])).apply<math::Log1pOp>();
}
static Scalar buildMish(Operation *, Args x) {
  return x[0] * exponential(x[0]).apply<math::Log1pOp>().apply<math::TanhOp>();
}
static Scalar buildIsnan(Operation *, Args x) {
  return x[0].isFloat() ? notEqual(x[0], x[0]) : truth(x[0], false);
}
static Scalar buildIsinf(Operation *, Args x) {
  return x[0].isFloat() ? equal(absolute(x[0]), x[0].constant(INFINITY))
                        : truth(x[0], false);
}
static Scalar buildIsfinite(Operation *, Args x) {
  return x[0].isFloat() ? less(absolute(x[0]), x[0].constant(INFINITY))
                        : truth(x[0], true);
}
template <typename FloatOp, bool isMax>
static Scalar buildIgnoringNan(Operation *, Args x) {
  if (x[0].isFloat())
    return x[0].apply<FloatOp>(x[1]);
  return isMax ? maximum(x[0], x[1]) : minimum(x[0], x[1]);
}
static Scalar buildAddcmul(Operation *op, Args x) {
  double value = cast<fx::AddcmulOp>(op).getValue().convertToDouble();
  Scalar product = x[1] * x[2];
  return x[0] + (value == 1 ? product : product * value);
}
static Scalar buildAddcdiv(Operation *op, Args x) {
  double value = cast<fx::AddcdivOp>(op).getValue().convertToDouble();
  Scalar numerator = value == 1 ? x[1] : x[1] * value;
  return x[0] + numerator / x[2];
}

using Op = Operation *;
static const ElementwiseRow rows[] = {
    {"fx.abs", [](Op, Args x) { return absolute(x[0]); }},
    {"fx.neg", [](Op, Args x) { return -x[0]; }},
    {"fx.sign", buildSign},
    {"fx.ceil", apply<math::CeilOp>},
    {"fx.floor", apply<math::FloorOp>},
    {"fx.round", apply<math::RoundEvenOp>},
    {"fx.trunc", apply<math::TruncOp>},
    {"fx.frac", [](Op, Args x) { return x[0] - x[0].apply<math::TruncOp>(); }},
    {"fx.sqrt", apply<math::SqrtOp>},
    {"fx.rsqrt", apply<math::RsqrtOp>},
    {"fx.reciprocal", [](Op, Args x) { return 1.0 / x[0]; }},
    {"fx.exp", apply<math::ExpOp>},
    {"fx.exp2", apply<math::Exp2Op>},
    {"fx.expm1", apply<math::ExpM1Op>},
    {"fx.log", apply<math::LogOp>},
    {"fx.log2", apply<math::Log2Op>},
    {"fx.log10", apply<math::Log10Op>},
    {"fx.log1p", apply<math::Log1pOp>},
    {"fx.sin", apply<math::SinOp>},
    {"fx.cos", apply<math::CosOp>},
    {"fx.tan", apply<math::TanOp>},
    {"fx.asin", apply<math::AsinOp>},
    {"fx.acos", apply<math::AcosOp>},
    {"fx.atan", apply<math::AtanOp>},
    {"fx.sinh", apply<math::SinhOp>},
    {"fx.cosh", apply<math::CoshOp>},
    {"fx.tanh", apply<math::TanhOp>},
    {"fx.asinh", apply<math::AsinhOp>},
    {"fx.acosh", apply<math::AcoshOp>},
    {"fx.atanh", apply<math::AtanhOp>},
    {"fx.erf", apply<math::ErfOp>},
    {"fx.erfc", apply<math::ErfcOp>},
    {"fx.sigmoid", [](Op, Args x) { return sigmoid(x[0]); }},
    {"fx.log_sigmoid", buildLogSigmoid},
    {"fx.relu", [](Op, Args x) { return maximum(x[0], zero(x[0])); }},
    {"fx.relu6",
     [](Op, Args x) {
       return minimum(maximum(x[0], zero(x[0])), x[0].constant(6));
     }},
    {"fx.silu", [](Op, Args x) { return x[0] / (exponential(-x[0]) + 1); }},
    {"fx.mish", buildMish},
    {"fx.hardsigmoid", [](Op, Args x) { return squashed(x[0]) * (1.0 / 6.0); }},
    {"fx.hardswish",
     [](Op, Args x) { return x[0] * (squashed(x[0]) * (1.0 / 6.0)); }},
    {"fx.softsign", [](Op, Args x) { return x[0] / (absolute(x[0]) + 1); }},
    {"fx.selu", buildSelu},
    {"fx.bitwise_not", [](Op, Args x) { return ~x[0]; }},
    {"fx.gelu", buildGelu},
    {"fx.elu", buildElu},
    {"fx.leaky_relu", buildLeakyRelu},
    {"fx.softplus", buildSoftplus},
    {"fx.clamp", buildClamp},
    {"fx.nan_to_num", buildNanToNum},
    {"fx.isnan", buildIsnan},
    {"fx.isinf", buildIsinf},
    {"fx.isfinite", buildIsfinite},
    {"fx.logical_not", [](Op, Args x) { return equal(x[0], zero(x[0])); }},
    {"fx.add", [](Op, Args x) { return x[0] + x[1]; }},
    {"fx.sub", [](Op, Args x) { return x[0] - x[1]; }},
    {"fx.mul", [](Op, Args x) { return x[0] * x[1]; }},
    {"fx.div", [](Op, Args x) { return x[0] / x[1]; }},
    {"fx.div_floor", buildDivFloor},
    {"fx.div_trunc", buildDivTrunc},
    {"fx.fmod", buildFmod},
    {"fx.remainder", buildRemainder},
    {"fx.pow", buildPow},
    {"fx.atan2", apply2<math::Atan2Op>},
    {"fx.hypot", buildHypot},
    {"fx.copysign", apply2<math::CopySignOp>},
    {"fx.maximum", [](Op, Args x) { return maximum(x[0], x[1]); }},
    {"fx.minimum", [](Op, Args x) { return minimum(x[0], x[1]); }},
    {"fx.fmax", buildIgnoringNan<arith::MaxNumFOp, true>},
    {"fx.fmin", buildIgnoringNan<arith::MinNumFOp, false>},
    {"fx.bitwise_and", [](Op, Args x) { return x[0] & x[1]; }},
    {"fx.bitwise_or", [](Op, Args x) { return x[0] | x[1]; }},
    {"fx.bitwise_xor", [](Op, Args x) { return x[0] ^ x[1]; }},
    {"fx.bitwise_left_shift", buildLeftShift},
    {"fx.bitwise_right_shift", buildRightShift},
    {"fx.eq", [](Op, Args x) { return equal(x[0], x[1]); }},
    {"fx.ne", [](Op, Args x) { return notEqual(x[0], x[1]); }},
    {"fx.lt", [](Op, Args x) { return less(x[0], x[1]); }},
    {"fx.le", [](Op, Args x) { return lessEqual(x[0], x[1]); }},
    {"fx.gt", [](Op, Args x) { return less(x[1], x[0]); }},
    {"fx.ge", [](Op, Args x) { return lessEqual(x[1], x[0]); }},
    {"fx.logical_and",
     [](Op, Args x) { return isNonZero(x[0]) & isNonZero(x[1]); }},
    {"fx.logical_or",
     [](Op, Args x) { return isNonZero(x[0]) | isNonZero(x[1]); }},
    {"fx.logical_xor",
     [](Op, Args x) { return isNonZero(x[0]) ^ isNonZero(x[1]); }},
    {"fx.where", [](Op, Args x) { return select(x[0], x[1], x[2]); },
     /*isMove=*/true},
    {"fx.masked_fill", [](Op, Args x) { return select(x[1], x[2], x[0]); },
     /*isMove=*/true},
    {"fx.lerp", buildLerp},
    {"fx.addcmul", buildAddcmul},
    {"fx.addcdiv", buildAddcdiv},
};

const ElementwiseRow *findElementwiseRow(Operation *op) {
  static const llvm::StringMap<const ElementwiseRow *> byName = [] {
    llvm::StringMap<const ElementwiseRow *> map;
    for (const ElementwiseRow &row : rows)
      map[row.name] = &row;
    return map;
  }();
  return byName.lookup(op->getName().getStringRef());
}

} // namespace xcc::frontend
