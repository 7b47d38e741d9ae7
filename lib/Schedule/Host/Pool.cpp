//===- Pool.cpp - Pools line by line --------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A work item is some lines of the result (the last dimension). For each
// offset in the window the part of the line that it reaches is accumulated:
// neighbouring results are neighbouring lanes, and no lane tests bounds.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/KernelRoot.h"
#include "lib/Schedule/Element/PoolWindow.h"
#include "lib/Schedule/Host/LoopNest.h"

#include "dialects/fx/Fx.h"

using namespace mlir;

namespace xcc::schedule {

namespace {
class PoolLines {
public:
  PoolLines(HostKernelBuilder &builder, Operation *op)
      : builder(builder), emitter(builder.elements()), space(builder.space()),
        op(op), window(windowOf(op)), shape(emitter.shapeOf(op->getResult(0))) {
    rank = window.kernel.size();
    lead = shape.size() - rank;
    IndexList input = emitter.shapeOf(window.input);
    sizes.assign(input.begin() + lead, input.end());
    declared = cast<RankedTensorType>(window.input.getType()).getElementType();
    held = accumulatorType(ElementEmitter::scalarType(declared));
    line = builder.allocateScratch(held, shape.back());
  }

  LogicalResult emitLine(IndexList outer);
  Indices lineShape() { return Indices(shape).drop_back(); }

private:
  void emitOffset(IndexList outer, IndexList offsets);
  void emitInLine(IndexList outer, IndexList offsets);
  ScalarOps ops() {
    return {builder.builder(), builder.loc(), isUnsignedElement(op, declared)};
  }

