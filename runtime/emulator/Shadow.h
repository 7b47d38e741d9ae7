//===- Shadow.h - Who wrote and read each byte ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each byte has a state. Each granule of two bytes has a cell with its last
// writer and its last reader since the last write; both are stamps:
//
//   shared  interval 15 | warp interval 16 | epoch 16 | thread 11 | flags 6
//   global  launch 10 | block 22 | interval 16 | thread 10 | flags 6
//
// An interval is the time between two barriers of a block, so two accesses are
// ordered when their intervals differ (shared), when their launches differ or
// when only their intervals do (global). The warp interval counts what orders
// the lanes of one warp; in global memory it is not kept. Epochs are for
// kernels in which some threads synchronise without the others: see Clocks.h.
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_SHADOW_H
#define XRT_EMULATOR_SHADOW_H

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace xrt::emulator {

enum class ByteState : uint8_t {
  None = 0, // no memory
  Allocated = 1,
  Written = 3,
  InFlight = 7, // an asynchronous copy is writing it
  Barrier = 15  // of a barrier object: only its operations may touch it
};

inline constexpr uint64_t kGranuleBytes = 2;

struct Cell {
  uint64_t writer, reader;
};

enum StampFlags : uint64_t {
  kBytes = 3, // which of the granule's
  kAtomic = 4,
  kWholeWarp = 8,   // more lanes of the warp than the one named
  kWholeBlock = 16, // more threads of the block than the one named
  kWholeGrid = 32,  // more blocks than the one named
};

struct Stamps {
  uint64_t shared, global;
};

/// How the stamps of shared memory are ordered.
struct SharedStamp {
  static constexpr unsigned kIntervalBits = 15;

  static uint64_t make(uint64_t interval, uint64_t warpInterval, uint64_t epoch,
                       uint64_t thread) {
    return interval << 49 | (warpInterval & 0xffff) << 33 | epoch << 17 |
           thread << 6;
  }
  static uint32_t thread(uint64_t stamp) { return stamp >> 6 & 0x7ff; }
  static uint32_t epoch(uint64_t stamp) { return stamp >> 17 & 0xffff; }
  static uint64_t intervalOf(uint64_t stamp) { return stamp >> 49 << 49; }
  /// The bits in which stamps of one warp differ between two of its barriers.
  static uint64_t laneBits(uint32_t lanes) {
    return uint64_t(lanes - 1) << 6 | 0x3f;
  }
  /// Surely ordered: the test that nearly always settles it.
  static bool isOld(uint64_t stamp, uint64_t now) {
    return (stamp ^ now) >> 49 != 0;
  }
  /// As a reader: another one of this interval changes nothing.
  static bool isComplete(uint64_t stamp) {
    return (stamp & (kWholeBlock | kAtomic | kBytes)) == (kWholeBlock | kBytes);
  }
  /// As a reader: another lane of this warp changes nothing.
  static bool isCompleteInWarp(uint64_t stamp, uint64_t now, uint32_t lanes) {
    return ((stamp ^ now) & ~laneBits(lanes)) == 0 &&
           (stamp & (kWholeWarp | kAtomic | kBytes)) == (kWholeWarp | kBytes);
  }
  static bool isOtherBlock(uint64_t, uint64_t) { return false; }
  static bool isOlderInterval(uint64_t, uint64_t) { return false; }
  /// Ordered by a synchronisation of their warp.
  static bool isOlderInWarp(uint64_t stamp, uint64_t now, uint32_t lanes) {
    return thread(stamp) / lanes == thread(now) / lanes &&
           ((stamp ^ now) >> 33 & 0xffff) != 0;
  }
};

/// How the stamps of global memory are ordered.
struct GlobalStamp {
  static uint64_t make(uint64_t launch, uint64_t block, uint64_t interval,
                       uint64_t thread) {
    // A block with more barriers than the field counts stays in the last
    // interval: races may then be seen where there are none, after 65535.
    if (interval > 0xffff)
      interval = 0xffff;
    return launch << 54 | (block & 0x3fffff) << 32 | interval << 16 |
           thread << 6;
  }
  static uint32_t thread(uint64_t stamp) { return stamp >> 6 & 0x3ff; }
  static uint32_t block(uint64_t stamp) { return stamp >> 32 & 0x3fffff; }
  static bool isOld(uint64_t stamp, uint64_t now) {
    return (stamp ^ now) >> 54 != 0;
  }
  static bool isComplete(uint64_t stamp) {
    return (stamp & (kWholeGrid | kAtomic | kBytes)) == (kWholeGrid | kBytes);
  }
  static bool isCompleteInWarp(uint64_t, uint64_t, uint32_t) { return false; }
  static bool isOtherBlock(uint64_t stamp, uint64_t now) {
    return block(stamp) != block(now);
  }
  static bool isOlderInterval(uint64_t stamp, uint64_t now) {
    return ((stamp ^ now) >> 16 & 0xffff) != 0;
  }
  static bool isOlderInWarp(uint64_t, uint64_t, uint32_t) { return false; }
};

inline constexpr uint32_t kMaxLaunchNumber = 1023;

/// One access as the cells see it.
struct Access {
  uint64_t stamp; // without flags
  uint64_t flags; // kAtomic, kWholeWarp
  uint32_t lanesPerWarp;
};

// Blocks run on several CPU threads and share the cells of global memory: no
// torn values, but of two simultaneous accesses one may be forgotten.
inline uint64_t loadCell(uint64_t &cell) {
  return std::atomic_ref(cell).load(std::memory_order_relaxed);
}
inline void storeCell(uint64_t &cell, uint64_t value) {
  std::atomic_ref(cell).store(value, std::memory_order_relaxed);
}

/// True when nothing orders |stamp| before this access by |bytes|.
template <typename Rule>
bool isUnordered(uint64_t stamp, const Access &access, uint64_t bytes) {
  uint64_t now = access.stamp;
  if (Rule::isOld(stamp, now) || !(stamp & bytes & kBytes))
    return false;
  if (stamp & access.flags & kAtomic)
    return false;
  if (stamp & kWholeGrid || Rule::isOtherBlock(stamp, now))
    return true;
  if (Rule::isOlderInterval(stamp, now))
    return false;
  if (stamp & kWholeBlock)
    return true;
  if (Rule::isOlderInWarp(stamp, now, access.lanesPerWarp))
    return false;
  return (stamp | access.flags) & kWholeWarp ||
         Rule::thread(stamp) != Rule::thread(now);
}

/// The reader's stamp after this access also read the granule.
template <typename Rule>
uint64_t addReader(uint64_t reader, const Access &access, uint64_t bytes) {
  uint64_t mine = access.stamp | access.flags | bytes;
  if (Rule::isOld(reader, access.stamp) || !(reader & kBytes))
    return mine;
  // Together they are atomic only if both are.
  uint64_t both = reader | bytes | (access.flags & kWholeWarp);
  if (!(access.flags & kAtomic))
    both &= ~uint64_t(kAtomic);
  if (reader & kWholeGrid)
    return both;
  if (Rule::isOtherBlock(reader, access.stamp))
    return both | kWholeGrid;
  if (Rule::isOlderInterval(reader, access.stamp))
    return mine;
  if (reader & kWholeBlock)
    return both;
  uint32_t then = Rule::thread(reader), now = Rule::thread(access.stamp);
  if (then / access.lanesPerWarp != now / access.lanesPerWarp)
    return both | kWholeBlock;
  if (Rule::isOlderInWarp(reader, access.stamp, access.lanesPerWarp))
    return mine;
  return then == now ? both : both | kWholeWarp;
}

/// The stamp that this read races with, or 0.
template <typename Rule>
[[gnu::noinline]] uint64_t readCell(Cell &cell, const Access &access,
                                    uint64_t bytes) {
  uint64_t writer = loadCell(cell.writer);
  uint64_t reader = loadCell(cell.reader);
  uint64_t joined = addReader<Rule>(reader, access, bytes);
  if (joined != reader)
    storeCell(cell.reader, joined);
  return isUnordered<Rule>(writer, access, bytes) ? writer : 0;
}

/// The stamp that this write races with, or 0.
template <typename Rule>
[[gnu::noinline]] uint64_t writeCell(Cell &cell, const Access &access,
                                     uint64_t bytes) {
  uint64_t writer = loadCell(cell.writer), reader = loadCell(cell.reader);
  storeCell(cell.writer, access.stamp | access.flags | bytes);
  if (isUnordered<Rule>(writer, access, bytes))
    return writer;
  return isUnordered<Rule>(reader, access, bytes) ? reader : 0;
}

/// True when the access to the whole granule is one of the usual ones, and is
/// then done: nothing of this interval is there, or it was the same.
template <typename Rule, bool isWrite>
[[gnu::always_inline]] inline bool touchUsual(Cell &cell, const Access &access,
                                              uint64_t mine) {
  uint64_t now = access.stamp;
  uint64_t writer = loadCell(cell.writer), reader = loadCell(cell.reader);
  if (!Rule::isOld(writer, now))
    return false;
  if (Rule::isOld(reader, now)) {
    storeCell(isWrite ? cell.writer : cell.reader, mine);
    return true;
  }
  return !isWrite && (reader == mine || Rule::isComplete(reader) ||
                      Rule::isCompleteInWarp(reader, now, access.lanesPerWarp));
}

template <typename Rule, bool isWrite>
uint64_t touchUnusual(Cell &cell, const Access &access, uint64_t bytes) {
  return isWrite ? writeCell<Rule>(cell, access, bytes)
                 : readCell<Rule>(cell, access, bytes);
}

/// Notes the access in the cells of |count| bytes from |offset| on. Returns a
/// stamp that it races with, or 0.
template <typename Rule, bool isWrite>
[[gnu::always_inline]] inline uint64_t
touchCells(Cell *cells, uint64_t offset, uint64_t count, const Access &access) {
  uint64_t race = 0;
  auto note = [&](uint64_t found) { race = found ? found : race; };
  uint64_t mine = access.stamp | access.flags | kBytes;
  uint64_t end = offset + count;
  if (offset & 1) {
    note(touchUnusual<Rule, isWrite>(cells[offset / 2], access, 2));
    ++offset;
  }
  for (; offset + 2 <= end; offset += 2)
    if (!touchUsual<Rule, isWrite>(cells[offset / 2], access, mine))
      note(touchUnusual<Rule, isWrite>(cells[offset / 2], access, kBytes));
  if (offset < end)
    note(touchUnusual<Rule, isWrite>(cells[offset / 2], access, 1));
  return race;
}

inline constexpr uint64_t kLineBytes = 8;

/// A range of memory with its shadow.
struct ShadowedRange {
  uint64_t base = 0, bytes = 0;
  ByteState *states = nullptr;
  Cell *cells = nullptr;
  // Of shared memory: for 8 bytes the warp or block of which more reads change
  // nothing, until somebody writes; see SettledReads.h.
  uint64_t *lines = nullptr;
  // Of shared memory: for each cell another reader; see OrderedCells.h.
  uint64_t *seconds = nullptr;

  bool contains(uint64_t address, uint64_t count) const {
    uint64_t offset = address - base;
    return offset < bytes && count <= bytes - offset;
  }
};

/// The first byte of |count| that is not in |state|, or |count|.
inline uint64_t firstNotIn(ByteState state, const ByteState *states,
                           uint64_t count) {
  uint64_t i = 0;
  uint64_t wanted = uint64_t(state) * 0x0101010101010101;
  for (; i + 8 <= count; i += 8) {
    uint64_t eight;
    std::memcpy(&eight, states + i, 8);
    if (eight != wanted)
      break;
  }
  for (; i < count; ++i)
    if (states[i] != state)
      return i;
  return count;
}

inline void setStates(ByteState *states, uint64_t count, ByteState state) {
  std::memset(states, int(state), count);
}

} // namespace xrt::emulator

#endif // XRT_EMULATOR_SHADOW_H
