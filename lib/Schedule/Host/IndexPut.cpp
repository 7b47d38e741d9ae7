//===- IndexPut.cpp - Slices placed by index ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Work items split the dimensions that are not indexed: no update crosses from
// one to another, so each applies its updates in order.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/Scatter.h"

using namespace mlir;

namespace xcc::schedule {

static constexpr int64_t columnBlock = 256;

namespace {
/// A block of columns of the dimensions that are not indexed.
class IndexPut {
public:
  IndexPut(HostKernelBuilder &builder, fx::IndexPutOp op, UpdateTarget target);

  ItemRange plan();

private:
  LogicalResult emitBlock(AffineExpr item);
  LogicalResult copy(Indices kept, Value lower, Value upper);
  LogicalResult update(Indices at, Indices kept, Value lower, Value upper);
  Value readValue(Indices at, Indices kept);
  void forColumns(Indices kept, Value lower, Value upper,
                  function_ref<void(IndexList)> inside);

  HostKernelBuilder &builder;
  ElementEmitter &emitter;
  IndexSpace &space;
  fx::IndexPutOp op;
  UpdateTarget target;
  IndexPutPlaces places;
  IndexList keptExtents; // of all kept dimensions but the last
  AffineExpr width;      // of the last; 1 if there is none
};
} // namespace

IndexPut::IndexPut(HostKernelBuilder &builder, fx::IndexPutOp op,
                   UpdateTarget target)
    : builder(builder), emitter(builder.elements()), space(builder.space()),
      op(op), target(std::move(target)), places(emitter, op) {
  ArrayRef<unsigned> kept = places.keptDims;
  width = kept.empty() ? space.constant(1) : this->target.shape[kept.back()];
  for (unsigned dim : kept.drop_back(!kept.empty()))
    keptExtents.push_back(this->target.shape[dim]);
}

Value IndexPut::readValue(Indices at, Indices kept) {
  return readBroadcast(builder.builder(), op.getLoc(), emitter, op.getValues(),
                       places.valuePlace(at, kept));
}

void IndexPut::forColumns(Indices kept, Value lower, Value upper,
                          function_ref<void(IndexList)> inside) {
  if (places.keptDims.empty()) {
    ElementEmitter::Scope scope(emitter);
    inside({});
    return;
  }
  builder.forLoop(lower, upper, width, [&](AffineExpr column) {
    IndexList all(kept);
    all.push_back(column);
    inside(all);
  });
}

LogicalResult IndexPut::copy(Indices kept, Value lower, Value upper) {
  LogicalResult status = success();
  OpBuilder &b = builder.builder();
  std::function<void(IndexList)> nest = [&](IndexList indexed) {
    if (indexed.size() < op.getDims().size()) {
      builder.forExtent(target.shape[op.getDims()[indexed.size()]],
                        [&](AffineExpr index) {
                          IndexList more = indexed;
                          more.push_back(index);
                          nest(more);
                        });
      return;
    }
    forColumns(kept, lower, upper, [&](IndexList all) {
      IndexList place(target.shape.size());
      for (auto [dim, index] : llvm::zip_equal(op.getDims(), indexed))
        place[dim] = index;
      for (auto [dim, index] : llvm::zip_equal(places.keptDims, all))
        place[dim] = index;
      Value value = emitter.readElement(b, op.getLoc(), op.getInput(), place);
      if (value)
        emitter.storeFlat(b, op.getLoc(), value, target.buffer,
                          space.linearize(place, target.shape));
      else
        status = failure();
    });
  };
  nest({});
  return status;
}

LogicalResult IndexPut::update(Indices at, Indices kept, Value lower,
                               Value upper) {
  LogicalResult status = success();
  OpBuilder &b = builder.builder();
  Location loc = op.getLoc();
  IndexList place(target.shape.size());
  for (auto [dim, indices] : llvm::zip_equal(op.getDims(), op.getIndices())) {
    Value number = readBroadcast(b, loc, emitter, indices, at);
    if (!number)
      return failure();
    place[dim] = boundedIndex(builder, number, target.shape[dim]);
  }
  forColumns(kept, lower, upper, [&](IndexList all) {
    for (auto [dim, index] : llvm::zip_equal(places.keptDims, all))
      place[dim] = index;
    AffineExpr offset = space.linearize(place, target.shape);
    Value value = readValue(at, all);
    if (!value) {
      status = failure();
      return;
    }
    if (op.getAccumulate()) {
      ScalarOps ops{b, loc};
      Value old =
          emitter.loadFlat(b, loc, target.buffer, offset, target.declared);
      value = combineUpdate(ops, "sum", old, value);
    }
    emitter.storeFlat(b, loc, value, target.buffer, offset);
  });
  return status;
}

LogicalResult IndexPut::emitBlock(AffineExpr item) {
  IndexList extents = keptExtents;
  extents.push_back(width.ceilDiv(columnBlock));
  IndexList kept = delinearizeVariables(builder, item, extents);
  AffineExpr block = kept.pop_back_val();
  auto [lower, upper] = blockBounds(builder, block, columnBlock, width);
  Value low = lower, high = upper;
  if (failed(copy(kept, low, high)))
    return failure();
  LogicalResult status = success();
  std::function<void(IndexList)> nest = [&](IndexList at) {
    if (at.size() == places.atExtents.size()) {
      ElementEmitter::Scope scope(emitter);
      if (failed(update(at, kept, low, high)))
        status = failure();
      return;
    }
    builder.forExtent(places.atExtents[at.size()], [&](AffineExpr index) {
      IndexList more = at;
      more.push_back(index);
      nest(more);
    });
  };
  nest({});
  return status;
}

ItemRange IndexPut::plan() {
  AffineExpr items = space.product(keptExtents) * width.ceilDiv(columnBlock);
  return {items, [this](AffineExpr item) { return emitBlock(item); }};
}

LogicalResult scheduleIndexPut(HostKernelBuilder &builder, fx::IndexPutOp op) {
  FailureOr<UpdateTarget> target = updateTargetOf(builder, op.getResult());
  if (failed(target))
    return failure();
  IndexPut indexPut(builder, op, *target);
  return scheduleItems(builder, indexPut.plan());
}

} // namespace xcc::schedule
