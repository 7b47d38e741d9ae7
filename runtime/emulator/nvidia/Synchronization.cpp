//===- Synchronization.cpp - Barriers, shuffles and votes, NVIDIA ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Execution.h"
#include "runtime/emulator/Lanes.h"
#include "runtime/emulator/nvidia/Nvidia.h"

using namespace xrt;
using namespace xrt::emulator;

namespace {
enum class Shuffle { Up, Down, Butterfly, Index };

/// PTX ISA, shfl.sync: the lane read and whether it is in range.
template <Shuffle mode>
std::pair<uint32_t, bool> sourceLane(uint32_t lane, uint32_t b, uint32_t c) {
  uint32_t segment = c >> 8 & 31, clamp = c & 31;
  uint32_t last = (lane & segment) | (clamp & ~segment & 31);
  b &= 31;
  switch (mode) {
  case Shuffle::Up: {
    int32_t from = int32_t(lane) - int32_t(b);
    return {uint32_t(from), from >= int32_t(last)};
  }
  case Shuffle::Down:
    return {lane + b, lane + b <= last};
  case Shuffle::Butterfly:
    return {lane ^ b, (lane ^ b) <= last};
  case Shuffle::Index: {
    uint32_t from = (lane & segment) | (b & ~segment & 31);
    return {from, from <= last};
  }
  }
  return {lane, false};
}

/// Arguments: member mask, value, b, c. Results: value, then (for the forms
/// that return it) whether the source was in range.
template <Shuffle mode> void shuffle(const WarpCall &call) {
  forLanes(call, [&](unsigned lane) {
    auto [from, isInRange] =
        sourceLane<mode>(lane, call.argument<uint32_t>(lane, 2),
                         call.argument<uint32_t>(lane, 3));
    if (!isInRange)
      from = lane;
    if (!call.has(from))
      call.at(lane).refuse("reads lane " + std::to_string(from) +
                           ", which is not in the member mask");
    struct {
      uint32_t value;
      uint8_t isInRange;
    } result = {call.argument<uint32_t>(from, 1), isInRange};
    std::memcpy(call.lanes[lane].results, &result,
                call.site.resultBytes > 4 ? 5 : 4);
  });
}

uint32_t ballotOf(const WarpCall &call) {
  uint32_t ballot = 0;
  forLanes(call, [&](unsigned lane) {
    ballot |= uint32_t(call.argument<uint8_t>(lane, 1) & 1) << lane;
  });
  return ballot;
}

void voteBallot(const WarpCall &call) {
  uint32_t ballot = ballotOf(call);
  forLanes(call, [&](unsigned lane) { call.setResult(lane, ballot); });
}

void voteAll(const WarpCall &call) {
  uint8_t all = ballotOf(call) == call.members;
  forLanes(call, [&](unsigned lane) { call.setResult(lane, all); });
}

void voteAny(const WarpCall &call) {
  uint8_t any = ballotOf(call) != 0;
  forLanes(call, [&](unsigned lane) { call.setResult(lane, any); });
}

void activeMask(const WarpCall &call) {
  forLanes(call, [&](unsigned lane) {
    call.setResult(lane, uint32_t(call.members));
  });
}

/// Orders memory among the lanes; where only whole warps are kept track of,
/// later accesses of fewer may be reported.
void warpBarrier(const WarpCall &call) {
  call.warp.threads->block->orderLanes(call.warp, call.members);
}
} // namespace

static constexpr Model shuffles(std::string_view name,
                                void (*model)(const WarpCall &)) {
  return collectiveModel(name, Members::Mask, model);
}

static constexpr Model kModels[] = {
    barrierModel("llvm.nvvm.barrier.cta.sync.aligned.all"),
    barrierModel("llvm.nvvm.barrier0"),
    shuffles("llvm.nvvm.shfl.sync.idx.*", shuffle<Shuffle::Index>),
    shuffles("llvm.nvvm.shfl.sync.bfly.*", shuffle<Shuffle::Butterfly>),
    shuffles("llvm.nvvm.shfl.sync.up.*", shuffle<Shuffle::Up>),
    shuffles("llvm.nvvm.shfl.sync.down.*", shuffle<Shuffle::Down>),
    shuffles("llvm.nvvm.vote.ballot.sync", voteBallot),
    shuffles("llvm.nvvm.vote.all.sync", voteAll),
    shuffles("llvm.nvvm.vote.any.sync", voteAny),
    shuffles("llvm.nvvm.bar.warp.sync", warpBarrier),
    collectiveModel("llvm.nvvm.activemask", Members::Arrived, activeMask),
    collectiveModel("llvm.nvvm.redux.sync.add", Members::All,
                    reduceLanes<uint32_t, sumOf>),
    collectiveModel("llvm.nvvm.redux.sync.min", Members::All,
                    reduceLanes<int32_t, lesserOf>),
    collectiveModel("llvm.nvvm.redux.sync.max", Members::All,
                    reduceLanes<int32_t, greaterOf>),
    collectiveModel("llvm.nvvm.redux.sync.umin", Members::All,
                    reduceLanes<uint32_t, lesserOf>),
    collectiveModel("llvm.nvvm.redux.sync.umax", Members::All,
                    reduceLanes<uint32_t, greaterOf>),
    nothingModel("llvm.nvvm.membar.*"),
    nothingModel("llvm.nvvm.fence.*"),
};

std::span<const Model> nvidia::synchronizationModels() { return kModels; }
