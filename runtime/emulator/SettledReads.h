//===- SettledReads.h - Reads of shared memory that change nothing -*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Most reads of shared memory are of what other lanes of the warp, or other
// warps, read between the same two barriers. Once the cells of 8 bytes say so
// and no write of this interval is among them, the line's key says it for all
// of them at once.
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_SETTLEDREADS_H
#define XRT_EMULATOR_SETTLEDREADS_H

#include "runtime/emulator/Shadow.h"

namespace xrt::emulator {

/// The keys of a thread's warp and block in this interval; never 0.
struct LineKeys {
  uint64_t ofWarp, ofBlock;

  LineKeys(uint64_t stamp, uint32_t lanesPerWarp)
      : ofWarp((stamp & ~SharedStamp::laneBits(lanesPerWarp)) | kWholeWarp),
        ofBlock(SharedStamp::intervalOf(stamp) | kWholeBlock) {}
};

inline bool hasWholeLines(uint64_t offset, uint64_t bytes) {
  return (offset | bytes) % kLineBytes == 0;
}

/// True when reading the lines changes nothing and is no fault.
inline bool areSettled(const uint64_t *lines, uint64_t count,
                       const LineKeys &keys) {
  for (uint64_t i = 0; i < count; ++i)
    if (lines[i] != keys.ofBlock && lines[i] != keys.ofWarp)
      return false;
  return true;
}

/// The key of a line whose bytes are all written, or 0: it is not settled.
inline uint64_t settledKey(const Cell *cells, uint64_t stamp,
                           uint32_t lanesPerWarp, const LineKeys &keys) {
  bool isOfBlock = true;
  for (uint64_t i = 0; i < kLineBytes / kGranuleBytes; ++i) {
    const Cell &cell = cells[i];
    if (!SharedStamp::isOld(cell.writer, stamp) ||
        SharedStamp::isOld(cell.reader, stamp))
      return 0;
    if (SharedStamp::isComplete(cell.reader))
      continue;
    isOfBlock = false;
    if (!SharedStamp::isCompleteInWarp(cell.reader, stamp, lanesPerWarp))
      return 0;
  }
  return isOfBlock ? keys.ofBlock : keys.ofWarp;
}

/// Somebody writes these bytes.
inline void unsettle(const ShadowedRange &range, uint64_t offset,
                     uint64_t bytes) {
  uint64_t last = (offset + bytes - 1) / kLineBytes;
  for (uint64_t line = offset / kLineBytes; line <= last; ++line)
    range.lines[line] = 0;
}

} // namespace xrt::emulator

#endif // XRT_EMULATOR_SETTLEDREADS_H
