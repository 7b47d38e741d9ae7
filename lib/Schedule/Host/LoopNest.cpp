//===- LoopNest.cpp - Work items and loops of element-wise nests ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/LoopNest.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

// A transposing nest goes block by block: 32 lines of 32 elements are half of
// the smallest first-level cache.
static constexpr int64_t transposeBlock = 32;

IndexList delinearizeVariables(HostKernelBuilder &builder, AffineExpr linear,
                               Indices extents) {
  IndexSpace &space = builder.space();
  IndexList variables;
  for (auto [index, extent] :
       llvm::zip_equal(space.delinearize(linear, extents), extents)) {
    if (isa<AffineConstantExpr>(index)) {
      variables.push_back(index);
      continue;
    }
    Value value = space.materialize(builder.builder(), builder.loc(), index);
    variables.push_back(space.declare(value, extent));
  }
  return variables;
}

std::pair<Value, Value> blockBounds(HostKernelBuilder &builder,
                                    AffineExpr index, int64_t step,
                                    AffineExpr extent) {
  IndexSpace &space = builder.space();
  OpBuilder &b = builder.builder();
  Value lower = space.materialize(b, builder.loc(), index * step);
  Value next = space.materialize(b, builder.loc(), index * step + step);
  Value size = space.materialize(b, builder.loc(), extent);
  return {lower, arith::MinSIOp::create(b, builder.loc(), next, size)};
}

namespace {
/// One nest, its loops grouped, and how it is cut into work items.
class NestPlan {
public:
  NestPlan(HostKernelBuilder &builder, LoopNest nest, LoopGroups groups)
      : builder(builder), space(builder.space()), nest(std::move(nest)),
        groups(std::move(groups)) {
    plan();
  }

  AffineExpr items;

  LogicalResult emitItem(AffineExpr item);

private:
  void plan();
  void planRows();
  std::optional<unsigned> findTransposed();
  void emitRows(AffineExpr item);
  void emitChunk(AffineExpr item);
  void emitBlocks(AffineExpr item);
  void emitBody(IndexList indices);

  HostKernelBuilder &builder;
  IndexSpace &space;
  LoopNest nest;
  LoopGroups groups;
  IndexList outer; // extents of all groups but the last
  AffineExpr inner;
  std::optional<unsigned> transposed;
  int64_t rowsPerItem = 1;
  int64_t grain = itemGrain;
  bool isChunked = false;
  LogicalResult status = success();
};
} // namespace

/// The loop that some load is contiguous in while it jumps in the last loop.
std::optional<unsigned> NestPlan::findTransposed() {
  unsigned last = groups.groups.size() - 1;
  AffineExpr zero = space.constant(0), one = space.constant(1);
  for (const AccessSteps &access : groups.accesses) {
    AffineExpr step = access.steps[last];
    if (access.isStore || !step || step == zero || step == one)
      continue;
    for (unsigned i = 0; i < last; ++i)
      if (access.steps[i] == one)
        return i;
  }
  return std::nullopt;
}

void NestPlan::plan() {
  if (groups.groups.empty()) {
    items = space.constant(1);
    return;
  }
  for (const LoopGroup &group : ArrayRef(groups.groups).drop_back())
    outer.push_back(group.extent);
  inner = groups.groups.back().extent;
  transposed = findTransposed();
  planRows();
}

void NestPlan::planRows() {
  if (transposed) {
    IndexList blocks = outer;
    blocks[*transposed] = outer[*transposed].ceilDiv(transposeBlock);
    items = space.product(blocks);
    return;
  }
  AffineExpr rows = space.product(outer);
  auto size = dyn_cast<AffineConstantExpr>(inner);
  grain = std::max<int64_t>(1, itemGrain / nest.cost);
  if (size && size.getValue() < 2 * grain) {
    rowsPerItem =
        std::max<int64_t>(1, grain / std::max<int64_t>(1, size.getValue()));
    items = rows.ceilDiv(rowsPerItem);
    return;
  }
  isChunked = true;
  items = rows * inner.ceilDiv(grain);
}

