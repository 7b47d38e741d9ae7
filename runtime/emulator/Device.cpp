//===- Device.cpp - A device that a CPU plays -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Device.h"

#include <cstring>

using namespace xrt;
using namespace xrt::emulator;

void *EmulatedDevice::allocate(uint64_t bytes) {
  return memory.allocate(bytes);
}

void EmulatedDevice::release(void *block) { memory.release(block); }

void EmulatedDevice::copyToDevice(void *device, const void *host,
                                  uint64_t bytes) {
  if (bytes)
    std::memcpy(device, host, bytes);
  memory.setWritten(device, bytes);
}

void EmulatedDevice::copyFromDevice(void *host, const void *device,
                                    uint64_t bytes) {
  if (bytes)
    std::memcpy(host, device, bytes);
}

void EmulatedDevice::copyOnDevice(void *to, const void *from, uint64_t bytes) {
  memory.move(to, from, bytes);
}

void EmulatedDevice::forget(void *device, uint64_t bytes) {
  memory.forget(device, bytes);
}

uint64_t EmulatedDevice::writtenBytes(const void *device,
                                      uint64_t bytes) const {
  return memory.writtenBytes(device, bytes);
}

std::unique_ptr<emulator::Module>
EmulatedDevice::load(const void *bitcode, uint64_t bytes, std::string &error) {
  auto program = programs->load(vendor, name, bitcode, bytes, error);
  if (!program)
    return nullptr;
  return std::make_unique<EmulatedModule>(*this, std::move(program));
}

namespace {
class CpuEmulator : public Emulator {
public:
  std::unique_ptr<emulator::Device> createDevice(const std::string &target,
                                                 std::string &error) override {
    for (const Vendor *vendor : vendors()) {
      if (!vendor->isTarget(target))
        continue;
      auto device = std::make_unique<EmulatedDevice>(*vendor, target, programs);
      if (device->reserve())
        return device;
      error = "emu:" + target + ": no address space for the device's memory";
      return nullptr;
    }
    error = "expects a target that can be emulated, got '" + target + "'";
    return nullptr;
  }

private:
  std::shared_ptr<ProgramCache> programs = std::make_shared<ProgramCache>();
};
} // namespace

extern "C" [[gnu::visibility("default")]] Emulator *
xrtCreateEmulator(uint32_t version) {
  return version == kEmulatorVersion ? new CpuEmulator : nullptr;
}
