//===- PlanTest.cpp - Launches of blocks as the runtime makes them --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/DeviceRegistry.h"
#include "runtime/drivers/null/Device.h"
#include "test/runtime/TestPrograms.h"

#include "gtest/gtest.h"

using namespace xrt::test;
using namespace xcc::bundle;

namespace {
std::vector<xrt::null::LaunchRecord> recordsOf(const Loaded &loaded) {
  return static_cast<xrt::null::NullDevice &>(*loaded.device->object)
      .takeRecords();
}

/// The message of a run of n numbers.
std::string runWith(const Loaded &loaded, int64_t n) {
  auto x = makeFloats({n}), y = x, same = x, total = makeFloats({1});
  return run(loaded.program.get(), {x}, {y, total, same});
}
} // namespace

TEST(Plan, phasesHaveGridsAndOneBlockOfArguments) {
  Loaded loaded(makeBlocksProgram("sm", {}), "null");
  ASSERT_EQ(runWith(loaded, 1000), "");
  auto records = recordsOf(loaded);
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].kernel, "double_f32");
  EXPECT_EQ(records[0].grid, (std::vector<uint32_t>{16, 1, 1}));
  EXPECT_EQ(records[0].threads, 64u);
  // Buffers, then sizes.
  ASSERT_EQ(records[0].arguments.size(), 3u);
  EXPECT_EQ(records[0].arguments[0],
            reinterpret_cast<uint64_t>(records[0].buffers[0]));
  EXPECT_EQ(records[0].arguments[2], 1000u);
  EXPECT_EQ(records[1].kernel, "sum_part_f32");
  EXPECT_EQ(records[1].sharedBytes, 60000u);
  EXPECT_EQ(records[2].kernel, "sum_all_f32");
  // The workspace stands between them, the same for both phases.
  ASSERT_EQ(records[1].arguments.size(), 4u);
  EXPECT_NE(records[1].arguments[2], 0u);
  EXPECT_EQ(records[1].arguments, records[2].arguments);
}

TEST(Plan, emptyGridsAreSkipped) {
  Loaded loaded(makeBlocksProgram("sm", {}), "null");
  ASSERT_EQ(runWith(loaded, 0), "");
  auto records = recordsOf(loaded);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].kernel, "sum_all_f32");
}

TEST(Plan, gridsBeyondAnyDeviceAreRefused) {
  Program source = makeBlocksProgram("sm", {});
  ExprPool &exprs = source.exprs;
  DevicePhase &phase = source.plans[0].launches[0].phases[0];
  phase.grid[1] = exprs.mulConstant(exprs.symbol(0), 1000);
  Loaded tall(source, "null");
  EXPECT_EQ(runWith(tall, 65), "");
  EXPECT_EQ(runWith(tall, 66),
            "kernel 'double_f32' expects a grid of at most 65535 blocks along "
            "y, got 66000 from '1000*n' for n = 66");
  phase.grid[1] = exprs.addConstant(exprs.symbol(0), -5);
  Loaded negative(source, "null");
  EXPECT_EQ(runWith(negative, 4),
            "expects a grid of 0 or more, got -1 from 'n - 5' for n = 4");
  phase.grid[1] = exprs.mulConstant(exprs.symbol(0), INT64_MAX);
  Loaded endless(source, "null");
  EXPECT_EQ(runWith(endless, 2), "expects sizes that fit 64 bits, got "
                                 "'9223372036854775807*n' for n = 2");
}

TEST(Plan, tensorMapsHaveAddressesAndSizes) {
  Loaded loaded(makeTensorMapProgram("sm", {}), "null");
  ASSERT_EQ(runWith(loaded, 1000), "");
  auto records = recordsOf(loaded);
  ASSERT_EQ(records[0].tensorMaps.size(), 1u);
  const xrt::TensorMap &map = records[0].tensorMaps[0];
  EXPECT_EQ(map.base, records[0].buffers[0]);
  EXPECT_EQ(map.dtype, XRT_DTYPE_F32);
  EXPECT_EQ(map.rank, 2u);
  EXPECT_EQ(map.sizes[0], 32u);
  EXPECT_EQ(map.sizes[1], 31u);
  EXPECT_EQ(map.strides[0], 128u);
  EXPECT_EQ(map.box[0], 32u);
  EXPECT_EQ(map.box[1], 4u);
  EXPECT_EQ(map.swizzleBytes, 128u);
  // Of this phase alone.
  EXPECT_TRUE(records[1].tensorMaps.empty());
}

