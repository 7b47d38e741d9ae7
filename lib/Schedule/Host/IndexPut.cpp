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
  SmallVector<unsigned> keptDims; // not indexed
  IndexList keptExtents;          // of all kept dimensions but the last
  AffineExpr width;               // of the last; 1 if there is none
  IndexList atExtents;            // the indices' common shape
  unsigned atPlace;               // where it stands among values' dimensions
};
} // namespace

IndexPut::IndexPut(HostKernelBuilder &builder, fx::IndexPutOp op,
                   UpdateTarget target)
    : builder(builder), emitter(builder.elements()), space(builder.space()),
      op(op), target(std::move(target)) {
  ArrayRef<int64_t> dims = op.getDims();
  for (unsigned i = 0; i < this->target.shape.size(); ++i)
    if (!llvm::is_contained(dims, int64_t(i)))
      keptDims.push_back(i);
  width = keptDims.empty() ? space.constant(1)
                           : this->target.shape[keptDims.back()];
  for (unsigned dim : ArrayRef(keptDims).drop_back(!keptDims.empty()))
    keptExtents.push_back(this->target.shape[dim]);
  for (Value index : op.getIndices()) {
    IndexList shape = emitter.shapeOf(index);
    size_t rank = std::max(atExtents.size(), shape.size());
    IndexList joined(rank, space.constant(1));
    for (size_t i = 0; i < rank; ++i)
      for (const IndexList &from : {atExtents, shape})
        if (i < from.size() && from[from.size() - 1 - i] != space.constant(1))
          joined[rank - 1 - i] = from[from.size() - 1 - i];
    atExtents = joined;
  }
  // Adjacent dimensions leave the indices' shape where they were.
  bool isAdjacent = true;
  for (size_t i = 1; i < dims.size(); ++i)
    isAdjacent &= dims[i] == dims[i - 1] + 1;
  atPlace = isAdjacent && !dims.empty() ? dims[0] : 0;
}

/// The element of `tensor`, broadcast to a shape of which `indices` is a place.
static Value readBroadcast(OpBuilder &b, Location loc, ElementEmitter &emitter,
                           Value tensor, Indices indices) {
  IndexList shape = emitter.shapeOf(tensor);
  IndexList own(indices.take_back(shape.size()));
  for (auto [index, size] : llvm::zip_equal(own, shape))
    if (size == emitter.indexSpace().constant(1))
      index = size - 1;
  return emitter.readElement(b, loc, tensor, own);
}

Value IndexPut::readValue(Indices at, Indices kept) {
  IndexList place(kept.take_front(atPlace));
  place.append(at.begin(), at.end());
  place.append(kept.begin() + atPlace, kept.end());
  return readBroadcast(builder.builder(), op.getLoc(), emitter, op.getValues(),
                       place);
}

void IndexPut::forColumns(Indices kept, Value lower, Value upper,
                          function_ref<void(IndexList)> inside) {
  if (keptDims.empty()) {
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
      for (auto [dim, index] : llvm::zip_equal(keptDims, all))
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
    for (auto [dim, index] : llvm::zip_equal(keptDims, all))
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
    if (at.size() == atExtents.size()) {
      ElementEmitter::Scope scope(emitter);
      if (failed(update(at, kept, low, high)))
        status = failure();
      return;
    }
    builder.forExtent(atExtents[at.size()], [&](AffineExpr index) {
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
