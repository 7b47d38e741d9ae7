//===- Driver.cpp - Names the devices of Level Zero -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/CountedDriver.h"
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

/// The loader's devices, opened and found anew each time.
static Status findAll(const Api *&api, std::vector<DeviceFacts> &out) {
  std::string reason;
  api = getApi(reason);
  if (!api)
    return Status(XRT_STATUS_NOT_FOUND, reason);
  return findDevices(*api, out);
}

static Status findOne(int ordinal, const Api *&api, DeviceFacts &out) {
  std::vector<DeviceFacts> devices;
  XRT_RETURN_IF_ERROR(findAll(api, devices));
  if (size_t(ordinal) >= devices.size())
    return Status(XRT_STATUS_NOT_FOUND, "the device has gone");
  out = devices[size_t(ordinal)];
  return Status();
}

namespace {
class LevelZeroDriver : public CountedDriver {
public:
  const char *name() const override { return "levelzero"; }

protected:
  bool takesFormat(const std::string &format) const override {
    return format == "spirv";
  }
  const char *lackOfImages() const override { return "no SPIR-V"; }

  Status count(int &out) const override {
    const Api *api = nullptr;
    std::vector<DeviceFacts> devices;
    XRT_RETURN_IF_ERROR(findAll(api, devices));
    out = int(devices.size());
    return Status();
  }

  Status describe(int ordinal, const Bundle *bundle,
                  Found &out) const override {
    const Api *api = nullptr;
    DeviceFacts facts;
    XRT_RETURN_IF_ERROR(findOne(ordinal, api, facts));
    out.description =
        facts.name + (facts.target.empty() ? "" : ", " + facts.target);
    if (facts.target.empty())
      out.problem = "the device is no target of xcc";
    if (!bundle)
      return Status();
    uint32_t image = 0;
    Status status = chooseImage(*bundle, facts, image);
    if (status.isOk())
      out.image = image;
    else
      out.problem = status.message();
    return Status();
  }

  Status openOrdinal(int ordinal, std::shared_ptr<Device> &out) const override {
    const Api *api = nullptr;
    DeviceFacts facts;
    XRT_RETURN_IF_ERROR(findOne(ordinal, api, facts));
    return LevelZeroDevice::open(*api, facts, out);
  }
};
} // namespace

const Driver &levelzero::getDriver() {
  static const LevelZeroDriver driver;
  return driver;
}
