//===- Block.cpp - Runs the threads of a block ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Execution.h"

#include <algorithm>
#include <iterator>

using namespace xrt;
using namespace xrt::emulator;

// Only a loop without end takes more; counted in accesses and operations.
static constexpr uint64_t kDefaultMaxSteps = uint64_t(1) << 31;

void emulator::reportAt(const Thread &thread, ReportKind kind, uint32_t site,
                        uint64_t address, const std::string &what) {
  const Grid &grid = *thread.block->grid;
  Report report;
  report.kind = kind;
  report.kernel = grid.name;
  report.address = address;
  report.thread = thread.registers.thread;
  report.what = what;
  std::copy(std::begin(thread.block->index), std::end(thread.block->index),
            report.block);
  if (site < grid.program->sites.size()) {
    const Site &place = grid.site(site);
    report.operation = place.operation;
    report.file = place.source.file;
    report.line = place.source.line;
    report.column = place.source.column;
  }
  grid.reporter->add(site, std::move(report));
}

static void runThread(void *argument) {
  auto &thread = *static_cast<Thread *>(argument);
  Block &block = *thread.block;
  block.grid->kernel(&thread, block.grid->arguments);
  block.finish(thread);
}

void Block::abandon(Thread &thread) {
  hasFailed = true;
  grid->stop.store(true, std::memory_order_relaxed);
  FiberContext nowhere;
  switchFiber(nowhere, scheduler);
  __builtin_trap();
}

void Block::giveWay(Thread &thread) {
  // What lanes do together runs on a fiber that is none of theirs, to its end.
  if (!pendingCall)
    switchFiber(thread.fiber, scheduler);
}

void Block::stamp(Thread &thread) {
  uint32_t number = thread.registers.thread;
  thread.stamps.shared =
      SharedStamp::make(shared.currentInterval(), thread.warp->interval,
                        clocks.epochOf(number), number);
  thread.stamps.global =
      GlobalStamp::make(grid->number, linearIndex, interval, number);
}

void Block::stampThreads() {
  for (Thread &thread : threads)
    stamp(thread);
}

void Block::orderBlock() {
  shared.nextInterval();
  ++interval;
  if (clocks.areUsed())
    clocks.shareAgents();
  stampThreads();
}

void Block::release(Thread &thread, Clock &into) {
  clocks.release(thread.registers.thread, into);
  stamp(thread);
}

void Block::acquire(Thread &thread, const Clock &from) {
  clocks.acquire(thread.registers.thread, from);
}

void Block::orderLanes(Warp &warp, uint64_t lanes) {
  bool isWhole = lanes == warp.present();
  warp.interval += isWhole;
  if (clocks.areUsed()) {
    Clock all = clocks.make();
    for (uint64_t left = lanes; left; left &= left - 1)
      release(warp.threads[__builtin_ctzll(left)], all);
    for (uint64_t left = lanes; left; left &= left - 1)
      acquire(warp.threads[__builtin_ctzll(left)], all);
  }
  if (isWhole)
    for (uint32_t i = 0; i < warp.lanes; ++i)
      stamp(warp.threads[i]);
}

void Block::fenceProxy(Thread &thread) {
  if (!clocks.areUsed())
    return;
  uint32_t number = thread.registers.thread;
  const Clock &clock = clocks.of(number);
  uint32_t now = uint32_t(shared.currentInterval()) << 16;
  for (uint32_t i = 0; i < threads.size(); ++i)
    fenced[i] = std::max(fenced[i], now | clock[i]);
  Clock nobody = clocks.make();
  release(thread, nobody);
}

bool Block::isEager() {
  switch (grid->options.delivery) {
  case Delivery::Lazy:
    return false;
  case Delivery::Eager:
    return true;
  case Delivery::Random:
    return random() & 1;
  }
  return true;
}

