//===- Scatter.cpp - scatter and index_put --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Work items split what no update crosses, so each copies its part of the
// input and then applies its updates in order: the same bits for any number
// of threads.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/LoopNest.h"
#include "lib/Schedule/Host/RowAnalysis.h"
#include "lib/Schedule/Host/ScalarOps.h"

#include "dialects/fx/Fx.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

static constexpr int64_t columnBlock = 256;

namespace {
/// The kernel output that an updated tensor is.
struct Target {
  Value buffer;
  IndexList shape;
  Type declared, element;
};
} // namespace

/// Updates are made in place, in the output's buffer.
static FailureOr<Target> targetOf(HostKernelBuilder &builder, Value result) {
  ElementEmitter &emitter = builder.elements();
  for (auto [number, output] : llvm::enumerate(emitter.kernelResults()))
    if (peelReshapes(output) == result) {
      Type declared = cast<RankedTensorType>(result.getType()).getElementType();
      return Target{builder.flat(builder.numInputs() + number),
                    emitter.shapeOf(result), declared,
                    ElementEmitter::scalarType(declared)};
    }
  return result.getDefiningOp()->emitOpError(
      "expects to be a result of its kernel on the host; consumers of a "
      "scatter are not fused");
}

static LogicalResult checkOnlyResult(HostKernelBuilder &builder) {
  if (builder.elements().kernelResults().size() == 1)
    return success();
  return builder.kernel().emitError()
         << "expected a scatter kernel with one result, got "
         << builder.elements().kernelResults().size();
}

/// An index within [0, size), from the end if negative.
static AffineExpr boundedIndex(HostKernelBuilder &builder, Value number,
                               AffineExpr size) {
  OpBuilder &b = builder.builder();
  Location loc = builder.loc();
  ScalarOps ops{b, loc};
  Value index = ops.toIndex(number);
  Value all = builder.space().materialize(b, loc, size);
  Value wrapped = arith::AddIOp::create(b, loc, index, all);
  index = ops.select(ops.isBelow(index, ops.index(0)), wrapped, index);
  Value last = builder.space().materialize(b, loc, size - 1);
  return builder.space().declare(ops.clamp(index, ops.index(0), last), size);
}

static Value combine(ScalarOps &ops, StringRef reduce, Value old, Value value) {
  if (reduce == "none")
    return value;
  if (reduce == "prod")
    return ops.mul(old, value);
  if (reduce == "amax")
    return ops.max(old, value);
  if (reduce == "amin")
    return ops.min(old, value);
  // Sums of bools are disjunctions.
  if (old.getType().isInteger(1))
    return ops.either(old, value);
  return ops.add(old, value);
}

static Value identityOf(ScalarOps &ops, StringRef reduce, Type type) {
  if (reduce == "amax")
    return ops.lowest(type);
  if (reduce == "amin")
    return ops.highest(type);
  return ops.constant(type, reduce == "prod" ? 1 : 0);
}

//===-- scatter
//------------------------------------------------------------===//

namespace {
/// One line along the scattered dimension.
class ScatterLine {
public:
  ScatterLine(HostKernelBuilder &builder, fx::ScatterOp op, Target target)
      : builder(builder), emitter(builder.elements()), space(builder.space()),
        op(op), target(std::move(target)),
        indexShape(emitter.shapeOf(op.getIndices())) {}

  LogicalResult emit(IndexList line);

private:
  void update(Indices line, function_ref<Value(OpBuilder &, Value, Indices)>);
  IndexList placeOf(Indices line, AffineExpr index) {
    IndexList place(line);
    if (!place.empty())
      place[op.getDim()] = index;
    return place;
  }

  HostKernelBuilder &builder;
  ElementEmitter &emitter;
  IndexSpace &space;
  fx::ScatterOp op;
  Target target;
  IndexList indexShape;
  LogicalResult status = success();
};
} // namespace

/// Replaces each indexed element by what `next` makes of it.
void ScatterLine::update(
    Indices line, function_ref<Value(OpBuilder &, Value, Indices)> next) {
  OpBuilder &b = builder.builder();
  Location loc = op.getLoc();
  AffineExpr count = line.empty() ? space.constant(1) : indexShape[op.getDim()];
  AffineExpr size =
      line.empty() ? space.constant(1) : target.shape[op.getDim()];
  builder.forExtent(count, [&](AffineExpr i) {
    IndexList from = placeOf(line, i);
    Value number = emitter.readElement(b, loc, op.getIndices(), from);
    if (!number) {
      status = failure();
      return;
    }
    AffineExpr offset = space.linearize(
        placeOf(line, boundedIndex(builder, number, size)), target.shape);
    Value old =
        emitter.loadFlat(b, loc, target.buffer, offset, target.declared);
    Value value = next(b, old, from);
    if (value)
      emitter.storeFlat(b, loc, value, target.buffer, offset);
    else
      status = failure();
  });
}

