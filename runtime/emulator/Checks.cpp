//===- Checks.cpp - What every access to memory passes --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The functions below run for every load and store of every thread: what is
// usual is inline and short, what is reported is out of line.
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Checks.h"

#include "runtime/emulator/Execution.h"
#include "runtime/emulator/OrderedCells.h"
#include "runtime/emulator/SettledReads.h"

#include <iterator>

using namespace xrt;
using namespace xrt::emulator;

namespace {
enum class Space { Shared, Global, Any };

struct Place {
  uint32_t site;
  uint64_t alignBytes;

  static Place unpack(uint32_t packed) {
    return {packed >> kAlignBits, uint64_t(1) << (packed & 31)};
  }
};

/// In fixed order a thread is only counted this often.
constexpr uint64_t kStepsAtATime = 1 << 16;

[[gnu::noinline]] void step(Thread &thread) {
  Block &block = *thread.block;
  bool isRandom = block.grid->options.order == ThreadOrder::Random;
  // On average one access in 64 lets another thread go first.
  uint64_t next = isRandom ? 1 + block.random() % 128 : kStepsAtATime;
  block.untilPreempted = next;
  if (thread.steps <= next) {
    reportAt(thread, ReportKind::StepLimit, ~0u, 0,
             "the thread does not come to its end");
    block.abandon(thread);
  }
  thread.steps -= next;
  if (isRandom || block.grid->stop.load(std::memory_order_relaxed))
    block.giveWay(thread);
}

inline void countStep(Thread &thread) {
  if (--thread.block->untilPreempted == 0)
    step(thread);
}

std::string describe(const Thread &thread, uint64_t address) {
  const ShadowedRange &shared = thread.block->shared.range;
  if (!shared.contains(address, 1))
    return thread.block->grid->memory->describe(address);
  return "byte " + std::to_string(address - shared.base) + " of " +
         std::to_string(thread.block->grid->sharedBytes) +
         " bytes of shared memory";
}

[[gnu::noinline, gnu::cold]] void fail(Thread &thread, ReportKind kind,
                                       Place place, uint64_t address) {
  {
    std::string what = describe(thread, address);
    if (kind == ReportKind::Misaligned)
      what = "expects an address that is a multiple of " +
             std::to_string(place.alignBytes) + "; " + what;
    reportAt(thread, kind, place.site, address, what);
  }
  thread.block->abandon(thread);
}

[[gnu::noinline, gnu::cold]] void
reportState(Thread &thread, Place place, uint64_t address, ByteState state) {
  std::string where = describe(thread, address);
  switch (state) {
  case ByteState::InFlight:
    return reportAt(thread, ReportKind::CopyInFlight, place.site, address,
                    "an asynchronous copy that nobody waited for writes " +
                        where);
  case ByteState::Barrier:
    return reportAt(thread, ReportKind::InvalidOperation, place.site, address,
                    "only its own operations may touch the barrier at " +
                        where);
  case ByteState::None:
  case ByteState::Allocated:
  case ByteState::Written:
    return reportAt(thread, ReportKind::UnwrittenRead, place.site, address,
                    "nobody wrote " + where);
  }
}

std::string nameOfOther(const Thread &thread, uint64_t stamp, bool isShared) {
  uint32_t who =
      isShared ? SharedStamp::thread(stamp) : GlobalStamp::thread(stamp);
  if (who >= Clocks::kFirstAgent)
    return thread.block->clocks.agentName(who);
  std::string name = "thread " + std::to_string(who);
  if (stamp & (kWholeBlock | kWholeWarp))
    name += " and others";
  if (!isShared && GlobalStamp::block(stamp) != thread.block->linearIndex)
    name += " of block " + std::to_string(GlobalStamp::block(stamp));
  return name;
}

[[gnu::noinline, gnu::cold]] void reportRace(Thread &thread, Place place,
                                             uint64_t address, uint64_t stamp,
                                             bool isShared) {
  reportAt(thread, ReportKind::Race, place.site, address,
           nameOfOther(thread, stamp, isShared) + " also accessed " +
               describe(thread, address) + " and nothing orders the two");
}

OrderedAccess orderedAccess(const Thread &thread, uint64_t mine,
                            uint64_t flags) {
  const Block &block = *thread.block;
  return {thread.stamps.shared,
          mine,
          flags,
          block.firstInterval,
          thread.registers.lanesPerWarp,
          block.clocks,
          const_cast<Clocks &>(block.clocks).of(thread.registers.thread)};
}

/// True when the bytes are in an address range that needs no check.
bool isUnchecked(const Thread &thread, uint64_t address, uint64_t bytes,
                 bool isWrite) {
  if (thread.block->stacks.contains(address))
    return true;
  if (isWrite)
    return false;
  for (const ConstantRange &range : thread.block->grid->program->constants)
    if (address >= range.base && address + bytes <= range.base + range.bytes)
      return true;
  return false;
}

/// Bytes that are not all in the state that the access expects.
template <bool isWrite>
[[gnu::noinline]] void checkStates(Thread &thread, ByteState *states,
                                   uint64_t address, uint64_t bytes,
                                   Place place) {
  for (uint64_t i = 0; i < bytes; ++i) {
    if (states[i] == ByteState::None)
      return fail(thread, ReportKind::OutOfBounds, place, address + i);
    bool isWrong = states[i] >= ByteState::InFlight ||
                   (!isWrite && states[i] == ByteState::Allocated);
    if (isWrong && thread.block->grid->options.checks != CheckLevel::Bounds)
      return reportState(thread, place, address + i, states[i]);
  }
}

template <typename Rule, bool isWrite>
[[gnu::always_inline]] inline void
checkIn(const ShadowedRange &range, Thread &thread, uint64_t address,
        uint64_t bytes, Place place, uint64_t flags) {
  uint64_t offset = address - range.base;
  ByteState *states = range.states + offset;
  if (firstNotIn(ByteState::Written, states, bytes) != bytes) {
    checkStates<isWrite>(thread, states, address, bytes, place);
    if (isWrite && *states < ByteState::InFlight)
      setStates(states, bytes, ByteState::Written);
  }
  if (thread.block->checks != CheckLevel::Races)
    return;
  constexpr bool isShared = std::is_same_v<Rule, SharedStamp>;
  Access access = {isShared ? thread.stamps.shared : thread.stamps.global,
                   flags, thread.registers.lanesPerWarp};
  uint64_t race;
  if (isShared && thread.block->clocks.areUsed())
    race = touchOrderedCells<isWrite>(
        range, offset, bytes,
        orderedAccess(thread, thread.stamps.shared, flags));
  else
    race = touchCells<Rule, isWrite>(range.cells, offset, bytes, access);
  if (race) [[unlikely]]
    reportRace(thread, place, address, race, isShared);
}

[[gnu::always_inline]] inline void
checkSharedRead(const ShadowedRange &range, Thread &thread, uint64_t address,
                uint64_t bytes, Place place, uint64_t flags) {
  uint64_t offset = address - range.base, stamp = thread.stamps.shared;
  uint32_t lanes = thread.registers.lanesPerWarp;
  bool isWhole = hasWholeLines(offset, bytes) && !flags;
  uint64_t *lines = range.lines + offset / kLineBytes;
  uint64_t count = bytes / kLineBytes;
  LineKeys keys(stamp, lanes);
  if (isWhole && areSettled(lines, count, keys)) [[likely]]
    return;
  checkIn<SharedStamp, false>(range, thread, address, bytes, place, flags);
  if (!isWhole || thread.block->checks != CheckLevel::Races ||
      thread.block->clocks.areUsed() ||
      firstNotIn(ByteState::Written, range.states + offset, bytes) != bytes)
    return;
  const Cell *cells = range.cells + offset / kGranuleBytes;
  for (uint64_t i = 0; i < count; ++i)
    lines[i] = settledKey(cells + i * (kLineBytes / kGranuleBytes), stamp,
                          lanes, keys);
}

template <bool isWrite>
[[gnu::always_inline]] inline void
checkShared(const ShadowedRange &range, Thread &thread, uint64_t address,
            uint64_t bytes, Place place, uint64_t flags) {
  if (!isWrite)
    return checkSharedRead(range, thread, address, bytes, place, flags);
  unsettle(range, address - range.base, bytes);
  checkIn<SharedStamp, true>(range, thread, address, bytes, place, flags);
}

template <Space space, bool isWrite>
[[gnu::always_inline]] inline void check(Thread &thread, uint64_t address,
                                         uint64_t bytes, Place place,
                                         uint64_t flags = 0) {
  countStep(thread);
  if (address & (place.alignBytes - 1)) [[unlikely]]
    return fail(thread, ReportKind::Misaligned, place, address);
  const ShadowedRange &shared = thread.block->shared.range;
  if (space != Space::Global && shared.contains(address, bytes))
    return checkShared<isWrite>(shared, thread, address, bytes, place, flags);
  const ShadowedRange &global = thread.block->grid->memory->range;
  if (space != Space::Shared && global.contains(address, bytes))
    return checkIn<GlobalStamp, isWrite>(global, thread, address, bytes, place,
                                         flags);
  if (!isUnchecked(thread, address, bytes, isWrite))
    fail(thread, ReportKind::OutOfBounds, place, address);
}
} // namespace

