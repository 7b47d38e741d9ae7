//===- Device.cpp - Memory and streams of the HIP runtime -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/hip/Device.h"

#include <algorithm>
#include <cstring>

using namespace xrt;
using namespace xrt::hip;

namespace {
/// A stream of its own.
class HipQueue : public Queue {
public:
  explicit HipQueue(std::shared_ptr<HipDevice> device)
      : device(std::move(device)), api(this->device->api) {}
  ~HipQueue() override {
    CurrentDevice current(api, device->facts.ordinal);
    if (stream)
      api.hipStreamDestroy(stream);
  }

  Status start() {
    CurrentDevice current(api, device->facts.ordinal);
    XRT_HIP_CALL(api, hipStreamCreateWithFlags, &stream, /*flags=*/1u);
    return Status();
  }

  Status launch(const LaunchParameters &parameters) override;
  Status copy(void *destination, const void *source, uint64_t bytes,
              CopyDirection direction) override;
  Status synchronize() override {
    CurrentDevice current(api, device->facts.ordinal);
    XRT_HIP_CALL(api, hipStreamSynchronize, stream);
    return Status();
  }

private:
  std::shared_ptr<HipDevice> device;
  const Api &api;
  StreamHandle stream = nullptr;
};
} // namespace

Status HipQueue::launch(const LaunchParameters &parameters) {
  CurrentDevice current(api, device->facts.ordinal);
  const auto &kernel = *static_cast<const HipKernel *>(parameters.kernel);
  const DeviceBlocks &blocks = parameters.blocks;
  // The plan counts all that a block needs, static or not.
  uint32_t dynamicBytes =
      blocks.sharedBytes -
      std::min(blocks.sharedBytes, kernel.staticSharedBytes);
  size_t argumentBytes = size_t(blocks.numArguments) * 8;
  void *extra[] = {kLaunchBuffer, const_cast<uint64_t *>(blocks.arguments),
                   kLaunchBufferSize, &argumentBytes, kLaunchEnd};
  if (Result result = api.hipModuleLaunchKernel(
          kernel.function, blocks.grid[0], blocks.grid[1], blocks.grid[2],
          blocks.threads, 1, 1, dynamicBytes, stream, nullptr, extra))
    return Status(XRT_STATUS_INTERNAL,
                  "kernel '" + kernel.name + "' on " + device->name() + ": " +
                      api.fail("hipModuleLaunchKernel", result).message());
  return Status();
}

static int kindOf(CopyDirection direction) {
  switch (direction) {
  case CopyDirection::ToDevice:
    return kHostToDevice;
  case CopyDirection::FromDevice:
    return kDeviceToHost;
  case CopyDirection::OnDevice:
    break;
  }
  return kDeviceToDevice;
}

Status HipQueue::copy(void *destination, const void *source, uint64_t bytes,
                      CopyDirection direction) {
  if (!bytes)
    return Status();
  CurrentDevice current(api, device->facts.ordinal);
  XRT_HIP_CALL(api, hipMemcpyAsync, destination, source, bytes,
               kindOf(direction), stream);
  return Status();
}

Status hip::readFacts(const Api &api, int ordinal, DeviceFacts &out) {
  out.ordinal = ordinal;
  alignas(16) char properties[kPropertiesBytes] = {};
  if (Result result = api.getProperties(properties, ordinal))
    return api.fail("hipGetDeviceProperties", result);
  const char *architecture = properties + api.architectureOffset;
  out.architecture.assign(architecture,
                          strnlen(architecture, kArchitectureBytes));
  out.target = out.architecture.substr(0, out.architecture.find(':'));
  XRT_HIP_CALL(api, hipDeviceGetAttribute, &out.multiprocessors,
               kMultiprocessors, ordinal);
  return Status();
}

std::string HipDevice::description() const {
  return facts.architecture + ", " + std::to_string(facts.multiprocessors) +
         " compute units";
}

Status HipDevice::allocate(uint64_t bytes, void *&out) {
  out = nullptr;
  if (!bytes)
    return Status();
  CurrentDevice current(api, facts.ordinal);
  void *block = nullptr;
  if (Result result = api.hipMalloc(&block, bytes))
    return result == kErrorOutOfMemory
               ? Status::outOfMemory("a block of device '" + name() + "'",
                                     bytes)
               : api.fail("hipMalloc", result);
  out = block;
  return Status();
}

void HipDevice::release(void *block) {
  if (!block)
    return;
  CurrentDevice current(api, facts.ordinal);
  api.hipFree(block);
}

Status HipDevice::createQueue(const QueueOptions &,
                              std::unique_ptr<Queue> &out) {
  auto queue = std::make_unique<HipQueue>(shared_from_this());
  XRT_RETURN_IF_ERROR(queue->start());
  out = std::move(queue);
  return Status();
}
