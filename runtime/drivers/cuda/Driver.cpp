//===- Driver.cpp - Names the devices of the CUDA driver ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/CountedDriver.h"
#include "runtime/drivers/cuda/Device.h"

using namespace xrt;
using namespace xrt::cuda;

namespace {
class CudaDriver : public CountedDriver {
public:
  const char *name() const override { return "cuda"; }

protected:
  bool takesFormat(const std::string &format) const override {
    return format == "cubin" || format == "ptx";
  }
  const char *lackOfImages() const override { return "neither cubin nor PTX"; }

  Status count(int &out) const override {
    std::string reason;
    const Api *api = getApi(reason);
    if (!api)
      return Status(XRT_STATUS_NOT_FOUND, reason);
    XRT_CUDA_CALL(*api, cuDeviceGetCount, &out);
    return Status();
  }

  Status describe(int ordinal, const Bundle *bundle,
                  Found &out) const override {
    std::string reason;
    DeviceFacts facts;
    XRT_RETURN_IF_ERROR(readFacts(*getApi(reason), ordinal, facts));
    out.description = facts.name + ", " + facts.target();
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
    return CudaDevice::open(api, facts, out);
  }
};
} // namespace

const Driver &cuda::getDriver() {
  static const CudaDriver driver;
  return driver;
}
