//===- Registers.cpp - A thread's numbers, AMD ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/amd/Amd.h"

using namespace xrt;
using namespace xrt::emulator;

namespace {
/// Set bits of the mask below this lane, in lanes 0 to 31 or 32 to 63, plus
/// argument 1.
template <unsigned half> void countBelow(const Call &call) {
  uint32_t lane = call.registers().lane;
  uint64_t below = (uint64_t(1) << lane) - 1;
  uint32_t mask = call.argument<uint32_t>(0) & uint32_t(below >> (32 * half));
  call.setResult(call.argument<uint32_t>(1) + __builtin_popcount(mask));
}
} // namespace

#define FIELD(name) uint32_t(offsetof(Registers, name))

// Work-groups are launched with one dimension of work-items.
static constexpr Model kModels[] = {
    registerModel("llvm.amdgcn.workitem.id.x", FIELD(thread)),
    registerModel("llvm.amdgcn.workitem.id.y", FIELD(zero)),
    registerModel("llvm.amdgcn.workitem.id.z", FIELD(zero)),
    registerModel("llvm.amdgcn.workgroup.id.x", FIELD(block[0])),
    registerModel("llvm.amdgcn.workgroup.id.y", FIELD(block[1])),
    registerModel("llvm.amdgcn.workgroup.id.z", FIELD(block[2])),
    registerModel("llvm.amdgcn.wavefrontsize", FIELD(lanesPerWarp)),
    functionModel("llvm.amdgcn.mbcnt.lo", countBelow<0>),
    functionModel("llvm.amdgcn.mbcnt.hi", countBelow<1>),
};

std::span<const Model> amd::registerModels() { return kModels; }
