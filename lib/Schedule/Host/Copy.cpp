//===- Copy.cpp - Concatenation -------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One nest an input, so that no element asks which input it comes from.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/LoopNest.h"

#include "dialects/fx/Fx.h"

using namespace mlir;

namespace xcc::schedule {

static LoopNest nestOfInput(HostKernelBuilder &builder, fx::CatOp cat,
                            Value input, AffineExpr before) {
  ElementEmitter &emitter = builder.elements();
  auto body = [&emitter, cat, input, before](OpBuilder &b, Indices indices) {
    fx::CatOp op = cat;
    Value scalar = emitter.readElement(b, op.getLoc(), input, indices);
    if (!scalar)
      return failure();
    IndexList place(indices);
    place[op.getDim()] = place[op.getDim()] + before;
    return emitter.writeElement(b, op.getLoc(), op.getResult(), place, scalar);
  };
  return {emitter.shapeOf(input), body};
}

LogicalResult scheduleCopy(HostKernelBuilder &builder,
                           const HostScheduleOptions &options) {
  SmallVector<fx::CatOp> cats;
  builder.kernel().walk([&](fx::CatOp cat) { cats.push_back(cat); });
  // Several, or none: element by element.
  if (cats.size() != 1)
    return scheduleMap(builder, options);
  fx::CatOp cat = cats[0];
  SmallVector<ItemRange> ranges;
  AffineExpr before = builder.space().constant(0);
  for (Value input : cat.getInputs()) {
    FailureOr<ItemRange> range =
        planNest(builder, nestOfInput(builder, cat, input, before));
    if (failed(range))
      return failure();
    ranges.push_back(*range);
    before = builder.space().simplify(
        before + builder.elements().shapeOf(input)[cat.getDim()]);
  }
  return scheduleItems(builder, ranges);
}

} // namespace xcc::schedule
