//===- OrderedCells.h - Cells of shared memory under clocks -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rules of Shadow.h for kernels in which some threads synchronise without
// the others. Of several readers that nothing orders the last two are
// remembered: a race with the others may be missed, none is invented.
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_ORDEREDCELLS_H
#define XRT_EMULATOR_ORDEREDCELLS_H

#include "runtime/emulator/Clocks.h"
#include "runtime/emulator/Shadow.h"

namespace xrt::emulator {

/// An access by a thread, or by an agent on behalf of the thread that started
/// it: what is ordered before the thread's now is ordered before the access.
struct OrderedAccess {
  uint64_t now;  // the thread's stamp, without flags
  uint64_t mine; // what is written down: the same, or an agent's
  uint64_t flags;
  uint64_t firstInterval; // of the block
  uint32_t lanesPerWarp;
  const Clocks &clocks;
  const Clock &clock; // the thread's
};

/// True when nothing orders |stamp| before the access.
inline bool isUnordered(uint64_t stamp, const OrderedAccess &access,
                        uint64_t bytes) {
  if (!(stamp & bytes & kBytes) || (stamp & access.flags & kAtomic))
    return false;
  uint32_t who = SharedStamp::thread(stamp);
  if (who >= Clocks::kFirstAgent) {
    // Barriers of the block wait for no agent; the block's beginning does.
    if (stamp >> 49 < access.firstInterval)
      return false;
    return access.clock[access.clocks.entryOf(who)] < SharedStamp::epoch(stamp);
  }
  if (SharedStamp::isOld(stamp, access.now))
    return false;
  if (who == SharedStamp::thread(access.now) ||
      SharedStamp::isOlderInWarp(stamp, access.now, access.lanesPerWarp))
    return false;
  return access.clock[access.clocks.entryOf(who)] < SharedStamp::epoch(stamp);
}

/// Notes a reader in place of itself, of one that is ordered before it, or of
/// the one that came earlier.
inline void noteReader(uint64_t &first, uint64_t &second, uint64_t mine,
                       const OrderedAccess &access) {
  uint32_t me = SharedStamp::thread(mine);
  auto isFree = [&](uint64_t stamp) {
    return SharedStamp::thread(stamp) == me ||
           !isUnordered(stamp, access, kBytes);
  };
  if (isFree(first)) {
    first = mine;
    return;
  }
  if (!isFree(second))
    first = second;
  second = mine;
}

/// The stamp that the access to |bytes| of the cell races with, or 0.
template <bool isWrite>
uint64_t touchOrdered(Cell &cell, uint64_t &second, const OrderedAccess &access,
                      uint64_t bytes) {
  uint64_t writer = cell.writer;
  uint64_t mine = access.mine | access.flags | bytes;
  if (!isWrite) {
    noteReader(cell.reader, second, mine, access);
    return isUnordered(writer, access, bytes) ? writer : 0;
  }
  cell.writer = mine;
  for (uint64_t other : {writer, cell.reader, second})
    if (isUnordered(other, access, bytes))
      return other;
  return 0;
}

/// The same for |count| bytes of the range from |offset| on.
template <bool isWrite>
uint64_t touchOrderedCells(const ShadowedRange &range, uint64_t offset,
                           uint64_t count, const OrderedAccess &access) {
  uint64_t race = 0;
  for (uint64_t at = offset; at < offset + count;) {
    uint64_t i = at / kGranuleBytes;
    uint64_t last = std::min(offset + count, (i + 1) * kGranuleBytes);
    uint64_t bytes = (at & 1 ? 2 : last - at == 2 ? 3 : 1);
    if (uint64_t found = touchOrdered<isWrite>(range.cells[i], range.seconds[i],
                                               access, bytes))
      race = found;
    at = last;
  }
  return race;
}

} // namespace xrt::emulator

#endif // XRT_EMULATOR_ORDEREDCELLS_H
