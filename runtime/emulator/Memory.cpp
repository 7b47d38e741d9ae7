//===- Memory.cpp - A device's memories with their shadows ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Memory.h"

#include <algorithm>
#include <sys/mman.h>

using namespace xrt;
using namespace xrt::emulator;

namespace {
// Between allocations: what runs over lands in it, rows of matrices included.
constexpr uint64_t kGuardBytes = 64 * 1024;
constexpr uint64_t kAlignBytes = 256;
constexpr uint64_t kLargestArena = uint64_t(64) << 30;
constexpr uint64_t kSmallestArena = uint64_t(1) << 30;

void *reserveBytes(uint64_t bytes, void *at = nullptr, int flags = 0) {
  void *block =
      mmap(at, bytes, PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);
  return block == MAP_FAILED ? nullptr : block;
}

void drop(void *block, uint64_t bytes) {
  if (block)
    munmap(block, bytes);
}

uint64_t secondBytes(const ShadowedRange &range) {
  return range.bytes / kGranuleBytes * sizeof(uint64_t);
}

uint64_t lineBytes(const ShadowedRange &range) {
  return range.bytes / kLineBytes * sizeof(uint64_t);
}

bool reserveShadow(ShadowedRange &range) {
  range.states = static_cast<ByteState *>(reserveBytes(range.bytes));
  range.cells = static_cast<Cell *>(
      reserveBytes(range.bytes / kGranuleBytes * sizeof(Cell)));
  return range.states && range.cells;
}

void releaseRange(ShadowedRange &range) {
  drop(reinterpret_cast<void *>(range.base), range.base ? range.bytes : 0);
  drop(range.states, range.bytes);
  drop(range.cells, range.bytes / kGranuleBytes * sizeof(Cell));
  drop(range.lines, lineBytes(range));
  drop(range.seconds, secondBytes(range));
  range = ShadowedRange();
}
} // namespace

void emulator::fillUnwritten(void *memory, uint64_t bytes) {
  auto *out = static_cast<std::byte *>(memory);
  for (uint64_t i = 0; i + 2 <= bytes; i += 2)
    std::memcpy(out + i, &kUnwrittenPattern, 2);
  if (bytes & 1)
    out[bytes - 1] = std::byte(0xff);
}

SharedWindow::~SharedWindow() { releaseRange(range); }

bool SharedWindow::reserve() {
  if (range.base)
    return true;
  // From 1 GiB up; what is taken already refuses.
  for (uint64_t at = uint64_t(1) << 30; at < uint64_t(4) << 30; at += kBytes) {
    void *block =
        reserveBytes(kBytes, reinterpret_cast<void *>(at), MAP_FIXED_NOREPLACE);
    if (reinterpret_cast<uint64_t>(block) != at) {
      // A kernel that does not know the flag takes the address as a hint.
      drop(block, kBytes);
      continue;
    }
    range.base = at;
    range.bytes = kBytes;
    range.lines = static_cast<uint64_t *>(reserveBytes(lineBytes(range)));
    range.seconds = static_cast<uint64_t *>(reserveBytes(secondBytes(range)));
    return range.lines && range.seconds && reserveShadow(range);
  }
  return false;
}

void SharedWindow::begin(uint64_t bytes) {
  setStates(range.states, inUse, ByteState::None);
  setStates(range.states, bytes, ByteState::Allocated);
  fillUnwritten(reinterpret_cast<void *>(range.base), bytes);
  inUse = bytes;
  nextInterval();
}

void SharedWindow::nextInterval() {
  if (++interval < uint64_t(1) << SharedStamp::kIntervalBits)
    return;
  std::memset(range.cells, 0, range.bytes / kGranuleBytes * sizeof(Cell));
  std::memset(range.lines, 0, lineBytes(range));
  std::memset(range.seconds, 0, secondBytes(range));
  interval = 1;
}

GlobalMemory::~GlobalMemory() { releaseRange(range); }

bool GlobalMemory::reserve() {
  for (uint64_t bytes = kLargestArena; bytes >= kSmallestArena; bytes /= 2) {
    range.bytes = bytes;
    range.base = reinterpret_cast<uint64_t>(reserveBytes(bytes));
    if (range.base && reserveShadow(range)) {
      next = range.base + kGuardBytes;
      return true;
    }
    releaseRange(range);
  }
  return false;
}

