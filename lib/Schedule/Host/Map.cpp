//===- Map.cpp - Element-wise kernels and data movement -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/LoopNest.h"

#include "dialects/fx/Fx.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace xcc::schedule {

/// The tensor whose elements, in row-major order, are those of `tensor`.
static Value peelReshapes(Value tensor) {
  while (Operation *op = tensor.getDefiningOp()) {
    if (!isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::CastOp>(
            op))
      break;
    tensor = op->getOperand(0);
  }
  return tensor;
}

namespace {
/// Results that are stored by one nest.
struct StoredTogether {
  IndexList extents;
  SmallVector<std::pair<unsigned, Value>> results; // number, peeled tensor
};
} // namespace

static SmallVector<StoredTogether> groupResults(ElementEmitter &emitter) {
  SmallVector<StoredTogether> groups;
  for (auto [number, result] : llvm::enumerate(emitter.kernelResults())) {
    Value source = peelReshapes(result);
    IndexList shape = emitter.shapeOf(source);
    auto *same = llvm::find_if(groups, [&](const StoredTogether &group) {
      return group.extents == shape;
    });
    if (same == groups.end())
      same = &groups.emplace_back(StoredTogether{shape, {}});
    same->results.push_back({unsigned(number), source});
  }
  return groups;
}

static LoopNest nestOf(HostKernelBuilder &builder,
                       const StoredTogether &group) {
  auto body = [&builder, group](OpBuilder &b, Indices indices) {
    ElementEmitter &emitter = builder.elements();
    // All reads before the first store: a result may replace an input.
    SmallVector<Value> scalars;
    for (auto [number, tensor] : group.results) {
      Value scalar = emitter.readElement(b, tensor.getLoc(), tensor, indices);
      if (!scalar)
        return failure();
      scalars.push_back(scalar);
    }
    for (auto [scalar, result] : llvm::zip_equal(scalars, group.results))
      emitter.storeFlat(b, scalar.getLoc(), scalar,
                        builder.flat(builder.numInputs() + result.first),
                        builder.space().linearize(indices, group.extents));
    return success();
  };
  return {group.extents, body};
}

LogicalResult scheduleMap(HostKernelBuilder &builder,
                          const HostScheduleOptions &) {
  SmallVector<LoopNest> nests;
  for (const StoredTogether &group : groupResults(builder.elements()))
    nests.push_back(nestOf(builder, group));
  return scheduleNests(builder, nests);
}

} // namespace xcc::schedule
