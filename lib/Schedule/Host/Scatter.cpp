//===- Scatter.cpp - Elements placed by index -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Work items split what no update crosses, so each copies its part of the
// input and then applies its updates in order: the same bits for any number
// of threads.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/Scatter.h"
#include "lib/Schedule/Element/KernelRoot.h"

#include "lib/Schedule/Element/RowAnalysis.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

FailureOr<UpdateTarget> updateTargetOf(HostKernelBuilder &builder,
                                       Value result) {
  ElementEmitter &emitter = builder.elements();
  for (auto [number, output] : llvm::enumerate(emitter.kernelResults()))
    if (peelReshapes(output) == result) {
      Type declared = cast<RankedTensorType>(result.getType()).getElementType();
      return UpdateTarget{builder.flat(builder.numInputs() + number),
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

AffineExpr boundedIndex(HostKernelBuilder &builder, Value number,
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

namespace {
/// One line along the scattered dimension.
class ScatterLine {
public:
  ScatterLine(HostKernelBuilder &builder, fx::ScatterOp op, UpdateTarget target)
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
  UpdateTarget target;
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
      return updateIdentity(here, reduce, old.getType());
    });
  update(line, [&](OpBuilder &inner, Value old, Indices from) -> Value {
    Value value = emitter.readElement(inner, loc, op.getSource(), from);
    ScalarOps here{inner, loc, isUnsigned};
    return value ? combineUpdate(here, reduce, old, value) : Value();
  });
  return status;
}

static LogicalResult scheduleScatterOp(HostKernelBuilder &builder,
                                       fx::ScatterOp op) {
  FailureOr<UpdateTarget> target = updateTargetOf(builder, op.getResult());
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

LogicalResult scheduleScatter(HostKernelBuilder &builder,
                              const HostScheduleOptions &) {
  Operation *op = findRoot<fx::ScatterOp, fx::IndexPutOp>(builder.kernel());
  if (!op || failed(checkOnlyResult(builder)))
    return failure();
  if (auto scatter = dyn_cast<fx::ScatterOp>(op))
    return scheduleScatterOp(builder, scatter);
  return scheduleIndexPut(builder, cast<fx::IndexPutOp>(op));
}

} // namespace xcc::schedule
