//===- Scatter.cpp - Elements replaced by index, for blocks of threads ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each element of the result looks for its updates, in their order: the same
// bits as one update after another, and nothing to wait for.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/KernelRoot.h"
#include "lib/Schedule/Element/Updates.h"
#include "lib/Schedule/Tile/BlockRanges.h"
#include "lib/Schedule/Tile/TileForm.h"

using namespace mlir;

namespace xcc::schedule {

namespace {
/// What scatter and index_put do to the element at some place.
class Updates {
public:
  virtual ~Updates() = default;

  Value input, result;
  StringRef reduce;
  bool excludesSelf = false;
  SmallVector<int64_t> dims; // of the result, that indices tell
  AffineExpr count;          // updates that may concern one element

  /// For update `number`: the index along each of `dims`, then its value.
  virtual FailureOr<SmallVector<Value>> read(ElementEmitter &emitter,
                                             OpBuilder &b, Indices place,
                                             AffineExpr number) = 0;
  /// `place` as the updates see it; they may cover less than the result.
  virtual IndexList covered(TileKernelBuilder &builder, Indices place) {
    return IndexList(place);
  }
};

class ScatterUpdates : public Updates {
public:
  ScatterUpdates(TileKernelBuilder &builder, fx::ScatterOp op) : op(op) {
    IndexList shape = builder.elements().shapeOf(op.getIndices());
    input = op.getInput();
    result = op.getResult();
    reduce = op.getReduce();
    excludesSelf = op.getExcludeSelf() && reduce != "none";
    count = builder.space().constant(1);
    if (shape.empty())
      return;
    dims = {int64_t(op.getDim())};
    count = shape[op.getDim()];
  }

  FailureOr<SmallVector<Value>> read(ElementEmitter &emitter, OpBuilder &b,
                                     Indices place,
                                     AffineExpr number) override {
    IndexList from(place);
    SmallVector<Value> values;
    if (!from.empty()) {
      from[op.getDim()] = number;
      values.push_back(
          emitter.readElement(b, op.getLoc(), op.getIndices(), from));
    }
    values.push_back(emitter.readElement(b, op.getLoc(), op.getSource(), from));
    if (llvm::is_contained(values, Value()))
      return failure();
    return values;
  }

  IndexList covered(TileKernelBuilder &builder, Indices place) override {
    IndexList shape = builder.elements().shapeOf(op.getIndices()),
              result(place);
    IndexList whole = builder.elements().shapeOf(op.getResult());
    for (unsigned i = 0; i < result.size(); ++i)
      if (i != op.getDim() && shape[i] != whole[i])
        result[i] = builder.within(result[i], shape[i]);
    return result;
  }

private:
  fx::ScatterOp op;
};

class IndexPutUpdates : public Updates {
public:
  IndexPutUpdates(TileKernelBuilder &builder, fx::IndexPutOp op)
      : builder(builder), op(op), places(builder.elements(), op) {
    input = op.getInput();
    result = op.getResult();
    reduce = op.getAccumulate() ? "sum" : "none";
    dims.assign(op.getDims().begin(), op.getDims().end());
    IndexSpace &space = builder.space();
    count = space.simplify(space.product(places.atExtents));
  }

  FailureOr<SmallVector<Value>> read(ElementEmitter &emitter, OpBuilder &b,
                                     Indices place,
                                     AffineExpr number) override {
    IndexList at = builder.space().delinearize(number, places.atExtents);
    IndexList kept;
    for (unsigned dim : places.keptDims)
      kept.push_back(place[dim]);
    SmallVector<Value> values;
    for (Value index : op.getIndices())
      values.push_back(readBroadcast(b, op.getLoc(), emitter, index, at));
    values.push_back(readBroadcast(b, op.getLoc(), emitter, op.getValues(),
                                   places.valuePlace(at, kept)));
    if (llvm::is_contained(values, Value()))
      return failure();
    return values;
  }

private:
  TileKernelBuilder &builder;
  fx::IndexPutOp op;
  IndexPutPlaces places;
};

class TileScatter {
public:
  TileScatter(TileKernelBuilder &builder, std::unique_ptr<Updates> updates)
      : builder(builder), space(builder.space()), updates(std::move(updates)),
        op(this->updates->result.getDefiningOp()), loc(op->getLoc()) {}

  LogicalResult run();

private:
  LogicalResult emitElement(ElementEmitter &emitter, OpBuilder &b,
                            Indices place);
  LogicalResult probe(ElementEmitter &emitter, OpBuilder &b, Indices place);
  FailureOr<Value> updated(Indices place);
  Value isHit(Value number, AffineExpr index, AffineExpr extent);
  Value wide(Value integer);

