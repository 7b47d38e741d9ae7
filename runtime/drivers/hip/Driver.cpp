//===- Driver.cpp - Names the devices of the HIP runtime ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/CountedDriver.h"
#include "runtime/drivers/hip/Device.h"

using namespace xrt;
using namespace xrt::hip;

namespace {
class HipDriver : public CountedDriver {
public:
  const char *name() const override { return "hip"; }

protected:
  bool takesFormat(const std::string &format) const override {
    return format == "hsaco";
  }
  const char *lackOfImages() const override { return "no HSACO"; }

  Status count(int &out) const override {
    std::string reason;
    const Api *api = getApi(reason);
    if (!api)
      return Status(XRT_STATUS_NOT_FOUND, reason);
    XRT_HIP_CALL(*api, hipGetDeviceCount, &out);
    return Status();
  }

  Status describe(int ordinal, const Bundle *bundle,
                  Found &out) const override {
    std::string reason;
    DeviceFacts facts;
    XRT_RETURN_IF_ERROR(readFacts(*getApi(reason), ordinal, facts));
    out.description = facts.architecture;
    if (!bundle)
      return Status();
    std::vector<uint32_t> ranked = rankImages(*bundle, facts, out.problem);
    if (!ranked.empty())
      out.image = ranked[0];
    return Status();
  }

  Status openOrdinal(int ordinal, std::shared_ptr<Device> &out) const override {
    std::string reason;
    const Api &api = *getApi(reason);
    DeviceFacts facts;
    XRT_RETURN_IF_ERROR(readFacts(api, ordinal, facts));
    out = std::make_shared<HipDevice>(api, facts);
    return Status();
  }
};
} // namespace

const Driver &hip::getDriver() {
  static const HipDriver driver;
  return driver;
}
