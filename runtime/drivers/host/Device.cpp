//===- Device.cpp - The processor that the program runs on ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/host/Device.h"
#include "runtime/drivers/host/CpuFeatures.h"
#include "runtime/drivers/host/ThreadPool.h"

#include <algorithm>
#include <cstring>

using namespace xrt;
using namespace xrt::host;

namespace {
/// Kernels run before launch returns, so there is never anything to wait for.
class HostQueue : public Queue {
public:
  explicit HostQueue(std::shared_ptr<ThreadPool> pool)
      : pool(std::move(pool)) {}

  Status launch(const LaunchParameters &parameters) override;
  Status copy(void *destination, const void *source, uint64_t bytes,
              CopyDirection) override {
    if (bytes)
      std::memmove(destination, source, bytes);
    return Status();
  }
  Status synchronize() override { return Status(); }

private:
  Status runPhase(const LaunchParameters &parameters, int64_t firstItem,
                  int64_t endItem);

  std::shared_ptr<ThreadPool> pool;
  HostBlock scratch; // of launches that this thread does alone
};
} // namespace

static Status noScratch(uint64_t bytes) {
  return Status::outOfMemory("a kernel's scratch", bytes);
}

Status HostQueue::launch(const LaunchParameters &parameters) {
  const HostWork &work = parameters.work;
  if (parameters.parts)
    parameters.parts->clear();
  if (work.firstPhase)
    XRT_RETURN_IF_ERROR(runPhase(parameters, 0, work.firstPhase));
  if (work.firstPhase == work.workItems)
    return Status();
  return runPhase(parameters, work.firstPhase, work.workItems);
}

Status HostQueue::runPhase(const LaunchParameters &parameters,
                           int64_t firstItem, int64_t endItem) {
  auto kernel = reinterpret_cast<xrt_host_kernel_fn>(parameters.kernel);
  Task task{kernel, parameters.buffers, parameters.scalars, endItem - firstItem,
            parameters.work.grain};
  task.firstItem = firstItem;
  int64_t wanted = task.workItems / task.grain;
  auto threads = int32_t(std::clamp<int64_t>(wanted, 1, pool->numThreads()));
  Cut cut(task, threads);
  size_t numNoted = 0;
  if (parameters.parts) {
    numNoted = parameters.parts->size();
    parameters.parts->resize(numNoted + size_t(cut.numParts()));
    task.parts = parameters.parts->data() + numNoted;
  }
  if (threads > 1) {
    switch (pool->tryRun(task, cut, parameters.work.scratchBytes)) {
    case ThreadPool::Outcome::Done:
      return Status();
    case ThreadPool::Outcome::NoMemory:
      return noScratch(parameters.work.scratchBytes);
    case ThreadPool::Outcome::Busy:
      // Another run has the threads, and so the cores: do it all here.
      break;
    }
  }
  if (!scratch.reserve(parameters.work.scratchBytes))
    return noScratch(parameters.work.scratchBytes);
  if (parameters.parts)
    parameters.parts->resize(numNoted + 1);
  runItems(task, /*part=*/0, /*thread=*/0, scratch.data(), 0, task.workItems);
  return Status();
}

std::string HostDevice::description() const {
  return std::string(machineName()) + ", " +
         std::to_string(countUsableThreads()) + " threads";
}

Status HostDevice::allocate(uint64_t bytes, void *&out) {
  out = nullptr;
  if (!bytes)
    return Status();
  HostBlock block;
  if (!block.reserve(bytes))
    return Status::outOfMemory("a block of device 'host'", bytes);
  out = block.data();
  std::lock_guard lock(mutex);
  blocks.emplace(out, std::move(block));
  return Status();
}

void HostDevice::release(void *block) {
  std::lock_guard lock(mutex);
  blocks.erase(block);
}

int32_t HostDevice::numThreads(const QueueOptions &options) const {
  return options.numThreads > 0 ? options.numThreads : countUsableThreads();
}

Status HostDevice::createQueue(const QueueOptions &options,
                               std::unique_ptr<Queue> &out) {
  out = std::make_unique<HostQueue>(ThreadPool::get(numThreads(options)));
  return Status();
}
