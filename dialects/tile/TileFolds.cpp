//===- TileFolds.cpp - Builders and folders of the tile dialect -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/tile/Tile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace xcc::tile;

//===-- Builders
//-----------------------------------------------------------===//

static IntegerSetAttr toAttribute(IntegerSet bounds) {
  return bounds ? IntegerSetAttr::get(bounds) : IntegerSetAttr();
}

void LoadOp::build(OpBuilder &builder, OperationState &state, Type result,
                   Value buffer, ValueRange scalars, ValueRange indices,
                   AffineMap map, IntegerSet bounds, Value other) {
  build(builder, state, result, buffer, scalars, indices, other,
        AffineMapAttr::get(map), toAttribute(bounds));
}

void StoreOp::build(OpBuilder &builder, OperationState &state, Value tile,
                    Value buffer, ValueRange scalars, ValueRange indices,
                    AffineMap map, IntegerSet bounds) {
  build(builder, state, tile, buffer, scalars, indices, AffineMapAttr::get(map),
        toAttribute(bounds));
}

void AtomicAddOp::build(OpBuilder &builder, OperationState &state, Value tile,
                        Value buffer, ValueRange scalars, ValueRange indices,
                        AffineMap map, IntegerSet bounds) {
  build(builder, state, tile, buffer, scalars, indices, AffineMapAttr::get(map),
        toAttribute(bounds));
}

void IndexOp::build(OpBuilder &builder, OperationState &state, Type result,
                    AffineMap map, ValueRange scalars) {
  build(builder, state, result, AffineMapAttr::get(map), scalars);
}

void SliceOp::build(OpBuilder &builder, OperationState &state, Value source,
                    Value index) {
  build(builder, state, cast<SharedType>(source.getType()).getSlice(), source,
        index);
}

/// The type of a renamed tile.
static Type renamed(Value tile, const LinearLayout &layout) {
  return getTileType(getElementTypeOrSelf(tile.getType()), layout);
}

void ExpandDimsOp::build(OpBuilder &builder, OperationState &state, Value tile,
                         int64_t axis) {
  build(builder, state, renamed(tile, getLayout(tile.getType()).expanded(axis)),
        tile, axis);
}

void TransposeOp::build(OpBuilder &builder, OperationState &state, Value tile,
                        ArrayRef<int64_t> order) {
  SmallVector<unsigned> dims(order.begin(), order.end());
  build(builder, state, renamed(tile, getLayout(tile.getType()).permuted(dims)),
        tile, order);
}

void ReshapeOp::build(OpBuilder &builder, OperationState &state, Value tile,
                      ArrayRef<int64_t> shape) {
  build(builder, state,
        renamed(tile, getLayout(tile.getType()).reshaped(shape)), tile);
}

void ConvertLayoutOp::build(OpBuilder &builder, OperationState &state,
                            Value tile, LayoutAttr layout) {
  build(builder, state,
        getTileType(getElementTypeOrSelf(tile.getType()), layout), tile,
        IntegerAttr());
}

void DotOp::build(OpBuilder &builder, OperationState &state, Value lhs,
                  Value rhs, Value accumulator, StringRef instruction) {
  build(builder, state, accumulator.getType(), lhs, rhs, accumulator,
        builder.getStringAttr(instruction));
}

void ExchangeOp::build(OpBuilder &builder, OperationState &state, Value tile,
                       int64_t axis, int64_t distance) {
  state.addOperands(tile);
  state.addAttribute(getAxisAttrName(state.name),
                     builder.getI64IntegerAttr(axis));
  state.addAttribute(getDistanceAttrName(state.name),
                     builder.getI64IntegerAttr(distance));
  state.addTypes(tile.getType());
}

