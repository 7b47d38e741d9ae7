//===- Device.h - A device that the CPU plays -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_DRIVERS_EMULATED_DEVICE_H
#define XRT_DRIVERS_EMULATED_DEVICE_H

#include "runtime/drivers/Driver.h"
#include "runtime/emulator/Emulator.h"

#include <mutex>

namespace xrt::emulated {

const Driver &getDriver();

/// The format of the images that emulated devices run.
inline constexpr const char *kImageFormat = "bitcode";

/// The image of |bundle| for |target|. Fails with what to do about it.
Status findImage(const Bundle &bundle, const std::string &target,
                 uint32_t &outImage);

/// The kernel of a module as launches name it.
struct EmulatedKernel {
  emulator::Module *module;
  std::string name;
  uint32_t staticSharedBytes;
};

/// Memory between guard zones, kernels run by libxrt-emulator.so, faults kept
/// until somebody asks.
class EmulatedDevice : public Device,
                       public std::enable_shared_from_this<EmulatedDevice> {
public:
  explicit EmulatedDevice(std::unique_ptr<emulator::Device> device)
      : device(std::move(device)) {}

  std::string name() const override { return "emu:" + device->target(); }
  std::string description() const override;
  bool sharesHostMemory() const override { return false; }
  bool isolatesBuffers() const override { return true; }
  bool takesTensorMaps() const override { return true; }
  Status allocate(uint64_t bytes, void *&out) override;
  void release(void *block) override;
  Status load(const Bundle &bundle, const std::string &isa,
              std::unique_ptr<Module> &out) override;
  Status createQueue(const QueueOptions &options,
                     std::unique_ptr<Queue> &out) override;
  int32_t numThreads(const QueueOptions &options) const override;
  std::vector<DeviceReport> takeReports() override;

  emulator::Device &emulated() { return *device; }
  void keep(std::vector<DeviceReport> reports);

private:
  std::unique_ptr<emulator::Device> device;
  std::mutex mutex;
  std::vector<DeviceReport> kept;
};

} // namespace xrt::emulated

#endif // XRT_DRIVERS_EMULATED_DEVICE_H
