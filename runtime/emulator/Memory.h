//===- Memory.h - A device's memories with their shadows --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_MEMORY_H
#define XRT_EMULATOR_MEMORY_H

#include "runtime/emulator/Shadow.h"

#include <map>
#include <mutex>
#include <string>

namespace xrt::emulator {

/// Two bytes of what nobody wrote: a NaN as f16, bf16, f32 and f64.
inline constexpr uint16_t kUnwrittenPattern = 0x7fc1;
void fillUnwritten(void *memory, uint64_t bytes);

/// A block's shared memory, at an address below 4 GiB that is a multiple of
/// 256 KiB: code truncates such addresses to 32 bits and puts them in fields.
class SharedWindow {
public:
  static constexpr uint64_t kBytes = 256 * 1024;

  SharedWindow() = default;
  SharedWindow(const SharedWindow &) = delete;
  SharedWindow &operator=(const SharedWindow &) = delete;
  ~SharedWindow();
  /// False when there is no such address free.
  bool reserve();
  /// |bytes| of memory, unwritten; none beyond.
  void begin(uint64_t bytes);
  /// All accesses before are ordered before all after.
  void nextInterval();
  uint64_t currentInterval() const { return interval; }

  ShadowedRange range;

private:
  uint64_t interval = 0;
  uint64_t inUse = 0; // bytes of the block before
};

/// Global memory: allocations between guard zones in one reserved range.
class GlobalMemory {
public:
  GlobalMemory() = default;
  GlobalMemory(const GlobalMemory &) = delete;
  GlobalMemory &operator=(const GlobalMemory &) = delete;
  ~GlobalMemory();
  bool reserve();
  void *allocate(uint64_t bytes);
  void release(void *block);
  void setWritten(const void *memory, uint64_t bytes) const;
  /// Copies, and says of each byte what was said of its source.
  void move(void *to, const void *from, uint64_t bytes) const;
  void forget(void *memory, uint64_t bytes) const;
  uint64_t writtenBytes(const void *memory, uint64_t bytes) const;
  /// The number of the next launch; cells of old launches with the same number
  /// are gone.
  uint32_t nextLaunch();
  /// "12 bytes past the end of an allocation of 64 bytes".
  std::string describe(uint64_t address) const;

  ShadowedRange range;

private:
  // Freed places are taken again, the oldest first.
  uint64_t take(uint64_t bytes);

  mutable std::mutex mutex;
  std::map<uint64_t, uint64_t> blocks;     // address -> bytes
  std::multimap<uint64_t, uint64_t> freed; // place's bytes -> address
  std::map<uint64_t, uint64_t> places;     // address -> place's bytes
  uint64_t next = 0;
  uint32_t launch = 0;
};

} // namespace xrt::emulator

#endif // XRT_EMULATOR_MEMORY_H
