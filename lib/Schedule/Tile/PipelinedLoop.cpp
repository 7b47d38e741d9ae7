//===- PipelinedLoop.cpp - Loops that load ahead of what they compute -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/PipelinedLoop.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

Value PipelinedLoop::index(int64_t number) {
  return arith::ConstantIndexOp::create(builder, loc, number);
}

Value PipelinedLoop::add(Value lhs, int64_t rhs) {
  return rhs ? arith::AddIOp::create(builder, loc, lhs, index(rhs)) : lhs;
}

/// The slot after or before `slot`, around the end.
Value PipelinedLoop::neighbour(Value slot, bool next) {
  if (stages == 1)
    return slot;
  Value last = index(next ? stages - 1 : 0);
  Value first = index(next ? 0 : stages - 1);
  Value isLast =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, slot, last);
  return arith::SelectOp::create(builder, loc, isLast, first,
                                 add(slot, next ? 1 : -1));
}

bool PipelinedLoop::anyAsync() const {
  return llvm::any_of(
      operands, [](const StagedOperand &operand) { return operand.copy; });
}

void PipelinedLoop::allocate() {
  for (const StagedOperand &operand : operands) {
    SmallVector<int64_t> shape = {int64_t(stages)};
    llvm::append_range(shape, operand.slice.getShape());
    auto type = tile::SharedType::get(shape, operand.slice.getElementType(),
                                      operand.slice.getLayout());
    memory.push_back(
        tile::AllocSharedOp::create(builder, loc, type, IntegerAttr()));
  }
}

void PipelinedLoop::copyAll(Value step, Value slot) {
  for (auto [operand, slots] : llvm::zip_equal(operands, memory))
    if (operand.copy)
      operand.copy(step, tile::SliceOp::create(builder, loc, slots, slot));
  tile::AsyncCommitOp::create(builder, loc);
}

SmallVector<Value> PipelinedLoop::loadAll(Value step) {
  SmallVector<Value> tiles;
  for (const StagedOperand &operand : operands)
    tiles.push_back(operand.copy ? Value() : operand.load(step));
  return tiles;
}

void PipelinedLoop::storeAll(ArrayRef<Value> tiles, Value slot) {
  for (auto [tile, slots] : llvm::zip_equal(tiles, memory))
    if (tile)
      tile::SharedStoreOp::create(
          builder, loc, tile, tile::SliceOp::create(builder, loc, slots, slot));
}

/// Before the first step: the copies of all steps that may be under way, and
/// what goes through registers of the first.
void PipelinedLoop::fill(Value begin) {
  if (anyAsync())
    for (unsigned ahead = 0; ahead + 1 < stages; ++ahead)
      copyAll(add(begin, ahead), index(ahead));
  storeAll(loadAll(begin), index(0));
}

SmallVector<Value> PipelinedLoop::emitStep(Value step, Value slot,
                                           ValueRange carried, Body body) {
  if (anyAsync())
    tile::AsyncWaitOp::create(builder, loc, stages - 2);
  // The step's operands are there, and nobody reads the slot before it.
  if (!operands.empty())
    tile::BarrierOp::create(builder, loc);
  if (anyAsync())
    copyAll(add(step, stages - 1), neighbour(slot, /*next=*/false));
  SmallVector<Value> tiles = loadAll(add(step, 1));
  SmallVector<Value> slices;
  for (Value slots : memory)
    slices.push_back(tile::SliceOp::create(builder, loc, slots, slot));
  SmallVector<Value> results = body(step, slices, carried);
  if (stages == 1 && !operands.empty())
    tile::BarrierOp::create(builder, loc);
  Value next = neighbour(slot, /*next=*/true);
  storeAll(tiles, next);
  results.insert(results.begin(), next);
  return results;
}

SmallVector<Value> PipelinedLoop::emit(Value begin, Value end,
                                       ValueRange carried, Body body) {
  assert((stages > 1 || !anyAsync()) && "copies need a slot of their own");
  allocate();
  fill(begin);
  SmallVector<Value> init = {index(0)};
  llvm::append_range(init, carried);
  auto loop = scf::ForOp::create(builder, loc, begin, end, index(1), init);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    ValueRange all = loop.getRegionIterArgs();
    SmallVector<Value> results =
        emitStep(loop.getInductionVar(), all.front(), all.drop_front(), body);
    scf::YieldOp::create(builder, loc, results);
  }
  // Copies of steps that never came still write.
  if (anyAsync())
    tile::AsyncWaitOp::create(builder, loc, 0);
  if (!operands.empty())
    tile::BarrierOp::create(builder, loc);
  return SmallVector<Value>(llvm::drop_begin(loop.getResults()));
}

} // namespace xcc::schedule