  HostKernelBuilder &builder;
  ElementEmitter &emitter;
  IndexSpace &space;
  Operation *op;
  PoolWindow window;
  IndexList shape, sizes;
  unsigned rank, lead;
  Type declared, held;
  Value line;
  LogicalResult status = success();
};
} // namespace

/// The loop over the window's offsets in spatial dimension offsets.size().
void PoolLines::emitOffset(IndexList outer, IndexList offsets) {
  unsigned i = offsets.size();
  if (i + 1 == rank) {
    builder.forExtent(space.constant(window.kernel[i]), [&](AffineExpr offset) {
      IndexList all = offsets;
      all.push_back(offset);
      emitInLine(outer, all);
    });
    return;
  }
  auto [lower, upper] = windowBounds(builder.builder(), builder.loc(), space,
                                     window, i, outer[lead + i], sizes[i]);
  builder.forLoop(lower, upper, space.constant(window.kernel[i]),
                  [&](AffineExpr offset) {
                    IndexList more = offsets;
                    more.push_back(offset);
                    emitOffset(outer, more);
                  });
}

/// Accumulates the results that see input at the last offset.
void PoolLines::emitInLine(IndexList outer, IndexList offsets) {
  unsigned last = rank - 1;
  OpBuilder &b = builder.builder();
  Location loc = builder.loc();
  ScalarOps scalars = ops();
  int64_t stride = window.stride[last];
  AffineExpr shift =
      offsets[last] * window.dilation[last] - window.padding[last];
  // 0 <= position * stride + shift < size
  Value zero = scalars.index(0), by = scalars.index(stride);
  Value below = space.materialize(b, loc, -shift + (stride - 1));
  Value lower = arith::DivUIOp::create(
      b, loc, arith::MaxSIOp::create(b, loc, below, zero), by);
  Value above = space.materialize(b, loc, sizes[last] - shift + (stride - 1));
  Value upper = arith::DivUIOp::create(
      b, loc, arith::MaxSIOp::create(b, loc, above, zero), by);
  upper = arith::MinSIOp::create(b, loc, upper,
                                 space.materialize(b, loc, shape.back()));
  builder.forLoop(lower, upper, shape.back(), [&](AffineExpr position) {
    IndexList source(Indices(outer).take_front(lead));
    IndexList positions(Indices(outer).drop_front(lead));
    positions.push_back(position);
    for (unsigned i = 0; i < rank; ++i)
      source.push_back(positions[i] * window.stride[i] +
                       offsets[i] * window.dilation[i] - window.padding[i]);
    Value value = emitter.readElement(b, loc, window.input, source);
    if (!value) {
      status = failure();
      return;
    }
    ScalarOps inner = ops();
    Value total = emitter.loadFlat(b, loc, line, position, held);
    emitter.storeFlat(b, loc,
                      combineWindow(inner, window.isMaximum, total, value),
                      line, position);
  });
}

LogicalResult PoolLines::emitLine(IndexList outer) {
  OpBuilder &b = builder.builder();
  Location loc = op->getLoc();
  ScalarOps scalars = ops();
  Value init =
      window.isMaximum ? scalars.lowest(held) : scalars.constant(held, 0);
  builder.forExtent(shape.back(), [&](AffineExpr position) {
    emitter.storeFlat(b, loc, init, line, position);
  });
  emitOffset(outer, {});
  builder.forExtent(shape.back(), [&](AffineExpr position) {
    Value total = emitter.loadFlat(b, loc, line, position, held);
    IndexList place = outer;
    place.push_back(position);
    Value result = finishWindow(b, loc, space, window, total,
                                ElementEmitter::scalarType(declared),
                                Indices(place).drop_front(lead), sizes);
    if (failed(emitter.writeElement(b, loc, op->getResult(0), place, result)))
      status = failure();
  });
  return status;
}

/// Elements of the window, for a sense of how much a result costs.
static int64_t windowCost(Operation *op) {
  auto adaptive = [](auto pool) {
    int64_t cost = 1;
    auto type = cast<RankedTensorType>(pool.getInput().getType());
    ArrayRef<int64_t> out = pool.getOutputSize();
    for (auto [size, count] :
         llvm::zip_equal(type.getShape().take_back(out.size()), out))
      if (!ShapedType::isDynamic(size) && count > 0)
        cost *= std::max<int64_t>(1, size / count);
    return cost;
  };
  if (auto pool = dyn_cast<fx::AdaptiveAvgPoolOp>(op))
    return adaptive(pool);
  if (auto pool = dyn_cast<fx::AdaptiveMaxPoolOp>(op))
    return adaptive(pool);
  return 1;
}

/// Windows of different sizes: element by element.
static LogicalResult scheduleByElement(HostKernelBuilder &builder,
                                       Operation *op) {
  ElementEmitter &emitter = builder.elements();
  LoopNest nest{emitter.shapeOf(op->getResult(0)),
                [&emitter, op](OpBuilder &b, Indices indices) {
                  Value scalar = emitter.readElement(b, op->getLoc(),
                                                     op->getResult(0), indices);
                  if (!scalar)
                    return failure();
                  return emitter.writeElement(b, op->getLoc(), op->getResult(0),
                                              indices, scalar);
                },
                windowCost(op)};
  FailureOr<ItemRange> range = planNest(builder, nest);
  if (failed(range))
    return failure();
  return scheduleItems(builder, *range);
}

LogicalResult schedulePool(HostKernelBuilder &builder,
                           const HostScheduleOptions &) {
  Operation *op = findRoot<fx::MaxPoolOp, fx::AvgPoolOp, fx::AdaptiveAvgPoolOp,
                           fx::AdaptiveMaxPoolOp>(builder.kernel());
  if (!op)
    return failure();
  if (!isa<fx::MaxPoolOp, fx::AvgPoolOp>(op))
    return scheduleByElement(builder, op);
  auto lines = std::make_shared<PoolLines>(builder, op);
  IndexList extents(lines->lineShape());
  AffineExpr count = builder.space().product(extents);
  // A line is short: some at a time.
  constexpr int64_t linesPerItem = 16;
  auto emit = [=, &builder](AffineExpr item) {
    LogicalResult status = success();
    auto [first, last] = blockBounds(builder, item, linesPerItem, count);
    builder.forLoop(first, last, count, [&](AffineExpr line) {
      status = lines->emitLine(delinearizeVariables(builder, line, extents));
    });
    return status;
  };
  return scheduleItems(builder, ItemRange{count.ceilDiv(linesPerItem), emit});
}

} // namespace xcc::schedule
