//===- LoopWriter.cpp - Loops on the tensors of a kernel ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/LoopWriter.h"

#include "dialects/fx/Fx.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace xcc::schedule {

Value LoopWriter::size(AffineExpr expr) {
  if (std::optional<int64_t> number = known(expr))
    return arith::ConstantIndexOp::create(builder, loc, *number);
  SmallVector<Value> sizes;
  for (BlockArgument argument : kernel.getArguments())
    if (argument.getType().isIndex())
      sizes.push_back(argument);
  AffineMap map = AffineMap::get(0, sizes.size(), expr);
  return affine::AffineApplyOp::create(builder, loc, map, sizes);
}

RankedTensorType LoopWriter::typeOf(Indices shape, Type element) {
  SmallVector<int64_t> sizes;
  for (AffineExpr extent : shape)
    sizes.push_back(known(extent).value_or(ShapedType::kDynamic));
  return RankedTensorType::get(sizes, element);
}

Value LoopWriter::empty(Indices shape, Type element) {
  SmallVector<Value> sizes;
  for (AffineExpr extent : shape)
    if (!known(extent))
      sizes.push_back(size(extent));
  return tensor::EmptyOp::create(builder, loc, typeOf(shape, element), sizes);
}

Value LoopWriter::pad(Value input, ArrayRef<int64_t> low,
                      ArrayRef<int64_t> high, double value) {
  auto isZero = [](int64_t amount) { return amount == 0; };
  if (llvm::all_of(low, isZero) && llvm::all_of(high, isZero))
    return input;
  IndexList shape = shapeOf(input);
  for (auto [extent, before, after] : llvm::zip_equal(shape, low, high))
    extent = simplify(extent + before + after);
  return fx::PadOp::create(
      builder, loc, typeOf(shape, getElementTypeOrSelf(input)), input,
      builder.getDenseI64ArrayAttr(low), builder.getDenseI64ArrayAttr(high),
      builder.getF64FloatAttr(value));
}

Value LoopWriter::collapse(Value input, ArrayRef<unsigned> firsts) {
  SmallVector<ReassociationIndices> groups;
  unsigned rank = cast<RankedTensorType>(input.getType()).getRank();
  for (auto [i, first] : llvm::enumerate(firsts)) {
    unsigned end = i + 1 < firsts.size() ? firsts[i + 1] : rank;
    groups.push_back(llvm::to_vector<2>(llvm::seq<int64_t>(first, end)));
  }
  return tensor::CollapseShapeOp::create(builder, loc, input, groups);
}

Value LoopWriter::cut(Value input, Indices shape) {
  if (shapeOf(input) == IndexList(shape))
    return input;
  SmallVector<OpFoldResult> offsets(shape.size(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> steps(shape.size(), builder.getIndexAttr(1));
  SmallVector<OpFoldResult> sizes;
  for (AffineExpr extent : shape)
    sizes.push_back(known(extent)
                        ? OpFoldResult(builder.getIndexAttr(*known(extent)))
                        : OpFoldResult(size(extent)));
  return tensor::ExtractSliceOp::create(
      builder, loc, typeOf(shape, getElementTypeOrSelf(input)), input, offsets,
      sizes, steps);
}

/// The loops that no tensor has as a dimension.
static SmallVector<unsigned> unseenLoops(const Loops &loops) {
  llvm::SmallBitVector unseen(loops.extents.size(), true);
  for (unsigned loop : loops.result)
    unseen.reset(loop);
  for (const LoopRead &read : loops.reads)
    for (AffineExpr expr : read.place)
      if (auto dim = dyn_cast<AffineDimExpr>(expr))
        unseen.reset(dim.getPosition());
  return llvm::to_vector_of<unsigned>(unseen.set_bits());
}

Value LoopWriter::emit(const Loops &loops, Type element, Value init,
                       Body body) {
  unsigned count = loops.extents.size();
  MLIRContext *context = builder.getContext();
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  auto read = [&](Value tensor, Indices place) {
    inputs.push_back(tensor);
    maps.push_back(AffineMap::get(count, 0, place, context));
  };
  for (const LoopRead &each : loops.reads)
    read(each.tensor, each.place);
  IndexList unseen, extents, result, shape;
  for (unsigned loop : unseenLoops(loops)) {
    unseen.push_back(getAffineDimExpr(loop, context));
    extents.push_back(loops.extents[loop]);
  }
  // An operand that nothing reads says how far these loops go.
  if (!unseen.empty())
    read(empty(extents, element), unseen);
  SmallVector<utils::IteratorType> kinds(count, utils::IteratorType::reduction);
  for (unsigned loop : loops.result) {
    kinds[loop] = utils::IteratorType::parallel;
    result.push_back(getAffineDimExpr(loop, context));
    shape.push_back(loops.extents[loop]);
  }
  maps.push_back(AffineMap::get(count, 0, result, context));
  Value into = empty(shape, element);
  if (init)
    into = linalg::FillOp::create(builder, loc, init, into).getResult(0);
  auto op = linalg::GenericOp::create(
      builder, loc, into.getType(), inputs, into, maps, kinds,
      [&](OpBuilder &b, Location at, ValueRange arguments) {
        Value made =
            body(ScalarOps{b, at}, arguments.take_front(loops.reads.size()),
                 arguments.back());
        linalg::YieldOp::create(b, at, made);
      });
  return op.getResult(0);
}

} // namespace xcc::schedule
