//===- NamedBarriers.cpp - Barriers of some of a block's warps ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/NamedBarriers.h"

#include "runtime/emulator/Execution.h"
#include "runtime/emulator/Lanes.h"

using namespace xrt;
using namespace xrt::emulator;

std::string NamedBarriers::arrive(const WarpCall &call, uint32_t number,
                                  uint32_t threads) {
  Block &block = *call.warp.threads->block;
  if (number >= kCount)
    return "expects a barrier of 0 to 15, got " + std::to_string(number);
  if (!threads || threads % block.grid->lanesPerWarp)
    return "expects whole warps, got " + std::to_string(threads) + " threads";
  Barrier &barrier = barriers[number];
  if (!barrier.arrived) {
    barrier.expected = threads;
    barrier.arriving = block.clocks.make();
  }
  if (barrier.expected != threads)
    return "expects barrier " + std::to_string(number) + " to be for " +
           std::to_string(barrier.expected) +
           " threads, as those who came before said, got " +
           std::to_string(threads);
  forLanes(call, [&](unsigned lane) {
    block.release(*call.lanes[lane].thread, barrier.arriving);
  });
  barrier.arrived += block.grid->lanesPerWarp;
  if (barrier.arrived < barrier.expected)
    return "";
  ++barrier.round;
  barrier.arrived = 0;
  barrier.ended = std::move(barrier.arriving);
  return "";
}

bool NamedBarriers::isOver(const WarpCall &call, uint32_t number,
                           uint32_t threads) {
  Block &block = *call.warp.threads->block;
  if (tickets.empty())
    tickets.resize(block.warps.size());
  Ticket &ticket = tickets[&call.warp - block.warps.data()];
  if (!ticket.isWaiting) {
    uint32_t round = number < kCount ? barriers[number].round : 0;
    ticket = {true, round, arrive(call, number, threads)};
  }
  return !ticket.problem.empty() || barriers[number].round != ticket.round;
}

std::string NamedBarriers::leave(const WarpCall &call, uint32_t number) {
  Block &block = *call.warp.threads->block;
  Ticket &ticket = tickets[&call.warp - block.warps.data()];
  ticket.isWaiting = false;
  if (!ticket.problem.empty())
    return ticket.problem;
  forLanes(call, [&](unsigned lane) {
    block.acquire(*call.lanes[lane].thread, barriers[number].ended);
  });
  return "";
}

std::string NamedBarriers::describe(uint32_t number) const {
  const Barrier &barrier = barriers[number];
  return "to barrier " + std::to_string(number) + " came " +
         std::to_string(barrier.arrived) + " of " +
         std::to_string(barrier.expected) + " threads";
}
