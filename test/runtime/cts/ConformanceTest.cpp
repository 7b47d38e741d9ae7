//===- ConformanceTest.cpp - What every driver does alike -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs over each device by its driver interface and by the C API. A new driver
// adds its device's name below; what only a device that executes can show is
// under `executes`.
//
//===----------------------------------------------------------------------===//
#include "runtime/core/DeviceRegistry.h"
#include "runtime/drivers/null/Device.h"
#include "test/runtime/TestPrograms.h"

#include "gtest/gtest.h"

#include <cstring>

using namespace xrt;
using namespace xrt::test;

namespace {
struct DeviceUnderTest {
  const char *name;
  bool executes;
};

class Conformance : public testing::TestWithParam<DeviceUnderTest> {
protected:
  void SetUp() override {
    DeviceChoice choice;
    Status status = openDevice(GetParam().name, "", nullptr, choice);
    ASSERT_TRUE(status.isOk()) << status.message();
    device = choice.device;
    ASSERT_TRUE(device->createQueue(QueueOptions(), queue).isOk());
  }

  std::shared_ptr<Device> device;
  std::unique_ptr<Queue> queue;
};

std::string nameOf(const testing::TestParamInfo<DeviceUnderTest> &info) {
  return info.param.name;
}
} // namespace

INSTANTIATE_TEST_SUITE_P(AllDevices, Conformance,
                         testing::Values(DeviceUnderTest{"host", true},
                                         DeviceUnderTest{"null", false}),
                         nameOf);

TEST_P(Conformance, hasItsNameAndADescription) {
  EXPECT_EQ(device->name(), GetParam().name);
  EXPECT_NE(device->description(), "");
  EXPECT_GE(device->numThreads(QueueOptions()), 1);
}

TEST_P(Conformance, listsWhatItOpens) {
  for (const DeviceEntry &entry : listDevices(nullptr)) {
    // A pattern of names, and what is not there.
    if (!entry.isUsable || entry.name.find('<') != std::string::npos)
      continue;
    DeviceChoice choice;
    Status status = openDevice(entry.name, "", nullptr, choice);
    EXPECT_TRUE(status.isOk()) << status.message();
    EXPECT_EQ(choice.device->name(), entry.name);
  }
}

TEST_P(Conformance, allocatesAlignedBlocks) {
  // Around the sizes at which host memory changes its source.
  for (uint64_t bytes : {1ull, 63ull, 64ull, 4097ull, (1ull << 20) - 1,
                         1ull << 20, 5ull << 20}) {
    void *block = nullptr;
    Status status = device->allocate(bytes, block);
    ASSERT_TRUE(status.isOk()) << status.message();
    EXPECT_NE(block, nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % 64, 0u) << bytes;
    device->release(block);
  }
  void *nothing = &nothing;
  EXPECT_TRUE(device->allocate(0, nothing).isOk());
  EXPECT_EQ(nothing, nullptr);
  device->release(nullptr);
}

TEST_P(Conformance, refusesWhatNoMachineHas) {
  void *block = nullptr;
  for (uint64_t bytes : {uint64_t(1) << 55, UINT64_MAX}) {
    Status status = device->allocate(bytes, block);
    EXPECT_EQ(status.code(), XRT_STATUS_OUT_OF_MEMORY);
    EXPECT_EQ(block, nullptr);
  }
}

TEST_P(Conformance, copiesThereAndBack) {
  std::vector<char> source(100000), result(source.size());
  for (size_t i = 0; i < source.size(); ++i)
    source[i] = char(i * 31);
  void *first = nullptr, *second = nullptr;
  ASSERT_TRUE(device->allocate(source.size(), first).isOk());
  ASSERT_TRUE(device->allocate(source.size(), second).isOk());
  EXPECT_TRUE(
      queue->copy(first, source.data(), source.size(), CopyDirection::ToDevice)
          .isOk());
  EXPECT_TRUE(queue->copy(second, first, source.size(), CopyDirection::OnDevice)
                  .isOk());
  EXPECT_TRUE(queue
                  ->copy(result.data(), second, source.size(),
                         CopyDirection::FromDevice)
                  .isOk());
  EXPECT_TRUE(queue->copy(nullptr, nullptr, 0, CopyDirection::OnDevice).isOk());
  EXPECT_TRUE(queue->synchronize().isOk());
  EXPECT_EQ(result, source);
  device->release(first);
  device->release(second);
}

