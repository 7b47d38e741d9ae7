//===- Warps.cpp - Lanes, and what they execute together ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All lanes of a warp run until each waits or is done; then the operation whose
// call comes first in the code is executed by the lanes it takes. That lanes
// meet in an operation orders nothing in memory.
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Execution.h"

#include <algorithm>
#include <set>

using namespace xrt;
using namespace xrt::emulator;

void Block::waitAt(Thread &thread, uint32_t site, const std::byte *arguments,
                   std::byte *results) {
  thread.site = site;
  thread.arguments = arguments;
  thread.results = results;
  Warp &warp = *thread.warp;
  uint64_t bit = uint64_t(1) << thread.registers.lane;
  warp.ready &= ~bit;
  if (!warp.met)
    warp.meetingSite = site;
  warp.isMeeting &= site == warp.meetingSite;
  warp.met |= bit;
  leave(thread);
}

/// On to the warp's next lane, or back to the scheduler.
void Block::leave(Thread &thread) {
  Warp &warp = *thread.warp;
  bool isFixed = grid->options.order == ThreadOrder::Fixed;
  if (!isFixed || !warp.ready)
    return giveWay(thread);
  switchFiber(thread.fiber, warp.threads[__builtin_ctzll(warp.ready)].fiber);
}

void Block::finish(Thread &thread) {
  uint64_t bit = uint64_t(1) << thread.registers.lane;
  // What is under way arrives before the block's memory is given away.
  thread.copies.waitAll(thread);
  tensorCopies.finishStores(thread);
  products.finish(thread);
  thread.warp->ready &= ~bit;
  thread.warp->live &= ~bit;
  --live;
  leave(thread);
}

uint64_t Block::pickLane(uint64_t ready) {
  if (grid->options.order == ThreadOrder::Fixed)
    return __builtin_ctzll(ready);
  uint64_t later = ready & ~uint64_t(0) << random() % kMaxLanes;
  return __builtin_ctzll(later ? later : ready);
}

/// Runs lanes until all wait; in random order, one. False: nothing moved.
bool Block::runWarp(Warp &warp) {
  bool isRandom = grid->options.order == ThreadOrder::Random;
  bool hasMoved = false;
  do {
    while (warp.ready) {
      hasMoved = true;
      switchFiber(scheduler, warp.threads[pickLane(warp.ready)].fiber);
      if (hasFailed || grid->stop.load(std::memory_order_relaxed))
        return true;
      if (isRandom && random() & 1)
        return true;
    }
    if (!fire(warp))
      return hasMoved;
    hasMoved = true;
  } while (!hasFailed);
  return true;
}

bool Block::fire(Warp &warp) {
  if (warp.met == warp.live && warp.isMeeting && warp.live)
    return fireAt(warp, warp.meetingSite, warp.live);
  // Sites in the order of the code; a handful at most.
  uint32_t after = 0;
  while (true) {
    uint32_t site = ~0u;
    uint64_t lanes = 0;
    for (uint64_t left = warp.live; left; left &= left - 1) {
      unsigned lane = __builtin_ctzll(left);
      uint32_t at = warp.threads[lane].site;
      if (at < after || at > site)
        continue;
      lanes = (at == site ? lanes : 0) | uint64_t(1) << lane;
      site = at;
    }
    if (!lanes)
      return false;
    if (fireAt(warp, site, lanes))
      return true;
    after = site + 1;
  }
}

/// The lanes that |mask| of the first names; 0 when not all are there.
static uint64_t namedLanes(const Warp &warp, const Site &site, uint64_t lanes) {
  auto maskOf = [&](unsigned lane) {
    uint32_t mask;
    std::memcpy(&mask, warp.threads[lane].arguments + site.argumentOffsets[0],
                sizeof(mask));
    return uint64_t(mask) & warp.present();
  };
  for (uint64_t left = lanes; left; left &= left - 1) {
    uint64_t named = maskOf(__builtin_ctzll(left));
    bool agree = named && (named & ~lanes) == 0;
    for (uint64_t other = named; agree && other; other &= other - 1)
      agree = maskOf(__builtin_ctzll(other)) == named;
    if (agree)
      return named;
  }
  return 0;
}

bool Block::fireAt(Warp &warp, uint32_t number, uint64_t lanes) {
  const Site &site = grid->site(number);
  if (site.model->kind != ModelKind::Collective)
    return false;
  switch (site.model->members) {
  case Members::All:
    if (lanes != warp.present())
      return false;
    break;
  case Members::Mask:
    lanes = namedLanes(warp, site, lanes);
    if (!lanes)
      return false;
    break;
  case Members::Arrived:
    break;
  }
  WarpCall call(site, warp);
  call.members = lanes;
  for (uint64_t left = lanes; left; left &= left - 1) {
    unsigned lane = __builtin_ctzll(left);
    Thread &thread = warp.threads[lane];
    call.lanes[lane] = {&thread, thread.arguments, thread.results};
  }
  if (site.model->ready)
    call.members = site.model->ready(call);
  if (!call.members)
    return false;
  execute(call);
  return true;
}

