//===- Api.cpp - Opens libamdhip64.so -------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/hip/Api.h"
#include "runtime/drivers/Library.h"

using namespace xrt;
using namespace xrt::hip;

static std::string describe(const Api &api, Result result) {
  return std::string(api.hipGetErrorName(result)) + " (" +
         api.hipGetErrorString(result) + ")";
}

Status Api::fail(const char *call, Result result) const {
  return Status(result == kErrorOutOfMemory ? XRT_STATUS_OUT_OF_MEMORY
                                            : XRT_STATUS_INTERNAL,
                std::string(call) + " failed: " + describe(*this, result));
}

static bool findAll(Library &library, Api &api) {
  bool isWhole = library.isOpen();
#define XRT_FIND(name, parameters)                                             \
  isWhole = isWhole && library.find(#name, api.name);
  XRT_HIP_FUNCTIONS(XRT_FIND)
#undef XRT_FIND
  isWhole = isWhole && library.find("hipGetErrorName", api.hipGetErrorName) &&
            library.find("hipGetErrorString", api.hipGetErrorString);
  if (!isWhole)
    return false;
  api.architectureOffset = kArchitectureOffset;
  if (library.find("hipGetDevicePropertiesR0600", api.getProperties))
    return true;
  api.architectureOffset = kArchitectureOffsetBefore6;
  return library.find("hipGetDeviceProperties", api.getProperties);
}

const Api *hip::getApi(std::string &reason) {
  struct Loaded {
    Api api;
    std::string reason;
  };
  static const Loaded loaded = [] {
    Loaded result;
    // The plain name comes with a development package only.
    Library library({"libamdhip64.so.7", "libamdhip64.so.6", "libamdhip64.so.5",
                     "libamdhip64.so"});
    if (!findAll(library, result.api))
      result.reason = library.reason();
    else if (Result status = result.api.hipInit(0); status != kSuccess)
      result.reason =
          library.name() + " does not start: " + describe(result.api, status);
    return result;
  }();
  reason = loaded.reason;
  return reason.empty() ? &loaded.api : nullptr;
}
