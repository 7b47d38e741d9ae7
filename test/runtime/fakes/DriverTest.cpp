//===- DriverTest.cpp - The vendors' drivers over fake libraries ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/DeviceRegistry.h"
#include "runtime/drivers/hip/Device.h"
#include "runtime/drivers/levelzero/Device.h"
#include "test/runtime/fakes/FakeDrivers.h"

using namespace xrt::test;
using namespace xcc::bundle;

namespace {
class Drivers : public testing::TestWithParam<Vendor> {
protected:
  Drivers() : state(stateOf(GetParam())), first(GetParam().driver) {
    state = FakeState();
    first += ":0";
  }
  Program program() {
    return makeBlocksProgram(
        GetParam().target,
        {makeDeviceImage(GetParam().target, GetParam().format)});
  }
  static std::string open(const char *name, const Program &source,
                          bool loads = true) {
    AlignedBytes bytes(write(source));
    xrt_bundle_t *bundle = nullptr;
    EXPECT_EQ(take(xrt_bundle_open_memory(bytes.span(), nullptr, &bundle)), "");
    BundlePtr ownedBundle(bundle);
    xrt_device_t *device = nullptr;
    std::string message = take(xrt_device_open(name, bundle, &device));
    DevicePtr ownedDevice(device);
    if (!message.empty() || !loads)
      return message.empty() ? xrt_device_reason(device) : message;
    xrt_program_t *made = nullptr;
    message = take(xrt_program_create(bundle, device, nullptr, &made));
    ProgramPtr ownedProgram(made);
    return message.empty() ? xrt_program_isa(made) : message;
  }

  FakeState &state;
  std::string first; // device
};

std::string nameOf(const testing::TestParamInfo<Vendor> &info) {
  return info.param.driver;
}
} // namespace

INSTANTIATE_TEST_SUITE_P(All, Drivers, testing::ValuesIn(kVendors), nameOf);

TEST_P(Drivers, runAProgramOfTwoPhases) {
  {
    Loaded loaded(program(), first.c_str());
    EXPECT_STREQ(xrt_device_name(loaded.device.get()), first.c_str());
    for (int64_t n : {1, 64, 65, 1000, 3}) {
      auto x = makeFloats({n}, 1), y = makeFloats({n}), total = makeFloats({1});
      auto same = y;
      ASSERT_EQ(run(loaded.program.get(), {x}, {y, total, same}), "");
      for (int64_t i = 0; i < n; ++i)
        ASSERT_EQ(y.data[size_t(i)], 2 * float(i + 1));
      EXPECT_EQ(total.data[0], float(n * (n + 1)));
      EXPECT_EQ(same.data, y.data);
    }
    EXPECT_EQ(state.launches[3], "double_f32 grid 1,1,1 threads 64 shared 0");
  }
  EXPECT_TRUE(state.blocks.empty());
  EXPECT_EQ(state.numModules, 0);
  EXPECT_EQ(state.numQueues, 0);
  EXPECT_EQ(state.numContexts, 0);
}

TEST_P(Drivers, anEmptyGridIsSkipped) {
  Loaded loaded(program(), first.c_str());
  auto x = makeFloats({0}), y = x, same = x, total = makeFloats({1});
  ASSERT_EQ(run(loaded.program.get(), {x}, {y, total, same}), "");
  EXPECT_EQ(state.launches,
            std::vector<std::string>{"sum_all_f32 grid 1,1,1 threads 1 "
                                     "shared 0"});
}

// What spills with 128 registers is taken from a second build, made once.
TEST(LevelZero, kernelsThatSpillAreBuiltForMoreRegisters) {
  const Vendor &vendor = kVendors[2];
  FakeState &state = stateOf(vendor);
  for (uint32_t spilled : {0u, 512u}) {
    state = FakeState();
    state.spilledBytes = spilled;
    {
      Loaded loaded(
          makeBlocksProgram(vendor.target,
                            {makeDeviceImage(vendor.target, vendor.format)}),
          "levelzero:0");
      auto x = makeFloats({3}, 1), y = makeFloats({3}), total = makeFloats({1});
      auto same = y;
      ASSERT_EQ(run(loaded.program.get(), {x}, {y, total, same}), "");
      EXPECT_EQ(y.data[2], 6.0f);
    }
    std::vector<std::string> builds = {"-ze-intel-enable-auto-large-GRF-mode"};
    if (spilled)
      builds.push_back("-ze-opt-large-register-file");
    EXPECT_EQ(state.builds, builds);
    EXPECT_EQ(state.numModules, 0);
  }
  state = FakeState();
}

// Block reads and writes of the kernels begin their lines there.
TEST(LevelZero, buffersBeginAtMultiplesOf64Bytes) {
  const Vendor &vendor = kVendors[2];
  FakeState &state = stateOf(vendor);
  state = FakeState();
  state.misplacedBytes = 16;
  {
    Loaded loaded(
        makeBlocksProgram(vendor.target,
                          {makeDeviceImage(vendor.target, vendor.format)}),
        "levelzero:0");
    auto x = makeFloats({3}, 1), y = makeFloats({3}), total = makeFloats({1});
    std::string message = run(loaded.program.get(), {x}, {y, total, y});
    EXPECT_NE(message.find("expects buffer 0 at a multiple of 64 bytes, got 16 "
                           "behind one"),
              std::string::npos)
        << message;
  }
  EXPECT_TRUE(state.blocks.empty());
  state = FakeState();
}