void emulator::countOperation(Thread &thread) { countStep(thread); }

void emulator::checkRead(Thread &thread, uint32_t site,
                         const MemoryAccess &access) {
  check<Space::Any, false>(thread, access.address, access.bytes,
                           {site, access.alignBytes}, access.flags);
}

void emulator::checkWrite(Thread &thread, uint32_t site,
                          const MemoryAccess &access) {
  check<Space::Any, true>(thread, access.address, access.bytes,
                          {site, access.alignBytes}, access.flags);
}

void emulator::beginCopyInFlight(Thread &thread, uint32_t site,
                                 uint64_t address, uint64_t bytes) {
  checkWrite(thread, site, {address, bytes, bytes});
  const ShadowedRange &range = thread.block->shared.range;
  if (range.contains(address, bytes))
    setStates(range.states + (address - range.base), bytes,
              ByteState::InFlight);
}

void emulator::endCopyInFlight(Thread &thread, uint64_t address,
                               uint64_t bytes) {
  const ShadowedRange &range = thread.block->shared.range;
  uint64_t offset = address - range.base;
  setStates(range.states + offset, bytes, ByteState::Written);
  unsettle(range, offset, bytes);
  // The copy's writes are ordered before what this thread does next, and for
  // other threads are its writes of now.
  for (uint64_t i = offset; i < offset + bytes; i += kGranuleBytes)
    range.cells[i / kGranuleBytes] = {thread.stamps.shared | kBytes, 0};
}

