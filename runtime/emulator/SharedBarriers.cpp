//===- SharedBarriers.cpp - Barriers that are objects in memory -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/SharedBarriers.h"

#include "runtime/emulator/Checks.h"
#include "runtime/emulator/Execution.h"

using namespace xrt;
using namespace xrt::emulator;

void SharedBarriers::initialize(const Call &call, uint64_t address,
                                uint32_t count) {
  Thread &thread = call.thread();
  Block &block = *thread.block;
  if (count < 1 || count > kMaxCount)
    call.refuse("expects 1 to 1048575 arrivals, got " + std::to_string(count));
  if (find(address))
    call.refuse("expects memory that holds no barrier");
  checkWrite(thread, call.siteNumber(), {address, kBytes, kBytes});
  const ShadowedRange &range = block.shared.range;
  if (!range.contains(address, kBytes))
    call.refuse("expects a barrier in shared memory");
  uint64_t offset = address - range.base;
  uint32_t agent =
      block.clocks.addAgent("the copies of the barrier at byte " +
                            std::to_string(offset) + " of shared memory");
  if (!agent)
    call.refuse("expects at most " + std::to_string(Clocks::kMaxAgents) +
                " barriers and asynchronous units in a block");
  setStates(range.states + offset, kBytes, ByteState::Barrier);
  Clock clock = block.clocks.make();
  barriers[address] = {count, count, 0,    0, agent, thread.registers.thread,
                       false, clock, clock};
}

void SharedBarriers::invalidate(const Call &call, uint64_t address) {
  const ShadowedRange &range = call.thread().block->shared.range;
  barriers.erase(address);
  setStates(range.states + (address - range.base), kBytes,
            ByteState::Allocated);
}

void SharedBarriers::publish(const Thread &thread) {
  for (auto &[address, barrier] : barriers)
    barrier.isVisible |= barrier.initializer == thread.registers.thread;
}

void SharedBarriers::endPhaseIfComplete(Block &block, SharedBarrier &barrier) {
  if (barrier.pending || barrier.bytes)
    return;
  ++barrier.phase;
  barrier.pending = barrier.expected;
  barrier.ended.join(barrier.arriving);
  // Who sees the phase's end sees its copies.
  barrier.ended[block.clocks.entryOf(barrier.agent)] =
      std::min<uint32_t>(barrier.phase, kLastEpoch);
  barrier.arriving = block.clocks.make();
  block.tensorCopies.checkCounted(block, barrier);
}

void SharedBarriers::expectBytes(const Call &call, SharedBarrier &barrier,
                                 uint64_t bytes) {
  barrier.bytes += int64_t(bytes);
  if (barrier.bytes > int64_t(kMaxCount))
    call.refuse("expects at most 1048575 bytes outstanding, got " +
                std::to_string(barrier.bytes));
}

void SharedBarriers::arrive(const Call &call, SharedBarrier &barrier,
                            uint32_t count) {
  if (count < 1 || count > barrier.pending)
    call.refuse(
        "expects no more arrivals than the " + std::to_string(barrier.pending) +
        " of " + std::to_string(barrier.expected) + " that phase " +
        std::to_string(barrier.phase) + " lacks, got " + std::to_string(count));
  Block &block = *call.thread().block;
  block.release(call.thread(), barrier.arriving);
  barrier.pending -= count;
  endPhaseIfComplete(block, barrier);
}

void SharedBarriers::completeBytes(Block &block, SharedBarrier &barrier,
                                   uint64_t bytes) {
  barrier.bytes -= int64_t(bytes);
  endPhaseIfComplete(block, barrier);
}

std::string SharedBarriers::describe(const Block &block,
                                     uint64_t address) const {
  std::string place = "the barrier at byte " +
                      std::to_string(address - block.shared.range.base) +
                      " of shared memory";
  auto found = barriers.find(address);
  if (found == barriers.end())
    return place + " is none";
  const SharedBarrier &barrier = found->second;
  std::string text = "phase " + std::to_string(barrier.phase) + " of " + place +
                     " lacks " + std::to_string(barrier.pending) + " of " +
                     std::to_string(barrier.expected) + " arrivals";
  if (barrier.bytes)
    text += " and has " + std::to_string(barrier.bytes) +
            " bytes outstanding that no copy brings";
  return text;
}
