//===- GroupProducts.cpp - Matrix products that warps go on beside --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/GroupProducts.h"

#include "runtime/emulator/Execution.h"

#include <algorithm>

using namespace xrt;
using namespace xrt::emulator;

namespace {
// A signalling NaN: 0 | 11111111 | 0 | product 15 | register 7.
constexpr uint32_t kTicket = 0x7f800000, kTicketBits = 0xffc00000;
constexpr uint32_t kQuiet = 0x00400000;
constexpr uint32_t kRegisters = 128, kProducts = 1 << 15, kLanes = 32;

uint32_t ticketOf(uint32_t product, uint32_t index) {
  return kTicket | product << 7 | index;
}

bool isTicket(uint32_t bits) {
  return (bits & kTicketBits) == kTicket && bits != kTicket;
}
uint32_t productOf(uint32_t ticket) { return ticket >> 7 & (kProducts - 1); }
} // namespace

void GroupProducts::begin(uint32_t numWarps) {
  warps = std::vector<WarpState>(numWarps);
  agents.assign((numWarps + kWarpsPerGroup - 1) / kWarpsPerGroup, 0);
}

GroupProducts::WarpState &GroupProducts::of(const WarpCall &call) {
  return warps[call.warp.threads->registers.warp];
}

uint32_t GroupProducts::agentOf(const WarpCall &call) {
  uint32_t group = call.warp.threads->registers.warp / kWarpsPerGroup;
  if (!agents[group]) {
    uint32_t first = group * kWarpsPerGroup;
    agents[group] = call.warp.threads->block->clocks.addAgent(
        "the products of warps " + std::to_string(first) + " to " +
        std::to_string(first + kWarpsPerGroup - 1));
  }
  return agents[group];
}

std::string GroupProducts::start(const WarpCall &call,
                                 std::unique_ptr<GroupProduct> product,
                                 bool hasRegisters,
                                 Accumulators &accumulators) {
  WarpState &state = of(call);
  Block &block = *call.warp.threads->block;
  bool isChained =
      std::all_of(accumulators.begin(), accumulators.end(), isTicket) &&
      !accumulators.empty();
  if (!state.isFenced && (hasRegisters || !isChained))
    return "expects a fence between what writes the registers of a product "
           "and the product";
  uint32_t agent = agentOf(call);
  if (!agent)
    return "expects fewer barriers and asynchronous units in a block";
  uint64_t stamp = SharedStamp::make(
      block.shared.currentInterval(), 0,
      std::min<uint32_t>(state.committed + 1, kLastEpoch), agent);
  product->checkOperands(*call.lanes[call.firstLane()].thread, stamp);
  state.lastSite = call.at(call.firstLane()).siteNumber();
  uint32_t number = state.next;
  state.next = state.next + 1 == kProducts ? 1 : state.next + 1;
  state.started.push_back({number, state.committed, state.lastSite,
                           std::move(product), accumulators});
  uint32_t perLane = accumulators.size() / kLanes;
  for (uint32_t i = 0; i < accumulators.size(); ++i)
    accumulators[i] = ticketOf(number, i % perLane);
  if (block.isEager())
    while (!state.started.empty() && state.started.front().product)
      execute(state);
  return "";
}

/// The values of products that are done. Those of which all are taken are
/// forgotten; of others the latest are kept, as many as registers can hold.
std::string GroupProducts::replaceTickets(WarpState &state,
                                          Accumulators &accumulators) {
  constexpr size_t kMaxKept = 256;
  uint32_t perLane = accumulators.size() / kLanes;
  for (uint32_t i = 0; i < accumulators.size(); ++i) {
    uint32_t &value = accumulators[i];
    auto found = state.results.find(productOf(value));
    if (!isTicket(value & ~kQuiet) || found == state.results.end())
      continue;
    if (!isTicket(value))
      return "expects accumulators of a product as it left them, got what "
             "arithmetic before the wait made of them";
    auto &[values, taken, site] = found->second;
    uint32_t index = value % kRegisters;
    if (index >= values.size() / kLanes)
      continue;
    value = values[i / perLane * (values.size() / kLanes) + index];
    if (++taken == values.size())
      state.results.erase(found);
  }
  while (state.results.size() > kMaxKept)
    state.results.erase(state.results.begin());
  return "";
}

void GroupProducts::execute(WarpState &state) {
  Started &oldest = state.started.front();
  replaceTickets(state, oldest.accumulators);
  oldest.product->multiply(oldest.accumulators);
  state.results[oldest.number] = {std::move(oldest.accumulators), 0,
                                  oldest.site};
  state.started.pop_front();
}

std::span<GroupProducts::WarpState>
GroupProducts::groupOf(const WarpCall &call) {
  uint32_t warp = call.warp.threads->registers.warp;
  uint32_t first = warp / kWarpsPerGroup * kWarpsPerGroup;
  uint32_t count = std::min<size_t>(kWarpsPerGroup, warps.size() - first);
  return {&warps[first], count};
}

bool GroupProducts::canWait(const WarpCall &call, uint32_t pending) {
  uint32_t committed = of(call).committed;
  uint32_t upTo = committed - std::min(pending, committed);
  std::span<WarpState> group = groupOf(call);
  return std::all_of(group.begin(), group.end(), [&](const WarpState &state) {
    return state.committed >= upTo;
  });
}

void GroupProducts::wait(const WarpCall &call, uint32_t pending) {
  WarpState &state = of(call);
  uint32_t upTo = state.committed - std::min(pending, state.committed);
  // A product is the group's: that of one warp is done when all of it is.
  for (WarpState &each : groupOf(call))
    while (!each.started.empty() && each.started.front().group < upTo)
      execute(each);
  state.isFenced = false;
  state.awaited = std::max(state.awaited, upTo);
  if (!upTo)
    return;
  uint32_t agent = agentOf(call);
  Block &block = *call.warp.threads->block;
  for (uint64_t left = call.members; left; left &= left - 1)
    block.clocks.acquireAgent(
        call.lanes[__builtin_ctzll(left)].thread->registers.thread, agent,
        std::min<uint32_t>(upTo, kLastEpoch));
}

void GroupProducts::finish(const Thread &thread) {
  if (warps.empty())
    return;
  const WarpState &state = warps[thread.registers.warp];
  if (state.awaited < state.committed)
    reportAt(thread, ReportKind::InvalidOperation, state.lastSite, 0,
             "the thread returns and " +
                 std::to_string(state.committed - state.awaited) +
                 " of its groups of products are not waited for");
  for (const auto &[number, result] : state.results)
    if (!result.taken)
      reportAt(thread, ReportKind::InvalidOperation, result.site, 0,
               "the thread returns and no wait gave it the product's "
               "accumulators");
}

std::string GroupProducts::resolve(const WarpCall &call,
                                   Accumulators &accumulators) {
  std::string problem = replaceTickets(of(call), accumulators);
  if (problem.empty() &&
      std::any_of(accumulators.begin(), accumulators.end(), isTicket))
    return "expects accumulators of products that are committed and waited "
           "for";
  return problem;
}