void NestPlan::emitBody(IndexList indices) {
  if (failed(nest.body(builder.builder(),
                       groups.expand(space, indices, nest.extents))))
    status = failure();
}

void NestPlan::emitRows(AffineExpr item) {
  auto [first, last] =
      blockBounds(builder, item, rowsPerItem, space.product(outer));
  builder.forLoop(first, last, space.product(outer), [&](AffineExpr row) {
    IndexList indices = delinearizeVariables(builder, row, outer);
    builder.forExtent(inner, [&](AffineExpr index) {
      indices.push_back(index);
      emitBody(indices);
    });
  });
}

void NestPlan::emitChunk(AffineExpr item) {
  AffineExpr chunks = inner.ceilDiv(grain);
  IndexList extents = outer;
  extents.push_back(chunks);
  IndexList indices = delinearizeVariables(builder, item, extents);
  AffineExpr chunk = indices.pop_back_val();
  auto [first, last] = blockBounds(builder, chunk, grain, inner);
  builder.forLoop(first, last, inner, [&](AffineExpr index) {
    indices.push_back(index);
    emitBody(indices);
  });
}

void NestPlan::emitBlocks(AffineExpr item) {
  IndexList extents = outer;
  AffineExpr across = outer[*transposed];
  extents[*transposed] = across.ceilDiv(transposeBlock);
  IndexList indices = delinearizeVariables(builder, item, extents);
  auto [first, last] =
      blockBounds(builder, indices[*transposed], transposeBlock, across);
  builder.forExtent(inner.ceilDiv(transposeBlock), [&](AffineExpr block) {
    auto [left, right] = blockBounds(builder, block, transposeBlock, inner);
    builder.forLoop(first, last, across, [&](AffineExpr line) {
      builder.forLoop(left, right, inner, [&](AffineExpr index) {
        IndexList all = indices;
        all[*transposed] = line;
        all.push_back(index);
        emitBody(all);
      });
    });
  });
}

LogicalResult NestPlan::emitItem(AffineExpr item) {
  if (groups.groups.empty())
    emitBody({});
  else if (transposed)
    emitBlocks(item);
  else if (isChunked)
    emitChunk(item);
  else
    emitRows(item);
  return status;
}

FailureOr<ItemRange> planNest(HostKernelBuilder &builder,
                              const LoopNest &nest) {
  FailureOr<LoopGroups> groups =
      groupLoops(builder.elements(), nest.extents, nest.body);
  if (failed(groups))
    return failure();
  auto plan = std::make_shared<NestPlan>(builder, nest, *groups);
  return ItemRange{plan->items,
                   [plan](AffineExpr item) { return plan->emitItem(item); }};
}

LogicalResult scheduleItems(HostKernelBuilder &builder,
                            ArrayRef<ItemRange> ranges) {
  IndexSpace &space = builder.space();
  AffineExpr total = space.constant(0);
  for (const ItemRange &range : ranges)
    total = space.simplify(total + range.items);
  builder.setWorkItems(total);
  LogicalResult status = success();
  AffineExpr before = space.constant(0);
  OpBuilder &b = builder.builder();
  Location loc = builder.loc();
  for (const ItemRange &range : ranges) {
    // This call's share of the range: [begin, end) moved to start at the
    // range's first item and cut to it.
    Value lower = builder.begin(), upper = builder.end();
    if (ranges.size() > 1) {
      Value first = space.materialize(b, loc, before);
      Value last = space.materialize(b, loc, before + range.items);
      lower = arith::MaxSIOp::create(b, loc, lower, first);
      upper = arith::MinSIOp::create(b, loc, upper, last);
      lower = arith::SubIOp::create(b, loc, lower, first);
      upper = arith::SubIOp::create(b, loc, upper, first);
    }
    builder.forLoop(lower, upper, range.items, [&](AffineExpr item) {
      if (failed(range.emit(item)))
        status = failure();
    });
    before = space.simplify(before + range.items);
  }
  return status;
}

} // namespace xcc::schedule