TEST(Plan, tensorMapsOfOtherPlacesThanTheirBuffers) {
  auto complain = [](auto change, int64_t n) {
    Program source = makeTensorMapProgram("sm", {});
    change(source.exprs, source.plans[0].launches[0].phases[0].tensorMaps[0]);
    return runWith(Loaded(source, "null"), n);
  };
  EXPECT_EQ(complain([](ExprPool &, TensorMap &map) { map.offset = 128; }, 64),
            "kernel 'double_f32' expects tensors within their buffers of 256 "
            "bytes");
  EXPECT_EQ(complain([](ExprPool &, TensorMap &map) { map.offset = 128; }, 0),
            "");
  EXPECT_EQ(complain([](ExprPool &exprs,
                        TensorMap &map) { map.strides[0] = exprs.symbol(0); },
                     40),
            "kernel 'double_f32' expects tensors with strides that are "
            "multiples of 16 bytes below 2^40, got 40 from 'n' for n = 40");
  EXPECT_EQ(complain(
                [](ExprPool &exprs, TensorMap &map) {
                  map.sizes[1] = exprs.constant(int64_t(1) << 33);
                },
                40),
            "kernel 'double_f32' expects tensors of at most 4294967296 "
            "elements along a dimension, got 8589934592 from '8589934592' for "
            "n = 40");
}

TEST(Plan, workspacesBeyondMemoryAreRefused) {
  Program source = makeBlocksProgram("sm", {});
  source.plans[0].launches[1].workspace =
      source.exprs.constant(int64_t(1) << 60);
  Loaded loaded(source, "null");
  EXPECT_EQ(runWith(loaded, 2),
            "out of memory: a kernel's workspace needs 1152921504606846976 "
            "bytes");
}

TEST(Plan, isReadThroughTheApi) {
  Loaded loaded(makeBlocksProgram("sm", {}), "null");
  const xrt_bundle_t *bundle = loaded.bundle.get();
  xrt_bundle_summary_t summary;
  ASSERT_EQ(take(xrt_bundle_summarize(bundle, &summary)), "");
  EXPECT_EQ(summary.num_plans, 1u);
  xrt_target_plan_t plan;
  ASSERT_EQ(take(xrt_bundle_get_plan(bundle, 0, &plan)), "");
  EXPECT_STREQ(plan.target, "sm");
  xrt_target_launch_t launch;
  ASSERT_EQ(take(xrt_bundle_get_launch(bundle, 0, 1, &launch)), "");
  EXPECT_EQ(launch.num_phases, 2u);
  EXPECT_TRUE(launch.has_workspace);
  xrt_phase_t phase;
  ASSERT_EQ(take(xrt_bundle_get_phase(bundle, 0, 1, 0, &phase)), "");
  EXPECT_STREQ(phase.kernel, "sum_part_f32");
  EXPECT_EQ(phase.threads, 64u);
  EXPECT_EQ(phase.num_tensor_maps, 0u);
  Loaded described(makeTensorMapProgram("sm", {}), "null");
  ASSERT_EQ(take(xrt_bundle_get_phase(described.bundle.get(), 0, 0, 0, &phase)),
            "");
  EXPECT_EQ(phase.num_tensor_maps, 1u);
  EXPECT_EQ(take(xrt_bundle_get_plan(bundle, 1, &plan)),
            "expects a plan below 1, got 1");
  EXPECT_EQ(take(xrt_bundle_get_launch(bundle, 0, 3, &launch)),
            "expects a step below 3, got 3");
  EXPECT_EQ(take(xrt_bundle_get_phase(bundle, 0, 2, 0, &phase)),
            "expects a phase below 0, got 0");
  xrt_report_list_t *reports = nullptr;
  ASSERT_EQ(take(xrt_device_take_reports(loaded.device.get(), &reports)), "");
  EXPECT_EQ(xrt_report_list_size(reports), 0u);
  xrt_report_t report;
  EXPECT_EQ(take(xrt_report_list_get(reports, 0, &report)),
            "expects a report below 0, got 0");
  xrt_report_list_free(reports);
}
