//===- Module.cpp - Picks the image and loads it by the HIP runtime -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/hip/Device.h"

#include <deque>

using namespace xrt;
using namespace xrt::hip;

namespace {
class HipModule : public Module {
public:
  HipModule(std::shared_ptr<HipDevice> device, ModuleHandle module,
            std::string target)
      : device(std::move(device)), module(module), plan(std::move(target)) {}
  ~HipModule() override {
    CurrentDevice current(device->api, device->facts.ordinal);
    device->api.hipModuleUnload(module);
  }

  std::string isa() const override { return plan + " hsaco"; }
  std::string target() const override { return plan; }

  Status findKernel(const char *name, void *&out) override {
    const Api &api = device->api;
    CurrentDevice current(api, device->facts.ordinal);
    FunctionHandle function = nullptr;
    Result result = api.hipModuleGetFunction(&function, module, name);
    if (result == kErrorNotFound)
      return Status(XRT_STATUS_DAMAGED_BUNDLE,
                    "image " + isa() + " has no kernel '" + name + "'");
    if (result)
      return api.fail("hipModuleGetFunction", result);
    int staticShared = 0;
    XRT_HIP_CALL(api, hipFuncGetAttribute, &staticShared, kFunctionStaticShared,
                 function);
    kernels.push_back({function, uint32_t(staticShared), name});
    out = &kernels.back();
    return Status();
  }

private:
  std::shared_ptr<HipDevice> device;
  ModuleHandle module;
  std::string plan;
  std::deque<HipKernel> kernels; // handles point into it
};

/// Generic targets of LLVM's AMDGPU back end, and what their code runs on.
struct FamilyRow {
  const char *family;
  const char *members;
};
} // namespace

static constexpr FamilyRow kFamilies[] = {
    {"gfx9-generic", "gfx900 gfx902 gfx904 gfx906 gfx909 gfx90c"},
    {"gfx9-4-generic", "gfx940 gfx941 gfx942 gfx950"},
    {"gfx10-1-generic", "gfx1010 gfx1011 gfx1012 gfx1013"},
    {"gfx10-3-generic",
     "gfx1030 gfx1031 gfx1032 gfx1033 gfx1034 gfx1035 gfx1036"},
    {"gfx11-generic",
     "gfx1100 gfx1101 gfx1102 gfx1103 gfx1150 gfx1151 gfx1152 gfx1153"},
    {"gfx12-generic", "gfx1200 gfx1201"},
};

std::string hip::familyOf(const std::string &target) {
  for (const FamilyRow &row : kFamilies)
    if ((std::string(row.members) + " ").find(target + " ") !=
        std::string::npos)
      return row.family;
  return "";
}

std::vector<uint32_t> hip::rankImages(const Bundle &bundle,
                                      const DeviceFacts &facts,
                                      std::string &reason) {
  const auto &images = *bundle.index().images();
  std::vector<uint32_t> ranked;
  std::string family = familyOf(facts.target), others;
  for (const std::string &wanted : {facts.target, family})
    for (uint32_t i = 0; i < images.size(); ++i)
      if (images[i]->format()->str() == "hsaco" && !wanted.empty() &&
          images[i]->target()->str() == wanted &&
          !(images[i]->guards() && images[i]->guards()->size()))
        ranked.push_back(i);
  if (!ranked.empty())
    return ranked;
  for (const format::Image *image : images) {
    std::string target = image->target()->str();
    if (others.find(target) == std::string::npos)
      others += (others.empty() ? "" : ", ") + target;
  }
  reason = "bundle has " + (others.empty() ? "no image" : others) +
           "; the device is " + facts.target + ": add -target=" + facts.target;
  return ranked;
}

Status HipDevice::load(const Bundle &bundle, const std::string &isa,
                       std::unique_ptr<Module> &out) {
  std::string refused;
  std::vector<uint32_t> ranked = rankImages(bundle, facts, refused);
  for (uint32_t number : ranked) {
    std::string target = (*bundle.index().images())[number]->target()->str();
    if (!isa.empty() && isa != "hsaco" && isa != target + " hsaco")
      continue;
    xrt_byte_span_t bytes;
    XRT_RETURN_IF_ERROR(bundle.mapImage(number, bytes));
    CurrentDevice current(api, facts.ordinal);
    ModuleHandle module = nullptr;
    Result result = api.hipModuleLoadData(&module, bytes.data);
    if (!result) {
      out = std::make_unique<HipModule>(shared_from_this(), module, target);
      return Status();
    }
    refused += (refused.empty() ? "" : "; ") + target + ": " +
               api.fail("hipModuleLoadData", result).message();
  }
  if (refused.empty())
    refused = "bundle has no image '" + isa + "'";
  return Status(XRT_STATUS_UNSUPPORTED_TARGET,
                "device '" + name() + "': " + refused);
}
