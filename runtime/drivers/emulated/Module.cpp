//===- Module.cpp - Bitcode that the emulator compiles --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/emulated/Device.h"

#include <deque>

using namespace xrt;
using namespace xrt::emulated;

namespace {
class EmulatedModule : public xrt::Module {
public:
  EmulatedModule(std::shared_ptr<EmulatedDevice> device,
                 std::unique_ptr<emulator::Module> module)
      : device(std::move(device)), module(std::move(module)) {}

  std::string isa() const override { return kImageFormat; }
  std::string target() const override { return device->emulated().target(); }

  Status findKernel(const char *name, void *&out) override {
    if (!module->hasKernel(name))
      return Status(XRT_STATUS_DAMAGED_BUNDLE,
                    "image " + target() + " " + kImageFormat +
                        " has no kernel '" + name + "'");
    kernels.push_back({module.get(), name, module->staticSharedBytes(name)});
    out = &kernels.back();
    return Status();
  }

private:
  std::shared_ptr<EmulatedDevice> device; // outlives the module
  std::unique_ptr<emulator::Module> module;
  std::deque<EmulatedKernel> kernels; // handles point into it
};
} // namespace

Status emulated::findImage(const Bundle &bundle, const std::string &target,
                           uint32_t &outImage) {
  const auto &images = *bundle.index().images();
  bool hasTarget = false;
  for (uint32_t i = 0; i < images.size(); ++i) {
    if (images[i]->target()->str() != target)
      continue;
    hasTarget = true;
    if (images[i]->format()->str() != kImageFormat)
      continue;
    outImage = i;
    return Status();
  }
  return Status(XRT_STATUS_UNSUPPORTED_TARGET,
                hasTarget ? "bundle has no bitcode for " + target +
                                "; compile it with --with-emulation"
                          : "bundle has no image for " + target +
                                "; compile it with -target=" + target +
                                " --with-emulation");
}

Status EmulatedDevice::load(const Bundle &bundle, const std::string &isa,
                            std::unique_ptr<Module> &out) {
  if (!isa.empty() && isa != kImageFormat)
    return Status(XRT_STATUS_UNSUPPORTED_TARGET,
                  "device '" + name() + "' expects no isa level, got '" + isa +
                      "'");
  uint32_t image = 0;
  XRT_RETURN_IF_ERROR(findImage(bundle, device->target(), image));
  xrt_byte_span_t bytes;
  XRT_RETURN_IF_ERROR(bundle.mapImage(image, bytes));
  std::string error;
  std::unique_ptr<emulator::Module> module =
      device->load(bytes.data, bytes.size, error);
  if (!module)
    return Status(XRT_STATUS_UNSUPPORTED_TARGET,
                  "device '" + name() + "' cannot run the image: " + error);
  out = std::make_unique<EmulatedModule>(shared_from_this(), std::move(module));
  return Status();
}
