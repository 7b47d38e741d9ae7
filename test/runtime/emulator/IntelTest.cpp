//===- IntelTest.cpp - Conformance of the models of Intel's operations ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where which element lies is typed from the texts of
// cl_intel_subgroup_matrix_multiply_accumulate and
// cl_intel_subgroup_2d_block_io.
//
//===----------------------------------------------------------------------===//
#include "test/runtime/emulator/Matrices.h"
#include "test/runtime/emulator/TestKernel.h"

#include "runtime/emulator/Numbers.h"

#include "gtest/gtest.h"

using namespace xrt::emulator;
using namespace xrt::emulator::test;

namespace {
/// What a work-item of a subgroup of |lanes| passes to a product.
template <typename Element, typename Sum, unsigned lanes> struct Operands {
  alignas(32) Element a[256 / lanes / sizeof(Element)];
  alignas(32) Element b[32 / sizeof(Element)];
  alignas(32) Sum c[8];
};
template <typename Sum> struct Sums {
  Sum d[8];
};

/// "Each work-item in the subgroup holds one column of C; of A, as many values
/// of each row as fill 16 bits, 32 where the subgroup has 8; of B, those of one
/// column that fill 32 bits."
template <typename Element, typename Sum, unsigned lanes>
void checkDpas(const std::string &target, const std::string &name,
               Element (*encode)(float)) {
  constexpr unsigned k = 32 / sizeof(Element), ofLane = k / lanes;
  Machine machine(target);
  Matrix a = wholeNumbers(8, k, 1), b = wholeNumbers(k, lanes, 2),
         c = wholeNumbers(8, lanes, 4);
  std::vector<Operands<Element, Sum, lanes>> items(lanes);
  a.forEach([&](unsigned row, unsigned depth, float value) {
    items[depth / ofLane].a[row * ofLane + depth % ofLane] = encode(value);
  });
  b.forEach([&](unsigned depth, unsigned column, float value) {
    items[column].b[depth] = encode(value);
  });
  c.forEach([&](unsigned row, unsigned column, float value) {
    items[column].c[row] = Sum(value);
  });
  std::string ofA = lanes == 16 ? "<8 x i16>" : "<8 x i32>";
  std::string sum = sizeof(Element) == 1 ? "<8 x i32>" : "<8 x float>";
  auto sums =
      execute<Sums<Sum>>(machine, {name, sum, {ofA, "<8 x i32>", sum}}, items);
  ASSERT_EQ(sums.size(), lanes) << machine.error;
  EXPECT_EQ(machine.found(), "");
  product(a, b, c).forEach([&](unsigned row, unsigned column, float value) {
    ASSERT_EQ(sums[column].d[row], Sum(value)) << row << ", " << column;
  });
}

int8_t wholeByte(float value) { return int8_t(value); }

TEST(EmulatorIntel, DpasOfSubgroupsOf16) {
  for (const char *target : {"pvc", "bmg"}) {
    checkDpas<uint16_t, float, 16>(
        target, "_Z38intel_sub_group_f16_f16_matrix_mad_k16Dv8_sDv8_iDv8_f",
        halfBits);
    checkDpas<uint16_t, float, 16>(
        target, "_Z40intel_sub_group_bf16_bf16_matrix_mad_k16Dv8_sDv8_iDv8_f",
        bfloatBits);
    checkDpas<int8_t, int32_t, 16>(
        target, "_Z36intel_sub_group_i8_i8_matrix_mad_k32Dv8_sDv8_iS0_",
        wholeByte);
  }
}

TEST(EmulatorIntel, DpasOfSubgroupsOf8) {
  checkDpas<uint16_t, float, 8>(
      "dg2", "_Z38intel_sub_group_f16_f16_matrix_mad_k16Dv8_iS_Dv8_f",
      halfBits);
  checkDpas<uint16_t, float, 8>(
      "dg2", "_Z40intel_sub_group_bf16_bf16_matrix_mad_k16Dv8_iS_Dv8_f",
      bfloatBits);
  checkDpas<int8_t, int32_t, 8>(
      "dg2", "_Z36intel_sub_group_i8_i8_matrix_mad_k32Dv8_iS_S_", wholeByte);
}

TEST(EmulatorIntel, Shuffles) {
  struct In {
    uint32_t value, lane;
  };
  Machine machine("pvc");
  std::vector<In> lanes(16);
  for (uint32_t lane = 0; lane < 16; ++lane)
    lanes[lane] = {100 + lane, 3};
  auto exchanged = execute<uint32_t>(
      machine, {"_Z27intel_sub_group_shuffle_xorij", "i32", {"i32", "i32"}},
      lanes);
  auto spread = execute<uint32_t>(
      machine, {"_Z23intel_sub_group_shuffleij", "i32", {"i32", "i32"}}, lanes);
  ASSERT_EQ(spread.size(), 16u) << machine.error;
  for (uint32_t lane = 0; lane < 16; ++lane) {
    EXPECT_EQ(exchanged[lane], 100 + (lane ^ 3));
    EXPECT_EQ(spread[lane], 103u);
  }
}

/// Reads a block at (x, y) of a matrix of 12 rows of 40 16-bit elements, 48
/// elements apart; each lane stores the 32 bytes it got.
std::string blockText(const std::string &name, int x, int y) {
  std::string declaration =
      "declare void @" + name +
      "(ptr addrspace(1), i32, i32, i32, <2 x i32>, ptr)\n"
      "declare i32 @_Z22get_sub_group_local_idv()\n";
  return kernelText(
      "pvc", "ptr addrspace(1) %in, ptr addrspace(1) %out",
      R"(
  %slot = alloca <8 x i32>
  store <8 x i32> zeroinitializer, ptr %slot
  %t = call i32 @_Z22get_sub_group_local_idv()
  call void @)" +
          name +
          R"((ptr addrspace(1) %in, i32 80, i32 12, i32 96, <2 x i32> <i32 )" +
          std::to_string(x) + ", i32 " + std::to_string(y) +
          R"(>, ptr %slot)
  %v = load <8 x i32>, ptr %slot
  %p = getelementptr <8 x i32>, ptr addrspace(1) %out, i32 %t
  store <8 x i32> %v, ptr addrspace(1) %p
  ret void)",
      declaration);
}