TEST_P(Conformance, refusesAnIsaLevelItHasNot) {
  AlignedBytes bytes(write(makeScaleProgram()));
  std::shared_ptr<const Bundle> bundle;
  ASSERT_TRUE(Bundle::openMemory(bytes.span(), "", bundle).isOk());
  std::unique_ptr<Module> module;
  EXPECT_EQ(device->load(*bundle, "no-such-level", module).code(),
            XRT_STATUS_UNSUPPORTED_TARGET);
}

TEST_P(Conformance, findsKernelsAndLaunchesThem) {
  AlignedBytes bytes(write(makeScaleProgram()));
  std::shared_ptr<const Bundle> bundle;
  ASSERT_TRUE(Bundle::openMemory(bytes.span(), "", bundle).isOk());
  std::unique_ptr<Module> module;
  Status status = device->load(*bundle, "", module);
  ASSERT_TRUE(status.isOk()) << status.message();
  EXPECT_NE(module->isa(), "");
  void *kernel = nullptr;
  ASSERT_TRUE(module->findKernel("add_f32", kernel).isOk());

  const std::vector<float> a = {1, 2, 3, 4, 5};
  std::vector<float> sum(a.size());
  uint64_t numBytes = a.size() * sizeof(float);
  void *input = nullptr, *output = nullptr;
  ASSERT_TRUE(device->allocate(numBytes, input).isOk());
  ASSERT_TRUE(device->allocate(numBytes, output).isOk());
  EXPECT_TRUE(
      queue->copy(input, a.data(), numBytes, CopyDirection::ToDevice).isOk());
  void *buffers[] = {input, input, output};
  LaunchParameters launch{
      kernel, buffers, 3, nullptr, 0, {int64_t(a.size()), 256, 1}, {}};
  EXPECT_TRUE(queue->launch(launch).isOk());
  EXPECT_TRUE(
      queue->copy(sum.data(), output, numBytes, CopyDirection::FromDevice)
          .isOk());
  EXPECT_TRUE(queue->synchronize().isOk());
  if (GetParam().executes)
    EXPECT_EQ(sum, (std::vector<float>{2, 4, 6, 8, 10}));
  device->release(input);
  device->release(output);
}

TEST_P(Conformance, runsProgramsOfWeightsAndParameters) {
  for (bool isParameter : {false, true}) {
    Loaded loaded(makeScaleProgram(isParameter), GetParam().name);
    auto x = makeFloats({3, 4}, 1), row = makeFloats({4}, 1);
    auto y = makeFloats({3, 4}), same = y;
    std::vector<xrt_tensor_t> inputs = {x};
    if (isParameter)
      inputs.push_back(row);
    ASSERT_EQ(run(loaded.program.get(), inputs, {y, same}), "");
    if (GetParam().executes)
      EXPECT_EQ(y.data[5], 2 * 6 * 2 * 2);
    EXPECT_EQ(y.data, same.data);
  }
}

TEST(NullDevice, recordsWhatItWasTold) {
  auto device = std::make_shared<null::NullDevice>();
  std::unique_ptr<Queue> queue;
  ASSERT_TRUE(device->createQueue(QueueOptions(), queue).isOk());
  AlignedBytes bytes(write(makeScaleProgram()));
  std::shared_ptr<const Bundle> bundle;
  ASSERT_TRUE(Bundle::openMemory(bytes.span(), "", bundle).isOk());
  std::unique_ptr<Module> module;
  ASSERT_TRUE(device->load(*bundle, "", module).isOk());
  void *kernel = nullptr;
  ASSERT_TRUE(module->findKernel("some_kernel", kernel).isOk());
  void *buffers[] = {&queue};
  int64_t scalars[] = {7, 8};
  ASSERT_TRUE(
      queue->launch({kernel, buffers, 1, scalars, 2, {99, 64, 1}, {}}).isOk());
  std::vector<null::LaunchRecord> records = device->takeRecords();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].kernel, "some_kernel");
  EXPECT_EQ(records[0].buffers, (std::vector<void *>{&queue}));
  EXPECT_EQ(records[0].scalars, (std::vector<int64_t>{7, 8}));
  EXPECT_EQ(records[0].workItems, 99);
  EXPECT_EQ(records[0].scratchBytes, 64u);
  EXPECT_TRUE(device->takeRecords().empty());
}

TEST(NullDevice, countsBlocks) {
  null::NullDevice device;
  void *block = nullptr;
  ASSERT_TRUE(device.allocate(10, block).isOk());
  EXPECT_EQ(device.numBlocks(), 1u);
  device.release(block);
  EXPECT_EQ(device.numBlocks(), 0u);
}
