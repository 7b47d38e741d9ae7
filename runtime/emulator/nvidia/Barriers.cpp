//===- Barriers.cpp - Barrier objects and named barriers, NVIDIA ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PTX ISA: "Parallel Synchronization and Communication Instructions: mbarrier",
// "bar, barrier". Objects of the block itself only: no clusters.
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Execution.h"
#include "runtime/emulator/Lanes.h"
#include "runtime/emulator/nvidia/Nvidia.h"

using namespace xrt;
using namespace xrt::emulator;

namespace {
// A state says which phase its arrival was in; the rest is nobody's business.
constexpr uint64_t kStateMark = uint64_t(0x5b) << 56;

SharedBarrier &barrierOf(const Call &call) {
  SharedBarrier *barrier =
      call.thread().block->barriers.find(call.argument<uint64_t>(0));
  if (!barrier)
    call.refuse("expects a barrier that was initialised");
  return *barrier;
}

void initialize(const Call &call) {
  call.thread().block->barriers.initialize(call, call.argument<uint64_t>(0),
                                           call.argument<uint32_t>(1));
}

void invalidate(const Call &call) {
  barrierOf(call);
  call.thread().block->barriers.invalidate(call, call.argument<uint64_t>(0));
}

void finishArrival(const Call &call, SharedBarrier &barrier, uint32_t count) {
  uint64_t state = kStateMark | barrier.phase;
  call.thread().block->barriers.arrive(call, barrier, count);
  if (call.resultBytes())
    call.setResult(state);
}

void arriveOnce(const Call &call) { finishArrival(call, barrierOf(call), 1); }

void arriveTimes(const Call &call) {
  finishArrival(call, barrierOf(call), call.argument<uint32_t>(1));
}

void expectBytes(const Call &call) {
  call.thread().block->barriers.expectBytes(call, barrierOf(call),
                                            call.argument<uint32_t>(1));
}

void arriveAndExpect(const Call &call) {
  expectBytes(call);
  arriveOnce(call);
}

void completeBytes(const Call &call) {
  Block &block = *call.thread().block;
  block.barriers.completeBytes(block, barrierOf(call),
                               call.argument<uint32_t>(1));
}

enum class Wait { State, Parity };

template <Wait wait> uint32_t parityOf(const Call &call) {
  if constexpr (wait == Wait::Parity)
    return call.argument<uint32_t>(1);
  else
    return uint32_t(call.argument<uint64_t>(1));
}

template <Wait wait> bool isOver(const Call &call) {
  const SharedBarrier *barrier =
      call.thread().block->barriers.find(call.argument<uint64_t>(0));
  return !barrier || SharedBarriers::isOver(*barrier, parityOf<wait>(call));
}

template <Wait wait> void finishWait(const WarpCall &call) {
  forLanes(call, [&](unsigned lane) {
    Call one = call.at(lane);
    const SharedBarrier &barrier = barrierOf(one);
    if (parityOf<wait>(one) > 1 && wait == Wait::Parity)
      one.refuse("expects a parity of 0 or 1, got " +
                 std::to_string(parityOf<wait>(one)));
    bool over = isOver<wait>(one);
    if (over)
      one.thread().block->acquire(one.thread(), barrier.ended);
    one.setResult(uint8_t(over));
  });
}

/// Lanes wait as long as there is something else to do; in random order the
/// time limit may be over at once, though not for ever.
template <Wait wait> uint64_t readyToTry(const WarpCall &call) {
  uint64_t over = 0;
  forLanes(call, [&](unsigned lane) {
    over |= uint64_t(isOver<wait>(call.at(lane))) << lane;
  });
  Block &block = *call.warp.threads->block;
  if (over)
    call.warp.falseAlarms = 0;
  constexpr uint32_t kMaxFalseAlarms = 4;
  if (over || block.grid->options.order == ThreadOrder::Fixed ||
      call.warp.falseAlarms >= kMaxFalseAlarms || block.random() % 4)
    return over;
  ++call.warp.falseAlarms;
  return call.members;
}

/// A test does not wait; one that is made again and again has to.
template <Wait wait> uint64_t readyToTest(const WarpCall &call) {
  constexpr uint32_t kMaxTests = 16;
  if (uint64_t over = readyToTry<wait>(call))
    return over;
  return call.warp.falseAlarms++ < kMaxTests ? call.members : 0;
}

std::string explainWait(const Call &call) {
  const Block &block = *call.thread().block;
  return block.barriers.describe(block, call.argument<uint64_t>(0));
}

void publish(const Call &call) {
  call.thread().block->barriers.publish(call.thread());
}

void fenceProxy(const Call &call) {
  publish(call);
  call.thread().block->fenceProxy(call.thread());
}

uint64_t readyAtNamed(const WarpCall &call) {
  unsigned lane = call.firstLane();
  Block &block = *call.warp.threads->block;
  return block.namedBarriers.isOver(call, call.argument<uint32_t>(lane, 0),
                                    call.argument<uint32_t>(lane, 1))
             ? call.members
             : 0;
}

void leaveNamed(const WarpCall &call) {
  Call first = call.at(call.firstLane());
  std::string problem = first.thread().block->namedBarriers.leave(
      call, first.argument<uint32_t>(0));
  if (!problem.empty())
    first.refuse(problem);
}

void arriveNamed(const WarpCall &call) {
  Call first = call.at(call.firstLane());
  std::string problem = first.thread().block->namedBarriers.arrive(
      call, first.argument<uint32_t>(0), first.argument<uint32_t>(1));
  if (!problem.empty())
    first.refuse(problem);
}

std::string explainNamed(const Call &call) {
  return call.thread().block->namedBarriers.describe(
      call.argument<uint32_t>(0));
}

/// The lane that does what one lane does: the lowest, or by chance any, but
/// always the same one.
void elect(const WarpCall &call) {
  Block &block = *call.warp.threads->block;
  unsigned leader = call.firstLane();
  if (block.grid->options.order == ThreadOrder::Random) {
    unsigned skip = (block.grid->options.seed * 0x9e3779b1u >> 7) %
                    unsigned(__builtin_popcountll(call.members));
    uint64_t left = call.members;
    for (; skip; --skip)
      left &= left - 1;
    leader = __builtin_ctzll(left);
  }
  forLanes(call, [&](unsigned lane) {
    struct {
      uint32_t leader;
      uint8_t isLeader;
    } result = {leader, lane == leader};
    std::memcpy(call.lanes[lane].results, &result, 5);
  });
}
} // namespace

