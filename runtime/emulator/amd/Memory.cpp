//===- Memory.cpp - Buffer resources, AMD ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In the host's code a pointer to a resource is the number that its block gave
// to it: base and bytes. Flags say nothing to raw accesses.
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Checks.h"
#include "runtime/emulator/Execution.h"
#include "runtime/emulator/amd/Amd.h"

#include <algorithm>

using namespace xrt;
using namespace xrt::emulator;

namespace {
/// Arguments: base, stride, number of records, flags.
void makeResource(const Call &call) {
  if (call.argument<uint16_t>(1))
    call.refuse("expects a buffer without stride, got stride " +
                std::to_string(call.argument<uint16_t>(1)));
  uint64_t records = 0;
  std::memcpy(&records, call.argumentBytes(2), call.bytesOfArgument(2));
  call.setResult(
      call.thread().block->intern({call.argument<uint64_t>(0), records}));
}

/// Where a raw access starts: arguments from |first| on are the resource, the
/// lane's offset, the wave's offset.
struct RawAccess {
  uint64_t base, records, offset;

  RawAccess(const Call &call, unsigned first) {
    auto [start, bytes] =
        call.thread().block->interned(call.argument<uint64_t>(first));
    base = start;
    records = bytes;
    offset = uint64_t(call.argument<uint32_t>(first + 1)) +
             call.argument<uint32_t>(first + 2);
  }
  /// Elements are in range or out of it one by one.
  bool holds(uint64_t at, uint64_t bytes) const {
    return offset + at + bytes <= records;
  }
};

uint64_t elementBytes(uint64_t bytes) { return std::min<uint64_t>(bytes, 4); }

/// Calls |visit|(offset, bytes) for what is in range: all, or the elements
/// that are.
template <typename Visit>
void forRange(const RawAccess &access, uint64_t bytes, Visit visit) {
  if (access.holds(0, bytes))
    return visit(0, bytes);
  uint64_t element = elementBytes(bytes);
  for (uint64_t at = 0; at < bytes; at += element)
    if (access.holds(at, element))
      visit(at, element);
}

/// Elements out of range read as zeros.
void loadRaw(const Call &call) {
  RawAccess access(call, 0);
  uint64_t bytes = call.resultBytes();
  std::memset(call.lane.results, 0, bytes);
  forRange(access, bytes, [&](uint64_t at, uint64_t count) {
    uint64_t address = access.base + access.offset + at;
    checkRead(call.thread(), call.siteNumber(),
              {address, count, elementBytes(count)});
    std::memcpy(call.lane.results + at, reinterpret_cast<void *>(address),
                count);
  });
}

/// Elements out of range are not written. Arguments: value, then as for loads.
void storeRaw(const Call &call) {
  RawAccess access(call, 1);
  forRange(access, call.bytesOfArgument(0), [&](uint64_t at, uint64_t count) {
    uint64_t address = access.base + access.offset + at;
    checkWrite(call.thread(), call.siteNumber(),
               {address, count, elementBytes(count)});
    std::memcpy(reinterpret_cast<void *>(address), call.argumentBytes(0) + at,
                count);
  });
}
} // namespace

static constexpr Model kModels[] = {
    functionModel("llvm.amdgcn.make.buffer.rsrc*", makeResource),
    functionModel("llvm.amdgcn.raw.ptr.buffer.load.i*", loadRaw),
    functionModel("llvm.amdgcn.raw.ptr.buffer.load.f*", loadRaw),
    functionModel("llvm.amdgcn.raw.ptr.buffer.load.bf*", loadRaw),
    functionModel("llvm.amdgcn.raw.ptr.buffer.load.v*", loadRaw),
    functionModel("llvm.amdgcn.raw.ptr.buffer.store*", storeRaw),
};

std::span<const Model> amd::memoryModels() { return kModels; }
