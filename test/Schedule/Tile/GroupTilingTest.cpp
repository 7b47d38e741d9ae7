//===- GroupTilingTest.cpp - Tilings of groups of warps -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/GroupTiling.h"

#include <gtest/gtest.h>

using namespace xcc;
using namespace xcc::schedule;

static MatrixInstruction makeInstruction() {
  MatrixInstruction instruction{
      "group",  MatrixType::BF16, MatrixType::F32,
      /*m=*/16, /*n=*/8,          /*k=*/16,        {}, {}, {}};
  instruction.groupWarps = 4;
  instruction.mostColumns = 256;
  return instruction;
}

static const MatrixInstruction groupInstruction = makeInstruction();

static DeviceDescription makeDevice() {
  DeviceDescription device{};
  device.lanesPerWarp = 32;
  device.sharedBytesPerBlock = 227 * 1024;
  device.registersPerThread = 255;
  device.numProcessors = 132;
  device.groupInstructions = groupInstruction;
  device.registersPerBlock = 64 * 1024;
  return device;
}

static ProductShape shape(int64_t rows, int64_t columns, int64_t depth) {
  return {1, rows, columns, depth, 2};
}

TEST(GroupTiling, LargeProductsHaveTheLargestBlocks) {
  auto tiling = chooseGroupTiling(makeDevice(), groupInstruction,
                                  shape(8192, 8192, 8192));
  ASSERT_TRUE(tiling);
  EXPECT_EQ(tiling->rows * tiling->columns, 128 * 256);
  EXPECT_EQ(tiling->warpRows, 8);
  EXPECT_EQ(tiling->depth, 64);
  EXPECT_EQ(tiling->stages, 4u);
  EXPECT_EQ(tiling->splits, 1);
}

TEST(GroupTiling, MuchDepthIsSplit) {
  auto tiling =
      chooseGroupTiling(makeDevice(), groupInstruction, shape(128, 128, 16384));
  ASSERT_TRUE(tiling);
  EXPECT_GT(tiling->splits, 1);
}

TEST(GroupTiling, SmallProductsHaveNone) {
  EXPECT_FALSE(
      chooseGroupTiling(makeDevice(), groupInstruction, shape(63, 4096, 4096)));
  EXPECT_FALSE(
      chooseGroupTiling(makeDevice(), groupInstruction, shape(4096, 63, 4096)));
  EXPECT_FALSE(
      chooseGroupTiling(makeDevice(), groupInstruction, shape(4096, 4096, 63)));
}

TEST(GroupTiling, RolesShareOutRegisters) {
  DeviceDescription device = makeDevice();
  // As many as a block begins with: 168 and 128 a thread.
  RoleRegisters two = chooseRegisters(device, groupInstruction, 2);
  EXPECT_EQ(two.worker, 232);
  EXPECT_EQ(two.producer, 40);
  RoleRegisters three = chooseRegisters(device, groupInstruction, 3);
  EXPECT_EQ(three.worker, 160);
  EXPECT_EQ(three.producer, 32);
  // A thread has all it can have as it is.
  EXPECT_EQ(chooseRegisters(device, groupInstruction, 1).worker, 0);
}