void ReduceOp::build(OpBuilder &builder, OperationState &state,
                     ValueRange tiles, int64_t axis,
                     function_ref<SmallVector<Value>(OpBuilder &, Location,
                                                     ValueRange, ValueRange)>
                         combine) {
  state.addOperands(tiles);
  state.addAttribute(getAxisAttrName(state.name),
                     builder.getI64IntegerAttr(axis));
  SmallVector<Type> scalars;
  for (Value tile : tiles) {
    scalars.push_back(getElementTypeOrSelf(tile.getType()));
    state.addTypes(renamed(tile, getLayout(tile.getType()).reduced(axis)));
  }
  OpBuilder::InsertionGuard guard(builder);
  Block *body = builder.createBlock(state.addRegion());
  for (int copy = 0; copy < 2; ++copy)
    body->addArguments(scalars,
                       SmallVector<Location>(scalars.size(), state.location));
  ValueRange all(body->getArguments());
  YieldOp::create(builder, state.location,
                  combine(builder, state.location,
                          all.take_front(scalars.size()),
                          all.drop_front(scalars.size())));
}

ReduceOp ReduceOp::createSum(OpBuilder &builder, Location loc, Value tile,
                             int64_t axis) {
  return create(builder, loc, tile, axis,
                [](OpBuilder &b, Location l, ValueRange x,
                   ValueRange y) -> SmallVector<Value> {
                  if (isa<FloatType>(x[0].getType()))
                    return {arith::AddFOp::create(b, l, x[0], y[0])};
                  return {arith::AddIOp::create(b, l, x[0], y[0])};
                });
}

ReduceOp ReduceOp::createMax(OpBuilder &builder, Location loc, Value tile,
                             int64_t axis) {
  return create(builder, loc, tile, axis,
                [](OpBuilder &b, Location l, ValueRange x,
                   ValueRange y) -> SmallVector<Value> {
                  if (isa<FloatType>(x[0].getType()))
                    return {arith::MaxNumFOp::create(b, l, x[0], y[0])};
                  return {arith::MaxSIOp::create(b, l, x[0], y[0])};
                });
}

//===-- Folders
//------------------------------------------------------------===//

OpFoldResult SplatOp::fold(FoldAdaptor adaptor) {
  if (!adaptor.getScalar())
    return {};
  return DenseElementsAttr::get(cast<ShapedType>(getType()),
                                adaptor.getScalar());
}

OpFoldResult ToScalarOp::fold(FoldAdaptor adaptor) {
  if (auto splat = dyn_cast_or_null<SplatElementsAttr>(adaptor.getTile()))
    return splat.getSplatValue<Attribute>();
  if (auto splat = getTile().getDefiningOp<SplatOp>())
    return splat.getScalar();
  return {};
}

/// A tile of one number stays one.
static OpFoldResult foldRenaming(Attribute tile, Type result) {
  if (auto splat = dyn_cast_or_null<SplatElementsAttr>(tile))
    return splat.resizeSplat(cast<ShapedType>(result));
  return {};
}

OpFoldResult ExpandDimsOp::fold(FoldAdaptor adaptor) {
  return foldRenaming(adaptor.getTile(), getType());
}

OpFoldResult BroadcastOp::fold(FoldAdaptor adaptor) {
  if (getTile().getType() == getType())
    return getTile();
  return foldRenaming(adaptor.getTile(), getType());
}

OpFoldResult TransposeOp::fold(FoldAdaptor adaptor) {
  if (llvm::equal(getOrder(), llvm::seq<int64_t>(getOrder().size())))
    return getTile();
  return foldRenaming(adaptor.getTile(), getType());
}

OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor) {
  if (getTile().getType() == getType())
    return getTile();
  return foldRenaming(adaptor.getTile(), getType());
}

OpFoldResult ConvertLayoutOp::fold(FoldAdaptor adaptor) {
  if (getTile().getType() == getType())
    return getTile();
  // convert(convert(x)) -> convert(x)
  if (auto inner = getTile().getDefiningOp<ConvertLayoutOp>()) {
    getTileMutable().assign(inner.getTile());
    return getResult();
  }
  return foldRenaming(adaptor.getTile(), getType());
}
