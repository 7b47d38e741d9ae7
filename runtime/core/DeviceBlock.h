//===- DeviceBlock.h - Memory of a device -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_CORE_DEVICEBLOCK_H
#define XRT_CORE_DEVICEBLOCK_H

#include "runtime/drivers/Driver.h"

namespace xrt {

/// A block that goes back to its device. Growing drops what was in it.
class DeviceBlock {
public:
  DeviceBlock() = default;
  DeviceBlock(DeviceBlock &&other)
      : device(std::move(other.device)),
        block(std::exchange(other.block, nullptr)),
        capacity(std::exchange(other.capacity, 0)) {}
  DeviceBlock &operator=(DeviceBlock &&) = delete;
  ~DeviceBlock() { reset(); }

  /// Makes the block at least |bytes|; |what| names it when there is no memory.
  Status reserve(const std::shared_ptr<Device> &owner, uint64_t bytes,
                 const char *what) {
    if (bytes <= capacity)
      return Status();
    reset();
    Status status = owner->allocate(bytes, block);
    if (!status.isOk())
      return status.code() == XRT_STATUS_OUT_OF_MEMORY
                 ? Status::outOfMemory(what, bytes)
                 : std::move(status);
    device = owner;
    capacity = bytes;
    return Status();
  }

  /// Makes the block just |bytes|, whatever it was.
  Status reserveExactly(const std::shared_ptr<Device> &owner, uint64_t bytes,
                        const char *what) {
    if (bytes != capacity)
      reset();
    return reserve(owner, bytes, what);
  }

  void reset() {
    if (block)
      device->release(block);
    block = nullptr;
    capacity = 0;
  }

  void *data() const { return block; }

private:
  std::shared_ptr<Device> device;
  void *block = nullptr;
  uint64_t capacity = 0;
};

} // namespace xrt

#endif // XRT_CORE_DEVICEBLOCK_H
