//===- Driver.cpp - Names the device that executes nothing ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/Driver.h"
#include "runtime/drivers/null/Device.h"

using namespace xrt;

namespace {
class NullDriver : public Driver {
public:
  const char *name() const override { return "null"; }

  void list(const Bundle *, std::vector<DeviceEntry> &entries) const override {
    entries.push_back({"null", "executes nothing",
                       "checks inputs and makes every call, runs no kernel",
                       /*isUsable=*/true, /*isAutomatic=*/false});
  }

  Status open(const std::string &,
              std::shared_ptr<Device> &out) const override {
    out = std::make_shared<null::NullDevice>();
    return Status();
  }
};
} // namespace

const Driver &null::getDriver() {
  static const NullDriver driver;
  return driver;
}