#define MBARRIER "llvm.nvvm.mbarrier."
#define CTA ".scope.cta.space.cta"

template <Wait wait> static constexpr Model tryWait(std::string_view name) {
  return ordering(waitModel(name, Members::Arrived, finishWait<wait>,
                            readyToTry<wait>, explainWait));
}
template <Wait wait> static constexpr Model testWait(std::string_view name) {
  return ordering(waitModel(name, Members::Arrived, finishWait<wait>,
                            readyToTest<wait>, explainWait));
}
static constexpr Model some(std::string_view name,
                            void (*function)(const Call &)) {
  return ordering(functionModel(name, function));
}
static constexpr Model named(std::string_view name) {
  return ordering(
      waitModel(name, Members::All, leaveNamed, readyAtNamed, explainNamed));
}

static constexpr Model kModels[] = {
    some(MBARRIER "init.shared", initialize),
    some(MBARRIER "inval.shared", invalidate),
    some(MBARRIER "arrive.shared", arriveOnce),
    some(MBARRIER "arrive" CTA, arriveTimes),
    some(MBARRIER "arrive.expect.tx" CTA, arriveAndExpect),
    some(MBARRIER "expect.tx" CTA, expectBytes),
    some(MBARRIER "complete.tx" CTA, completeBytes),
    testWait<Wait::State>(MBARRIER "test.wait.shared"),
    testWait<Wait::State>(MBARRIER "test.wait" CTA),
    testWait<Wait::Parity>(MBARRIER "test.wait.parity" CTA),
    tryWait<Wait::State>(MBARRIER "try.wait" CTA),
    tryWait<Wait::State>(MBARRIER "try.wait.tl" CTA),
    tryWait<Wait::Parity>(MBARRIER "try.wait.parity" CTA),
    tryWait<Wait::Parity>(MBARRIER "try.wait.parity.tl" CTA),
    functionModel("llvm.nvvm.fence.proxy.async", fenceProxy),
    functionModel("llvm.nvvm.fence.proxy.async.shared_cta", fenceProxy),
    functionModel("llvm.nvvm.fence.proxy.async.shared_cluster", fenceProxy),
    functionModel("llvm.nvvm.fence.mbarrier_init.release.cluster", publish),
    named("llvm.nvvm.barrier.cta.sync.aligned.count"),
    ordering(collectiveModel("llvm.nvvm.barrier.cta.arrive.aligned.count",
                             Members::All, arriveNamed)),
    collectiveModel("llvm.nvvm.elect.sync", Members::Mask, elect),
    // Says how many registers a warp has; LLVM looks at the number.
    nothingModel("llvm.nvvm.setmaxnreg.*"),
};

std::span<const Model> nvidia::barrierModels() { return kModels; }
