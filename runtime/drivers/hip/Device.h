//===- Device.h - A device of the HIP runtime -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_DRIVERS_HIP_DEVICE_H
#define XRT_DRIVERS_HIP_DEVICE_H

#include "runtime/drivers/Driver.h"
#include "runtime/drivers/hip/Api.h"

namespace xrt::hip {

const Driver &getDriver();

/// What is known of a device before it is opened.
struct DeviceFacts {
  int ordinal = 0;
  std::string target;       // "gfx942"
  std::string architecture; // with features: "gfx942:sramecc+:xnack-"
  int multiprocessors = 0;
};

/// The device's facts.
Status readFacts(const Api &api, int ordinal, DeviceFacts &out);

/// The generic target that code for |target| may be compiled for; "" when there
/// is none.
std::string familyOf(const std::string &target);

/// Images of |bundle| that the device may run: its own, then its family's.
/// Empty, with the reason, when there is none.
std::vector<uint32_t> rankImages(const Bundle &bundle, const DeviceFacts &facts,
                                 std::string &reason);

/// Makes the device the thread's for its own lifetime.
class CurrentDevice {
public:
  CurrentDevice(const Api &api, int ordinal) : api(api) {
    api.hipGetDevice(&before);
    if (before != ordinal)
      api.hipSetDevice(ordinal);
    else
      before = -1;
  }
  ~CurrentDevice() {
    if (before >= 0)
      api.hipSetDevice(before);
  }

private:
  const Api &api;
  int before = -1; // the device to go back to; -1: none
};

class HipDevice : public Device,
                  public std::enable_shared_from_this<HipDevice> {
public:
  HipDevice(const Api &api, const DeviceFacts &facts)
      : api(api), facts(facts) {}

  std::string name() const override {
    return "hip:" + std::to_string(facts.ordinal);
  }
  std::string description() const override;
  bool sharesHostMemory() const override { return false; }
  Status allocate(uint64_t bytes, void *&out) override;
  void release(void *block) override;
  Status load(const Bundle &bundle, const std::string &isa,
              std::unique_ptr<Module> &out) override;
  Status createQueue(const QueueOptions &options,
                     std::unique_ptr<Queue> &out) override;
  int32_t numThreads(const QueueOptions &) const override { return 1; }

  const Api &api;
  const DeviceFacts facts;
};

/// A kernel of a module, ready to launch.
struct HipKernel {
  FunctionHandle function;
  uint32_t staticSharedBytes;
  std::string name;
};

} // namespace xrt::hip

#endif // XRT_DRIVERS_HIP_DEVICE_H
