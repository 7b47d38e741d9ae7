//===- LoopNest.cpp - Work items and loops of element-wise nests ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/LoopNest.h"
#include "lib/Schedule/Host/BlockReads.h"
#include "lib/Schedule/Host/Streaming.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

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
  using Range = std::pair<Value, Value>;
  void emitBlock(Indices indices, NestBlock block, Range lines, Range elements);
  void emitBody(IndexList indices);

  HostKernelBuilder &builder;
  IndexSpace &space;
  LoopNest nest;
  LoopGroups groups;
  IndexList outer; // extents of all groups but the last
  AffineExpr inner;
  std::optional<unsigned> transposed; // the group that inputs are contiguous in
  std::optional<BlockReads> blockReads;
  int64_t rowsPerItem = 1;
  int64_t grain = itemGrain;
  bool isChunked = false;
  SmallVector<Value> streams;
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
  streams = findStreams(groups.accesses);
  planRows();
}

void NestPlan::planRows() {
  if (transposed) {
    IndexList blocks = outer;
    blockReads.emplace(builder, groups.accesses, *transposed);
    blocks[*transposed] = outer[*transposed].ceilDiv(blockReads->side());
    items = space.product(blocks);
    return;
  }
  AffineExpr rows = space.product(outer);
  auto size = dyn_cast<AffineConstantExpr>(inner);
  grain = std::max<int64_t>(1, itemGrain / nest.cost);
  if (!streams.empty())
    grain = llvm::alignTo(grain, streamElements);
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
    emitStreaming(builder, streams, [&] {
      builder.forExtent(inner, [&](AffineExpr index) {
        IndexList all = indices;
        all.push_back(index);
        emitBody(all);
      });
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
  Value lower = first, upper = last;
  emitStreaming(builder, streams, [&] {
    builder.forLoop(lower, upper, inner, [&](AffineExpr index) {
      IndexList all = indices;
      all.push_back(index);
      emitBody(all);
    });
  });
}

/// The lines of one work item, block by block.
void NestPlan::emitBlocks(AffineExpr item) {
  int64_t side = blockReads->side();
  IndexList extents = outer;
  AffineExpr across = outer[*transposed];
  extents[*transposed] = across.ceilDiv(side);
  IndexList indices = delinearizeVariables(builder, item, extents);
  AffineExpr firstLine = indices[*transposed] * side;
  auto [first, last] = blockBounds(builder, indices[*transposed], side, across);
  Value top = first, bottom = last;
  builder.forExtent(inner.ceilDiv(side), [&](AffineExpr block) {
    auto [left, right] = blockBounds(builder, block, side, inner);
    emitBlock(indices, {firstLine, block * side, {}, {}}, {top, bottom},
              {left, right});
  });
}

void NestPlan::emitBlock(Indices indices, NestBlock block, Range lines,
                         Range elements) {
  OpBuilder &b = builder.builder();
  auto [first, last] = lines;
  auto [left, right] = elements;
  Value from = first, to = last, start = left, end = right;
  block.lines = arith::SubIOp::create(b, builder.loc(), to, from);
  block.elements = arith::SubIOp::create(b, builder.loc(), end, start);
  auto at = [&](AffineExpr line, AffineExpr index) {
    IndexList all(indices);
    all[*transposed] = line;
    all.push_back(index);
    return groups.expand(space, all, nest.extents);
  };
  blockReads->copy(block,
                   [&](OpBuilder &nowhere, AffineExpr line, AffineExpr index) {
                     if (failed(nest.body(nowhere, at(line, index))))
                       status = failure();
                   });
  emitStreaming(builder, streams, [&] {
    builder.forLoop(from, to, outer[*transposed], [&](AffineExpr line) {
      builder.forLoop(start, end, inner, [&](AffineExpr index) {
        blockReads->bind(line, index);
        if (failed(nest.body(b, at(line, index))))
          status = failure();
        blockReads->unbind();
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
