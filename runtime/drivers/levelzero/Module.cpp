//===- Module.cpp - Picks the image and builds it by Level Zero -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/levelzero/Device.h"

#include <algorithm>
#include <deque>
#include <utility>

using namespace xrt;
using namespace xrt::levelzero;

namespace {
class LevelZeroModule : public Module {
public:
  LevelZeroModule(std::shared_ptr<LevelZeroDevice> device, ModuleHandle module,
                  std::string target, xrt_byte_span_t image)
      : device(std::move(device)), module(module), plan(std::move(target)),
        image(image) {}
  ~LevelZeroModule() override {
    for (LevelZeroKernel &kernel : kernels)
      device->api.zeKernelDestroy(kernel.handle);
    device->api.zeModuleDestroy(module);
    if (large)
      device->api.zeModuleDestroy(large);
  }

  std::string isa() const override { return plan + " spirv"; }
  std::string target() const override { return plan; }

  Status findKernel(const char *name, void *&out) override {
    KernelDescription description;
    description.name = name;
    KernelHandle handle = nullptr;
    Result result = device->api.zeKernelCreate(module, &description, &handle);
    if (result == kErrorInvalidKernelName)
      return Status(XRT_STATUS_DAMAGED_BUNDLE,
                    "image " + isa() + " has no kernel '" + name + "'");
    if (result)
      return device->api.fail("zeKernelCreate", result);
    handle = spillLess(handle, description);
    LevelZeroKernel &kernel = kernels.emplace_back();
    kernel.handle = handle;
    kernel.name = name;
    out = &kernel;
    return Status();
  }

private:
  uint32_t spilledBytes(KernelHandle kernel) {
    KernelProperties properties;
    Result result = device->api.zeKernelGetProperties(kernel, &properties);
    return result ? 0 : properties.spilledBytes;
  }
  KernelHandle spillLess(KernelHandle kernel,
                         const KernelDescription &description);

  std::shared_ptr<LevelZeroDevice> device;
  ModuleHandle module;
  ModuleHandle large = nullptr; // built once a kernel spills
  bool isLargeTried = false;
  std::string plan;
  xrt_byte_span_t image; // of the bundle, until all kernels are found
  std::deque<LevelZeroKernel> kernels; // handles point into it
};

/// PCI device ids of a chip, first to last.
struct ChipRow {
  uint32_t first, last;
  const char *target;
};
} // namespace

// From the ids that the Linux drivers i915 and xe list.
static constexpr ChipRow kChips[] = {
    {0x0b69, 0x0b69, "pvc"}, {0x0b6e, 0x0b6e, "pvc"}, {0x0bd4, 0x0bdb, "pvc"},
    {0x0be0, 0x0be5, "pvc"}, {0x4f80, 0x4f88, "dg2"}, {0x5690, 0x56c2, "dg2"},
    {0xe202, 0xe202, "bmg"}, {0xe20b, 0xe216, "bmg"}, {0xe220, 0xe223, "bmg"},
};

std::string levelzero::targetOf(uint32_t deviceId) {
  for (const ChipRow &row : kChips)
    if (deviceId >= row.first && deviceId <= row.last)
      return row.target;
  return "";
}

Status levelzero::chooseImage(const Bundle &bundle, const DeviceFacts &facts,
                              uint32_t &outImage) {
  const auto &images = *bundle.index().images();
  std::string others;
  for (uint32_t i = 0; i < images.size(); ++i) {
    std::string target = images[i]->target()->str();
    bool hasGuards = images[i]->guards() && images[i]->guards()->size();
    if (images[i]->format()->str() == "spirv" && target == facts.target &&
        !hasGuards) {
      outImage = i;
      return Status();
    }
    if (others.find(target) == std::string::npos)
      others += (others.empty() ? "" : ", ") + target;
  }
  if (facts.target.empty())
    return Status(XRT_STATUS_UNSUPPORTED_TARGET,
                  "the device is no target of xcc");
  return Status(XRT_STATUS_UNSUPPORTED_TARGET,
                "bundle has " + (others.empty() ? "no image" : others) +
                    "; the device is " + facts.target +
                    ": add -target=" + facts.target);
}

/// Builds the image. What the driver's compiler says is in |outLog|, which may
/// be null.
static Result build(const LevelZeroDevice &device, xrt_byte_span_t image,
                    const char *flags, ModuleHandle *out,
                    BuildLogHandle *outLog) {
  ModuleDescription description;
  description.input = image.data;
  description.inputBytes = image.size;
  description.buildFlags = flags;
  return device.api.zeModuleCreate(device.context, device.facts.handle,
                                   &description, out, outLog);
}

/// Compilers of some chips keep to 128 registers where they are left the
/// choice: what then spills is taken from a build with 256, if less does there.
KernelHandle LevelZeroModule::spillLess(KernelHandle kernel,
                                        const KernelDescription &description) {
  uint32_t spilled = spilledBytes(kernel);
  if (!spilled)
    return kernel;
  if (!std::exchange(isLargeTried, true) &&
      build(*device, image, "-ze-opt-large-register-file", &large, nullptr))
    large = nullptr;
  KernelHandle other = nullptr;
  if (!large || device->api.zeKernelCreate(large, &description, &other))
    return kernel;
  bool isBetter = spilledBytes(other) < spilled;
  device->api.zeKernelDestroy(isBetter ? kernel : other);
  return isBetter ? other : kernel;
}

/// What the driver's compiler said, in one line.
static std::string takeLog(const Api &api, BuildLogHandle log) {
  if (!log)
    return "";
  size_t bytes = 0;
  std::string text;
  if (api.zeModuleBuildLogGetString(log, &bytes, nullptr) == kSuccess) {
    text.resize(bytes);
    api.zeModuleBuildLogGetString(log, &bytes, text.data());
    text.resize(std::min(text.size(), text.find('\0')));
    std::replace(text.begin(), text.end(), '\n', ' ');
  }
  api.zeModuleBuildLogDestroy(log);
  return text.empty() ? "" : ": " + text;
}

Status LevelZeroDevice::load(const Bundle &bundle, const std::string &isa,
                             std::unique_ptr<Module> &out) {
  uint32_t number = 0;
  XRT_RETURN_IF_ERROR(chooseImage(bundle, facts, number));
  std::string target = (*bundle.index().images())[number]->target()->str();
  if (!isa.empty() && isa != "spirv" && isa != target + " spirv")
    return Status(XRT_STATUS_UNSUPPORTED_TARGET,
                  "device '" + name() + "': bundle has no image '" + isa + "'");
  xrt_byte_span_t bytes;
  XRT_RETURN_IF_ERROR(bundle.mapImage(number, bytes));
  ModuleHandle module = nullptr;
  BuildLogHandle log = nullptr;
  // Kernels that would spill get 256 registers a thread instead of 128; the
  // sums of a product's tile are chosen for that.
  Result result = build(*this, bytes, "-ze-intel-enable-auto-large-GRF-mode",
                        &module, &log);
  std::string words = takeLog(api, log);
  if (result)
    return Status(XRT_STATUS_UNSUPPORTED_TARGET,
                  "device '" + name() + "': " + target + ": " +
                      api.fail("zeModuleCreate", result).message() + words);
  out = std::make_unique<LevelZeroModule>(shared_from_this(), module, target,
                                          bytes);
  return Status();
}
