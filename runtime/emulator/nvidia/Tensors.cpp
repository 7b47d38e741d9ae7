//===- Tensors.cpp - Copies of boxes of tensors, NVIDIA -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PTX ISA: "Data Movement and Conversion Instructions: cp.async.bulk.tensor",
// "Tensors": tiled mode. Not modelled: clusters, multicast, im2col, reductions.
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Execution.h"
#include "runtime/emulator/nvidia/Nvidia.h"

#include <algorithm>

using namespace xrt;
using namespace xrt::emulator;

namespace {
/// The map at the address that argument |index| is, and the coordinates behind
/// it.
template <uint32_t rank> TensorCopy readCopy(const Call &call, unsigned index) {
  auto address = call.argument<uint64_t>(index);
  const ConstantRange &maps = call.thread().block->grid->tensorMaps;
  if (address - maps.base >= maps.bytes ||
      (address - maps.base) % sizeof(TensorMap))
    call.refuse("expects the address of a tensor map of the kernel's");
  TensorCopy copy;
  std::memcpy(&copy.map, reinterpret_cast<const void *>(address),
              sizeof(copy.map));
  if (copy.map.rank != rank)
    call.refuse("expects a tensor map of rank " + std::to_string(rank) +
                ", got " + std::to_string(copy.map.rank));
  for (uint32_t d = 0; d < rank; ++d)
    copy.first[d] = call.argument<int32_t>(index + 1 + d);
  copy.thread = call.registers().thread;
  copy.site = call.siteNumber();
  return copy;
}

void refuseFlag(const Call &call, unsigned index, const char *what) {
  if (call.argument<uint8_t>(index) & 1)
    call.refuse(std::string("expects no ") + what);
}

/// Shared address, barrier, map, coordinates, cluster mask, cache policy, and
/// whether there is a mask and a policy.
template <uint32_t rank> void load(const Call &call) {
  constexpr unsigned kMap = 2;
  TensorCopy copy = readCopy<rank>(call, kMap);
  refuseFlag(call, kMap + rank + 3, "multicast, for which there is no model");
  copy.shared = call.argument<uint64_t>(0);
  copy.barrier = call.argument<uint64_t>(1);
  Block &block = *call.thread().block;
  SharedBarrier *barrier = block.barriers.find(copy.barrier);
  if (!barrier)
    call.refuse("expects a barrier that was initialised");
  if (!barrier->isVisible)
    call.refuse("expects a fence between the initialisation of a barrier and "
                "the copies that report to it");
  copy.phase = barrier->phase;
  block.tensorCopies.load(call, copy);
}

/// Shared address, map, coordinates, cache policy and whether there is one.
template <uint32_t rank> void store(const Call &call) {
  TensorCopy copy = readCopy<rank>(call, 1);
  copy.shared = call.argument<uint64_t>(0);
  copy.barrier = 0;
  copy.phase = 0;
  call.thread().block->tensorCopies.store(call, copy);
}

void commitGroup(const Call &call) {
  call.thread().block->tensorCopies.commit(call.thread());
}

void waitGroup(const Call &call) {
  call.thread().block->tensorCopies.waitGroups(call.thread(),
                                               call.argument<uint32_t>(0));
}
} // namespace

#define BULK "llvm.nvvm.cp.async.bulk."

static constexpr Model some(std::string_view name,
                            void (*function)(const Call &)) {
  return ordering(functionModel(name, function));
}

static constexpr Model kModels[] = {
    some(BULK "tensor.g2s.tile.1d", load<1>),
    some(BULK "tensor.g2s.tile.2d", load<2>),
    some(BULK "tensor.g2s.tile.3d", load<3>),
    some(BULK "tensor.g2s.tile.4d", load<4>),
    some(BULK "tensor.g2s.tile.5d", load<5>),
    some(BULK "tensor.s2g.tile.1d", store<1>),
    some(BULK "tensor.s2g.tile.2d", store<2>),
    some(BULK "tensor.s2g.tile.3d", store<3>),
    some(BULK "tensor.s2g.tile.4d", store<4>),
    some(BULK "tensor.s2g.tile.5d", store<5>),
    some(BULK "commit.group", commitGroup),
    some(BULK "wait.group", waitGroup),
    some(BULK "wait.group.read", waitGroup),
    nothingModel(BULK "tensor.prefetch.tile.*"),
};

std::span<const Model> nvidia::tensorModels() { return kModels; }
