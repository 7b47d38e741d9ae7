//===- Registers.cpp - A thread's numbers, Intel --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// OpenCL C's builtin functions by their mangled names; sizes are 64-bit.
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/intel/Intel.h"

using namespace xrt;
using namespace xrt::emulator;

namespace {
// Work-groups are launched with one dimension of work-items.
uint64_t inFirst(uint32_t dimension, uint64_t value, uint64_t otherwise) {
  return dimension == 0 ? value : otherwise;
}

uint32_t dimensionOf(const Call &call) {
  uint32_t dimension = call.argument<uint32_t>(0);
  if (dimension > 2)
    call.refuse("expects dimension 0, 1 or 2, got " +
                std::to_string(dimension));
  return dimension;
}

void localId(const Call &call) {
  call.setResult(inFirst(dimensionOf(call), call.registers().thread, 0));
}
void localSize(const Call &call) {
  call.setResult(inFirst(dimensionOf(call), call.registers().threads, 1));
}
void groupId(const Call &call) {
  call.setResult(uint64_t(call.registers().block[dimensionOf(call)]));
}
void groupCount(const Call &call) {
  call.setResult(uint64_t(call.registers().grid[dimensionOf(call)]));
}
void globalId(const Call &call) {
  const Registers &registers = call.registers();
  uint32_t dimension = dimensionOf(call);
  call.setResult(registers.block[dimension] *
                     inFirst(dimension, registers.threads, 1) +
                 inFirst(dimension, registers.thread, 0));
}
void globalSize(const Call &call) {
  const Registers &registers = call.registers();
  uint32_t dimension = dimensionOf(call);
  call.setResult(registers.grid[dimension] *
                 inFirst(dimension, registers.threads, 1));
}
} // namespace

#define FIELD(name) uint32_t(offsetof(Registers, name))

static constexpr Model kModels[] = {
    functionModel("_Z12get_local_idj", localId),
    functionModel("_Z14get_local_sizej", localSize),
    functionModel("_Z12get_group_idj", groupId),
    functionModel("_Z14get_num_groupsj", groupCount),
    functionModel("_Z13get_global_idj", globalId),
    functionModel("_Z15get_global_sizej", globalSize),
    registerModel("_Z22get_sub_group_local_idv", FIELD(lane)),
    registerModel("_Z16get_sub_group_idv", FIELD(warp)),
    registerModel("_Z18get_sub_group_sizev", FIELD(lanesPerWarp)),
    registerModel("_Z18get_num_sub_groupsv", FIELD(warps)),
};

std::span<const Model> intel::registerModels() { return kModels; }
