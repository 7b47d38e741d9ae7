//===- Driver.cpp - Names the devices of Level Zero -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/Driver.h"
#include "runtime/drivers/levelzero/Device.h"

using namespace xrt;
using namespace xrt::levelzero;

static Status addDevices(const Api &api, DriverHandle driver,
                         std::vector<DeviceFacts> &out) {
  uint32_t count = 0;
  XRT_LEVELZERO_CALL(api, zeDeviceGet, driver, &count, nullptr);
  std::vector<DeviceHandle> handles(count);
  XRT_LEVELZERO_CALL(api, zeDeviceGet, driver, &count, handles.data());
  for (DeviceHandle handle : handles) {
    DeviceProperties properties{};
    XRT_LEVELZERO_CALL(api, zeDeviceGetProperties, handle, &properties);
    if (properties.type != kTypeGpu)
      continue;
    DeviceFacts facts;
    facts.ordinal = int(out.size());
    facts.driver = driver;
    facts.handle = handle;
    facts.name = properties.name;
    facts.deviceId = properties.deviceId;
    facts.target = targetOf(properties.deviceId);
    out.push_back(std::move(facts));
  }
  return Status();
}

Status levelzero::findDevices(const Api &api, std::vector<DeviceFacts> &out) {
  uint32_t count = 0;
  XRT_LEVELZERO_CALL(api, zeDriverGet, &count, nullptr);
  std::vector<DriverHandle> drivers(count);
  XRT_LEVELZERO_CALL(api, zeDriverGet, &count, drivers.data());
  for (DriverHandle driver : drivers)
    XRT_RETURN_IF_ERROR(addDevices(api, driver, out));
  return Status();
}

/// Starting the loader takes a while, and not for nothing.
static bool hasImages(const Bundle &bundle) {
  for (const format::Image *image : *bundle.index().images())
    if (image->format()->str() == "spirv")
      return true;
  return false;
}

static DeviceEntry describeDevice(const DeviceFacts &facts,
                                  const Bundle *bundle) {
  DeviceEntry entry;
  entry.name = "levelzero:" + std::to_string(facts.ordinal);
  entry.description =
      facts.name + (facts.target.empty() ? "" : ", " + facts.target);
  entry.isUsable = !facts.target.empty();
  entry.reason = entry.isUsable ? "present" : "the device is no target of xcc";
  if (!bundle)
    return entry;
  uint32_t image = 0;
  Status status = chooseImage(*bundle, facts, image);
  entry.isUsable = status.isOk();
  entry.reason =
      status.isOk() ? "bundle has spirv for " + facts.target : status.message();
  return entry;
}

namespace {
class LevelZeroDriver : public Driver {
public:
  const char *name() const override { return "levelzero"; }

  void list(const Bundle *bundle,
            std::vector<DeviceEntry> &entries) const override {
    DeviceEntry none;
    none.name = name();
    std::vector<DeviceFacts> devices;
    if (bundle && !hasImages(*bundle)) {
      none.reason = "bundle has no SPIR-V";
      none.isAutomatic = false;
    } else if (const Api *api = getApi(none.reason)) {
      Status status = findDevices(*api, devices);
      none.reason =
          status.isOk() ? "the driver sees no device" : status.message();
    }
    if (devices.empty())
      entries.push_back(none);
    for (const DeviceFacts &facts : devices)
      entries.push_back(describeDevice(facts, bundle));
  }

  Status open(const std::string &name,
              std::shared_ptr<Device> &out) const override {
    std::string reason;
    const Api *api = getApi(reason);
    if (!api)
      return Status(XRT_STATUS_NOT_FOUND, reason);
    std::vector<DeviceFacts> devices;
    XRT_RETURN_IF_ERROR(findDevices(*api, devices));
    for (const DeviceFacts &facts : devices)
      if (name == "levelzero:" + std::to_string(facts.ordinal))
        return LevelZeroDevice::open(*api, facts, out);
    return Status(XRT_STATUS_NOT_FOUND, "device '" + name + "' has gone");
  }
};
} // namespace

const Driver &levelzero::getDriver() {
  static const LevelZeroDriver driver;
  return driver;
}