void Block::execute(const WarpCall &call) {
  Warp &warp = call.warp;
  uint64_t members = call.members;
  pendingCall = &call;
  // On a fiber of its own, so that a failing check can leave it.
  switchFiber(scheduler, collectiveFiber);
  pendingCall = nullptr;
  warp.ready |= members;
  warp.met &= ~members;
  warp.isMeeting = !warp.met;
}

void Block::runCollectives(void *argument) {
  Block &block = *static_cast<Block *>(argument);
  while (true) {
    const WarpCall &call = *block.pendingCall;
    call.site.model->collective(call);
    switchFiber(block.collectiveFiber, block.scheduler);
  }
}

bool Block::releaseBarrier() {
  if (live != grid->threads)
    return false;
  uint32_t site = threads[0].site;
  if (grid->site(site).model->kind != ModelKind::Barrier)
    return false;
  for (Thread &thread : threads)
    if (thread.site != site)
      return false;
  if (grid->site(site).ordersMemory)
    orderBlock();
  for (Warp &warp : warps) {
    warp.ready = warp.live;
    warp.met = 0;
    warp.isMeeting = true;
  }
  return true;
}

static std::string nameOf(const Site &site) {
  std::string name = site.operation;
  if (!site.source.file.empty())
    name += " (line " + std::to_string(site.source.line) + ")";
  return name;
}

static bool isLive(const Thread &thread) {
  return thread.warp->live >> thread.registers.lane & 1;
}

/// "thread 3 returned", "thread 3 waits at barrier (line 7)".
static std::string whereabouts(const Thread &thread) {
  std::string name = "thread " + std::to_string(thread.registers.thread);
  if (!isLive(thread))
    return name + " returned";
  return name + " waits at " + nameOf(thread.block->grid->site(thread.site));
}

static bool isAtBarrier(const Thread &thread) {
  const Grid &grid = *thread.block->grid;
  return isLive(thread) &&
         grid.site(thread.site).model->kind == ModelKind::Barrier;
}

static ReportKind kindOfStop(const Thread &waiting, const Thread *other) {
  if (isAtBarrier(waiting))
    return ReportKind::BarrierDivergence;
  // Each waits for the other: the barrier for the lanes that wait here.
  if (other && isAtBarrier(*other))
    return ReportKind::Deadlock;
  return ReportKind::MismatchedCollective;
}

/// Reports what threads wait for where their operations can say it, once for
/// each operation; false when none can.
static bool explainWaits(std::vector<Thread> &threads) {
  std::set<uint32_t> told;
  for (Thread &thread : threads) {
    const Site &site = thread.block->grid->site(thread.site);
    if (!isLive(thread) || !site.model->explain ||
        !told.insert(thread.site).second)
      continue;
    LaneCall lane = {&thread, thread.arguments, thread.results};
    reportAt(thread, ReportKind::Deadlock, thread.site, 0,
             site.model->explain(Call(site, lane)));
  }
  return !told.empty();
}

void Block::explainStop() {
  if (explainWaits(threads))
    return;
  // A collective that lacks lanes says more than a barrier that lacks threads.
  const Thread *waiting = nullptr;
  bool isBarrier = true;
  for (const Thread &thread : threads) {
    if (!isLive(thread))
      continue;
    bool atBarrier = isAtBarrier(thread);
    if (!waiting || (isBarrier && !atBarrier)) {
      waiting = &thread;
      isBarrier = atBarrier;
    }
  }
  const Thread *first = isBarrier ? threads.data() : waiting->warp->threads;
  uint32_t count = isBarrier ? threads.size() : waiting->warp->lanes;
  uint32_t elsewhere = 0;
  const Thread *other = nullptr;
  for (const Thread *thread = first; thread != first + count; ++thread) {
    if (isLive(*thread) && thread->site == waiting->site)
      continue;
    ++elsewhere;
    other = other ? other : thread;
  }
  std::string what = std::to_string(count - elsewhere) + " of " +
                     std::to_string(count) + " threads wait here";
  if (other)
    what += "; " + whereabouts(*other);
  else
    what += " for lanes that their mask does not let arrive";
  reportAt(*waiting, kindOfStop(*waiting, other), waiting->site, 0, what);
}
