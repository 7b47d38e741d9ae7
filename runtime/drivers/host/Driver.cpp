//===- Driver.cpp - Names the processor the program runs on ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/Driver.h"
#include "runtime/drivers/host/Device.h"

using namespace xrt;

namespace {
class HostDriver : public Driver {
public:
  const char *name() const override { return "host"; }

  void list(const Bundle *bundle,
            std::vector<DeviceEntry> &entries) const override {
    DeviceEntry entry;
    entry.name = "host";
    entry.description = host::HostDevice().description();
    entry.isUsable = true;
    entry.reason = "always there";
    if (bundle) {
      uint32_t image = 0;
      Status status = host::chooseImage(*bundle, "", image);
      entry.isUsable = status.isOk();
      entry.reason = status.isOk()
                         ? "bundle has an image for " +
                               (*bundle->index().images())[image]->isa()->str()
                         : status.message();
    }
    entries.push_back(std::move(entry));
  }

  Status open(const std::string &,
              std::shared_ptr<Device> &out) const override {
    out = std::make_shared<host::HostDevice>();
    return Status();
  }
};
} // namespace

const Driver &host::getDriver() {
  static const HostDriver driver;
  return driver;
}