void Block::beginThreads() {
  uint32_t lanes = grid->lanesPerWarp;
  warps.resize((grid->threads + lanes - 1) / lanes);
  for (uint32_t i = 0; i < grid->threads; ++i) {
    Thread &thread = threads[i];
    Registers &registers = thread.registers;
    registers = {i,
                 i % lanes,
                 i / lanes,
                 {},
                 {},
                 grid->threads,
                 uint32_t(warps.size()),
                 lanes,
                 0,
                 1,
                 shared.range.base};
    std::copy(std::begin(index), std::end(index), registers.block);
    std::copy(std::begin(grid->size), std::end(grid->size), registers.grid);
    thread.block = this;
    thread.warp = &warps[i / lanes];
    thread.steps =
        grid->options.maxSteps ? grid->options.maxSteps : kDefaultMaxSteps;
    thread.copies.clear();
    prepareFiber(thread.fiber, stacks.end(i), runThread, &thread);
  }
  for (uint32_t w = 0; w < warps.size(); ++w) {
    uint32_t present = std::min(lanes, grid->threads - w * lanes);
    warps[w] = Warp{&threads[w * lanes], present, 0, 0};
    warps[w].live = warps[w].ready = warps[w].present();
  }
}

void Block::begin(uint32_t linear) {
  linearIndex = linear;
  index[0] = linear % grid->size[0];
  index[1] = linear / grid->size[0] % grid->size[1];
  index[2] = linear / grid->size[0] / grid->size[1];
  random.seed(grid->options.seed * 0x9e3779b97f4a7c15 + linear);
  checks = grid->options.checks;
  untilPreempted = 1;
  hasFailed = false;
  ranges.clear();
  pendingCall = nullptr;
  interval = 0;
  live = grid->threads;
  shared.begin(grid->sharedBytes);
  firstInterval = shared.currentInterval();
  clocks.begin(grid->threads, grid->ordersSome);
  fenced.assign(grid->ordersSome ? grid->threads : 0, 0);
  barriers.begin();
  namedBarriers.begin();
  tensorCopies.begin();
  uint32_t lanes = grid->lanesPerWarp;
  products.begin(grid->ordersSome ? (grid->threads + lanes - 1) / lanes : 0);
  beginThreads();
  stampThreads();
  // One stack more than there are threads: collectives run on it.
  prepareFiber(collectiveFiber, stacks.end(grid->threads), runCollectives,
               this);
}

uint32_t Block::pickWarp(uint32_t after) {
  if (grid->options.order == ThreadOrder::Random)
    return random() % warps.size();
  return (after + 1) % warps.size();
}

uint64_t Block::intern(ConstantRange range) {
  for (uint64_t i = 0; i < ranges.size(); ++i)
    if (ranges[i].base == range.base && ranges[i].bytes == range.bytes)
      return i;
  ranges.push_back(range);
  return ranges.size() - 1;
}

bool Block::runAnyWarp() {
  for (Warp &warp : warps)
    if (runWarp(warp))
      return true;
  return false;
}

/// In random order copies arrive at any time, else when nothing else is left.
bool Block::deliverSome() { return tensorCopies.deliverNext(*this); }

bool Block::run(Grid &launched, uint32_t linear) {
  grid = &launched;
  begin(linear);
  uint32_t idle = 0; // warps since the last progress
  for (uint32_t w = warps.size() - 1; live;) {
    w = pickWarp(w);
    if (grid->options.delivery == Delivery::Random && random() % 16 == 0)
      deliverSome();
    idle = runWarp(warps[w]) ? 0 : idle + 1;
    if (hasFailed || grid->stop.load(std::memory_order_relaxed))
      return !hasFailed;
    // In random order some warp may not have had its turn: all are asked.
    if (!live || idle < warps.size() || runAnyWarp())
      continue;
    idle = 0;
    if (!releaseBarrier() && !deliverSome()) {
      explainStop();
      return false;
    }
  }
  return true;
}
