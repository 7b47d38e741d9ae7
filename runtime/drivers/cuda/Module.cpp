//===- Module.cpp - Picks the image and loads it by the CUDA driver -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/cuda/Device.h"

#include <algorithm>
#include <deque>
#include <tuple>

using namespace xrt;
using namespace xrt::cuda;

namespace {
class CudaModule : public Module {
public:
  CudaModule(std::shared_ptr<CudaDevice> device, ModuleHandle module,
             std::string target, std::string format)
      : device(std::move(device)), module(module), plan(std::move(target)),
        format(std::move(format)) {}
  ~CudaModule() override {
    CurrentContext current(device->api, device->context);
    device->api.cuModuleUnload(module);
  }

  std::string isa() const override { return plan + " " + format; }
  std::string target() const override { return plan; }

  Status findKernel(const char *name, void *&out) override {
    const Api &api = device->api;
    CurrentContext current(api, device->context);
    FunctionHandle function = nullptr;
    Result result = api.cuModuleGetFunction(&function, module, name);
    if (result == kErrorNotFound)
      return Status(XRT_STATUS_DAMAGED_BUNDLE,
                    "image " + isa() + " has no kernel '" + name + "'");
    if (result)
      return api.fail("cuModuleGetFunction", result);
    int staticShared = 0;
    XRT_CUDA_CALL(api, cuFuncGetAttribute, &staticShared, kFunctionStaticShared,
                  function);
    kernels.push_back({function, uint32_t(staticShared), name});
    out = &kernels.back();
    return Status();
  }

private:
  std::shared_ptr<CudaDevice> device;
  ModuleHandle module;
  std::string plan, format;
  std::deque<CudaKernel> kernels; // handles point into it
};

/// How well an image fits: higher is better, 0 is not at all.
struct Fit {
  // 7 and 6 code and PTX for this chip alone ("sm_90a"), 5 own code, 4 own PTX,
  // 3 PTX made for any card from some chip on, 2 code of the family, 1 PTX of
  // an older chip
  int kind = 0;
  int version = 0; // the newest of a kind first
};

/// "sm_86" -> 86; "sm_90a" -> 90, for that chip alone; "compute_80" -> 80, for
/// any card from there on; 0 for what is no such target.
struct Version {
  int number = 0;
  bool isForOneChip = false;
  bool isPortable = false;
};
} // namespace

static Version versionOf(const std::string &target) {
  Version version;
  std::string digits = target.substr(target.find('_') + 1);
  version.isPortable = target == "compute_" + digits;
  if (digits.empty() || digits.size() > 4 ||
      (!version.isPortable && target != "sm_" + digits))
    return {};
  if (digits.back() == 'a') {
    version.isForOneChip = true;
    digits.pop_back();
  }
  for (char digit : digits) {
    if (digit < '0' || digit > '9')
      return {};
    version.number = version.number * 10 + (digit - '0');
  }
  return version;
}

/// By the image's architecture, whatever its target is called: "sm_90" may hold
/// code of "sm_90a".
static Fit fitOf(const format::Image &image, const DeviceFacts &facts) {
  int device = facts.major * 10 + facts.minor;
  auto [version, isForOneChip, isPortable] = versionOf(image.isa()->str());
  bool isCode = image.format()->str() == "cubin";
  if ((!isCode && image.format()->str() != "ptx") || !version ||
      version > device || (image.guards() && image.guards()->size()))
    return {};
  if (isForOneChip)
    return {version != device ? 0 : isCode ? 7 : 6, version};
  if (isPortable)
    return {isCode ? 0 : 3, version};
  if (version == device)
    return {isCode ? 5 : 4, version};
  if (isCode)
    return {version / 10 == facts.major ? 2 : 0, version};
  return {1, version};
}

std::vector<uint32_t> cuda::rankImages(const Bundle &bundle,
                                       const DeviceFacts &facts,
                                       std::string &reason) {
  const auto &images = *bundle.index().images();
  std::vector<std::pair<Fit, uint32_t>> fitting;
  std::string others;
  for (uint32_t i = 0; i < images.size(); ++i) {
    Fit fit = fitOf(*images[i], facts);
    if (fit.kind)
      fitting.emplace_back(fit, i);
    std::string target = images[i]->target()->str();
    if (others.find(target) == std::string::npos)
      others += (others.empty() ? "" : ", ") + target;
  }
  // The better first; of equal ones the earlier in the file.
  std::sort(fitting.begin(), fitting.end(), [](auto &a, auto &b) {
    return std::tuple(-a.first.kind, -a.first.version, a.second) <
           std::tuple(-b.first.kind, -b.first.version, b.second);
  });
  std::vector<uint32_t> ranked;
  for (auto &[fit, image] : fitting)
    ranked.push_back(image);
  if (ranked.empty())
    reason = "bundle has " + (others.empty() ? "no image" : others) +
             "; the device is " + facts.target() +
             ": add -target=" + facts.target();
  return ranked;
}

/// Loads one image; the driver's own words on what it does not like.
static Status loadImage(CudaDevice &device, const std::string &image,
                        ModuleHandle &out) {
  char log[4096] = {};
  int options[] = {kJitErrorLog, kJitErrorLogBytes};
  void *values[] = {log, reinterpret_cast<void *>(sizeof(log) - 1)};
  CurrentContext current(device.api, device.context);
  Result result =
      device.api.cuModuleLoadDataEx(&out, image.c_str(), 2, options, values);
  if (!result)
    return Status();
  std::string message = device.api.fail("cuModuleLoadData", result).message();
  if (log[0])
    message += std::string(": ") + log;
  std::replace(message.begin(), message.end(), '\n', ' ');
  return Status(XRT_STATUS_UNSUPPORTED_TARGET, message);
}

Status CudaDevice::load(const Bundle &bundle, const std::string &isa,
                        std::unique_ptr<Module> &out) {
  std::string refused;
  std::vector<uint32_t> ranked = rankImages(bundle, facts, refused);
  for (uint32_t number : ranked) {
    const format::Image &image = *(*bundle.index().images())[number];
    std::string target = image.target()->str(), format = image.format()->str();
    if (!isa.empty() && isa != format && isa != target + " " + format)
      continue;
    xrt_byte_span_t bytes;
    XRT_RETURN_IF_ERROR(bundle.mapImage(number, bytes));
    // PTX is text that must end in a zero.
    std::string code(static_cast<const char *>(bytes.data), bytes.size);
    ModuleHandle module = nullptr;
    Status status = loadImage(*this, code, module);
    if (status.isOk()) {
      out = std::make_unique<CudaModule>(shared_from_this(), module, target,
                                         format);
      return Status();
    }
    refused += (refused.empty() ? "" : "; ") + target + " " + format + ": " +
               status.message();
  }
  if (refused.empty())
    refused = "bundle has no image '" + isa + "'";
  return Status(XRT_STATUS_UNSUPPORTED_TARGET,
                "device '" + name() + "': " + refused);
}
