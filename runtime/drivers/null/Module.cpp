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
  std::string isa() const override { return "none"; }

  Status findKernel(const char *name, void *&out) override {
    names.emplace_back(name);
    out = &names.back();
    return Status();
  }

private:
  std::deque<std::string> names; // handles point into it
};
} // namespace

Status NullDevice::load(const Bundle &, const std::string &isa,
                        std::unique_ptr<Module> &out) {
  if (!isa.empty())
    return Status(XRT_STATUS_UNSUPPORTED_TARGET,
                  "device 'null' expects no isa level, got '" + isa + "'");
  out = std::make_unique<NullModule>();
  return Status();
}
