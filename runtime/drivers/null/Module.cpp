//===- Module.cpp - Kernels that are only names ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/null/Device.h"

#include <deque>

using namespace xrt;
using namespace xrt::null;

namespace {
class NullModule : public Module {
public:
  explicit NullModule(std::string plan) : plan(std::move(plan)) {}

  std::string isa() const override { return "none"; }
  std::string target() const override { return plan; }

  Status findKernel(const char *name, void *&out) override {
    names.emplace_back(name);
    out = &names.back();
    return Status();
  }

private:
  std::string plan;
  std::deque<std::string> names; // handles point into it
};
} // namespace

/// The first device's plan in a bundle without the host, so that launches of
/// blocks are gone through as well.
static std::string choosePlan(const format::Index &index) {
  for (const format::Image *image : *index.images())
    if (image->target()->str() == "host")
      return "";
  if (!index.plans() || index.plans()->size() == 0)
    return "";
  return (*index.plans())[0]->target()->str();
}

Status NullDevice::load(const Bundle &bundle, const std::string &isa,
                        std::unique_ptr<Module> &out) {
  if (!isa.empty())
    return Status(XRT_STATUS_UNSUPPORTED_TARGET,
                  "device 'null' expects no isa level, got '" + isa + "'");
  out = std::make_unique<NullModule>(choosePlan(bundle.index()));
  return Status();
}
