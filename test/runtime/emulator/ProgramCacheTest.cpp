//===- ProgramCacheTest.cpp - What is compiled once and what again --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Program.h"
#include "test/runtime/emulator/TestKernel.h"

#include "gtest/gtest.h"

using namespace xrt::emulator;
using namespace xrt::emulator::test;

namespace {
/// A kernel that differs from others in |number| alone.
std::string bitcodeOf(int number) {
  return assemble(kernelText("sm_80", "ptr addrspace(1) %out",
                             "store i32 " + std::to_string(number) +
                                 ", ptr addrspace(1) %out\nret void",
                             ""));
}

class EmulatorProgramCache : public ::testing::Test {
protected:
  std::shared_ptr<const Program> load(const std::string &target,
                                      const std::string &bitcode) {
    for (const Vendor *vendor : vendors())
      if (vendor->isTarget(target))
        return cache.load(*vendor, target, bitcode.data(), bitcode.size(),
                          error);
    return nullptr;
  }

  ProgramCache cache;
  std::string error;
};

TEST_F(EmulatorProgramCache, SameBitcodeIsCompiledOnce) {
  auto first = load("sm_80", bitcodeOf(1));
  ASSERT_TRUE(first) << error;
  EXPECT_EQ(load("sm_80", bitcodeOf(1)), first);
}

TEST_F(EmulatorProgramCache, OtherBitcodeAndOtherTargetsAreOtherPrograms) {
  auto first = load("sm_80", bitcodeOf(1));
  EXPECT_NE(load("sm_80", bitcodeOf(2)), first);
  EXPECT_NE(load("sm_75", bitcodeOf(1)), first);
}

TEST_F(EmulatorProgramCache, TheOneNotUsedForLongestGoes) {
  auto first = load("sm_80", bitcodeOf(1)),
       second = load("sm_80", bitcodeOf(2));
  for (int number : {3, 4, 1, 5})
    load("sm_80", bitcodeOf(number));
  EXPECT_EQ(load("sm_80", bitcodeOf(1)), first);
  EXPECT_NE(load("sm_80", bitcodeOf(2)), second);
}

TEST_F(EmulatorProgramCache, FailuresAreToldEachTime) {
  EXPECT_FALSE(load("sm_80", "no bitcode"));
  error.clear();
  EXPECT_FALSE(load("sm_80", "no bitcode"));
  EXPECT_EQ(error.substr(0, 11), "emu:sm_80: ");
}
} // namespace
