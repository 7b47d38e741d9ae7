//===- PoolElements.cpp - Elements of pools -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/PoolWindow.h"
#include "lib/Schedule/Element/ReductionLoops.h"
#include "lib/Schedule/Element/ScalarOps.h"
#include "lib/Schedule/Element/StructuralElements.h"

using namespace mlir;

namespace xcc::schedule {

PoolWindow windowOf(Operation *op) {
  PoolWindow window;
  auto fill = [&](auto pool) {
    window.input = pool.getInput();
    window.kernel = pool.getKernelSize();
    window.stride = pool.getStride();
    window.padding = pool.getPadding();
  };
  if (auto pool = dyn_cast<fx::MaxPoolOp>(op)) {
    fill(pool);
    window.isMaximum = true;
    window.dilation.assign(pool.getDilation().begin(),
                           pool.getDilation().end());
    return window;
  }
  auto pool = cast<fx::AvgPoolOp>(op);
  fill(pool);
  window.dilation.assign(window.kernel.size(), 1);
  window.countsPadding = pool.getCountIncludePad();
  window.divisor = pool.getDivisorOverride();
  return window;
}

/// max(0, ceil(dividend / divisor))
static Value ceilOrZero(ScalarOps &ops, Value dividend, int64_t divisor) {
  Value up = arith::AddIOp::create(ops.builder, ops.loc, dividend,
                                   ops.index(divisor - 1));
  Value bounded =
      arith::MaxSIOp::create(ops.builder, ops.loc, up, ops.index(0));
  return arith::DivUIOp::create(ops.builder, ops.loc, bounded,
                                ops.index(divisor));
}

std::pair<Value, Value> windowBounds(OpBuilder &builder, Location loc,
                                     IndexSpace &space,
                                     const PoolWindow &window, unsigned i,
                                     AffineExpr position, AffineExpr size) {
  ScalarOps ops{builder, loc};
  AffineExpr start = position * window.stride[i] - window.padding[i];
  Value below = space.materialize(builder, loc, -start);
  Value above = space.materialize(builder, loc, size - start);
  Value lower = ceilOrZero(ops, below, window.dilation[i]);
  Value upper = ceilOrZero(ops, above, window.dilation[i]);
  return {lower, arith::MinSIOp::create(builder, loc, upper,
                                        ops.index(window.kernel[i]))};
}

Value windowCount(OpBuilder &builder, Location loc, IndexSpace &space,
                  const PoolWindow &window, Indices positions, Indices sizes) {
  ScalarOps ops{builder, loc};
  Value count;
  for (unsigned i = 0; i < window.kernel.size(); ++i) {
    AffineExpr start = positions[i] * window.stride[i] - window.padding[i];
    int64_t beyond = window.countsPadding ? window.padding[i] : 0;
    Value first = space.materialize(builder, loc, start);
    if (!window.countsPadding)
      first = arith::MaxSIOp::create(builder, loc, first, ops.index(0));
    Value last = arith::MinSIOp::create(
        builder, loc, space.materialize(builder, loc, start + window.kernel[i]),
        space.materialize(builder, loc, sizes[i] + beyond));
    Value here = arith::SubIOp::create(builder, loc, last, first);
    count = count ? arith::MulIOp::create(builder, loc, count, here) : here;
  }
  return count;
}

Value finishWindow(OpBuilder &builder, Location loc, IndexSpace &space,
                   const PoolWindow &window, Value total, Type element,
                   Indices positions, Indices sizes) {
  ScalarOps ops{builder, loc};
  if (!window.isMaximum) {
    Value divisor =
        window.divisor ? ops.constant(total.getType(), *window.divisor)
                       : ops.indexToFloat(windowCount(builder, loc, space,
                                                      window, positions, sizes),
                                          total.getType());
    total = arith::DivFOp::create(builder, loc, total, divisor);
  }
  return ops.convertFloat(total, element);
}

Value combineWindow(ScalarOps &ops, bool isMaximum, Value total, Value value) {
  value = ops.convertFloat(value, total.getType());
  return isMaximum ? ops.max(total, value) : ops.add(total, value);
}

Value emitWindow(OpBuilder &builder, ElementEmitter &emitter, Operation *op,
                 Indices indices) {
  PoolWindow window = windowOf(op);
  IndexSpace &space = emitter.indexSpace();
  Location loc = op->getLoc();
  unsigned rank = window.kernel.size(), lead = indices.size() - rank;
  IndexList sizes(Indices(emitter.shapeOf(window.input)).drop_front(lead));
  Indices positions = indices.drop_front(lead);
  Type declared =
      cast<RankedTensorType>(window.input.getType()).getElementType();
  Type element = ElementEmitter::scalarType(declared);
  Type held = accumulatorType(element);
  ScalarOps outer{builder, loc, isUnsignedElement(op, declared)};
  Value init = window.isMaximum ? outer.lowest(held) : outer.constant(held, 0);
  std::function<FailureOr<Scalars>(OpBuilder &, IndexList, ValueRange)> nest =
      [&](OpBuilder &b, IndexList offsets,
          ValueRange totals) -> FailureOr<Scalars> {
    unsigned i = offsets.size();
    if (i < rank) {
      auto [lower, upper] =
          windowBounds(b, loc, space, window, i, positions[i], sizes[i]);
      return emitCarryingLoop(
          b, loc, emitter, lower, upper, space.constant(window.kernel[i]),
          totals, [&](OpBuilder &inner, AffineExpr offset, ValueRange so) {
            IndexList more = offsets;
            more.push_back(offset);
            return nest(inner, more, so);
          });
    }
    IndexList source(indices.take_front(lead));
    for (unsigned j = 0; j < rank; ++j)
      source.push_back(positions[j] * window.stride[j] +
                       offsets[j] * window.dilation[j] - window.padding[j]);
    Value value = emitter.readElement(b, loc, window.input, source);
    if (!value)
      return failure();
    ScalarOps ops{b, loc, isUnsignedElement(op, declared)};
    return Scalars{combineWindow(ops, window.isMaximum, totals[0], value)};
  };
  FailureOr<Scalars> total = nest(builder, {}, init);
  if (failed(total))
    return {};
  return finishWindow(builder, loc, space, window, (*total)[0], element,
                      positions, sizes);
}

Value emitAdaptiveWindow(OpBuilder &builder, ElementEmitter &emitter,
                         Operation *op, ArrayRef<int64_t> outputSize,
                         bool isMaximum, Indices indices) {
  IndexSpace &space = emitter.indexSpace();
  Location loc = op->getLoc();
  Value input = op->getOperand(0);
  unsigned rank = outputSize.size(), lead = indices.size() - rank;
  IndexList sizes(Indices(emitter.shapeOf(input)).drop_front(lead));
  Type element = cast<RankedTensorType>(input.getType()).getElementType();
  Type held = accumulatorType(element);
  ScalarOps ops{builder, loc};
  // Window i is [floor(i * in / out), ceil((i + 1) * in / out)).
  IndexList starts;
  IndexList extents;
  Value count;
  for (unsigned i = 0; i < rank; ++i) {
    AffineExpr index = indices[lead + i], out = space.constant(outputSize[i]);
    AffineExpr start = space.simplify((index * sizes[i]).floorDiv(out));
    AffineExpr end = space.simplify(((index + 1) * sizes[i]).ceilDiv(out));
    Value first = space.materialize(builder, loc, start);
    Value last = space.materialize(builder, loc, end);
    Value extent = arith::SubIOp::create(builder, loc, last, first);
    bool isWhole = outputSize[i] == 1;
    starts.push_back(isWhole ? space.constant(0) : space.declare(first));
    extents.push_back(isWhole ? sizes[i] : space.declare(extent));
    count = count ? arith::MulIOp::create(builder, loc, count, extent) : extent;
  }
  Value init = isMaximum ? ops.lowest(held) : ops.constant(held, 0);
  FailureOr<Scalars> total = emitReductionLoops(
      builder, loc, emitter, extents, init,
      [&](OpBuilder &b, Indices at, ValueRange so) -> FailureOr<Scalars> {
        IndexList source(indices.take_front(lead));
        for (unsigned i = 0; i < rank; ++i)
          source.push_back(starts[i] + at[i]);
        Value value = emitter.readElement(b, loc, input, source);
        if (!value)
          return failure();
        ScalarOps inner{b, loc};
        return Scalars{combineWindow(inner, isMaximum, so[0], value)};
      });
  if (failed(total))
    return {};
  Value result = (*total)[0];
  if (!isMaximum)
    result = arith::DivFOp::create(builder, loc, result,
                                   ops.indexToFloat(count, held));
  return ops.convertFloat(result, element);
}

} // namespace xcc::schedule
