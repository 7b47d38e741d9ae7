//===- Synchronization.cpp - Barriers and shuffles, Intel -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// OpenCL asks that all work-items of a subgroup execute these together.
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Execution.h"
#include "runtime/emulator/Lanes.h"
#include "runtime/emulator/intel/Intel.h"

using namespace xrt;
using namespace xrt::emulator;

namespace {
void pass(const WarpCall &call, unsigned lane, unsigned from) {
  if (from >= kMaxLanes || !call.has(from))
    call.at(lane).refuse("reads lane " + std::to_string(from) +
                         " of a subgroup of " +
                         std::to_string(call.warp.lanes));
  passOn(call, lane, from, 0);
}

/// Arguments: value, lane.
void shuffle(const WarpCall &call) {
  forLanes(call, [&](unsigned lane) {
    pass(call, lane, call.argument<uint32_t>(lane, 1));
  });
}

void shuffleXor(const WarpCall &call) {
  forLanes(call, [&](unsigned lane) {
    pass(call, lane, lane ^ call.argument<uint32_t>(lane, 1));
  });
}

/// Orders the memory accesses of the subgroup's lanes.
void subgroupBarrier(const WarpCall &call) {
  call.warp.threads->block->orderLanes(call.warp, call.warp.present());
}

void any(const WarpCall &call) {
  int32_t result = 0;
  forLanes(call, [&](unsigned lane) {
    result |= call.argument<int32_t>(lane, 0) != 0;
  });
  forLanes(call, [&](unsigned lane) { call.setResult(lane, result); });
}

void all(const WarpCall &call) {
  int32_t result = 1;
  forLanes(call, [&](unsigned lane) {
    result &= call.argument<int32_t>(lane, 0) != 0;
  });
  forLanes(call, [&](unsigned lane) { call.setResult(lane, result); });
}
} // namespace

static constexpr Model together(std::string_view name,
                                void (*model)(const WarpCall &)) {
  return collectiveModel(name, Members::All, model);
}

static constexpr Model kModels[] = {
    barrierModel("_Z7barrierj"),
    barrierModel("_Z18work_group_barrierj*"),
    barrierModel("_Z22__spirv_ControlBarrierjjj"),
    barrierModel("_Z22__spirv_ControlBarrieriii"),
    together("_Z17sub_group_barrierj*", subgroupBarrier),
    together("_Z23intel_sub_group_shuffle*", shuffle),
    together("_Z27intel_sub_group_shuffle_xor*", shuffleXor),
    together("_Z17sub_group_shuffle*", shuffle),
    together("_Z21sub_group_shuffle_xor*", shuffleXor),
    together("_Z20sub_group_reduce_addf", reduceLanes<float, sumOf>),
    together("_Z20sub_group_reduce_addi", reduceLanes<int32_t, sumOf>),
    together("_Z20sub_group_reduce_maxf", reduceLanes<float, greaterOf>),
    together("_Z20sub_group_reduce_maxi", reduceLanes<int32_t, greaterOf>),
    together("_Z20sub_group_reduce_minf", reduceLanes<float, lesserOf>),
    together("_Z20sub_group_reduce_mini", reduceLanes<int32_t, lesserOf>),
    together("_Z13sub_group_anyi", any),
    together("_Z13sub_group_alli", all),
};

std::span<const Model> intel::synchronizationModels() { return kModels; }
