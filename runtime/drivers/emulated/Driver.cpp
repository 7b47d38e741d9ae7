//===- Driver.cpp - Names the devices that the CPU plays ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/Driver.h"
#include "runtime/drivers/Library.h"
#include "runtime/drivers/emulated/Device.h"

using namespace xrt;
using namespace xrt::emulated;

/// The emulator, loaded at the first call; null with the reason.
static emulator::Emulator *getEmulator(std::string &reason) {
  struct Loaded {
    std::unique_ptr<emulator::Emulator> emulator;
    std::string reason;
  };
  static const Loaded loaded = [] {
    Loaded result;
    Library library = Library::besideRuntime("libxrt-emulator.so");
    emulator::Emulator *(*create)(uint32_t) = nullptr;
    if (!library.find("xrtCreateEmulator", create)) {
      result.reason = library.reason() +
                      "; emulated devices need libxrt-emulator.so beside the "
                      "runtime: build target xrt-emulator";
      return result;
    }
    result.emulator.reset(create(emulator::kEmulatorVersion));
    if (!result.emulator)
      result.reason =
          library.name() + " is of another version than the runtime";
    return result;
  }();
  reason = loaded.reason;
  return loaded.emulator.get();
}

namespace {
class EmulatedDriver : public Driver {
public:
  const char *name() const override { return "emu"; }
  bool takesAnyName() const override { return true; }

  void list(const Bundle *bundle,
            std::vector<DeviceEntry> &entries) const override {
    DeviceEntry entry;
    entry.description = "emulated";
    entry.isAutomatic = false;
    if (!bundle || !bundle->index().plans() ||
        bundle->index().plans()->size() == 0) {
      entry.name = "emu:<target>";
      entry.reason = bundle ? "bundle has no image for any device"
                            : "runs and checks what a bundle compiled with "
                              "--with-emulation holds for the target";
      entry.isUsable = !bundle;
      entries.push_back(std::move(entry));
      return;
    }
    for (const format::TargetPlan *plan : *bundle->index().plans()) {
      uint32_t image = 0;
      std::string target = plan->target()->str();
      Status status = findImage(*bundle, target, image);
      entry.name = "emu:" + target;
      entry.isUsable = status.isOk();
      entry.reason =
          status.isOk() ? "bundle has bitcode for " + target : status.message();
      entries.push_back(entry);
    }
  }

  Status open(const std::string &name,
              std::shared_ptr<Device> &out) const override {
    std::string reason;
    emulator::Emulator *emulator = getEmulator(reason);
    if (!emulator)
      return Status(XRT_STATUS_NOT_FOUND, "device '" + name + "': " + reason);
    std::string target = name.substr(std::min(name.size(), size_t(4)));
    std::unique_ptr<emulator::Device> device =
        emulator->createDevice(target, reason);
    if (!device)
      return Status(XRT_STATUS_NOT_FOUND, "device '" + name + "': " + reason);
    out = std::make_shared<EmulatedDevice>(std::move(device));
    return Status();
  }
};
} // namespace

const Driver &emulated::getDriver() {
  static const EmulatedDriver driver;
  return driver;
}