namespace {
/// The part of shared memory; anything else ends the block.
uint64_t findShared(Thread &thread, uint32_t site, const MemoryAccess &access) {
  Place place = {site, access.alignBytes};
  const ShadowedRange &range = thread.block->shared.range;
  if (access.address % access.alignBytes)
    fail(thread, ReportKind::Misaligned, place, access.address);
  if (!range.contains(access.address, access.bytes))
    fail(thread, ReportKind::OutOfBounds, place, access.address);
  return access.address - range.base;
}

/// Plain stores are seen by asynchronous units behind a fence only.
void checkFences(Thread &thread, uint32_t site, uint64_t offset,
                 uint64_t bytes) {
  const Block &block = *thread.block;
  const ShadowedRange &range = block.shared.range;
  for (uint64_t at = offset; at < offset + bytes; at += kGranuleBytes) {
    uint64_t writer = range.cells[at / kGranuleBytes].writer;
    uint32_t who = SharedStamp::thread(writer);
    uint32_t when = uint32_t(writer >> 49) << 16 | SharedStamp::epoch(writer);
    if (!(writer & kBytes) || writer >> 49 < block.firstInterval ||
        who >= block.fenced.size() || block.fenced[who] >= when)
      continue;
    return reportAt(thread, ReportKind::MissingFence, site, range.base + at,
                    "no fence lets an asynchronous unit see what thread " +
                        std::to_string(who) + " stored in " +
                        describe(thread, range.base + at));
  }
}
} // namespace

