//===- Device.h - A device of Level Zero ----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_DRIVERS_LEVELZERO_DEVICE_H
#define XRT_DRIVERS_LEVELZERO_DEVICE_H

#include "runtime/drivers/Driver.h"
#include "runtime/drivers/levelzero/Api.h"

#include <mutex>

namespace xrt::levelzero {

const Driver &getDriver();

/// A device of one of the loader's drivers.
struct DeviceFacts {
  int ordinal = 0;
  DriverHandle driver = nullptr;
  DeviceHandle handle = nullptr;
  std::string name;
  uint32_t deviceId = 0;
  std::string target; // "pvc"; empty for chips that are no target
};

/// All GPUs, over all drivers.
Status findDevices(const Api &api, std::vector<DeviceFacts> &out);

/// The target whose code a PCI device id runs; "" for none.
std::string targetOf(uint32_t deviceId);

/// The image of |bundle| for the device. Fails with the reason.
Status chooseImage(const Bundle &bundle, const DeviceFacts &facts,
                   uint32_t &outImage);

class LevelZeroDevice : public Device,
                        public std::enable_shared_from_this<LevelZeroDevice> {
public:
  static Status open(const Api &api, const DeviceFacts &facts,
                     std::shared_ptr<Device> &out);
  ~LevelZeroDevice() override;

  std::string name() const override {
    return "levelzero:" + std::to_string(facts.ordinal);
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
  ContextHandle context = nullptr;

private:
  LevelZeroDevice(const Api &api, const DeviceFacts &facts)
      : api(api), facts(facts) {}
};

/// A kernel of a module. Its arguments are its own state until it is appended,
/// so that queues take turns.
struct LevelZeroKernel {
  KernelHandle handle;
  std::string name;
  std::mutex mutex;
};

} // namespace xrt::levelzero

#endif // XRT_DRIVERS_LEVELZERO_DEVICE_H
