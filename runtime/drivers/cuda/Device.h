//===- Device.h - A device of the CUDA driver -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_DRIVERS_CUDA_DEVICE_H
#define XRT_DRIVERS_CUDA_DEVICE_H

#include "runtime/drivers/Driver.h"
#include "runtime/drivers/cuda/Api.h"

namespace xrt::cuda {

const Driver &getDriver();

/// What is known of a device before it is opened.
struct DeviceFacts {
  int ordinal = 0;
  DeviceId id = 0;
  std::string name;
  int major = 0, minor = 0; // compute capability
  int multiprocessors = 0;

  std::string target() const {
    return "sm_" + std::to_string(major) + std::to_string(minor);
  }
};

/// The device's facts.
Status readFacts(const Api &api, int ordinal, DeviceFacts &out);

/// Images of |bundle| that the device may run, by their isa, the best first:
/// what is for this chip alone ("sm_90a"), its own code, its own PTX, PTX for
/// any card from some chip on ("compute_80"), then code of its family (same
/// major version, not newer), then PTX of an older chip: these two may ask for
/// more than there is. Empty, with the reason, when there is none.
std::vector<uint32_t> rankImages(const Bundle &bundle, const DeviceFacts &facts,
                                 std::string &reason);

/// Makes the device's context the thread's for its own lifetime.
class CurrentContext {
public:
  CurrentContext(const Api &api, ContextHandle context) : api(api) {
    api.cuCtxPushCurrent_v2(context);
  }
  ~CurrentContext() {
    ContextHandle popped = nullptr;
    api.cuCtxPopCurrent_v2(&popped);
  }

private:
  const Api &api;
};

/// The primary context, which frameworks in the process share.
class CudaDevice : public Device,
                   public std::enable_shared_from_this<CudaDevice> {
public:
  static Status open(const Api &api, const DeviceFacts &facts,
                     std::shared_ptr<Device> &out);
  ~CudaDevice() override;

  std::string name() const override {
    return "cuda:" + std::to_string(facts.ordinal);
  }
  std::string description() const override;
  bool sharesHostMemory() const override { return false; }
  bool takesTensorMaps() const override { return true; }
  Status allocate(uint64_t bytes, void *&out) override;
  void release(void *block) override;
  Status load(const Bundle &bundle, const std::string &isa,
              std::unique_ptr<Module> &out) override;
  Status createQueue(const QueueOptions &options,
                     std::unique_ptr<Queue> &out) override;
  int32_t numThreads(const QueueOptions &) const override { return 1; }

  const Api &api;
  const DeviceFacts facts;
  ContextHandle context = nullptr;

private:
  CudaDevice(const Api &api, const DeviceFacts &facts)
      : api(api), facts(facts) {}
};

/// The arguments of a launch as one block: words, then the device's own
/// descriptions of the tensor maps. Fails without a driver that makes these.
Status packArguments(const Api &api, const DeviceBlocks &blocks,
                     std::vector<TensorMapBytes> &out, size_t &outBytes);

/// A kernel of a module, ready to launch.
struct CudaKernel {
  FunctionHandle function;
  uint32_t staticSharedBytes;
  std::string name;
};

} // namespace xrt::cuda

#endif // XRT_DRIVERS_CUDA_DEVICE_H