/// Element (row, column) is 100 row + column, and 0 outside.
uint16_t element(int row, int column) {
  return row < 0 || row >= 12 || column < 0 || column >= 40
             ? 0
             : 100 * row + column;
}

std::vector<uint16_t> readBlock(Machine &machine, const std::string &name,
                                int x, int y) {
  EXPECT_TRUE(machine.load(blockText(name, x, y))) << machine.error;
  std::vector<uint16_t> matrix(12 * 48, 9999);
  for (int row = 0; row < 12; ++row)
    for (int column = 0; column < 40; ++column)
      matrix[row * 48 + column] = element(row, column);
  uint16_t *out = machine.allocate<uint16_t>(16 * 16);
  machine.run(1, 16, {bits(machine.upload(matrix)), bits(out)});
  return machine.download(out, 16 * 16);
}

TEST(EmulatorIntel, BlockReads) {
  Machine machine("pvc");
  for (auto [x, y] : {std::pair(16, 2), {32, 8}, {-2, -3}}) {
    auto plain = readBlock(
        machine,
        "_Z41intel_sub_group_2d_block_read_16b_8r16x1cPU3AS1viiiDv2_iPt", x, y);
    EXPECT_EQ(machine.found(), "");
    for (int lane = 0; lane < 16; ++lane)
      for (int row = 0; row < 8; ++row)
        ASSERT_EQ(plain[lane * 16 + row], element(y + row, x + lane));
    auto pairs = readBlock(machine,
                           "_Z52intel_sub_group_2d_block_read_transform_16b_"
                           "16r16x1cPU3AS1viiiDv2_iPj",
                           x, y);
    for (int lane = 0; lane < 16; ++lane)
      for (int row = 0; row < 16; ++row)
        ASSERT_EQ(pairs[lane * 16 + row], element(y + row, x + lane));
    // x counts elements of 32 bits.
    auto turned = readBlock(machine,
                            "_Z51intel_sub_group_2d_block_read_transpose_32b_"
                            "16r8x1cPU3AS1viiiDv2_iPj",
                            x / 2, y);
    for (int lane = 0; lane < 16; ++lane)
      for (int column = 0; column < 16; ++column)
        ASSERT_EQ(turned[lane * 16 + column], element(y + lane, x + column));
  }
}

