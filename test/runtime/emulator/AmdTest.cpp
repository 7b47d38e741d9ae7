//===- AmdTest.cpp - Conformance of the models of AMD's operations --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "test/runtime/emulator/TestKernel.h"

#include "gtest/gtest.h"

using namespace xrt::emulator;
using namespace xrt::emulator::test;

namespace {
std::vector<uint32_t> move(const std::string &control, bool fillsZero) {
  Machine machine("gfx942");
  struct In {
    uint32_t old, value;
  };
  std::vector<In> lanes(64);
  for (uint32_t lane = 0; lane < 64; ++lane)
    lanes[lane] = {1000 + lane, lane};
  auto moved =
      execute<uint32_t>(machine,
                        {"llvm.amdgcn.update.dpp.i32",
                         "i32",
                         {"i32", "i32", "=i32 " + control, "=i32 15", "=i32 15",
                          fillsZero ? "=i1 true" : "=i1 false"}},
                        lanes);
  EXPECT_EQ(moved.size(), 64u) << machine.error;
  moved.resize(64);
  return moved;
}

// CDNA3 ISA, table "DPP controls".
TEST(EmulatorAmd, DataParallelPrimitives) {
  auto quad = move("177", false); // quad_perm [1, 0, 3, 2]
  auto shifted = move("273", false), filled = move("273", true); // row_shr:1
  auto rotated = move("296", false);                             // row_ror:8
  auto mirrored = move("321", false);  // row_half_mirror
  auto broadcast = move("322", false); // row_bcast:15
  for (uint32_t lane = 0; lane < 64; ++lane) {
    EXPECT_EQ(quad[lane], lane ^ 1);
    EXPECT_EQ(shifted[lane], lane % 16 ? lane - 1 : 1000 + lane);
    EXPECT_EQ(filled[lane], lane % 16 ? lane - 1 : 0);
    EXPECT_EQ(rotated[lane], lane ^ 8);
    EXPECT_EQ(mirrored[lane], lane ^ 7);
    EXPECT_EQ(broadcast[lane], lane < 16 ? 1000 + lane : lane / 16 * 16 - 1);
  }
}

TEST(EmulatorAmd, UnknownDppControlIsReported) {
  Machine machine("gfx942");
  std::vector<uint64_t> lanes(64);
  execute<uint32_t>(
      machine,
      {"llvm.amdgcn.update.dpp.i32",
       "i32",
       {"i32", "i32", "=i32 304", "=i32 15", "=i32 15", "=i1 false"}},
      lanes);
  EXPECT_EQ(machine.found(), "");
  execute<uint32_t>(
      machine,
      {"llvm.amdgcn.update.dpp.i32",
       "i32",
       {"i32", "i32", "=i32 400", "=i32 15", "=i32 15", "=i1 false"}},
      lanes);
  ASSERT_EQ(machine.found(), "invalid operation");
  EXPECT_EQ(machine.reports[0].what, "expects a known dpp control, got 400");
}

TEST(EmulatorAmd, LocalDataShareMoves) {
  struct In {
    uint32_t a, b;
  };
  Machine machine("gfx942");
  std::vector<In> lanes(64);
  for (uint32_t lane = 0; lane < 64; ++lane)
    lanes[lane] = {4 * ((lane + 5) % 64), lane};
  auto pulled = execute<uint32_t>(
      machine, {"llvm.amdgcn.ds.bpermute", "i32", {"i32", "i32"}}, lanes);
  auto pushed = execute<uint32_t>(
      machine, {"llvm.amdgcn.ds.permute", "i32", {"i32", "i32"}}, lanes);
  std::vector<uint32_t> numbers(64);
  for (uint32_t lane = 0; lane < 64; ++lane)
    numbers[lane] = lane;
  // and 0x1f, xor 16: exchanges halves of each 32 lanes.
  auto swizzled = execute<uint32_t>(
      machine, {"llvm.amdgcn.ds.swizzle", "i32", {"i32", "=i32 16415"}},
      numbers);
  auto first = execute<uint32_t>(
      machine, {"llvm.amdgcn.readfirstlane.i32", "i32", {"i32"}}, numbers);
  ASSERT_EQ(first.size(), 64u) << machine.error;
  for (uint32_t lane = 0; lane < 64; ++lane) {
    EXPECT_EQ(pulled[lane], (lane + 5) % 64);
    EXPECT_EQ(pushed[(lane + 5) % 64], lane);
    EXPECT_EQ(swizzled[lane], lane ^ 16);
    EXPECT_EQ(first[lane], 0u);
  }
}

// RDNA3 ISA, V_PERMLANEX16_B32, and its DPP control row_xmask.
TEST(EmulatorAmd, MovesOfWaves32) {
  Machine machine("gfx1100");
  std::vector<uint32_t> numbers(32);
  for (uint32_t lane = 0; lane < 32; ++lane)
    numbers[lane] = lane;
  // Lane i of a row reads lane i of the other: choices 0 to 15 in order.
  auto crossed =
      execute<uint32_t>(machine,
                        {"llvm.amdgcn.permlanex16.i32",
                         "i32",
                         {"=i32 0", "i32", "=i32 1985229328", "=i32 -19088744",
                          "=i1 false", "=i1 false"}},
                        numbers);
  auto masked = execute<uint32_t>(
      machine,
      {"llvm.amdgcn.update.dpp.i32",
       "i32",
       {"=i32 0", "i32", "=i32 357", "=i32 15", "=i32 15", "=i1 true"}},
      numbers);
  struct In {
    uint32_t address, value;
  };
  std::vector<In> lanes(32);
  for (uint32_t lane = 0; lane < 32; ++lane)
    lanes[lane] = {4 * (lane + 40), lane};
  auto pulled = execute<uint32_t>(
      machine, {"llvm.amdgcn.ds.bpermute", "i32", {"i32", "i32"}}, lanes);
  ASSERT_EQ(pulled.size(), 32u) << machine.error;
  for (uint32_t lane = 0; lane < 32; ++lane) {
    EXPECT_EQ(crossed[lane], lane ^ 16);
    EXPECT_EQ(masked[lane], lane ^ 5);
    EXPECT_EQ(pulled[lane], (lane + 8) % 32);
  }
}

// CDNA4 ISA, V_PERMLANE16_SWAP_B32 and V_PERMLANE32_SWAP_B32: odd rows (the
// upper half) of the first trade places with even rows of the second.
TEST(EmulatorAmd, SwapsOfRows) {
  struct In {
    uint32_t first, second;
  };
  Machine machine("gfx950");
  std::vector<In> lanes(64);
  for (uint32_t lane = 0; lane < 64; ++lane)
    lanes[lane] = {lane, 100 + lane};
  auto swap = [&](const std::string &name) {
    return execute<In>(
        machine,
        {name, "{ i32, i32 }", {"i32", "i32", "=i1 false", "=i1 false"}},
        lanes);
  };
  auto rows = swap("llvm.amdgcn.permlane16.swap");
  auto halves = swap("llvm.amdgcn.permlane32.swap");
  ASSERT_EQ(halves.size(), 64u) << machine.error;
  for (uint32_t lane = 0; lane < 64; ++lane) {
    EXPECT_EQ(rows[lane].first, lane & 16 ? 100 + lane - 16 : lane);
    EXPECT_EQ(rows[lane].second, lane & 16 ? 100 + lane : lane + 16);
    EXPECT_EQ(halves[lane].first, lane & 32 ? 100 + lane - 32 : lane);
    EXPECT_EQ(halves[lane].second, lane & 32 ? 100 + lane : lane + 32);
  }
}

/// Lane t loads 8 bytes at 8 t of a buffer of `records` bytes and stores them
/// at 8 t of another of as many.
std::string bufferText(const std::string &records) {
  return kernelText("gfx942", "ptr addrspace(1) %in, ptr addrspace(1) %out",
                    R"(
  %t = call i32 @llvm.amdgcn.workitem.id.x()
  %o = shl i32 %t, 3
  %i = call ptr addrspace(8) @llvm.amdgcn.make.buffer.rsrc.p8.p1(ptr addrspace(1) %in, i16 0, i64 )" +
                        records + R"(, i32 0)
  %v = call <2 x i32> @llvm.amdgcn.raw.ptr.buffer.load.v2i32(ptr addrspace(8) %i, i32 %o, i32 0, i32 0)
  %p = getelementptr i8, ptr addrspace(1) %out, i32 %o
  store <2 x i32> %v, ptr addrspace(1) %p
  ret void)",
                    R"(
declare i32 @llvm.amdgcn.workitem.id.x()
declare ptr addrspace(8) @llvm.amdgcn.make.buffer.rsrc.p8.p1(ptr addrspace(1), i16, i64, i32)
declare <2 x i32> @llvm.amdgcn.raw.ptr.buffer.load.v2i32(ptr addrspace(8), i32, i32, i32)
)");
}

TEST(EmulatorAmd, BufferLoadsBeyondTheRecordsGiveZeros) {
  Machine machine("gfx942");
  ASSERT_TRUE(machine.load(bufferText("84"))) << machine.error;
  std::vector<int32_t> in(32, 7);
  int32_t *out = machine.allocate<int32_t>(32);
  ASSERT_TRUE(machine.run(1, 16, {bits(machine.upload(in)), bits(out)}));
  EXPECT_EQ(machine.found(), "");
  auto got = machine.download(out, 32);
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(got[i], i < 21 ? 7 : 0);
}

TEST(EmulatorAmd, BufferLoadsWithinTheRecordsAreChecked) {
  Machine machine("gfx942");
  ASSERT_TRUE(machine.load(bufferText("2147483648")));
  std::vector<int32_t> in(31, 7);
  machine.run(1, 16,
              {bits(machine.upload(in)), bits(machine.allocate<int32_t>(32))});
  EXPECT_EQ(machine.found(), "out of bounds");
}
} // namespace
