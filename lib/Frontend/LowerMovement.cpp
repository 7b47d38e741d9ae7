//===- LowerMovement.cpp - Conversion, rotation, nearest resizing ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/LowerOps.h"

using namespace mlir;

namespace xcc::frontend {

/// A constant converted at compile time; null where that is not simple.
static TypedAttr convertSplat(TypedAttr value, Type from, Type to) {
  auto target = dyn_cast<FloatType>(to);
  if (!target)
    return {};
  bool losesInfo;
  if (auto number = dyn_cast<FloatAttr>(value)) {
    APFloat converted = number.getValue();
    converted.convert(target.getFloatSemantics(), APFloat::rmNearestTiesToEven,
                      &losesInfo);
    return FloatAttr::get(target, converted);
  }
  bool isSigned = !from.isUnsignedInteger() && !from.isInteger(1);
  APFloat converted(target.getFloatSemantics());
  converted.convertFromAPInt(cast<IntegerAttr>(value).getValue(), isSigned,
                             APFloat::rmNearestTiesToEven);
  return FloatAttr::get(target, converted);
}

static LogicalResult lowerTo(fx::ToOp op, Lowering &lowering) {
  Tensor input = lowering.get(op.getInput());
  Type from = input.element, to = elementOf(op.getResult());
  if (from == to)
    return setResult(op, lowering, input);
  if (input.splat)
    if (TypedAttr value = convertSplat(input.splat, from, to))
      return setResult(op, lowering, lowering.splat(value, input.shape, to));
  Tensor result = lowering.move(
      input.shape, {lowering.identity(input)}, to, [&](ArrayRef<Scalar> x) {
        return x[0].with(convertElement(x[0], from, to));
      });
  return setResult(op, lowering, result);
}

/// rope(x) on the view that splits the rotated dimension in (2, half) or, of
/// neighbouring pairs, (half, 2): the partner of element p is 1 - p.
static LogicalResult lowerRope(fx::RopeOp op, Lowering &lowering) {
  SymbolicShape shape = lowering.shapeOf(op.getResult());
  auto split = [&](Tensor tensor) {
    SymbolicShape parts(tensor.shape);
    AffineExpr size = parts.pop_back_val();
    bool isOne = isSize(size, 1);
    AffineExpr half = isOne ? size : size.floorDiv(2);
    AffineExpr two = lowering.constant(isOne ? 1 : 2);
    if (op.getInterleaved())
      parts.append({half, two});
    else
      parts.append({two, half});
    return lowering.mustReshape(tensor, parts);
  };
  if (!isa<AffineConstantExpr>(shape.back()))
    return op.emitOpError("expects a static last dimension");
  Tensor input = split(lowering.getStored(op.getInput()));
  Tensor cos = split(lowering.get(op.getCos()));
  Tensor sin = split(lowering.get(op.getSin()));
  unsigned pair = op.getInterleaved() ? input.rank() - 1 : input.rank() - 2;
  Access partner = lowering.identity(input);
  partner.exprs[pair] = lowering.constant(1) - lowering.dim(pair);
  auto rotate = [&](ArrayRef<Scalar> x) {
    ImplicitLocOpBuilder &b = *x[0].builder;
    Value half = linalg::IndexOp::create(b, pair);
    Value zero = arith::ConstantIndexOp::create(b, 0);
    Scalar isFirst = x[0].with(
        arith::CmpIOp::create(b, arith::CmpIPredicate::eq, half, zero));
    Scalar rotated = select(isFirst, -x[1], x[1]);
    return x[0] * x[2] + rotated * x[3];
  };
  Tensor result = lowering.map(
      input.shape,
      {lowering.identity(input), partner, lowering.broadcast(cos, input.shape),
       lowering.broadcast(sin, input.shape)},
      elementOf(op.getResult()), rotate, /*usesIndex=*/true);
  return setResult(op, lowering, lowering.mustReshape(result, shape));
}

/// The whole factor a dimension grows by, if there is one.
static std::optional<int64_t> wholeFactor(AffineExpr in, AffineExpr out,
                                          std::optional<double> scale) {
  for (int64_t factor = 1; factor <= 16; ++factor)
    if (in * factor == out && (!scale || *scale == factor))
      return factor;
  return std::nullopt;
}

/// min(floor(i * scale), size - 1), with the scale in f32 as in PyTorch.
static Value nearestIndex(ImplicitLocOpBuilder &b, unsigned loop, float scale,
                          Value last) {
  Value index = linalg::IndexOp::create(b, loop);
  Value integer = arith::IndexCastOp::create(b, b.getI64Type(), index);
  Value number = arith::SIToFPOp::create(b, b.getF32Type(), integer);
  Value factor = arith::ConstantOp::create(b, b.getF32FloatAttr(scale));
  Value scaled = arith::MulFOp::create(b, number, factor);
  Value whole = arith::FPToSIOp::create(b, b.getI64Type(), scaled);
  Value source = arith::IndexCastOp::create(b, b.getIndexType(), whole);
  return arith::MinSIOp::create(b, source, last);
}

static LogicalResult lowerNearest(fx::UpsampleNearestOp op,
                                  Lowering &lowering) {
  Tensor input = lowering.getStored(op.getInput());
  SymbolicShape shape = lowering.shapeOf(op.getResult());
  Access access = lowering.identity(input);
  SmallVector<float> scales(2, 1.0f);
  SmallVector<Value> lasts(2);
  bool isWhole = true;
  for (unsigned i = 2; i < input.rank(); ++i) {
    std::optional<double> scale;
    if (!op.getScales().empty())
      scale = op.getScales()[i - 2];
    std::optional<int64_t> factor =
        wholeFactor(input.shape[i], shape[i], scale);
    if (factor)
      access.exprs[i] = access.exprs[i].floorDiv(*factor);
    isWhole &= factor.has_value();
    auto in = dyn_cast<AffineConstantExpr>(input.shape[i]);
    auto out = dyn_cast<AffineConstantExpr>(shape[i]);
    if (!factor && !scale && (!in || !out))
      return op.emitOpError("expects scales, static sizes or a whole factor "
                            "for dimension ")
             << i;
    scales.push_back(factor ? 1.0f / *factor
                     : scale
                         ? static_cast<float>(1.0 / *scale)
                         : static_cast<float>(in.getValue()) / out.getValue());
    lasts.push_back(lowering.index(input.shape[i] - 1));
  }
  if (isWhole)
    return setResult(op, lowering,
                     lowering.move(shape, {access}, input.element,
                                   [](ArrayRef<Scalar> x) { return x[0]; }));
  Tensor result = lowering.move(
      shape, {}, input.element,
      [&](ArrayRef<Scalar> x) {
        ImplicitLocOpBuilder &b = *x[0].builder;
        SmallVector<Value> indices;
        for (unsigned i = 0; i < input.rank(); ++i)
          indices.push_back(i < 2 ? linalg::IndexOp::create(b, i).getResult()
                                  : nearestIndex(b, i, scales[i], lasts[i]));
        return extractElement(b, input, indices);
      },
      /*usesIndex=*/true);
  return setResult(op, lowering, result);
}

void addMovementLowerings(LowerTable &table) {
  table.add<fx::ToOp>(lowerTo);
  table.add<fx::RopeOp>(lowerRope);
  table.add<fx::UpsampleNearestOp>(lowerNearest);
}

} // namespace xcc::frontend
