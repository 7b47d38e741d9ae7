//===- DriverTest.cpp - The vendors' drivers over fake libraries ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/DeviceRegistry.h"
#include "runtime/drivers/cuda/Device.h"
#include "runtime/drivers/hip/Device.h"
#include "runtime/drivers/levelzero/Device.h"
#include "test/runtime/TestPrograms.h"
#include "test/runtime/fakes/FakeGpu.h"

#include "gtest/gtest.h"

#include <cstring>
#include <dlfcn.h>

using namespace xrt::test;
using namespace xcc::bundle;

namespace {
struct Vendor {
  const char *driver;
  const char *library;
  const char *target;
  const char *format;
  const char *refused;  // what the driver says of an image it does not like
  const char *failing;  // the entry point that launches
  const char *counting; // the one that counts devices
};

constexpr Vendor kVendors[] = {
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

FakeState &stateOf(const Vendor &vendor) {
  std::string path = std::string(XRT_FAKES) + "/" + vendor.library;
  void *library = ::dlopen(path.c_str(), RTLD_NOW);
  EXPECT_NE(library, nullptr) << ::dlerror();
  auto get = reinterpret_cast<FakeState *(*)()>(::dlsym(library, "fakeState"));
  return *get();
}

Image makeDeviceImage(const char *target, const char *format,
                      std::string start = "") {
  std::string code = std::move(start);
  if (code.empty())
    for (uint8_t byte : readFile(XRT_FAKE_IMAGE))
      code += char(byte);
  Image image;
  image.target = target;
  image.machine = "fake";
  image.isa = target;
  image.format = format;
  image.bytes = ByteSource::own(std::move(code));
  return image;
}

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

TEST(CudaImages, ownCodeThenFamilyThenPtx) {
  const Vendor &vendor = kVendors[0];
  FakeState &state = stateOf(vendor);
  state = FakeState();
  auto choose = [](std::vector<std::pair<const char *, const char *>> kinds,
                   std::string bad = "") {
    std::vector<Image> images;
    Program source = makeBlocksProgram("sm_80", {});
    source.plans.clear();
    for (auto &[target, format] : kinds) {
      source.images.push_back(
          makeDeviceImage(target, format, bad == format ? "bad image" : ""));
      TargetPlan plan = makeBlocksProgram(target, {}).plans[0];
      source.plans.push_back(plan);
    }
    AlignedBytes bytes(write(source));
    xrt_bundle_t *bundle = nullptr;
    EXPECT_EQ(take(xrt_bundle_open_memory(bytes.span(), nullptr, &bundle)), "");
    BundlePtr ownedBundle(bundle);
    xrt_device_t *device = nullptr;
    std::string message = take(xrt_device_open("cuda:0", bundle, &device));
    DevicePtr ownedDevice(device);
    if (!message.empty())
      return message;
    xrt_program_t *made = nullptr;
    message = take(xrt_program_create(bundle, device, nullptr, &made));
    ProgramPtr ownedProgram(made);
    return message.empty() ? std::string(xrt_program_isa(made)) : message;
  };
  state.version = 86;
  EXPECT_EQ(choose({{"sm_80", "ptx"}, {"sm_80", "cubin"}}), "sm_80 cubin");
  EXPECT_EQ(choose({{"sm_80", "cubin"}, {"sm_86", "ptx"}}), "sm_86 ptx");
  EXPECT_EQ(choose({{"sm_75", "cubin"}, {"sm_75", "ptx"}}), "sm_75 ptx");
  EXPECT_EQ(choose({{"sm_70", "ptx"}, {"sm_75", "ptx"}}), "sm_75 ptx");
  // What the driver refuses is passed over for the next best.
  state.refusedImages = {"bad"};
  EXPECT_EQ(choose({{"sm_80", "ptx"}, {"sm_80", "cubin"}}, "cubin"),
            "sm_80 ptx");
  // What is for one chip alone goes first there, and nowhere else.
  state.refusedImages = {"bad"};
  state.version = 90;
  EXPECT_EQ(choose({{"sm_90", "cubin"}, {"sm_90a", "ptx"}}), "sm_90a ptx");
  EXPECT_EQ(choose({{"sm_90a", "ptx"}, {"sm_90a", "cubin"}}), "sm_90a cubin");
  EXPECT_EQ(choose({{"sm_90a", "cubin"}, {"sm_90", "ptx"}}, "cubin"),
            "sm_90 ptx");
  state.version = 100;
  EXPECT_EQ(choose({{"sm_90a", "ptx"}, {"sm_90", "ptx"}}), "sm_90 ptx");
  state.version = 86;
  EXPECT_EQ(choose({{"sm_90", "ptx"}, {"sm_75", "cubin"}}),
            "device 'cuda:0': bundle has sm_90, sm_75; the device is sm_86: "
            "add -target=sm_86");
}

namespace {
/// The message of a run of 100 numbers, on a driver in this state.
std::string runTensorMaps(const Vendor &vendor) {
  Loaded loaded(
      makeTensorMapProgram(vendor.target,
                           {makeDeviceImage(vendor.target, vendor.format)}),
      (std::string(vendor.driver) + ":0").c_str());
  auto x = makeFloats({100}, 1), y = x, same = x, total = makeFloats({1});
  return run(loaded.program.get(), {x}, {y, total, same});
}
} // namespace

TEST(CudaLaunches, tensorMapsAreMadeByTheDriver) {
  FakeState &state = stateOf(kVendors[0]);
  state = FakeState();
  ASSERT_EQ(runTensorMaps(kVendors[0]), "");
  // f32, lines of 128 bytes exchanged, 128 bytes fetched at a time.
  EXPECT_EQ(state.tensorMaps,
            std::vector<std::string>{
                "type 7 swizzle 3 promotion 2 | 32 of 32 | 3 of 4 by 128"});
  // Three words, and behind them the map at the next multiple of 64 bytes.
  ASSERT_EQ(state.argumentBytes[0], 64u + 128u);
  EXPECT_EQ(state.argumentBytes[1], 4 * 8u);
}

TEST(CudaLaunches, aFailedTensorMapSaysWhy) {
  FakeState &state = stateOf(kVendors[0]);
  state = FakeState();
  state.failures["cuTensorMapEncodeTiled"] = 1;
  EXPECT_EQ(runTensorMaps(kVendors[0]),
            "cuTensorMapEncodeTiled failed: CUDA_ERROR_OF_THE_TEST (as asked)");
}

TEST(CudaLaunches, driversWithoutTensorMaps) {
  std::string reason;
  xrt::cuda::Api api = *xrt::cuda::getApi(reason);
  api.cuTensorMapEncodeTiled = nullptr;
  xrt::TensorMap map;
  xrt::DeviceBlocks blocks;
  blocks.tensorMaps = &map;
  blocks.numTensorMaps = 1;
  std::vector<xrt::cuda::TensorMapBytes> bytes;
  size_t size = 0;
  EXPECT_STREQ(xrt::cuda::packArguments(api, blocks, bytes, size).message(),
               "the kernel expects tensor maps, and the driver has no "
               "cuTensorMapEncodeTiled: it is older than CUDA 12");
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

TEST(CudaLaunches, largeSharedMemoryIsAskedFor) {
  const Vendor &vendor = kVendors[0];
  FakeState &state = stateOf(vendor);
  state = FakeState();
  Program source = makeBlocksProgram(
      vendor.target, {makeDeviceImage(vendor.target, vendor.format)});
  Loaded loaded(source, "cuda:0");
  auto x = makeFloats({5}), y = x, same = x, total = makeFloats({1});
  ASSERT_EQ(run(loaded.program.get(), {x}, {y, total, same}), "");
  EXPECT_EQ(state.maxDynamicShared, 60000u);
}

TEST(CudaLaunches, staticSharedMemoryIsNotAskedForAgain) {
  const Vendor &vendor = kVendors[0];
  FakeState &state = stateOf(vendor);
  state = FakeState();
  state.staticSharedBytes = 60000;
  Program source = makeBlocksProgram(
      vendor.target, {makeDeviceImage(vendor.target, vendor.format)});
  Loaded loaded(source, "cuda:0");
  auto x = makeFloats({5}), y = x, same = x, total = makeFloats({1});
  ASSERT_EQ(run(loaded.program.get(), {x}, {y, total, same}), "");
  EXPECT_EQ(state.launches[1], "sum_part_f32 grid 1,1,1 threads 64 shared 0");
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