uint64_t GlobalMemory::take(uint64_t placeBytes) {
  if (auto found = freed.find(placeBytes); found != freed.end()) {
    uint64_t address = found->second;
    freed.erase(found);
    return address;
  }
  if (placeBytes > range.base + range.bytes - next)
    return 0;
  uint64_t address = next;
  next += placeBytes;
  return address;
}

void *GlobalMemory::allocate(uint64_t bytes) {
  if (!bytes || bytes > range.bytes)
    return nullptr;
  std::lock_guard lock(mutex);
  uint64_t placeBytes =
      (bytes + kAlignBytes - 1) / kAlignBytes * kAlignBytes + kGuardBytes;
  uint64_t address = take(placeBytes);
  if (!address)
    return nullptr;
  blocks[address] = bytes;
  places[address] = placeBytes;
  void *block = reinterpret_cast<void *>(address);
  fillUnwritten(block, bytes);
  setStates(range.states + (address - range.base), bytes, ByteState::Allocated);
  return block;
}

void GlobalMemory::release(void *block) {
  std::lock_guard lock(mutex);
  auto found = blocks.find(reinterpret_cast<uint64_t>(block));
  if (found == blocks.end())
    return;
  auto [address, bytes] = *found;
  setStates(range.states + (address - range.base), bytes, ByteState::None);
  // Whole pages inside go back to the system.
  uint64_t from = (address + 4095) & ~uint64_t(4095);
  uint64_t to = (address + bytes) & ~uint64_t(4095);
  if (from < to)
    madvise(reinterpret_cast<void *>(from), to - from, MADV_DONTNEED);
  freed.emplace(places[address], address);
  places.erase(address);
  blocks.erase(found);
}

void GlobalMemory::setWritten(const void *memory, uint64_t bytes) const {
  uint64_t address = reinterpret_cast<uint64_t>(memory);
  if (range.contains(address, bytes))
    setStates(range.states + (address - range.base), bytes, ByteState::Written);
}

void GlobalMemory::move(void *to, const void *from, uint64_t bytes) const {
  uint64_t target = reinterpret_cast<uint64_t>(to);
  uint64_t source = reinterpret_cast<uint64_t>(from);
  if (!bytes)
    return;
  std::memmove(to, from, bytes);
  if (range.contains(target, bytes) && range.contains(source, bytes))
    std::memmove(range.states + (target - range.base),
                 range.states + (source - range.base), bytes);
}

void GlobalMemory::forget(void *memory, uint64_t bytes) const {
  uint64_t address = reinterpret_cast<uint64_t>(memory);
  if (!range.contains(address, bytes))
    return;
  fillUnwritten(memory, bytes);
  setStates(range.states + (address - range.base), bytes, ByteState::Allocated);
}

uint64_t GlobalMemory::writtenBytes(const void *memory, uint64_t bytes) const {
  uint64_t address = reinterpret_cast<uint64_t>(memory);
  if (!range.contains(address, bytes))
    return 0;
  return firstNotIn(ByteState::Written, range.states + (address - range.base),
                    bytes);
}

uint32_t GlobalMemory::nextLaunch() {
  if (++launch <= kMaxLaunchNumber)
    return launch;
  madvise(range.cells, range.bytes / kGranuleBytes * sizeof(Cell),
          MADV_DONTNEED);
  return launch = 1;
}

std::string GlobalMemory::describe(uint64_t address) const {
  std::lock_guard lock(mutex);
  auto after = blocks.upper_bound(address);
  std::string nearest = "no allocation is near";
  uint64_t distance = kGuardBytes;
  if (after != blocks.end() && after->first - address < distance) {
    distance = after->first - address;
    nearest = std::to_string(distance) + " bytes before an allocation of " +
              std::to_string(after->second) + " bytes";
  }
  if (after == blocks.begin())
    return nearest;
  auto [start, bytes] = *std::prev(after);
  uint64_t offset = address - start;
  std::string place = "an allocation of " + std::to_string(bytes) + " bytes";
  if (offset < bytes)
    return "byte " + std::to_string(offset) + " of " + place;
  if (offset - bytes < distance)
    return std::to_string(offset - bytes) + " bytes past the end of " + place;
  return nearest;
}
