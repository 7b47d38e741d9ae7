//===- Sort.cpp - sort and topk -------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A work item is one row. All sorts are stable, so that ties keep the lower
// index first; NaN is the largest value.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/Sort.h"

#include "lib/Schedule/Element/KernelRoot.h"

#include "dialects/fx/Fx.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

RowSort::RowSort(HostKernelBuilder &builder, Operation *op)
    : SortedRows(builder.elements(), builder.space(), op), rowExtents(shape),
      builder(builder), op(op), loc(op->getLoc()) {
  if (!shape.empty())
    rowExtents[dim] = builder.space().constant(1);
}

IndexList RowSort::placeOf(Indices row, AffineExpr index) const {
  IndexList place(row);
  if (!place.empty())
    place[dim] = index;
  return place;
}

RowSort::Numbers
RowSort::forNumbers(Value lower, Value upper, ValueRange inits,
                    function_ref<Numbers(Value, ValueRange)> inside) {
  Value one = arith::ConstantIndexOp::create(b(), loc, 1);
  auto loop = scf::ForOp::create(b(), loc, lower, upper, one, inits);
  OpBuilder::InsertionGuard guard(b());
  if (inits.empty())
    b().setInsertionPointToStart(loop.getBody());
  else
    b().setInsertionPointToEnd(loop.getBody());
  ElementEmitter::Scope scope(builder.elements());
  Numbers next = inside(loop.getInductionVar(), loop.getRegionIterArgs());
  if (!inits.empty())
    scf::YieldOp::create(b(), loc, next);
  return Numbers(loop.getResults());
}

LogicalResult scheduleSort(HostKernelBuilder &builder,
                           const HostScheduleOptions &) {
  Operation *op = findRoot<fx::SortOp, fx::TopkOp>(builder.kernel());
  if (!op)
    return failure();
  Type element =
      cast<RankedTensorType>(op->getOperand(0).getType()).getElementType();
  std::shared_ptr<RowSort> sort = element.getIntOrFloatBitWidth() == 64
                                      ? makeMergeSort(builder, op)
                                      : makeWordSort(builder, op);
  auto emit = [&builder, sort](AffineExpr item) {
    return sort->emitRow(delinearizeVariables(builder, item, sort->rowExtents));
  };
  return scheduleItems(
      builder, ItemRange{builder.space().product(sort->rowExtents), emit});
}

} // namespace xcc::schedule
