//===- Device.cpp - The device that executes nothing ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/null/Device.h"

#include <cstring>

using namespace xrt;
using namespace xrt::null;

namespace {
class NullQueue : public Queue {
public:
  explicit NullQueue(std::shared_ptr<NullDevice> device)
      : device(std::move(device)) {}

  Status launch(const LaunchParameters &parameters) override {
    // The module's kernels are their names.
    device->record(
        {static_cast<const std::string *>(parameters.kernel)->c_str(),
         {parameters.buffers, parameters.buffers + parameters.numBuffers},
         {parameters.scalars, parameters.scalars + parameters.numScalars},
         parameters.work.workItems,
         parameters.work.scratchBytes,
         {parameters.blocks.grid[0], parameters.blocks.grid[1],
          parameters.blocks.grid[2]},
         parameters.blocks.threads,
         parameters.blocks.sharedBytes,
         {parameters.blocks.arguments,
          parameters.blocks.arguments + parameters.blocks.numArguments},
         {parameters.blocks.tensorMaps,
          parameters.blocks.tensorMaps + parameters.blocks.numTensorMaps}});
    return Status();
  }

  Status copy(void *destination, const void *source, uint64_t bytes,
              CopyDirection) override {
    if (bytes)
      std::memmove(destination, source, bytes);
    return Status();
  }

  Status synchronize() override { return Status(); }

private:
  std::shared_ptr<NullDevice> device;
};
} // namespace

Status NullDevice::allocate(uint64_t bytes, void *&out) {
  out = nullptr;
  if (!bytes)
    return Status();
  HostBlock block;
  if (!block.reserve(bytes))
    return Status::outOfMemory("a block of device 'null'", bytes);
  out = block.data();
  std::lock_guard lock(mutex);
  blocks.emplace(out, std::move(block));
  return Status();
}

void NullDevice::release(void *block) {
  std::lock_guard lock(mutex);
  blocks.erase(block);
}

Status NullDevice::createQueue(const QueueOptions &,
                               std::unique_ptr<Queue> &out) {
  out = std::make_unique<NullQueue>(shared_from_this());
  return Status();
}

void NullDevice::record(LaunchRecord launch) {
  std::lock_guard lock(mutex);
  if (records.size() < kMaxRecords)
    records.push_back(std::move(launch));
}

std::vector<LaunchRecord> NullDevice::takeRecords() {
  std::lock_guard lock(mutex);
  return std::exchange(records, {});
}

size_t NullDevice::numBlocks() const {
  std::lock_guard lock(mutex);
  return blocks.size();
}
