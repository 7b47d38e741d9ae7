//===- Scan.cpp - Running sums and products -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Along the last dimension one row after another, sequentially; along another,
// a block of columns side by side. Sums of f32 run in f64, as PyTorch's do.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/KernelRoot.h"
#include "lib/Schedule/Element/ReductionLoops.h"
#include "lib/Schedule/Element/ScalarOps.h"
#include "lib/Schedule/Host/LoopNest.h"

#include "dialects/fx/Fx.h"

using namespace mlir;

namespace xcc::schedule {

static constexpr int64_t columnBlock = 256;

namespace {
struct Scan {
  Operation *op;
  Value input;
  unsigned dim;
  bool isProduct;
  IndexList shape;
  Type element, held;

  Value first(ScalarOps &ops) const {
    return ops.constant(held, isProduct ? 1 : 0);
  }
  /// The running total after `value`, and the element it gives.
  std::pair<Value, Value> advance(ScalarOps &ops, Value total,
                                  Value value) const {
    value = ops.convertFloat(value, held);
    total = isProduct ? ops.mul(total, value) : ops.add(total, value);
    return {total, ops.convertFloat(total, element)};
  }
};
} // namespace

static Scan scanOf(ElementEmitter &emitter, Operation *op) {
  Scan scan;
  scan.op = op;
  if (auto sum = dyn_cast<fx::CumsumOp>(op)) {
    scan.input = sum.getInput();
    scan.dim = sum.getDim();
  } else {
    auto product = cast<fx::CumprodOp>(op);
    scan.input = product.getInput();
    scan.dim = product.getDim();
  }
  scan.isProduct = isa<fx::CumprodOp>(op);
  scan.shape = emitter.shapeOf(scan.input);
  scan.element = ElementEmitter::scalarType(
      cast<RankedTensorType>(scan.input.getType()).getElementType());
  scan.held = scan.element.isF32() ? Float64Type::get(op->getContext())
                                   : accumulatorType(scan.element);
  return scan;
}

/// Rows that go along together: a sum waits for the one before it, so that one
/// row alone takes as long as four.
static constexpr int64_t rowsTogether = 4;

static LogicalResult emitRows(HostKernelBuilder &builder, const Scan &scan,
                              ArrayRef<IndexList> rows) {
  ElementEmitter &emitter = builder.elements();
  OpBuilder &b = builder.builder();
  Location loc = scan.op->getLoc();
  ScalarOps ops{b, loc};
  Value upper = builder.space().materialize(b, loc, scan.shape.back());
  Scalars inits(rows.size(), scan.first(ops));
  return LogicalResult(emitCarryingLoop(
      b, loc, emitter, ops.index(0), upper, scan.shape.back(), inits,
      [&](OpBuilder &inner, AffineExpr index,
          ValueRange totals) -> FailureOr<Scalars> {
        Scalars next, results;
        SmallVector<IndexList> places(rows);
        for (auto [place, total] : llvm::zip_equal(places, totals)) {
          place.push_back(index);
          Value value = emitter.readElement(inner, loc, scan.input, place);
          if (!value)
            return failure();
          ScalarOps innerOps{inner, loc};
          auto [sum, result] = scan.advance(innerOps, total, value);
          next.push_back(sum);
          results.push_back(result);
        }
        for (auto [place, result] : llvm::zip_equal(places, results))
          if (failed(emitter.writeElement(inner, loc, scan.op->getResult(0),
                                          place, result)))
            return failure();
        return next;
      }));
}

static ItemRange planRows(HostKernelBuilder &builder, const Scan &scan) {
  IndexSpace &space = builder.space();
  IndexList extents(Indices(scan.shape).drop_back());
  AffineExpr count = space.product(extents);
  auto known = dyn_cast<AffineConstantExpr>(count);
  // Only whole groups: what is left over would need the code of one row, too.
  bool isWhole = known && known.getValue() % rowsTogether == 0;
  int64_t together = isWhole ? rowsTogether : 1;
  auto emit = [=, &builder](AffineExpr item) {
    SmallVector<IndexList> rows;
    for (int64_t i = 0; i < together; ++i)
      rows.push_back(
          delinearizeVariables(builder, item * together + i, extents));
    return emitRows(builder, scan, rows);
  };
  return {space.simplify(count.floorDiv(together)), emit};
}

static ItemRange planColumns(HostKernelBuilder &builder, const Scan &scan) {
  ElementEmitter &emitter = builder.elements();
  AffineExpr width = scan.shape.back();
  IndexList extents(Indices(scan.shape).drop_back());
  AffineExpr length = extents[scan.dim];
  extents[scan.dim] = builder.space().constant(1);
  extents.push_back(width.ceilDiv(columnBlock));
  Value totals =
      builder.allocateScratch(scan.held, builder.space().constant(columnBlock));
  auto emit = [=, &builder, &emitter](AffineExpr item) {
    OpBuilder &b = builder.builder();
    Location loc = scan.op->getLoc();
    LogicalResult status = success();
    IndexList place = delinearizeVariables(builder, item, extents);
    AffineExpr block = place.pop_back_val();
    AffineExpr start = block * columnBlock;
    auto [lower, upper] = blockBounds(builder, block, columnBlock, width);
    builder.forLoop(lower, upper, width, [&](AffineExpr column) {
      ScalarOps ops{b, loc};
      emitter.storeFlat(b, loc, scan.first(ops), totals, column - start);
    });
    builder.forExtent(length, [&](AffineExpr index) {
      builder.forLoop(lower, upper, width, [&](AffineExpr column) {
        place[scan.dim] = index;
        place.push_back(column);
        ScalarOps ops{b, loc};
        Value value = emitter.readElement(b, loc, scan.input, place);
        if (value) {
          Value total =
              emitter.loadFlat(b, loc, totals, column - start, scan.held);
          auto [next, result] = scan.advance(ops, total, value);
          emitter.storeFlat(b, loc, next, totals, column - start);
          if (failed(emitter.writeElement(b, loc, scan.op->getResult(0), place,
                                          result)))
            status = failure();
        } else {
          status = failure();
        }
        place.pop_back();
      });
    });
    return status;
  };
  return {builder.space().product(extents), emit};
}

LogicalResult scheduleScan(HostKernelBuilder &builder,
                           const HostScheduleOptions &) {
  Operation *op = findRoot<fx::CumsumOp, fx::CumprodOp>(builder.kernel());
  if (!op)
    return failure();
  Scan scan = scanOf(builder.elements(), op);
  if (scan.shape.empty()) {
    LoopNest nest{{}, [&](OpBuilder &b, Indices) {
                    Value value = builder.elements().readElement(
                        b, op->getLoc(), scan.input, IndexList());
                    return builder.elements().writeElement(
                        b, op->getLoc(), op->getResult(0), IndexList(), value);
                  }};
    FailureOr<ItemRange> range = planNest(builder, nest);
    return failed(range) ? failure() : scheduleItems(builder, *range);
  }
  bool isLast = scan.dim + 1 == scan.shape.size();
  return scheduleItems(builder, isLast ? planRows(builder, scan)
                                       : planColumns(builder, scan));
}

} // namespace xcc::schedule
