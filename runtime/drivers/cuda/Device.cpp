//===- Device.cpp - Memory and streams of the CUDA driver -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/cuda/Device.h"

#include <algorithm>

using namespace xrt;
using namespace xrt::cuda;

namespace {
/// A stream of its own.
class CudaQueue : public Queue {
public:
  explicit CudaQueue(std::shared_ptr<CudaDevice> device)
      : device(std::move(device)), api(this->device->api) {}
  ~CudaQueue() override {
    CurrentContext current(api, device->context);
    if (stream)
      api.cuStreamDestroy_v2(stream);
  }

  Status start() {
    CurrentContext current(api, device->context);
    XRT_CUDA_CALL(api, cuStreamCreate, &stream, /*flags=*/1u);
    return Status();
  }

  Status launch(const LaunchParameters &parameters) override;
  Status copy(void *destination, const void *source, uint64_t bytes,
              CopyDirection direction) override;
  Status synchronize() override {
    CurrentContext current(api, device->context);
    XRT_CUDA_CALL(api, cuStreamSynchronize, stream);
    return Status();
  }

private:
  std::shared_ptr<CudaDevice> device;
  const Api &api;
  StreamHandle stream = nullptr;
  std::vector<TensorMapBytes> arguments; // kept from launch to launch
};
} // namespace

Status CudaQueue::launch(const LaunchParameters &parameters) {
  CurrentContext current(api, device->context);
  const auto &kernel = *static_cast<const CudaKernel *>(parameters.kernel);
  const DeviceBlocks &blocks = parameters.blocks;
  // The plan counts all that a block needs, static or not.
  uint32_t dynamicBytes =
      blocks.sharedBytes -
      std::min(blocks.sharedBytes, kernel.staticSharedBytes);
  size_t argumentBytes = 0;
  XRT_RETURN_IF_ERROR(packArguments(api, blocks, arguments, argumentBytes));
  void *extra[] = {kLaunchBuffer, arguments.data(), kLaunchBufferSize,
                   &argumentBytes, kLaunchEnd};
  // Above 48 KiB a kernel must have leave.
  constexpr uint32_t kFreeDynamicBytes = 48 * 1024;
  if (dynamicBytes > kFreeDynamicBytes)
    XRT_CUDA_CALL(api, cuFuncSetAttribute, kernel.function,
                  kFunctionMaxDynamicShared, int(dynamicBytes));
  if (Result result = api.cuLaunchKernel(
          kernel.function, blocks.grid[0], blocks.grid[1], blocks.grid[2],
          blocks.threads, 1, 1, dynamicBytes, stream, nullptr, extra))
    return Status(XRT_STATUS_INTERNAL,
                  "kernel '" + kernel.name + "' on " + device->name() + ": " +
                      api.fail("cuLaunchKernel", result).message());
  return Status();
}

static Pointer toPointer(const void *address) {
  return reinterpret_cast<uintptr_t>(address);
}

Status CudaQueue::copy(void *destination, const void *source, uint64_t bytes,
                       CopyDirection direction) {
  if (!bytes)
    return Status();
  CurrentContext current(api, device->context);
  switch (direction) {
  case CopyDirection::ToDevice:
    XRT_CUDA_CALL(api, cuMemcpyHtoDAsync_v2, toPointer(destination), source,
                  bytes, stream);
    return Status();
  case CopyDirection::FromDevice:
    XRT_CUDA_CALL(api, cuMemcpyDtoHAsync_v2, destination, toPointer(source),
                  bytes, stream);
    return Status();
  case CopyDirection::OnDevice:
    XRT_CUDA_CALL(api, cuMemcpyDtoDAsync_v2, toPointer(destination),
                  toPointer(source), bytes, stream);
    return Status();
  }
  return Status(XRT_STATUS_INTERNAL, "expects a direction of a copy");
}

Status cuda::readFacts(const Api &api, int ordinal, DeviceFacts &out) {
  out.ordinal = ordinal;
  XRT_CUDA_CALL(api, cuDeviceGet, &out.id, ordinal);
  char name[256] = {};
  XRT_CUDA_CALL(api, cuDeviceGetName, name, sizeof(name) - 1, out.id);
  out.name = name;
  XRT_CUDA_CALL(api, cuDeviceGetAttribute, &out.major, kComputeMajor, out.id);
  XRT_CUDA_CALL(api, cuDeviceGetAttribute, &out.minor, kComputeMinor, out.id);
  XRT_CUDA_CALL(api, cuDeviceGetAttribute, &out.multiprocessors,
                kMultiprocessors, out.id);
  return Status();
}

Status CudaDevice::open(const Api &api, const DeviceFacts &facts,
                        std::shared_ptr<Device> &out) {
  std::shared_ptr<CudaDevice> device(new CudaDevice(api, facts));
  XRT_CUDA_CALL(api, cuDevicePrimaryCtxRetain, &device->context, facts.id);
  out = std::move(device);
  return Status();
}

CudaDevice::~CudaDevice() {
  if (context)
    api.cuDevicePrimaryCtxRelease_v2(facts.id);
}

std::string CudaDevice::description() const {
  return facts.name + ", " + facts.target();
}

Status CudaDevice::allocate(uint64_t bytes, void *&out) {
  out = nullptr;
  if (!bytes)
    return Status();
  CurrentContext current(api, context);
  Pointer block = 0;
  if (Result result = api.cuMemAlloc_v2(&block, bytes))
    return result == kErrorOutOfMemory
               ? Status::outOfMemory("a block of device '" + name() + "'",
                                     bytes)
               : api.fail("cuMemAlloc", result);
  out = reinterpret_cast<void *>(uintptr_t(block));
  return Status();
}

void CudaDevice::release(void *block) {
  if (!block)
    return;
  CurrentContext current(api, context);
  api.cuMemFree_v2(toPointer(block));
}

Status CudaDevice::createQueue(const QueueOptions &,
                               std::unique_ptr<Queue> &out) {
  auto queue = std::make_unique<CudaQueue>(shared_from_this());
  XRT_RETURN_IF_ERROR(queue->start());
  out = std::move(queue);
  return Status();
}
