//===- Map.cpp - Element-wise kernels and data movement -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/LoopNest.h"

#include "lib/Schedule/Element/RowAnalysis.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace xcc::schedule {

namespace {
/// Results that are stored by one nest.
struct StoredTogether {
  IndexList extents;
  SmallVector<std::pair<unsigned, Value>> results; // number, peeled tensor
};
} // namespace

static SmallVector<StoredTogether> groupResults(ElementEmitter &emitter,
                                                ArrayRef<unsigned> numbers) {
  SmallVector<StoredTogether> groups;
  for (unsigned number : numbers) {
    Value result = emitter.kernelResults()[number];
    Value source = peelReshapes(result);
    IndexList shape = emitter.shapeOf(source);
    auto *same = llvm::find_if(groups, [&](const StoredTogether &group) {
      return group.extents == shape;
    });
    if (same == groups.end())
      same = &groups.emplace_back(StoredTogether{shape, {}});
    same->results.push_back({number, source});
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

SmallVector<LoopNest> nestsOfResults(HostKernelBuilder &builder,
                                     ArrayRef<unsigned> results) {
  SmallVector<LoopNest> nests;
  for (const StoredTogether &group : groupResults(builder.elements(), results))
    nests.push_back(nestOf(builder, group));
  return nests;
}

LogicalResult scheduleMap(HostKernelBuilder &builder,
                          const HostScheduleOptions &) {
  SmallVector<ItemRange> ranges;
  auto numbers = llvm::to_vector(
      llvm::seq<unsigned>(0, builder.elements().kernelResults().size()));
  for (const LoopNest &nest : nestsOfResults(builder, numbers)) {
    FailureOr<ItemRange> range = planNest(builder, nest);
    if (failed(range))
      return failure();
    ranges.push_back(*range);
  }
  return scheduleItems(builder, ranges);
}

} // namespace xcc::schedule