void emulator::checkAsyncRead(Thread &thread, uint32_t site,
                              const MemoryAccess &access, uint64_t stamp) {
  uint64_t offset = findShared(thread, site, access);
  const ShadowedRange &range = thread.block->shared.range;
  Place place = {site, access.alignBytes};
  checkStates<false>(thread, range.states + offset, access.address,
                     access.bytes, place);
  if (thread.block->checks != CheckLevel::Races)
    return;
  if (uint64_t race = touchOrderedCells<false>(range, offset, access.bytes,
                                               orderedAccess(thread, stamp, 0)))
    return reportRace(thread, place, access.address, race, true);
  checkFences(thread, site, offset, access.bytes);
}

void emulator::beginAsyncWrite(Thread &thread, uint32_t site,
                               const MemoryAccess &access, uint64_t stamp) {
  uint64_t offset = findShared(thread, site, access);
  const ShadowedRange &range = thread.block->shared.range;
  Place place = {site, access.alignBytes};
  checkStates<true>(thread, range.states + offset, access.address, access.bytes,
                    place);
  setStates(range.states + offset, access.bytes, ByteState::InFlight);
  if (thread.block->checks != CheckLevel::Races)
    return;
  if (uint64_t race = touchOrderedCells<true>(range, offset, access.bytes,
                                              orderedAccess(thread, stamp, 0)))
    reportRace(thread, place, access.address, race, true);
}

void emulator::endAsyncWrite(Block &block, uint64_t address, uint64_t bytes) {
  const ShadowedRange &range = block.shared.range;
  setStates(range.states + (address - range.base), bytes, ByteState::Written);
}

namespace {
template <Space space, bool isWrite, uint64_t bytes>
void checkSized(Thread *thread, uint64_t address, uint32_t place) {
  check<space, isWrite>(*thread, address, bytes, Place::unpack(place));
}

template <Space space, bool isWrite>
void checkAny(Thread *thread, uint64_t address, uint32_t place,
              uint64_t bytes) {
  if (bytes)
    check<space, isWrite>(*thread, address, bytes, Place::unpack(place));
}

void checkAtomic(Thread *thread, uint64_t address, uint32_t place,
                 uint64_t bytes) {
  check<Space::Any, false>(*thread, address, bytes, Place::unpack(place),
                           kAtomic);
  check<Space::Any, true>(*thread, address, bytes, Place::unpack(place),
                          kAtomic);
}

void stepOf(Thread *thread) { countStep(*thread); }

template <typename F> void *pointer(F *function) {
  return reinterpret_cast<void *>(function);
}
} // namespace

#define SIZED(name, space, isWrite)                                            \
  {name ".1", pointer(&checkSized<space, isWrite, 1>)},                        \
      {name ".2", pointer(&checkSized<space, isWrite, 2>)},                    \
      {name ".4", pointer(&checkSized<space, isWrite, 4>)},                    \
      {name ".8", pointer(&checkSized<space, isWrite, 8>)},                    \
      {name ".16", pointer(&checkSized<space, isWrite, 16>)}, {                \
    name ".n", pointer(&checkAny<space, isWrite>)                              \
  }

CheckFunctions emulator::checkFunctions() {
  static const CheckFunction functions[] = {
      SIZED("xemu.read.shared", Space::Shared, false),
      SIZED("xemu.read.global", Space::Global, false),
      SIZED("xemu.read.any", Space::Any, false),
      SIZED("xemu.write.shared", Space::Shared, true),
      SIZED("xemu.write.global", Space::Global, true),
      SIZED("xemu.write.any", Space::Any, true),
      {"xemu.atomic", pointer(&checkAtomic)},
      {"xemu.step", pointer(&stepOf)},
  };
  return {std::begin(functions), std::end(functions)};
}
