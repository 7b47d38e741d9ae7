//===- FakeDrivers.h - The vendors' drivers over fake libraries -*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_TEST_FAKES_FAKEDRIVERS_H
#define XRT_TEST_FAKES_FAKEDRIVERS_H

#include "test/runtime/TestPrograms.h"
#include "test/runtime/fakes/FakeGpu.h"

#include "gtest/gtest.h"

#include <dlfcn.h>

namespace xrt::test {

struct Vendor {
  const char *driver;
  const char *library;
  const char *target;
  const char *format;
  const char *refused;  // what the driver says of an image it does not like
  const char *failing;  // the entry point that launches
  const char *counting; // the one that counts devices
};

inline constexpr Vendor kVendors[] = {
    {"cuda", "libcuda.so.1", "sm_80", "cubin",
     "cuModuleLoadData failed: CUDA_ERROR_OF_THE_TEST (as asked): line 1 line "
     "2",
     "cuLaunchKernel", "cuDeviceGetCount"},
    {"hip", "libamdhip64.so.7", "gfx942", "hsaco",
     "hipModuleLoadData failed: hipErrorOfTheTest (as asked)",
     "hipModuleLaunchKernel", "hipGetDeviceCount"},
    {"levelzero", "libze_loader.so.1", "pvc", "spirv",
     "zeModuleCreate failed: module build failure (0x70000004): line 1 line 2",
     "zeCommandListAppendLaunchKernel", "zeDriverGet"},
};

inline FakeState &stateOf(const Vendor &vendor) {
  std::string path = std::string(XRT_FAKES) + "/" + vendor.library;
  void *library = ::dlopen(path.c_str(), RTLD_NOW);
  EXPECT_NE(library, nullptr) << ::dlerror();
  auto get = reinterpret_cast<FakeState *(*)()>(::dlsym(library, "fakeState"));
  return *get();
}

inline xcc::bundle::Image makeDeviceImage(const char *target,
                                          const char *format,
                                          std::string start = "") {
  std::string code = std::move(start);
  if (code.empty())
    for (uint8_t byte : readFile(XRT_FAKE_IMAGE))
      code += char(byte);
  xcc::bundle::Image image;
  image.target = target;
  image.machine = "fake";
  image.isa = target;
  image.format = format;
  image.bytes = xcc::bundle::ByteSource::own(std::move(code));
  return image;
}

} // namespace xrt::test

#endif // XRT_TEST_FAKES_FAKEDRIVERS_H
