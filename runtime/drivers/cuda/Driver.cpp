//===- Driver.cpp - Names the devices of the CUDA driver ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/Driver.h"
#include "runtime/drivers/cuda/Device.h"

using namespace xrt;
using namespace xrt::cuda;

/// True when the bundle holds anything in a format of this driver. Starting it
/// takes a while, and not for nothing.
static bool hasImages(const Bundle &bundle) {
  for (const format::Image *image : *bundle.index().images())
    if (image->format()->str() == "cubin" || image->format()->str() == "ptx")
      return true;
  return false;
}

/// The entry of device |ordinal|, seen for |bundle|.
static DeviceEntry describeDevice(const Api &api, int ordinal,
                                  const Bundle *bundle) {
  DeviceEntry entry;
  entry.name = "cuda:" + std::to_string(ordinal);
  DeviceFacts facts;
  Status status = readFacts(api, ordinal, facts);
  if (!status.isOk()) {
    entry.reason = status.message();
    return entry;
  }
  entry.description = facts.name + ", " + facts.target();
  entry.isUsable = true;
  entry.reason = "present";
  if (!bundle)
    return entry;
  std::vector<uint32_t> ranked = rankImages(*bundle, facts, entry.reason);
  entry.isUsable = !ranked.empty();
  if (entry.isUsable) {
    const format::Image &image = *(*bundle->index().images())[ranked[0]];
    entry.reason =
        "bundle has " + image.format()->str() + " for " + image.target()->str();
  }
  return entry;
}

namespace {
class CudaDriver : public Driver {
public:
  const char *name() const override { return "cuda"; }

  void list(const Bundle *bundle,
            std::vector<DeviceEntry> &entries) const override {
    DeviceEntry none;
    none.name = name();
    if (bundle && !hasImages(*bundle)) {
      none.reason = "bundle has neither cubin nor PTX";
      none.isAutomatic = false;
      entries.push_back(none);
      return;
    }
    const Api *api = getApi(none.reason);
    int count = 0;
    if (api && api->cuDeviceGetCount(&count) == kSuccess && count == 0)
      none.reason = "the driver sees no device";
    if (count == 0) {
      entries.push_back(none);
      return;
    }
    for (int ordinal = 0; ordinal < count; ++ordinal)
      entries.push_back(describeDevice(*api, ordinal, bundle));
  }

  Status open(const std::string &name,
              std::shared_ptr<Device> &out) const override {
    std::string reason;
    const Api *api = getApi(reason);
    if (!api)
      return Status(XRT_STATUS_NOT_FOUND, reason);
    DeviceFacts facts;
    XRT_RETURN_IF_ERROR(readFacts(*api, std::stoi(name.substr(5)), facts));
    return CudaDevice::open(*api, facts, out);
  }
};
} // namespace

const Driver &cuda::getDriver() {
  static const CudaDriver driver;
  return driver;
}
