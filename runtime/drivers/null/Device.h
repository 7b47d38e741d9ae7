//===- Device.h - The device that executes nothing --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_DRIVERS_NULL_DEVICE_H
#define XRT_DRIVERS_NULL_DEVICE_H

#include "runtime/core/Memory.h"
#include "runtime/drivers/Driver.h"

#include <map>
#include <mutex>

namespace xrt::null {

const Driver &getDriver();

/// What a launch was told, for tests.
struct LaunchRecord {
  std::string kernel;
  std::vector<void *> buffers;
  std::vector<int64_t> scalars;
  int64_t workItems;
  uint64_t scratchBytes;
  std::vector<uint32_t> grid;
  uint32_t threads;
  uint32_t sharedBytes;
  std::vector<uint64_t> arguments;
  std::vector<TensorMap> tensorMaps;
};

/// Memory of its own (so that programs copy to and from it as for a GPU),
/// copies that copy, and launches that are only written down.
class NullDevice : public Device,
                   public std::enable_shared_from_this<NullDevice> {
public:
  std::string name() const override { return "null"; }
  std::string description() const override { return "executes nothing"; }
  bool sharesHostMemory() const override { return false; }
  bool takesTensorMaps() const override { return true; }
  Status allocate(uint64_t bytes, void *&out) override;
  void release(void *block) override;
  Status load(const Bundle &bundle, const std::string &isa,
              std::unique_ptr<Module> &out) override;
  Status createQueue(const QueueOptions &options,
                     std::unique_ptr<Queue> &out) override;
  int32_t numThreads(const QueueOptions &) const override { return 1; }

  void record(LaunchRecord launch);
  std::vector<LaunchRecord> takeRecords();
  size_t numBlocks() const;

private:
  // Enough for any test; a long run must not fill the memory.
  static constexpr size_t kMaxRecords = 100'000;

  mutable std::mutex mutex;
  std::vector<LaunchRecord> records;
  std::map<void *, HostBlock> blocks;
};

} // namespace xrt::null

#endif // XRT_DRIVERS_NULL_DEVICE_H