TEST_P(Drivers, aDriversNameIsItsFirstDevice) {
  EXPECT_EQ(open(GetParam().driver, program(), false),
            "asked for by the caller");
  EXPECT_EQ(open(nullptr, program(), false).substr(0, 33),
            "first usable device: bundle has " +
                std::string(GetParam().format).substr(0, 1));
}

TEST_P(Drivers, noDeviceIsAReason) {
  state.numDevices = 0;
  EXPECT_EQ(open(first.c_str(), program()),
            "device '" + first + "': the driver sees no device");
  std::string message = open(nullptr, program());
  EXPECT_NE(message.find(GetParam().driver +
                         std::string(": the driver sees no device")),
            std::string::npos)
      << message;
}

TEST_P(Drivers, aFailureToCountIsAReason) {
  state.failures[GetParam().counting] = 700;
  std::string start =
      "device '" + first + "': " + GetParam().counting + " failed: ";
  std::string message = open(first.c_str(), program());
  EXPECT_EQ(message.substr(0, start.size()), start);
  EXPECT_GT(message.size(), start.size());
}

TEST_P(Drivers, anotherTargetsImageIsPassedOver) {
  Program source =
      makeBlocksProgram("gfx1", {makeDeviceImage("gfx1", GetParam().format)});
  EXPECT_EQ(open(first.c_str(), source),
            "device '" + first + "': bundle has gfx1; the device is " +
                GetParam().target + ": add -target=" + GetParam().target);
}

TEST_P(Drivers, aRefusedImageSaysWhy) {
  state.refusedImages = {"bad"};
  Program source = makeBlocksProgram(
      GetParam().target,
      {makeDeviceImage(GetParam().target, GetParam().format, "bad image")});
  std::string message = open(first.c_str(), source);
  EXPECT_NE(message.find(GetParam().refused), std::string::npos) << message;
}

TEST_P(Drivers, aMissingKernelIsNamed) {
  Program source = program();
  source.plans[0].launches[0].phases[0].kernel = "absent";
  EXPECT_EQ(open(first.c_str(), source),
            std::string("image ") + GetParam().target + " " +
                GetParam().format + " has no kernel 'absent'");
}

TEST_P(Drivers, aFailedLaunchNamesKernelAndDevice) {
  Loaded loaded(program(), first.c_str());
  state.failures[GetParam().failing] = 700;
  auto x = makeFloats({5}), y = x, same = x, total = makeFloats({1});
  std::string message = run(loaded.program.get(), {x}, {y, total, same});
  std::string start = "kernel 'double_f32' on " + first + ": " +
                      GetParam().failing + " failed: ";
  EXPECT_EQ(message.substr(0, start.size()), start);
}

TEST_P(Drivers, memoryThatIsNotThereIsAnError) {
  xrt::DeviceChoice choice;
  ASSERT_TRUE(xrt::openDevice(first, "", nullptr, choice).isOk());
  void *block = nullptr;
  xrt::Status status = choice.device->allocate(uint64_t(1) << 50, block);
  EXPECT_EQ(status.code(), XRT_STATUS_OUT_OF_MEMORY);
  EXPECT_EQ(block, nullptr);
  EXPECT_TRUE(choice.device->allocate(0, block).isOk());
  EXPECT_EQ(block, nullptr);
}

TEST(HipLaunches, noTensorMaps) {
  stateOf(kVendors[1]) = FakeState();
  Program source =
      makeTensorMapProgram("gfx942", {makeDeviceImage("gfx942", "hsaco")});
  AlignedBytes bytes(write(source));
  xrt_bundle_t *bundle = nullptr;
  ASSERT_EQ(take(xrt_bundle_open_memory(bytes.span(), nullptr, &bundle)), "");
  BundlePtr ownedBundle(bundle);
  xrt_device_t *device = nullptr;
  ASSERT_EQ(take(xrt_device_open("hip:0", bundle, &device)), "");
  DevicePtr ownedDevice(device);
  xrt_program_t *made = nullptr;
  EXPECT_EQ(take(xrt_program_create(bundle, device, nullptr, &made)),
            "the plan for gfx942 expects tensor maps, which device 'hip:0' "
            "does not take");
}

TEST(HipImages, familiesAreLlvms) {
  EXPECT_EQ(xrt::hip::familyOf("gfx942"), "gfx9-4-generic");
  EXPECT_EQ(xrt::hip::familyOf("gfx1100"), "gfx11-generic");
  EXPECT_EQ(xrt::hip::familyOf("gfx908"), "");
  EXPECT_EQ(xrt::hip::familyOf("gfx11"), "");
}

TEST(LevelZeroDevices, idsGiveTheTarget) {
  EXPECT_EQ(xrt::levelzero::targetOf(0x0bd5), "pvc");
  EXPECT_EQ(xrt::levelzero::targetOf(0x56a0), "dg2");
  EXPECT_EQ(xrt::levelzero::targetOf(0xe20b), "bmg");
  EXPECT_EQ(xrt::levelzero::targetOf(0x1234), "");
}

TEST(LevelZeroDevices, anUnknownChipIsNoTarget) {
  FakeState &state = stateOf(kVendors[2]);
  state = FakeState();
  state.deviceId = 0x1234;
  xrt::DeviceChoice choice;
  xrt::Status status = xrt::openDevice("levelzero:0", "", nullptr, choice);
  EXPECT_STREQ(status.message(),
               "device 'levelzero:0': the device is no target of xcc");
}
