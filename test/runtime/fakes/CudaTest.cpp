//===- CudaTest.cpp - Images and launches of the CUDA driver --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/cuda/Device.h"
#include "test/runtime/fakes/FakeDrivers.h"

using namespace xrt::test;
using namespace xcc::bundle;

namespace {
using Kinds = std::vector<std::pair<const char *, const char *>>;

/// The image that cuda:0 takes of images of these targets and formats; those of
/// format |bad| it refuses. |isa| is the last one's, unless it is the target's.
std::string chooseImage(const Kinds &kinds, const std::string &bad = "",
                        const std::string &isa = "") {
  Program source = makeBlocksProgram("sm_80", {});
  source.plans.clear();
  for (auto &[target, format] : kinds) {
    source.images.push_back(
        makeDeviceImage(target, format, bad == format ? "bad image" : ""));
    source.plans.push_back(makeBlocksProgram(target, {}).plans[0]);
  }
  if (!isa.empty())
    source.images.back().isa = isa;
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
}

FakeState &cudaCard(int version) {
  FakeState &state = stateOf(kVendors[0]);
  state = FakeState();
  state.version = version;
  state.refusedImages = {"bad"};
  return state;
}
} // namespace

TEST(CudaImages, ownCodeThenFamilyThenPtx) {
  cudaCard(86);
  EXPECT_EQ(chooseImage({{"sm_80", "ptx"}, {"sm_80", "cubin"}}), "sm_80 cubin");
  EXPECT_EQ(chooseImage({{"sm_80", "cubin"}, {"sm_86", "ptx"}}), "sm_86 ptx");
  EXPECT_EQ(chooseImage({{"sm_75", "cubin"}, {"sm_75", "ptx"}}), "sm_75 ptx");
  EXPECT_EQ(chooseImage({{"sm_70", "ptx"}, {"sm_75", "ptx"}}), "sm_75 ptx");
  // What the driver refuses is passed over for the next best.
  EXPECT_EQ(chooseImage({{"sm_80", "ptx"}, {"sm_80", "cubin"}}, "cubin"),
            "sm_80 ptx");
  EXPECT_EQ(chooseImage({{"sm_90", "ptx"}, {"sm_75", "cubin"}}),
            "device 'cuda:0': bundle has sm_90, sm_75; the device is sm_86: "
            "add -target=sm_86");
}

TEST(CudaImages, whatIsForOneChipGoesFirstThereAndNowhereElse) {
  cudaCard(90);
  EXPECT_EQ(chooseImage({{"sm_90", "cubin"}, {"sm_90a", "ptx"}}), "sm_90a ptx");
  EXPECT_EQ(chooseImage({{"sm_90a", "ptx"}, {"sm_90a", "cubin"}}),
            "sm_90a cubin");
  EXPECT_EQ(chooseImage({{"sm_90a", "cubin"}, {"sm_90", "ptx"}}, "cubin"),
            "sm_90 ptx");
  cudaCard(100);
  EXPECT_EQ(chooseImage({{"sm_90a", "ptx"}, {"sm_90", "ptx"}}), "sm_90 ptx");
}

TEST(CudaImages, architecturesAreTheImagesOwn) {
  cudaCard(90);
  Kinds both = {{"compute_90", "ptx"}, {"sm_90", "ptx"}};
  EXPECT_EQ(chooseImage(both, "", "sm_90a"), "sm_90 ptx");
  cudaCard(100);
  EXPECT_EQ(chooseImage(both, "", "sm_90a"), "compute_90 ptx");
}

TEST(CudaImages, whatIsForAnyCardGoesBeforeOthersImages) {
  cudaCard(86);
  EXPECT_EQ(chooseImage({{"sm_80", "cubin"}, {"compute_80", "ptx"}}),
            "compute_80 ptx");
  EXPECT_EQ(chooseImage({{"compute_80", "ptx"}, {"sm_86", "ptx"}}),
            "sm_86 ptx");
  cudaCard(75);
  EXPECT_EQ(chooseImage({{"compute_80", "ptx"}, {"sm_75", "ptx"}}),
            "sm_75 ptx");
  for (const char *target : {"compute_80x", "sm_", "sm_12345", "gfx_80"})
    EXPECT_EQ(chooseImage({{target, "ptx"}}),
              "device 'cuda:0': bundle has " + std::string(target) +
                  "; the device is sm_75: add -target=sm_75");
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