// The same matrix as bytes: a work-item gets two columns of each row; of a
// block that is transformed, four rows of one column in each word.
TEST(EmulatorIntel, BlockReadsOfBytes) {
  Machine machine("pvc");
  for (auto [x, y] : {std::pair(32, 2), {64, 8}, {-4, -3}}) {
    auto plain = readBlock(
        machine,
        "_Z40intel_sub_group_2d_block_read_8b_8r32x1cPU3AS1viiiDv2_iPt", x, y);
    EXPECT_EQ(machine.found(), "");
    for (int lane = 0; lane < 16; ++lane)
      for (int row = 0; row < 8; ++row)
        ASSERT_EQ(plain[lane * 16 + row], element(y + row, x / 2 + lane));
    auto quads = readBlock(machine,
                           "_Z51intel_sub_group_2d_block_read_transform_8b_"
                           "32r16x1cPU3AS1viiiDv2_iPj",
                           x, y);
    for (int lane = 0; lane < 16; ++lane)
      for (int row = 0; row < 32; ++row) {
        uint8_t got = quads[lane * 16 + row / 2] >> 8 * (row % 2);
        uint16_t both = element(y + row, (x + lane) >> 1);
        ASSERT_EQ(got, uint8_t(both >> 8 * ((x + lane) & 1)));
      }
  }
}

TEST(EmulatorIntel, BlockReadsHaveRules) {
  Machine machine("pvc");
  readBlock(machine,
            "_Z41intel_sub_group_2d_block_read_16b_8r16x1cPU3AS1viiiDv2_iPt", 1,
            0);
  ASSERT_EQ(machine.found(), "invalid operation");
  EXPECT_EQ(machine.reports[0].what,
            "expects an x that is a multiple of 4 bytes, got 1");
}

// "Each work-item holds one column"; what lies outside of the matrix stays.
TEST(EmulatorIntel, BlockWrites) {
  const std::string name =
      "_Z42intel_sub_group_2d_block_write_16b_8r16x1cPU3AS1viiiDv2_iPt";
  std::string lines;
  for (int row = 0; row < 8; ++row) {
    std::string r = std::to_string(row);
    lines += "%v" + r + " = add i16 %lane, " + std::to_string(100 * row) +
             "\n%q" + r + " = getelementptr i16, ptr %slot, i32 " + r +
             "\nstore i16 %v" + r + ", ptr %q" + r + "\n";
  }
  Machine machine("pvc");
  ASSERT_TRUE(machine.load(kernelText(
      "pvc", "ptr addrspace(1) %out",
      "%slot = alloca <8 x i16>\n"
      "%t = call i32 @_Z22get_sub_group_local_idv()\n"
      "%lane = trunc i32 %t to i16\n" +
          lines + "call void @" + name +
          "(ptr addrspace(1) %out, i32 80, i32 12, i32 96, <2 x i32> <i32 32, "
          "i32 8>, ptr %slot)\nret void",
      "declare i32 @_Z22get_sub_group_local_idv()\ndeclare void @" + name +
          "(ptr addrspace(1), i32, i32, i32, <2 x i32>, ptr)\n")))
      << machine.error;
  uint16_t *out = machine.upload(std::vector<uint16_t>(12 * 48, 9999));
  ASSERT_TRUE(machine.run(1, 16, {bits(out)})) << machine.error;
  EXPECT_EQ(machine.found(), "");
  std::vector<uint16_t> got = machine.download(out, 12 * 48);
  for (int row = 0; row < 12; ++row)
    for (int column = 0; column < 48; ++column) {
      bool isWritten = row >= 8 && column >= 32 && column < 40;
      ASSERT_EQ(got[row * 48 + column],
                isWritten ? 100 * (row - 8) + column - 32 : 9999)
          << row << ", " << column;
    }
}
} // namespace
