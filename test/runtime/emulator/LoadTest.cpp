//===- LoadTest.cpp - What an emulated device refuses to load or launch ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "test/runtime/emulator/TestKernel.h"

#include "gtest/gtest.h"

using namespace xrt::emulator;
using namespace xrt::emulator::test;

namespace {
bool contains(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

std::string loadError(const std::string &target, const std::string &text) {
  Machine machine(target);
  EXPECT_FALSE(machine.load(text));
  return machine.error;
}

TEST(EmulatorLoad, UnknownTarget) {
  std::unique_ptr<Emulator> emulator(xrtCreateEmulator(kEmulatorVersion));
  std::string error;
  EXPECT_FALSE(emulator->createDevice("z80", error));
  EXPECT_EQ(error, "expects a target that can be emulated, got 'z80'");
  EXPECT_FALSE(xrtCreateEmulator(kEmulatorVersion + 1));
}

TEST(EmulatorLoad, DamagedBitcode) {
  Machine machine("sm_80");
  EXPECT_FALSE(machine.device->load("no bitcode", 10, machine.error));
  EXPECT_TRUE(contains(machine.error, "emu:sm_80: "));
}

TEST(EmulatorLoad, UnsoundModule) {
  std::string error =
      loadError("sm_80", kernelText("sm_80", "",
                                    "%a = add i32 %b, 1\n"
                                    "%b = add i32 1, 1\nret void",
                                    ""));
  EXPECT_EQ(error.substr(0, 74), "emu:sm_80: expects a sound module: "
                                 "Instruction does not dominate all uses!");
}

TEST(EmulatorLoad, UnknownOperationIsNamed) {
  EXPECT_EQ(loadError("sm_80", kernelText("sm_80", "",
                                          "call void @llvm.nvvm.exit()\n"
                                          "ret void",
                                          "declare void @llvm.nvvm.exit()")),
            "emu:sm_80: no model for 'llvm.nvvm.exit' in kernel 'k'");
  EXPECT_EQ(loadError("sm_80", kernelText("sm_80", "",
                                          "call void asm \"brkpt;\", \"\"()\n"
                                          "ret void",
                                          "")),
            "emu:sm_80: no model for 'brkpt;' in kernel 'k'");
  // The same operation of another vendor is as unknown.
  EXPECT_TRUE(contains(
      loadError("sm_80", kernelText("sm_80", "",
                                    "call void @llvm.amdgcn.s.barrier()\n"
                                    "ret void",
                                    "declare void @llvm.amdgcn.s.barrier()")),
      "no model for 'llvm.amdgcn.s.barrier'"));
}

TEST(EmulatorLoad, ModuleOfAnotherVendor) {
  EXPECT_EQ(loadError("gfx942", kernelText("sm_80", "", "ret void", "")),
            "emu:gfx942: expects a module for amdgcn, got "
            "'nvptx64-nvidia-cuda'");
}

// A model that only moves its inputs to its outputs has none.
TEST(EmulatorLoad, NoKernel) {
  Machine machine("sm_80");
  EXPECT_TRUE(machine.load("target triple = \"nvptx64-nvidia-cuda\"\n"
                           "define void @f() {\nret void\n}\n"))
      << machine.error;
}

TEST(EmulatorLoad, FunctionThatCallsItself) {
  EXPECT_TRUE(contains(
      loadError("sm_80", kernelText("sm_80", "", "call void @f()\nret void",
                                    "define void @f() {\n"
                                    "call void @f()\nret void\n}\n")),
      "expects functions that can be inlined, got 'f', "
      "which calls itself or has its address taken"));
}

TEST(EmulatorLoad, VariableThatIsNoConstant) {
  EXPECT_EQ(
      loadError("sm_80",
                kernelText("sm_80", "",
                           "store i32 1, ptr addrspace(1) @x\nret void",
                           "@x = addrspace(1) global i32 0")),
      "emu:sm_80: expects variables of a module to be constants or shared "
      "memory, got 'x'");
}

TEST(EmulatorLoad, TooMuchSharedMemory) {
  EXPECT_EQ(loadError("sm_80",
                      kernelText("sm_80", "",
                                 "store i32 1, ptr addrspace(3) @s\nret void",
                                 "@s = addrspace(3) global [300000 x i8] "
                                 "undef")),
            "emu:sm_80: kernel 'k' expects 300000 bytes of shared memory, a "
            "block has at most 262144");
}

TEST(EmulatorLoad, PointersInOtherSpaces) {
  EXPECT_EQ(
      loadError("gfx942",
                kernelText("gfx942", "ptr addrspace(8) %p",
                           "store i32 1, ptr addrspace(8) %p\nret void", "")),
      "emu:gfx942: expects pointers in address spaces 0 to 5, got a "
      "store in 8 in kernel 'k'");
}

struct LaunchCase {
  uint32_t blocks, threads, shared;
  std::vector<uint64_t> arguments;
  const char *error;
};

TEST(EmulatorLoad, Launches) {
  Machine machine("sm_80");
  ASSERT_TRUE(machine.load(kernelText("sm_80", "i64 %n", "ret void", "")));
  for (const LaunchCase &each : std::vector<LaunchCase>{
           {1, 0, 0, {1}, "expects 1 to 1024 threads in a block, got 0"},
           {0, 1, 0, {1}, "expects 1 to 2147483647 blocks, got 0"},
           {1,
            1,
            1 << 20,
            {1},
            "expects at most 262144 bytes of shared memory, got 1048576"},
           {1, 1, 0, {}, "expects 8 bytes of arguments, got 0"}}) {
    machine.dynamicSharedBytes = each.shared;
    EXPECT_FALSE(machine.run(each.blocks, each.threads, each.arguments));
    EXPECT_EQ(machine.error, each.error);
  }
  Launch launch;
  launch.kernel = "absent";
  EXPECT_FALSE(machine.module->hasKernel("absent"));
  EXPECT_FALSE(
      machine.module->launch(launch, {}, machine.reports, machine.error));
  EXPECT_EQ(machine.error, "expects a kernel of the module, got 'absent'");
}
} // namespace
