//===- SortMerge.cpp - Rows sorted by merging -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values and indices go to private memory, a merge sort orders them, the first
// k leave. For any element type.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/Sort.h"

#include "lib/Schedule/Element/ReductionLoops.h"
#include "lib/Schedule/Element/ScalarOps.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

namespace {
class MergeSort : public RowSort {
public:
  MergeSort(HostKernelBuilder &builder, Operation *op);

  LogicalResult emitRow(IndexList row) override;

private:
  void emitPasses();
  void emitMerges(Value width);
  void emitMerge(Value low, Value middle, Value high);
  Scalars emitStep(OpBuilder &b, Value place, ValueRange heads, Value middle,
                   Value high);
  Value size() { return indexOf(length); }

  Value values, indices, mergedValues, mergedIndices;
};
} // namespace

MergeSort::MergeSort(HostKernelBuilder &builder, Operation *op)
    : RowSort(builder, op) {
  // One more than needed: a finished side is still read, never taken.
  AffineExpr count = length + 1;
  Type i64 = builder.builder().getI64Type();
  values = builder.allocateScratch(element, count);
  indices = builder.allocateScratch(i64, count);
  mergedValues = builder.allocateScratch(element, count);
  mergedIndices = builder.allocateScratch(i64, count);
}

/// Takes the next element of the two runs whose heads are given.
Scalars MergeSort::emitStep(OpBuilder &b, Value place, ValueRange heads,
                            Value middle, Value high) {
  ElementEmitter &emitter = builder.elements();
  IndexSpace &space = builder.space();
  ScalarOps ops{b, loc, isUnsignedElement(op, declared)};
  AffineExpr left = space.exprOf(heads[0]), right = space.exprOf(heads[1]);
  Value leftValue = emitter.loadFlat(b, loc, values, left, element);
  Value rightValue = emitter.loadFlat(b, loc, values, right, element);
  Value leftIndex = emitter.loadFlat(b, loc, indices, left, b.getI64Type());
  Value rightIndex = emitter.loadFlat(b, loc, indices, right, b.getI64Type());
  // The right one only if it is strictly before: equals keep their order.
  Value isBefore = isDescending ? ops.precedes(leftValue, rightValue)
                                : ops.precedes(rightValue, leftValue);
  Value leftIsDone = ops.negate(ops.isBelow(heads[0], middle));
  Value takesRight =
      ops.either(leftIsDone, ops.both(ops.isBelow(heads[1], high), isBefore));
  AffineExpr at = space.exprOf(place);
  emitter.storeFlat(b, loc, ops.select(takesRight, rightValue, leftValue),
                    mergedValues, at);
  emitter.storeFlat(b, loc, ops.select(takesRight, rightIndex, leftIndex),
                    mergedIndices, at);
  Value one = ops.index(1);
  Value nextLeft = arith::AddIOp::create(b, loc, heads[0], one);
  Value nextRight = arith::AddIOp::create(b, loc, heads[1], one);
  return {ops.select(takesRight, heads[0], nextLeft),
          ops.select(takesRight, nextRight, heads[1])};
}

void MergeSort::emitMerge(Value low, Value middle, Value high) {
  OpBuilder &b = builder.builder();
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  auto loop =
      scf::ForOp::create(b, loc, low, high, one, ValueRange{low, middle});
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  ElementEmitter::Scope scope(builder.elements());
  Scalars next = emitStep(b, loop.getInductionVar(), loop.getRegionIterArgs(),
                          middle, high);
  scf::YieldOp::create(b, loc, next);
}

/// Merges neighbouring runs of `width`, then copies back.
void MergeSort::emitMerges(Value width) {
  OpBuilder &b = builder.builder();
  ElementEmitter &emitter = builder.elements();
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value all = size();
  Value twice = arith::AddIOp::create(b, loc, width, width);
  auto runs = scf::ForOp::create(b, loc, zero, all, twice);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(runs.getBody());
    Value low = runs.getInductionVar();
    Value middle = arith::MinSIOp::create(
        b, loc, arith::AddIOp::create(b, loc, low, width), all);
    Value high = arith::MinSIOp::create(
        b, loc, arith::AddIOp::create(b, loc, low, twice), all);
    emitMerge(low, middle, high);
  }
  builder.forExtent(length, [&](AffineExpr place) {
    Value value = emitter.loadFlat(b, loc, mergedValues, place, element);
    Value index =
        emitter.loadFlat(b, loc, mergedIndices, place, b.getI64Type());
    emitter.storeFlat(b, loc, value, values, place);
    emitter.storeFlat(b, loc, index, indices, place);
  });
}

/// Widths 1, 2, 4, ... below the row's length.
void MergeSort::emitPasses() {
  OpBuilder &b = builder.builder();
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  Type index = b.getIndexType();
  auto loop = scf::WhileOp::create(b, loc, TypeRange{index}, ValueRange{one});
  OpBuilder::InsertionGuard guard(b);
  Block *before = b.createBlock(&loop.getBefore(), {}, {index}, {loc});
  ScalarOps ops{b, loc};
  Value continues = ops.isBelow(before->getArgument(0), size());
  scf::ConditionOp::create(b, loc, continues, before->getArguments());
  Block *after = b.createBlock(&loop.getAfter(), {}, {index}, {loc});
  Value width = after->getArgument(0);
  emitMerges(width);
  Value twice = arith::AddIOp::create(b, loc, width, width);
  scf::YieldOp::create(b, loc, twice);
}

LogicalResult MergeSort::emitRow(IndexList row) {
  OpBuilder &b = builder.builder();
  ElementEmitter &emitter = builder.elements();
  IndexSpace &space = builder.space();
  LogicalResult status = success();
  builder.forExtent(length, [&](AffineExpr index) {
    Value value = emitter.readElement(b, loc, input, placeOf(row, index));
    if (!value) {
      status = failure();
      return;
    }
    emitter.storeFlat(b, loc, value, values, index);
    Value number = arith::IndexCastOp::create(b, loc, b.getI64Type(),
                                              space.materialize(b, loc, index));
    emitter.storeFlat(b, loc, number, indices, index);
  });
  emitPasses();
  builder.forExtent(kept, [&](AffineExpr index) {
    Value value = emitter.loadFlat(b, loc, values, index, declared);
    Value number = emitter.loadFlat(b, loc, indices, index, b.getI64Type());
    if (failed(emitter.writeElements(b, loc, op->getResults(),
                                     placeOf(row, index), {value, number})))
      status = failure();
  });
  return status;
}

std::unique_ptr<RowSort> makeMergeSort(HostKernelBuilder &builder,
                                       Operation *op) {
  return std::make_unique<MergeSort>(builder, op);
}

} // namespace xcc::schedule
