//===- LowerIndexing.cpp - Reads at computed places -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A gather is a linalg.generic over the result whose body extracts elements.
// Indices out of range, undefined in the graph, are clamped.
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/LowerOps.h"

using namespace mlir;

namespace xcc::frontend {

Scalar extractElement(ImplicitLocOpBuilder &builder, const Tensor &source,
                      ValueRange indices) {
  Value element = tensor::ExtractOp::create(builder, source.value, indices);
  return {&builder, element,
          source.element.isUnsignedInteger() || source.element.isInteger(1)};
}

/// An element of an index tensor as a place in a dimension of `size`.
static Value clampIndex(ImplicitLocOpBuilder &b, Value stored, Value size,
                        bool fromEnd) {
  Value index = arith::IndexCastOp::create(b, b.getIndexType(), stored);
  Value zero = arith::ConstantIndexOp::create(b, 0);
  if (fromEnd) {
    Value isNegative =
        arith::CmpIOp::create(b, arith::CmpIPredicate::slt, index, zero);
    Value wrapped = arith::AddIOp::create(b, index, size);
    index = arith::SelectOp::create(b, isNegative, wrapped, index);
  }
  Value one = arith::ConstantIndexOp::create(b, 1);
  Value last = arith::SubIOp::create(b, size, one);
  index = arith::MinSIOp::create(b, index, last);
  return arith::MaxSIOp::create(b, index, zero);
}

/// A size inside a body: constants are made there, others read from outside.
static Value sizeInside(ImplicitLocOpBuilder &b, AffineExpr size,
                        Value outside) {
  if (auto constant = dyn_cast<AffineConstantExpr>(size))
    return arith::ConstantIndexOp::create(b, constant.getValue());
  return outside;
}

namespace {
/// One indexed dimension of a gather.
struct IndexedDim {
  unsigned dim;
  Access indices;
  Value size;
};
} // namespace

/// result[...] = source[...], the indexed dimensions at their indices and the
/// others, in order, at loops `plainLoops`.
static Tensor gather(Lowering &lowering, const SymbolicShape &shape,
                     Tensor source, SmallVector<IndexedDim> indexed,
                     ArrayRef<unsigned> plainLoops, bool fromEnd) {
  SmallVector<Access> inputs;
  for (IndexedDim &one : indexed) {
    AffineExpr size = source.shape[one.dim];
    if (!isa<AffineConstantExpr>(size))
      one.size = lowering.index(size);
    one.indices.tensor = lowering.store(one.indices.tensor);
    one.indices.tensor.splat = {};
    inputs.push_back(one.indices);
  }
  return lowering.move(
      shape, inputs, source.element,
      [&](ArrayRef<Scalar> x) {
        ImplicitLocOpBuilder &b = *x[0].builder;
        SmallVector<Value> places;
        unsigned nextPlain = 0;
        for (unsigned i = 0; i < source.rank(); ++i) {
          auto found = llvm::find_if(
              indexed, [&](const IndexedDim &one) { return one.dim == i; });
          if (found == indexed.end()) {
            places.push_back(
                linalg::IndexOp::create(b, plainLoops[nextPlain++]));
            continue;
          }
          Value size = sizeInside(b, source.shape[i], found->size);
          places.push_back(
              clampIndex(b, x[found - indexed.begin()].value, size, fromEnd));
        }
        return extractElement(b, source, places);
      },
      /*usesIndex=*/true);
}

/// Rows of a table, over the joined leading dimensions of the indices.
static LogicalResult lowerEmbedding(fx::EmbeddingOp op, Lowering &lowering) {
  Tensor table = lowering.getStored(op.getWeight());
  Tensor indices = lowering.getStored(op.getIndices());
  AffineExpr rows = productOf(indices.shape, lowering.context());
  Access place{lowering.mustReshape(indices, {rows}), {lowering.dim(0)}};
  Tensor result = gather(lowering, {rows, table.shape[1]}, table,
                         {IndexedDim{0, place, Value()}}, {1},
                         /*fromEnd=*/false);
  return setResult(
      op, lowering,
      lowering.mustReshape(result, lowering.shapeOf(op.getResult())));
}

/// The result of `op`, which reads `input` at `place` along `dim` and at its
/// own indices along the rest.
static LogicalResult gatherAlong(Operation *op, Lowering &lowering,
                                 const Tensor &input, unsigned dim,
                                 const Access &place) {
  SmallVector<unsigned> plain;
  for (unsigned i = 0; i < input.rank(); ++i)
    if (i != dim)
      plain.push_back(i);
  return setResult(op, lowering,
                   gather(lowering, lowering.shapeOf(op->getResult(0)), input,
                          {IndexedDim{dim, place, Value()}}, plain,
                          /*fromEnd=*/false));
}

static LogicalResult lowerIndexSelect(fx::IndexSelectOp op,
                                      Lowering &lowering) {
  Tensor input = lowering.getStored(op.getInput());
  unsigned dim = op.getDim();
  Access place{lowering.getStored(op.getIndices()), {lowering.dim(dim)}};
  return gatherAlong(op, lowering, input, dim, place);
}

static LogicalResult lowerGather(fx::GatherOp op, Lowering &lowering) {
  Tensor input = lowering.getStored(op.getInput());
  Access place = lowering.identity(lowering.getStored(op.getIndices()));
  return gatherAlong(op, lowering, input, op.getDim(), place);
}

static LogicalResult lowerIndex(fx::IndexOp op, Lowering &lowering) {
  Tensor input = lowering.getStored(op.getInput());
  SymbolicShape shape = lowering.shapeOf(op.getResult());
  ArrayRef<int64_t> dims = op.getDims();
  bool isAdjacent =
      dims.back() - dims.front() + 1 == static_cast<int64_t>(dims.size());
  unsigned position = isAdjacent ? dims.front() : 0;
  unsigned joint = shape.size() - (input.rank() - dims.size());
  SymbolicShape jointShape(shape.begin() + position,
                           shape.begin() + position + joint);
  SmallVector<AffineExpr> shifted;
  for (unsigned i = 0; i < joint; ++i)
    shifted.push_back(lowering.dim(position + i));
  SmallVector<IndexedDim> indexed;
  for (auto [dim, value] : llvm::zip(dims, op.getIndices())) {
    Access place = lowering.broadcast(lowering.getStored(value), jointShape);
    for (AffineExpr &expr : place.exprs)
      expr = expr.replaceDims(shifted);
    indexed.push_back({static_cast<unsigned>(dim), place, Value()});
  }
  SmallVector<unsigned> plain;
  for (unsigned i = 0; i < shape.size(); ++i)
    if (i < position || i >= position + joint)
      plain.push_back(i);
  return setResult(
      op, lowering,
      gather(lowering, shape, input, indexed, plain, /*fromEnd=*/true));
}

void addIndexingLowerings(LowerTable &table) {
  table.add<fx::EmbeddingOp>(lowerEmbedding);
  table.add<fx::IndexSelectOp>(lowerIndexSelect);
  table.add<fx::GatherOp>(lowerGather);
  table.add<fx::IndexOp>(lowerIndex);
}

} // namespace xcc::frontend
