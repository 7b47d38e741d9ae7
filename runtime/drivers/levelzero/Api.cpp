//===- Api.cpp - Opens libze_loader.so.1 ----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/levelzero/Api.h"
#include "runtime/drivers/Library.h"

#include <cstdio>

using namespace xrt;
using namespace xrt::levelzero;

static std::string describe(Result result) {
  struct Row {
    Result result;
    const char *words;
  };
  static constexpr Row rows[] = {
      {0x70000001, "device lost"},
      {kErrorOutOfHostMemory, "out of host memory"},
      {kErrorOutOfDeviceMemory, "out of device memory"},
      {0x70000004, "module build failure"},
      {0x70010000, "insufficient permissions"},
      {kErrorUninitialized, "no driver"},
      {0x78000002, "unsupported version"},
      {0x78000003, "unsupported feature"},
      {0x78000004, "invalid argument"},
      {kErrorUnsupportedSize, "unsupported size"},
      {0x7800000f, "invalid native binary"},
      {kErrorInvalidKernelName, "invalid kernel name"},
      {0x78000013, "invalid group size"},
  };
  char number[16];
  std::snprintf(number, sizeof(number), "0x%08x", result);
  for (const Row &row : rows)
    if (row.result == result)
      return std::string(row.words) + " (" + number + ")";
  return std::string("result ") + number;
}

Status Api::fail(const char *call, Result result) const {
  bool isMemory =
      result == kErrorOutOfHostMemory || result == kErrorOutOfDeviceMemory;
  return Status(isMemory ? XRT_STATUS_OUT_OF_MEMORY : XRT_STATUS_INTERNAL,
                std::string(call) + " failed: " + describe(result));
}

const Api *levelzero::getApi(std::string &reason) {
  struct Loaded {
    Api api;
    std::string reason;
  };
  static const Loaded loaded = [] {
    Loaded result;
    Library library({"libze_loader.so.1"});
    bool isWhole = library.isOpen();
#define XRT_FIND(name, parameters)                                             \
  isWhole = isWhole && library.find(#name, result.api.name);
    XRT_LEVELZERO_FUNCTIONS(XRT_FIND)
#undef XRT_FIND
    if (!isWhole)
      result.reason = library.reason();
    else if (Result status = result.api.zeInit(0); status != kSuccess)
      result.reason = library.name() + " does not start: " + describe(status);
    return result;
  }();
  reason = loaded.reason;
  return reason.empty() ? &loaded.api : nullptr;
}