  TileKernelBuilder &builder;
  IndexSpace &space;
  std::unique_ptr<Updates> updates;
  Operation *op;
  Location loc;
};
} // namespace

/// An index as a tile of i64.
Value TileScatter::wide(Value integer) {
  OpBuilder &b = builder.builder();
  Type i64 = b.getI64Type();
  if (integer.getType().isIndex())
    integer = arith::IndexCastOp::create(b, loc, i64, integer);
  integer = builder.toTile(integer);
  auto type = cast<RankedTensorType>(integer.getType());
  if (type.getElementType() == i64)
    return integer;
  return arith::ExtSIOp::create(b, loc, type.clone(i64), integer);
}

/// True where `number`, an index that may count from the end, is `index`.
Value TileScatter::isHit(Value number, AffineExpr index, AffineExpr extent) {
  OpBuilder &b = builder.builder();
  ScalarOps ops{b, loc};
  auto tileOf = [&](AffineExpr expr) {
    return wide(builder.tileForm().index(b, loc, expr));
  };
  number = wide(number);
  Value zero = tileOf(space.constant(0));
  Value fromEnd = arith::AddIOp::create(b, loc, number, tileOf(extent));
  number = ops.select(ops.isBelow(number, zero), fromEnd, number);
  number = ops.clamp(number, zero, tileOf(extent - 1));
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, number,
                               tileOf(index));
}

/// The element at `place` after all updates.
FailureOr<Value> TileScatter::updated(Indices place) {
  OpBuilder &b = builder.builder();
  ElementEmitter &emitter = builder.elements();
  Type declared =
      cast<RankedTensorType>(updates->result.getType()).getElementType();
  ScalarOps ops{b, loc, isUnsignedElement(op, declared)};
  IndexList shape = emitter.shapeOf(updates->result);
  Value own = builder.readTile(updates->input, place);
  if (!own)
    return failure();
  Value never = builder.toTile(arith::ConstantIntOp::create(b, loc, 0, 1));
  SmallVector<Value> inits = {own, never};
  if (updates->excludesSelf)
    inits[0] = builder.toTile(
        updateIdentity(ops, updates->reduce, getElementTypeOrSelf(own)));
  IndexList covered = updates->covered(builder, place);
  Value exists = builder.maskOf(covered, place);
  auto body = [&](AffineExpr number,
                  ValueRange before) -> FailureOr<SmallVector<Value>> {
    FailureOr<SmallVector<Value>> read =
        updates->read(emitter, b, covered, number);
    if (failed(read))
      return failure();
    Value hit = exists;
    for (auto [dim, index] : llvm::zip(updates->dims, *read)) {
      Value here = isHit(index, place[dim], shape[dim]);
      hit = hit ? ops.both(hit, here) : here;
    }
    Value next = combineUpdate(ops, updates->reduce, before[0],
                               builder.toTile(read->back()));
    if (!hit)
      return SmallVector<Value>{next, before[1]};
    return SmallVector<Value>{ops.select(hit, next, before[0]),
                              ops.either(before[1], hit)};
  };
  FailureOr<SmallVector<Value>> after =
      builder.forLoop(updates->count, inits, body);
  if (failed(after))
    return failure();
  if (!updates->excludesSelf || updates->dims.empty())
    return after->front();
  return ops.select(after->back(), after->front(), own);
}

/// What an element reads and computes, to find out how its place is made.
LogicalResult TileScatter::probe(ElementEmitter &emitter, OpBuilder &b,
                                 Indices place) {
  for (int64_t dim : updates->dims)
    (void)space.materialize(b, loc, place[dim]);
  Value own = emitter.readElement(b, loc, updates->input, place);
  FailureOr<SmallVector<Value>> read =
      updates->read(emitter, b, place, space.constant(0));
  if (!own || failed(read))
    return failure();
  return emitter.writeElement(b, loc, updates->result, place, own);
}

LogicalResult TileScatter::emitElement(ElementEmitter &emitter, OpBuilder &b,
                                       Indices place) {
  if (&emitter == &builder.probe())
    return probe(emitter, b, place);
  FailureOr<Value> value = updated(place);
  if (failed(value))
    return failure();
  return emitter.writeElement(b, loc, updates->result, place, *value);
}

LogicalResult TileScatter::run() {
  ElementNest nest{
      builder.elements().shapeOf(updates->result),
      [this](ElementEmitter &emitter, OpBuilder &b, Indices place) {
        return emitElement(emitter, b, place);
      }};
  builder.setThreads(mapThreads);
  FailureOr<BlockRange> range = planNest(builder, nest, mapThreads);
  return failed(range) ? failure() : emitRanges(builder, *range);
}

LogicalResult scheduleTileScatter(TileKernelBuilder &builder) {
  Operation *op = findRoot<fx::ScatterOp, fx::IndexPutOp>(builder.kernel());
  if (!op)
    return failure();
  std::unique_ptr<Updates> updates;
  if (auto scatter = dyn_cast<fx::ScatterOp>(op))
    updates = std::make_unique<ScatterUpdates>(builder, scatter);
  else
    updates =
        std::make_unique<IndexPutUpdates>(builder, cast<fx::IndexPutOp>(op));
  return TileScatter(builder, std::move(updates)).run();
}

} // namespace xcc::schedule
