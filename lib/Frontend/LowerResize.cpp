//===- LowerResize.cpp - Resizing with weights ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A resized image is a map that reads its input at computed places.
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/LowerOps.h"

using namespace mlir;

namespace xcc::frontend {

namespace {
/// One of the dimensions that are resized. The values are made outside of
/// loops.
struct ResizedDim {
  unsigned loop;
  Value scale; // input elements for each element of the result
  Value last;  // index of the last input element
};

/// Two neighbours and the weight of the second.
struct Neighbours {
  Value first, second;
  Scalar weight;
};
} // namespace

static Value scaleOf(fx::UpsampleBilinearOp op, Lowering &lowering, unsigned i,
                     AffineExpr in, AffineExpr out, Type type) {
  ImplicitLocOpBuilder &b = lowering.builder;
  auto number = [&](double value) -> Value {
    return arith::ConstantOp::create(b, b.getFloatAttr(type, value));
  };
  if (!op.getAlignCorners() && i < op.getScales().size())
    return number(1.0 / op.getScales()[i]);
  int64_t less = op.getAlignCorners() ? 1 : 0;
  Value from = lowering.floatSize(in - less, type);
  Value to = lowering.floatSize(out - less, type);
  Value scale = b.createOrFold<arith::DivFOp>(from, to);
  if (!op.getAlignCorners())
    return scale;
  // A single element is the first one.
  Value hasSteps =
      b.createOrFold<arith::CmpFOp>(arith::CmpFPredicate::OGT, to, number(0));
  return b.createOrFold<arith::SelectOp>(hasSteps, scale, number(0));
}

static Neighbours neighboursOf(ImplicitLocOpBuilder &b, ResizedDim dim,
                               bool alignsCorners) {
  Value index = linalg::IndexOp::create(b, dim.loop);
  // From 32 bits: AVX2 converts no vectors of 64-bit integers.
  Value small = arith::IndexCastOp::create(b, b.getI32Type(), index);
  Scalar scale{&b, dim.scale};
  Scalar place =
      scale.with(arith::SIToFPOp::create(b, dim.scale.getType(), small));
  Scalar position =
      alignsCorners ? scale * place
                    : maximum((place + 0.5) * scale - 0.5, scale.constant(0));
  Scalar whole = position.apply<math::FloorOp>();
  Value number = arith::IndexCastOp::create(
      b, b.getIndexType(),
      arith::FPToSIOp::create(b, b.getI32Type(), whole.value));
  Value zero = arith::ConstantIndexOp::create(b, 0);
  Value one = arith::ConstantIndexOp::create(b, 1);
  auto clamp = [&](Value value) -> Value {
    Value bounded = arith::MinSIOp::create(b, value, dim.last);
    return arith::MaxSIOp::create(b, bounded, zero);
  };
  Value first = clamp(number);
  return {first, clamp(arith::AddIOp::create(b, first, one)), position - whole};
}

/// Rows are blended, then the blend of two rows.
static LogicalResult lowerBilinear(fx::UpsampleBilinearOp op,
                                   Lowering &lowering) {
  Tensor input = lowering.getStored(op.getInput());
  SymbolicShape shape = lowering.shapeOf(op.getResult());
  Type type = computeType(input.element);
  SmallVector<ResizedDim> resized;
  for (unsigned i : {0, 1}) {
    AffineExpr in = input.shape[i + 2], out = shape[i + 2];
    resized.push_back({i + 2, scaleOf(op, lowering, i, in, out, type),
                       lowering.index(in - 1)});
  }
  auto blend = [](Scalar low, Scalar high, Scalar weight) {
    return low * (weight.constant(1) - weight) + high * weight;
  };
  auto element = [&](ArrayRef<Scalar> x) {
    ImplicitLocOpBuilder &b = *x[0].builder;
    Value image = linalg::IndexOp::create(b, 0);
    Value channel = linalg::IndexOp::create(b, 1);
    Neighbours rows = neighboursOf(b, resized[0], op.getAlignCorners());
    Neighbours columns = neighboursOf(b, resized[1], op.getAlignCorners());
    auto read = [&](Value row, Value column) {
      Scalar stored = extractElement(b, input, {image, channel, row, column});
      return toCompute(b, stored.value, input.element);
    };
    auto line = [&](Value row) {
      return blend(read(row, columns.first), read(row, columns.second),
                   columns.weight);
    };
    Scalar first = line(rows.first);
    return blend(first, line(rows.second), rows.weight);
  };
  return setResult(op, lowering,
                   lowering.map(shape, {}, elementOf(op.getResult()), element,
                                /*usesIndex=*/true));
}

void addResizeLowerings(LowerTable &table) {
  table.add<fx::UpsampleBilinearOp>(lowerBilinear);
}

} // namespace xcc::frontend
