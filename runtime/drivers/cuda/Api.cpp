//===- Api.cpp - Opens libcuda.so.1 ---------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/cuda/Api.h"
#include "runtime/drivers/Library.h"

using namespace xrt;
using namespace xrt::cuda;

static std::string describe(const Api &api, Result result) {
  const char *name = nullptr, *text = nullptr;
  if (api.cuGetErrorName(result, &name) != kSuccess || !name)
    return "error " + std::to_string(result);
  std::string words = name;
  if (api.cuGetErrorString(result, &text) == kSuccess && text)
    words += std::string(" (") + text + ")";
  return words;
}

Status Api::fail(const char *call, Result result) const {
  return Status(result == kErrorOutOfMemory ? XRT_STATUS_OUT_OF_MEMORY
                                            : XRT_STATUS_INTERNAL,
                std::string(call) + " failed: " + describe(*this, result));
}

const Api *cuda::getApi(std::string &reason) {
  struct Loaded {
    Api api;
    std::string reason;
  };
  static const Loaded loaded = [] {
    Loaded result;
    Library library({"libcuda.so.1"});
    bool isWhole = library.isOpen();
#define XRT_FIND(name, parameters)                                             \
  isWhole = isWhole && library.find(#name, result.api.name);
    XRT_CUDA_FUNCTIONS(XRT_FIND)
#undef XRT_FIND
#define XRT_FIND(name, parameters) library.find(#name, result.api.name);
    if (isWhole)
      XRT_CUDA_OPTIONAL(XRT_FIND)
#undef XRT_FIND
    if (!isWhole)
      result.reason = library.reason();
    else if (Result status = result.api.cuInit(0); status == kErrorStubLibrary)
      result.reason = library.name() + " is the toolkit's stub, not a driver";
    else if (status != kSuccess)
      result.reason =
          library.name() + " does not start: " + describe(result.api, status);
    return result;
  }();
  reason = loaded.reason;
  return reason.empty() ? &loaded.api : nullptr;
}
