//===- AmdTest.cpp - Conformance of the models of AMD's operations --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where which element lies is typed from what AMD's matrix instruction
// calculator prints for CDNA3 (--detail-instruction, "Matrix element to
// register mapping with no modifiers").
//
//===----------------------------------------------------------------------===//
#include "test/runtime/emulator/Matrices.h"
#include "test/runtime/emulator/TestKernel.h"

#include "runtime/emulator/Numbers.h"

#include "gtest/gtest.h"

using namespace xrt::emulator;
using namespace xrt::emulator::test;

namespace {
/// A lane's elements lie together: the calculator's register and its bits make
/// one number.
struct Form {
  unsigned m, k;
  SeatOf seatOfA; // of (row, depth)
  SeatOf seatOfB; // of (depth, column)
  SeatOf seatOfD; // of (row, column)
};

// v_mfma_f32_16x16x16_f16 and _bf16, v_mfma_f32_16x16x4_f32.
constexpr Form k16x16x16 = {
    16, 16,
    [](unsigned i, unsigned k) { return Seat{16 * (k / 4) + i, k % 4}; },
    [](unsigned k, unsigned j) { return Seat{16 * (k / 4) + j, k % 4}; },
    [](unsigned i, unsigned j) { return Seat{16 * (i / 4) + j, i % 4}; }};
constexpr Form k16x16x4 = {
    16, 4, [](unsigned i, unsigned k) { return Seat{16 * k + i, 0}; },
    [](unsigned k, unsigned j) { return Seat{16 * k + j, 0}; },
    k16x16x16.seatOfD};
// v_mfma_f32_32x32x8_f16 and _bf16, v_mfma_f32_32x32x2_f32.
constexpr Form k32x32x8 = {
    32, 8, [](unsigned i, unsigned k) { return Seat{32 * (k / 4) + i, k % 4}; },
    [](unsigned k, unsigned j) { return Seat{32 * (k / 4) + j, k % 4}; },
    [](unsigned i, unsigned j) {
      return Seat{32 * (i / 4 % 2) + j, 4 * (i / 8) + i % 4};
    }};
constexpr Form k32x32x2 = {
    32, 2, [](unsigned i, unsigned k) { return Seat{32 * k + i, 0}; },
    [](unsigned k, unsigned j) { return Seat{32 * k + j, 0}; },
    k32x32x8.seatOfD};

template <unsigned m, unsigned k, typename T>
void checkMfma(const Form &form, const std::string &name,
               const std::string &operand, const std::string &accumulator,
               T (*encode)(float)) {
  struct In {
    T a[m * k / 64], b[m * k / 64];
    alignas(m *m / 16) float c[m * m / 64];
  };
  struct Out {
    float d[m * m / 64];
  };
  Machine machine("gfx942");
  Matrix a = wholeNumbers(m, k, 1), b = wholeNumbers(k, m, 2),
         c = wholeNumbers(m, m, 4);
  std::vector<In> lanes(64);
  a.forEach([&](unsigned row, unsigned depth, float value) {
    Seat seat = form.seatOfA(row, depth);
    lanes[seat.lane].a[seat.item] = encode(value);
  });
  b.forEach([&](unsigned depth, unsigned column, float value) {
    Seat seat = form.seatOfB(depth, column);
    lanes[seat.lane].b[seat.item] = encode(value);
  });
  c.forEach([&](unsigned row, unsigned column, float value) {
    Seat seat = form.seatOfD(row, column);
    lanes[seat.lane].c[seat.item] = value;
  });
  auto out = execute<Out>(
      machine,
      {"llvm.amdgcn.mfma." + name,
       accumulator,
       {operand, operand, accumulator, "=i32 0", "=i32 0", "=i32 0"}},
      lanes);
  ASSERT_EQ(out.size(), 64u) << machine.error;
  EXPECT_EQ(machine.found(), "");
  product(a, b, c).forEach([&](unsigned row, unsigned column, float value) {
    Seat seat = form.seatOfD(row, column);
    ASSERT_EQ(out[seat.lane].d[seat.item], value) << row << ", " << column;
  });
}

float same(float x) { return x; }

TEST(EmulatorAmd, Mfma) {
  checkMfma<16, 16>(k16x16x16, "f32.16x16x16f16", "<4 x half>", "<4 x float>",
                    halfBits);
  checkMfma<16, 16>(k16x16x16, "f32.16x16x16bf16.1k", "<4 x i16>",
                    "<4 x float>", bfloatBits);
  checkMfma<16, 4>(k16x16x4, "f32.16x16x4f32", "float", "<4 x float>", same);
  checkMfma<32, 8>(k32x32x8, "f32.32x32x8f16", "<4 x half>", "<16 x float>",
                   halfBits);
  checkMfma<32, 8>(k32x32x8, "f32.32x32x8bf16.1k", "<4 x i16>", "<16 x float>",
                   bfloatBits);
  checkMfma<32, 2>(k32x32x2, "f32.32x32x2f32", "float", "<16 x float>", same);
}

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