LogicalResult ScatterLine::emit(IndexList line) {
  OpBuilder &b = builder.builder();
  Location loc = op.getLoc();
  AffineExpr length =
      line.empty() ? space.constant(1) : target.shape[op.getDim()];
  builder.forExtent(length, [&](AffineExpr i) {
    IndexList place = placeOf(line, i);
    Value value = emitter.readElement(b, loc, op.getInput(), place);
    if (value)
      emitter.storeFlat(b, loc, value, target.buffer,
                        space.linearize(place, target.shape));
    else
      status = failure();
  });
  // Indices may cover less than the input in the other dimensions.
  Value inside = arith::ConstantIntOp::create(b, loc, 1, 1);
  ScalarOps ops{b, loc};
  for (unsigned i = 0; i < line.size(); ++i)
    if (i != op.getDim() && indexShape[i] != target.shape[i])
      inside = ops.both(inside,
                        ops.isBelow(space.materialize(b, loc, line[i]),
                                    space.materialize(b, loc, indexShape[i])));
  auto branch = scf::IfOp::create(b, loc, inside);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&branch.getThenRegion().front());
  ElementEmitter::Scope scope(emitter);
  StringRef reduce = op.getReduce();
  bool isUnsigned = isUnsignedElement(op, target.declared);
  if (op.getExcludeSelf() && reduce != "none")
    update(line, [&](OpBuilder &inner, Value old, Indices) {
      ScalarOps here{inner, loc, isUnsigned};
      return identityOf(here, reduce, old.getType());
    });
  update(line, [&](OpBuilder &inner, Value old, Indices from) -> Value {
    Value value = emitter.readElement(inner, loc, op.getSource(), from);
    ScalarOps here{inner, loc, isUnsigned};
    return value ? combine(here, reduce, old, value) : Value();
  });
  return status;
}

static LogicalResult scheduleScatterOp(HostKernelBuilder &builder,
                                       fx::ScatterOp op) {
  FailureOr<Target> target = targetOf(builder, op.getResult());
  if (failed(target))
    return failure();
  IndexList lines = target->shape;
  if (!lines.empty())
    lines[op.getDim()] = builder.space().constant(1);
  auto line = std::make_shared<ScatterLine>(builder, op, *target);
  auto emit = [&builder, line, lines](AffineExpr item) {
    return line->emit(delinearizeVariables(builder, item, lines));
  };
  return scheduleItems(builder,
                       ItemRange{builder.space().product(lines), emit});
}

//===-- index_put
//----------------------------------------------------------===//

namespace {
/// A block of columns of the dimensions that are not indexed.
class IndexPut {
public:
  IndexPut(HostKernelBuilder &builder, fx::IndexPutOp op, Target target);

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
  Target target;
  SmallVector<unsigned> keptDims; // not indexed
  IndexList keptExtents;          // of all kept dimensions but the last
  AffineExpr width;               // of the last; 1 if there is none
  IndexList atExtents;            // the indices' common shape
  unsigned atPlace;               // where it stands among values' dimensions
};
} // namespace

IndexPut::IndexPut(HostKernelBuilder &builder, fx::IndexPutOp op, Target target)
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
      value = combine(ops, "sum", old, value);
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

LogicalResult scheduleScatter(HostKernelBuilder &builder,
                              const HostScheduleOptions &) {
  Operation *op = findRoot<fx::ScatterOp, fx::IndexPutOp>(builder);
  if (!op || failed(checkOnlyResult(builder)))
    return failure();
  if (auto scatter = dyn_cast<fx::ScatterOp>(op))
    return scheduleScatterOp(builder, scatter);
  auto put = cast<fx::IndexPutOp>(op);
  FailureOr<Target> target = targetOf(builder, put.getResult());
  if (failed(target))
    return failure();
  IndexPut indexPut(builder, put, *target);
  return scheduleItems(builder, indexPut.plan());
}

} // namespace xcc::schedule
