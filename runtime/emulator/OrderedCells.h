//===- OrderedCells.h - Cells of shared memory under clocks -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rules of Shadow.h for kernels in which some threads synchronise without
// the others. Of several readers that nothing orders the last is remembered, or
// an agent: a race with the others may be missed, none is invented.
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

/// The stamp that the access to |bytes| of the cell races with, or 0.
template <bool isWrite>
uint64_t touchOrdered(Cell &cell, const OrderedAccess &access, uint64_t bytes) {
  uint64_t writer = cell.writer, reader = cell.reader;
  uint64_t mine = access.mine | access.flags | bytes;
  if (isWrite) {
    cell.writer = mine;
    if (isUnordered(writer, access, bytes))
      return writer;
    return isUnordered(reader, access, bytes) ? reader : 0;
  }
  uint32_t who = SharedStamp::thread(reader);
  bool isOtherAgent =
      who >= Clocks::kFirstAgent && who != SharedStamp::thread(access.mine);
  if (!isOtherAgent || !isUnordered(reader, access, kBytes))
    cell.reader = mine;
  return isUnordered(writer, access, bytes) ? writer : 0;
}

/// The same for |count| bytes from |offset| on.
template <bool isWrite>
uint64_t touchOrderedCells(Cell *cells, uint64_t offset, uint64_t count,
                           const OrderedAccess &access) {
  uint64_t race = 0;
  for (uint64_t at = offset; at < offset + count;) {
    uint64_t last = std::min(
        offset + count, at / kGranuleBytes * kGranuleBytes + kGranuleBytes);
    uint64_t bytes = (at & 1 ? 2 : last - at == 2 ? 3 : 1);
    if (uint64_t found =
            touchOrdered<isWrite>(cells[at / kGranuleBytes], access, bytes))
      race = found;
    at = last;
  }
  return race;
}

} // namespace xrt::emulator

#endif // XRT_EMULATOR_ORDEREDCELLS_H
