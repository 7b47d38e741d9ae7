//===- Synchronization.cpp - Barriers and cross-lane moves, AMD -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These operations see the lanes that execute them (EXEC), not a mask.
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Execution.h"
#include "runtime/emulator/Lanes.h"
#include "runtime/emulator/amd/Amd.h"

#include <optional>

using namespace xrt;
using namespace xrt::emulator;

namespace {
void clearResult(const WarpCall &call, unsigned lane) {
  std::memset(call.lanes[lane].results, 0, call.site.resultBytes);
}

/// Argument |index| of |from|, or zeros when that lane is not there.
void passOrZero(const WarpCall &call, unsigned lane, unsigned from,
                unsigned index) {
  if (from < kMaxLanes && call.has(from))
    passOn(call, lane, from, index);
  else
    clearResult(call, lane);
}

void readFirstLane(const WarpCall &call) {
  forLanes(call,
           [&](unsigned lane) { passOn(call, lane, call.firstLane(), 0); });
}

/// Arguments: value, lane.
void readLane(const WarpCall &call) {
  forLanes(call, [&](unsigned lane) {
    uint32_t from = call.argument<uint32_t>(lane, 1) % call.warp.lanes;
    if (!call.has(from))
      call.at(lane).refuse("reads lane " + std::to_string(from) +
                           ", which does not execute it");
    passOn(call, lane, from, 0);
  });
}

/// Arguments: address (4 x lane), value.
void permuteBackward(const WarpCall &call) {
  uint32_t lanes = call.warp.threads->registers.lanesPerWarp;
  forLanes(call, [&](unsigned lane) {
    uint32_t from = call.argument<uint32_t>(lane, 0) / 4 % lanes;
    passOrZero(call, lane, from, 1);
  });
}

void permuteForward(const WarpCall &call) {
  uint32_t lanes = call.warp.threads->registers.lanesPerWarp;
  forLanes(call, [&](unsigned lane) { clearResult(call, lane); });
  forLanes(call, [&](unsigned lane) {
    uint32_t to = call.argument<uint32_t>(lane, 0) / 4 % lanes;
    if (call.has(to))
      passOn(call, to, lane, 1);
  });
}

/// Arguments: value, pattern. Within 4 lanes (bit 15 of the pattern) or by
/// masks within 32.
void swizzle(const WarpCall &call) {
  forLanes(call, [&](unsigned lane) {
    uint32_t pattern = call.argument<uint32_t>(lane, 1);
    uint32_t from;
    if (pattern & 0x8000)
      from = (lane & ~3u) | (pattern >> lane % 4 * 2 & 3);
    else
      from = (lane & 32) | (((lane & pattern & 31) | (pattern >> 5 & 31)) ^
                            (pattern >> 10 & 31));
    passOrZero(call, lane, from, 0);
  });
}

/// The lane that a DPP control reads, none when it lies outside.
std::optional<unsigned> dppSource(unsigned lane, uint32_t control) {
  unsigned row = lane & ~15u, place = lane & 15, count = control & 15;
  if (control <= 0xff)
    return (lane & ~3u) | (control >> lane % 4 * 2 & 3);
  switch (control & 0x1f0) {
  case 0x100: // row_shl
    return place + count < 16 ? std::optional(lane + count) : std::nullopt;
  case 0x110: // row_shr
    return place >= count ? std::optional(lane - count) : std::nullopt;
  case 0x120: // row_ror
    return row | ((place - count) & 15);
  case 0x150: // row_newbcast (gfx90a and up), row_share (gfx10 and up)
    return row | count;
  case 0x160: // row_xmask
    return row | (place ^ count);
  }
  switch (control) {
  case 0x138: // wave_shr:1
    return lane ? std::optional(lane - 1) : std::nullopt;
  case 0x130: // wave_shl:1
    return lane + 1;
  case 0x140: // row_mirror
    return row | (15 - place);
  case 0x141: // row_half_mirror
    return (lane & ~7u) | (7 - lane % 8);
  case 0x142: // row_bcast15
    return row ? std::optional(row - 1) : std::nullopt;
  case 0x143: // row_bcast31
    return lane >= 32 ? std::optional(31u) : std::nullopt;
  }
  return kMaxLanes + 1;
}

/// Arguments: old, value, control, row mask, bank mask, bound control. For
/// mov.dpp there is no old value.
template <unsigned value> void movePatterned(const WarpCall &call) {
  forLanes(call, [&](unsigned lane) {
    uint32_t control = call.argument<uint32_t>(lane, value + 1);
    uint32_t rows = call.argument<uint32_t>(lane, value + 2);
    uint32_t banks = call.argument<uint32_t>(lane, value + 3);
    bool fillsZero = call.argument<uint8_t>(lane, value + 4) & 1;
    std::optional<unsigned> from = dppSource(lane, control);
    if (from && *from > kMaxLanes)
      call.at(lane).refuse("expects a known dpp control, got " +
                           std::to_string(control));
    bool isWritten = rows >> lane / 16 % 4 & 1 && banks >> lane % 16 / 4 & 1;
    bool isValid = from && *from < kMaxLanes && call.has(*from);
    if (isWritten && isValid)
      return passOn(call, lane, *from, value);
    if (isWritten && fillsZero)
      return clearResult(call, lane);
    // The old value stays; mov.dpp has none and gives zeros.
    value ? passOn(call, lane, lane, 0) : clearResult(call, lane);
  });
}

/// From the other row of 16 of the same 32 lanes. Arguments: old, value, four
/// bits of a choice for each of lanes 0 to 7 of the row, and of 8 to 15.
void permuteAcrossRows(const WarpCall &call) {
  forLanes(call, [&](unsigned lane) {
    uint32_t choices = call.argument<uint32_t>(lane, lane & 8 ? 3 : 2);
    unsigned from = ((lane & ~15u) ^ 16) | (choices >> lane % 8 * 4 & 15);
    if (!call.has(from))
      call.at(lane).refuse("reads lane " + std::to_string(from) +
                           ", which does not execute it");
    passOn(call, lane, from, 1);
  });
}

/// Arguments: two values; |rows| lanes of the first with that bit set trade
/// places with those of the second without it. Results: both.
template <unsigned rows> void swapRows(const WarpCall &call) {
  forLanes(call, [&](unsigned lane) {
    unsigned other = lane ^ rows;
    if (!call.has(other))
      call.at(lane).refuse("reads lane " + std::to_string(other) +
                           ", which does not execute it");
    uint32_t both[2];
    bool isUpper = lane & rows;
    both[0] = isUpper ? call.argument<uint32_t>(other, 1)
                      : call.argument<uint32_t>(lane, 0);
    both[1] = isUpper ? call.argument<uint32_t>(lane, 1)
                      : call.argument<uint32_t>(other, 0);
    call.setResult(lane, both);
  });
}

void ballot(const WarpCall &call) {
  uint64_t set = 0;
  forLanes(call, [&](unsigned lane) {
    set |= uint64_t(call.argument<uint8_t>(lane, 0) & 1) << lane;
  });
  forLanes(call, [&](unsigned lane) {
    std::memcpy(call.lanes[lane].results, &set, call.site.resultBytes);
  });
}

/// Orders the memory accesses of the wave's lanes.
void waveBarrier(const WarpCall &call) {
  if (call.members == call.warp.present())
    call.warp.threads->block->orderLanes(call.warp, call.warp.present());
}
} // namespace

