//===- Device.cpp - Memory and command lists of Level Zero ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/levelzero/Device.h"

using namespace xrt;
using namespace xrt::levelzero;

namespace {
/// An immediate command list. Its commands may overtake each other, so a
/// barrier stands behind each.
class LevelZeroQueue : public Queue {
public:
  explicit LevelZeroQueue(std::shared_ptr<LevelZeroDevice> device)
      : device(std::move(device)), api(this->device->api) {}
  ~LevelZeroQueue() override {
    if (event)
      api.zeEventDestroy(event);
    if (pool)
      api.zeEventPoolDestroy(pool);
    if (list)
      api.zeCommandListDestroy(list);
  }

  Status start();
  Status launch(const LaunchParameters &parameters) override;
  Status copy(void *destination, const void *source, uint64_t bytes,
              CopyDirection direction) override;
  Status synchronize() override;

private:
  Status order() {
    XRT_LEVELZERO_CALL(api, zeCommandListAppendBarrier, list, nullptr, 0,
                       nullptr);
    return Status();
  }
  Status append(LevelZeroKernel &kernel, const DeviceBlocks &blocks);

  std::shared_ptr<LevelZeroDevice> device;
  const Api &api;
  ListHandle list = nullptr;
  PoolHandle pool = nullptr;
  EventHandle event = nullptr;
};
} // namespace

Status LevelZeroQueue::start() {
  QueueDescription queue;
  DeviceHandle handle = device->facts.handle;
  XRT_LEVELZERO_CALL(api, zeCommandListCreateImmediate, device->context, handle,
                     &queue, &list);
  PoolDescription events;
  XRT_LEVELZERO_CALL(api, zeEventPoolCreate, device->context, &events, 1,
                     &handle, &pool);
  EventDescription description;
  XRT_LEVELZERO_CALL(api, zeEventCreate, pool, &description, &event);
  return Status();
}

Status LevelZeroQueue::append(LevelZeroKernel &kernel,
                              const DeviceBlocks &blocks) {
  std::lock_guard lock(kernel.mutex);
  XRT_LEVELZERO_CALL(api, zeKernelSetGroupSize, kernel.handle, blocks.threads,
                     1, 1);
  for (uint32_t i = 0; i < blocks.numArguments; ++i)
    XRT_LEVELZERO_CALL(api, zeKernelSetArgumentValue, kernel.handle, i,
                       sizeof(uint64_t), &blocks.arguments[i]);
  GroupCount groups{blocks.grid[0], blocks.grid[1], blocks.grid[2]};
  XRT_LEVELZERO_CALL(api, zeCommandListAppendLaunchKernel, list, kernel.handle,
                     &groups, nullptr, 0, nullptr);
  return Status();
}

/// Kernels count on it: block reads and writes begin their lines there.
static Status checkBuffers(const LaunchParameters &parameters) {
  constexpr uintptr_t kAlignment = 64;
  for (uint32_t i = 0; i < parameters.numBuffers; ++i)
    if (auto rest =
            reinterpret_cast<uintptr_t>(parameters.buffers[i]) % kAlignment)
      return Status(XRT_STATUS_INVALID_ARGUMENT,
                    "expects buffer " + std::to_string(i) +
                        " at a multiple of 64 bytes, got " +
                        std::to_string(rest) + " behind one");
  return Status();
}

Status LevelZeroQueue::launch(const LaunchParameters &parameters) {
  auto &kernel = *static_cast<LevelZeroKernel *>(parameters.kernel);
  Status status = checkBuffers(parameters);
  if (status.isOk())
    status = append(kernel, parameters.blocks);
  if (!status.isOk())
    return Status(status.code(), "kernel '" + kernel.name + "' on " +
                                     device->name() + ": " + status.message());
  return order();
}

Status LevelZeroQueue::copy(void *destination, const void *source,
                            uint64_t bytes, CopyDirection) {
  if (!bytes)
    return Status();
  XRT_LEVELZERO_CALL(api, zeCommandListAppendMemoryCopy, list, destination,
                     source, bytes, nullptr, 0, nullptr);
  return order();
}

Status LevelZeroQueue::synchronize() {
  XRT_LEVELZERO_CALL(api, zeCommandListAppendBarrier, list, event, 0, nullptr);
  XRT_LEVELZERO_CALL(api, zeEventHostSynchronize, event, UINT64_MAX);
  XRT_LEVELZERO_CALL(api, zeEventHostReset, event);
  return Status();
}

Status LevelZeroDevice::open(const Api &api, const DeviceFacts &facts,
                             std::shared_ptr<Device> &out) {
  std::shared_ptr<LevelZeroDevice> device(new LevelZeroDevice(api, facts));
  ContextDescription description;
  XRT_LEVELZERO_CALL(api, zeContextCreate, facts.driver, &description,
                     &device->context);
  out = std::move(device);
  return Status();
}

LevelZeroDevice::~LevelZeroDevice() {
  if (context)
    api.zeContextDestroy(context);
}

std::string LevelZeroDevice::description() const {
  return facts.name + ", " + facts.target;
}

Status LevelZeroDevice::allocate(uint64_t bytes, void *&out) {
  out = nullptr;
  if (!bytes)
    return Status();
  MemoryDescription description;
  constexpr size_t kAlignment = 256;
  void *block = nullptr;
  Result result = api.zeMemAllocDevice(context, &description, bytes, kAlignment,
                                       facts.handle, &block);
  if (result == kErrorOutOfDeviceMemory || result == kErrorOutOfHostMemory ||
      result == kErrorUnsupportedSize)
    return Status::outOfMemory("a block of device '" + name() + "'", bytes);
  if (result)
    return api.fail("zeMemAllocDevice", result);
  out = block;
  return Status();
}

void LevelZeroDevice::release(void *block) {
  if (block)
    api.zeMemFree(context, block);
}

Status LevelZeroDevice::createQueue(const QueueOptions &,
                                    std::unique_ptr<Queue> &out) {
  auto queue = std::make_unique<LevelZeroQueue>(shared_from_this());
  XRT_RETURN_IF_ERROR(queue->start());
  out = std::move(queue);
  return Status();
}
