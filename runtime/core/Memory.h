//===- Memory.h - Large blocks that may fail to be had ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_CORE_MEMORY_H
#define XRT_CORE_MEMORY_H

#include <cstdint>
#include <utility>

namespace xrt {

inline constexpr uint64_t kBlockAlignment = 64;

/// Host memory, 64-byte aligned, in huge pages where it is large. The bytes are
/// undefined. Growing drops what was in it.
class HostBlock {
public:
  HostBlock() = default;
  HostBlock(HostBlock &&other)
      : bytes(std::exchange(other.bytes, nullptr)),
        capacity(std::exchange(other.capacity, 0)) {}
  HostBlock &operator=(HostBlock &&other) {
    std::swap(bytes, other.bytes);
    std::swap(capacity, other.capacity);
    return *this;
  }
  ~HostBlock() { reset(); }

  /// Makes the block at least |size| bytes; false when there is no memory, the
  /// block being empty then.
  bool reserve(uint64_t size);
  void reset();
  void *data() const { return bytes; }
  uint64_t size() const { return capacity; }

private:
  void *bytes = nullptr;
  uint64_t capacity = 0;
};

} // namespace xrt

#endif // XRT_CORE_MEMORY_H