static constexpr Model crossLane(std::string_view name,
                                 void (*model)(const WarpCall &)) {
  return collectiveModel(name, Members::Arrived, model);
}

static constexpr Model kModels[] = {
    barrierModel("llvm.amdgcn.s.barrier"),
    crossLane("llvm.amdgcn.wave.barrier", waveBarrier),
    crossLane("llvm.amdgcn.readfirstlane*", readFirstLane),
    crossLane("llvm.amdgcn.readlane*", readLane),
    crossLane("llvm.amdgcn.ds.bpermute", permuteBackward),
    crossLane("llvm.amdgcn.ds.permute", permuteForward),
    crossLane("llvm.amdgcn.ds.swizzle", swizzle),
    crossLane("llvm.amdgcn.update.dpp*", movePatterned<1>),
    crossLane("llvm.amdgcn.mov.dpp*", movePatterned<0>),
    crossLane("llvm.amdgcn.permlanex16*", permuteAcrossRows),
    crossLane("llvm.amdgcn.permlane16.swap", swapRows<16>),
    crossLane("llvm.amdgcn.permlane32.swap", swapRows<32>),
    crossLane("llvm.amdgcn.ballot*", ballot),
    nothingModel("llvm.amdgcn.s.waitcnt"),
    nothingModel("llvm.amdgcn.sched.*"),
    nothingModel("llvm.amdgcn.iglp.opt"),
    nothingModel("llvm.amdgcn.s.setprio"),
    nothingModel("llvm.amdgcn.s.sleep"),
};

std::span<const Model> amd::synchronizationModels() { return kModels; }
