//===- AmdMatrixTest.cpp - Conformance of AMD's matrix operations ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where which element lies is read from the tables that AMD's matrix
// instruction calculator prints (test/Target/AMD/Inputs/matrices.txt). It does
// not know CDNA4, whose manual has elements of 16 bits where CDNA3 has as many
// of 8.
//
//===----------------------------------------------------------------------===//
#include "test/runtime/emulator/Matrices.h"
#include "test/runtime/emulator/TestKernel.h"

#include "runtime/emulator/Numbers.h"

#include "gtest/gtest.h"

#include <fstream>
#include <sstream>

using namespace xrt::emulator;
using namespace xrt::emulator::test;

namespace {
/// Where element (row, column) is, once for each copy.
struct TablePlace {
  unsigned row, column;
  Seat seat;
};

std::vector<TablePlace> readTable(const std::string &name) {
  std::ifstream file(TABLES "/matrices.txt");
  std::vector<TablePlace> places;
  std::string line;
  bool isWanted = false;
  for (unsigned row = 0; std::getline(file, line);) {
    if (line.find("v_") != std::string::npos) {
      isWanted = ("," + line + ",").find("," + name + ",") != std::string::npos;
      row = 0;
      continue;
    }
    std::istringstream cells(line);
    std::string cell;
    for (unsigned column = 0; isWanted && cells >> cell; ++column) {
      std::istringstream copies(cell);
      for (std::string copy; std::getline(copies, copy, '+');) {
        unsigned item = std::stoul(copy);
        unsigned lane = std::stoul(copy.substr(copy.find(':') + 1));
        places.push_back({row, column, {lane, item}});
      }
    }
    ++row;
  }
  EXPECT_FALSE(places.empty()) << name;
  return places;
}

unsigned rowsOf(const std::vector<TablePlace> &places) {
  return places.empty() ? 1 : places.back().row + 1;
}

template <typename T, unsigned perLane, typename Sum, unsigned sumsPerLane>
struct Lane {
  alignas(sizeof(T) * perLane) T a[perLane];
  alignas(sizeof(T) * perLane) T b[perLane];
  alignas(sizeof(Sum) * sumsPerLane) Sum c[sumsPerLane];
};

/// A product of whole numbers, laid out as the calculator's table says.
template <typename T, unsigned perLane, typename Sum, unsigned sumsPerLane>
void check(const std::string &target, const std::string &table,
           const Operation &operation, T (*encode)(float)) {
  SCOPED_TRACE(target + " " + operation.name);
  auto placesA = readTable(table + ":A"), placesB = readTable(table + ":B");
  auto placesD = readTable(table + ":D");
  unsigned m = rowsOf(placesA), k = rowsOf(placesB);
  Matrix a = wholeNumbers(m, k, 1), b = wholeNumbers(k, m, 2),
         c = wholeNumbers(m, m, 4);
  unsigned count = target.starts_with("gfx9") ? 64 : 32;
  std::vector<Lane<T, perLane, Sum, sumsPerLane>> lanes(count);
  for (auto [row, column, seat] : placesA)
    lanes.at(seat.lane).a[seat.item] = encode(a.at(row, column));
  for (auto [row, column, seat] : placesB)
    lanes.at(seat.lane).b[seat.item] = encode(b.at(row, column));
  for (auto [row, column, seat] : placesD)
    lanes.at(seat.lane).c[seat.item] = Sum(c.at(row, column));
  struct Out {
    Sum d[sumsPerLane];
  };
  Machine machine(target);
  auto out = execute<Out>(machine, operation, lanes);
  ASSERT_EQ(out.size(), count) << machine.error;
  EXPECT_EQ(machine.found(), "");
  Matrix expected = product(a, b, c);
  for (auto [row, column, seat] : placesD)
    ASSERT_EQ(out[seat.lane].d[seat.item], Sum(expected.at(row, column)))
        << row << ", " << column;
}

Operation mfma(const std::string &name, const std::string &operand,
               const std::string &sum) {
  return {"llvm.amdgcn.mfma." + name,
          sum,
          {operand, operand, sum, "=i32 0", "=i32 0", "=i32 0"}};
}
Operation wmma(const std::string &name, const std::string &operand) {
  return {"llvm.amdgcn.wmma.f32.16x16x16." + name,
          "<8 x float>",
          {operand, operand, "<8 x float>"}};
}
Operation wmmaBytes(const std::string &suffix, const std::string &operand) {
  return {"llvm.amdgcn.wmma.i32.16x16x16.iu8." + suffix,
          "<8 x i32>",
          {"=i1 true", operand, "=i1 true", operand, "<8 x i32>", "=i1 false"}};
}

float same(float x) { return x; }
double widen(float x) { return x; }
int8_t byte(float x) { return int8_t(x); }

/// Whole numbers up to 6 by their bytes, typed from the formats' definitions:
/// exponent biases 7 and 15 (OCP), 8 and 16 (FNUZ).
template <uint8_t... codes> uint8_t encode(float x) {
  constexpr uint8_t magnitudes[] = {0, codes...};
  return magnitudes[int(std::fabs(x))] | (x < 0 ? 0x80 : 0);
}
constexpr auto e4m3 = encode<0x38, 0x40, 0x44, 0x48, 0x4a, 0x4c>;
constexpr auto e5m2 = encode<0x3c, 0x40, 0x42, 0x44, 0x45, 0x46>;
constexpr auto e4m3Fnuz = encode<0x40, 0x48, 0x4c, 0x50, 0x52, 0x54>;
constexpr auto e5m2Fnuz = encode<0x40, 0x44, 0x46, 0x48, 0x49, 0x4a>;

TEST(EmulatorAmdMatrix, HalvesAndFloats) {
  for (std::string target : {"gfx908", "gfx90a", "gfx942", "gfx950"}) {
    check<uint16_t, 4, float, 4>(
        target, "cdna1:v_mfma_f32_16x16x16f16",
        mfma("f32.16x16x16f16", "<4 x half>", "<4 x float>"), halfBits);
    check<uint16_t, 4, float, 16>(
        target, "cdna1:v_mfma_f32_32x32x8f16",
        mfma("f32.32x32x8f16", "<4 x half>", "<16 x float>"), halfBits);
    check<float, 1, float, 4>(target, "cdna1:v_mfma_f32_16x16x4f32",
                              mfma("f32.16x16x4f32", "float", "<4 x float>"),
                              same);
  }
  check<uint16_t, 8, float, 4>(
      "gfx950", "cdna3:v_mfma_i32_16x16x32_i8",
      mfma("f32.16x16x32.f16", "<8 x half>", "<4 x float>"), halfBits);
  check<uint16_t, 8, float, 16>(
      "gfx950", "cdna3:v_mfma_i32_32x32x16_i8",
      mfma("f32.32x32x16.f16", "<8 x half>", "<16 x float>"), halfBits);
  check<float, 2, float, 4>(
      "gfx942", "cdna3:v_mfma_f32_16x16x8_xf32",
      mfma("f32.16x16x8.xf32", "<2 x float>", "<4 x float>"), same);
  check<double, 1, double, 4>("gfx90a", "cdna2:v_mfma_f64_16x16x4f64",
                              mfma("f64.16x16x4f64", "double", "<4 x double>"),
                              widen);
}

TEST(EmulatorAmdMatrix, Bfloats) {
  check<uint16_t, 2, float, 4>(
      "gfx908", "cdna1:v_mfma_f32_16x16x8bf16",
      mfma("f32.16x16x8bf16", "<2 x i16>", "<4 x float>"), bfloatBits);
  check<uint16_t, 2, float, 16>(
      "gfx908", "cdna1:v_mfma_f32_32x32x4bf16",
      mfma("f32.32x32x4bf16", "<2 x i16>", "<16 x float>"), bfloatBits);
  for (std::string target : {"gfx90a", "gfx942"}) {
    check<uint16_t, 4, float, 4>(
        target, "cdna2:v_mfma_f32_16x16x16bf16_1k",
        mfma("f32.16x16x16bf16.1k", "<4 x i16>", "<4 x float>"), bfloatBits);
    check<uint16_t, 4, float, 16>(
        target, "cdna2:v_mfma_f32_32x32x8bf16_1k",
        mfma("f32.32x32x8bf16.1k", "<4 x i16>", "<16 x float>"), bfloatBits);
  }
  check<uint16_t, 8, float, 4>(
      "gfx950", "cdna3:v_mfma_i32_16x16x32_i8",
      mfma("f32.16x16x32.bf16", "<8 x bfloat>", "<4 x float>"), bfloatBits);
  check<uint16_t, 8, float, 16>(
      "gfx950", "cdna3:v_mfma_i32_32x32x16_i8",
      mfma("f32.32x32x16.bf16", "<8 x bfloat>", "<16 x float>"), bfloatBits);
}

TEST(EmulatorAmdMatrix, Bytes) {
  check<int8_t, 4, int32_t, 4>("gfx908", "cdna1:v_mfma_i32_16x16x16i8",
                               mfma("i32.16x16x16i8", "i32", "<4 x i32>"),
                               byte);
  check<int8_t, 8, int32_t, 4>("gfx942", "cdna3:v_mfma_i32_16x16x32_i8",
                               mfma("i32.16x16x32.i8", "i64", "<4 x i32>"),
                               byte);
  check<int8_t, 8, int32_t, 16>("gfx942", "cdna3:v_mfma_i32_32x32x16_i8",
                                mfma("i32.32x32x16.i8", "i64", "<16 x i32>"),
                                byte);
  Operation fp8 = mfma("f32.16x16x32.fp8.fp8", "i64", "<4 x float>");
  Operation bf8 = mfma("f32.16x16x32.bf8.bf8", "i64", "<4 x float>");
  std::string table = "cdna3:v_mfma_f32_16x16x32_fp8_fp8";
  check<uint8_t, 8, float, 4>("gfx942", table, fp8, e4m3Fnuz);
  check<uint8_t, 8, float, 4>("gfx942", table, bf8, e5m2Fnuz);
  check<uint8_t, 8, float, 4>("gfx950", table, fp8, e4m3);
  check<uint8_t, 8, float, 4>("gfx950", table, bf8, e5m2);
}

TEST(EmulatorAmdMatrix, Waves32) {
  for (std::string target : {"gfx1100", "gfx11-generic"}) {
    check<uint16_t, 16, float, 8>(target, "rdna3:v_wmma_f32_16x16x16_f16",
                                  wmma("f16.v8f32.v16f16", "<16 x half>"),
                                  halfBits);
    check<uint16_t, 16, float, 8>(target, "rdna3:v_wmma_f32_16x16x16_bf16",
                                  wmma("bf16.v8f32.v16i16", "<16 x i16>"),
                                  bfloatBits);
    check<int8_t, 16, int32_t, 8>(target, "rdna3:v_wmma_i32_16x16x16_iu8",
                                  wmmaBytes("v8i32.v4i32", "<4 x i32>"), byte);
  }
  check<uint16_t, 8, float, 8>("gfx1201", "rdna4:v_wmma_f32_16x16x16_f16",
                               wmma("f16.v8f32.v8f16", "<8 x half>"), halfBits);
  check<uint16_t, 8, float, 8>("gfx1201", "rdna4:v_wmma_f32_16x16x16_bf16",
                               wmma("bf16.v8f32.v8i16", "<8 x i16>"),
                               bfloatBits);
  check<int8_t, 8, int32_t, 8>("gfx1201", "rdna4:v_wmma_i32_16x16x16_iu8",
                               wmmaBytes("v8i32.v2i32", "<2 x i32>"), byte);
  check<uint8_t, 8, float, 8>("gfx1201", "rdna4:v_wmma_f32_16x16x16_fp8_fp8",
                              wmma("fp8.fp8.v8f32.v2i32", "<2 x i32>"), e4m3);
  check<uint8_t, 8, float, 8>("gfx1201", "rdna4:v_wmma_f32_16x16x16_bf8_bf8",
                              wmma("bf8.bf8.v8f32.v2i32", "<2 x i32>"), e5m2);
}

/// Element (0, 0) of a product whose A and B hold the same number everywhere.
float productOf(const std::string &target, const std::string &name,
                const std::string &type, uint64_t a, uint64_t b) {
  struct In {
    uint64_t a, b;
    alignas(16) float c[4];
  };
  std::vector<In> lanes(64, In{a, b, {}});
  Machine machine(target);
  struct Out {
    float d[4];
  };
  auto out = execute<Out>(machine, mfma(name, type, "<4 x float>"), lanes);
  return out.empty() ? -1 : out[0].d[0];
}

// "MI200 MFMA behavior specifics" of AMD's MIOpen: MFMA_F16, MFMA_BF16 and
// MFMA_BF16_1K flush input and output denormals to zero.
TEST(EmulatorAmdMatrix, Mi200HasNoDenormalsOf16Bits) {
  uint64_t half = 0x0001000100010001, large = 0x6400640064006400; // 1024
  float exact = 16 * 0x1p-24f * 1024;
  EXPECT_EQ(productOf("gfx942", "f32.16x16x16f16", "<4 x half>", half, large),
            exact);
  EXPECT_EQ(productOf("gfx90a", "f32.16x16x16f16", "<4 x half>", half, large),
            0);
  uint64_t bfloat = 0x0040004000400040, one = 0x3f803f803f803f80;
  EXPECT_EQ(
      productOf("gfx942", "f32.16x16x16bf16.1k", "<4 x i16>", bfloat, one),
      16 * 0x1p-127f);
  EXPECT_EQ(
      productOf("gfx90a", "f32.16x16x16bf16.1k", "<4 x i16>", bfloat, one), 0);
  // Sums that are denormal though no operand is: 2^-100 2^-36.
  EXPECT_EQ(productOf("gfx90a", "f32.16x16x16bf16.1k", "<4 x i16>",
                      0x0d800d800d800d80, 0x2d802d802d802d80),
            0);
}

TEST(EmulatorAmdMatrix, FloatsOf8BitsWithOneZero) {
  uint64_t minusZero = 0x8080808080808080, one = 0x4040404040404040;
  std::string name = "f32.16x16x32.fp8.fp8";
  EXPECT_TRUE(std::isnan(productOf("gfx942", name, "i64", minusZero, one)));
  EXPECT_EQ(productOf("gfx950", name, "i64", minusZero, one), 0);
  // The smallest denormal: 2^-10 and, with OCP's bias, 2^-9; 0x40 is 1 and 2.
  uint64_t least = 0x0101010101010101;
  EXPECT_EQ(productOf("gfx942", name, "i64", least, one), 32 * 0x1p-10f);
  EXPECT_EQ(productOf("gfx950", name, "i64", least, one), 32 * 0x1p-8f);
}

TEST(EmulatorAmdMatrix, OperandsOfRdna3AreThereTwice) {
  std::vector<Lane<uint16_t, 16, float, 8>> lanes(32);
  lanes[20].b[3] = 1;
  Machine machine("gfx1100");
  struct Out {
    float d[8];
  };
  execute<Out>(machine, wmma("f16.v8f32.v16f16", "<16 x half>"), lanes);
  ASSERT_EQ(machine.found(), "invalid operation");
  EXPECT_EQ(machine.reports[0].what,
            "expects lanes 16 to 31 to hold what lanes 0 to 15 hold, got "
            "another operand in lane 20");
}

TEST(EmulatorAmdMatrix, DotProducts) {
  struct In {
    uint32_t a, b;
    float c;
  };
  Operation halves = {"llvm.amdgcn.fdot2",
                      "float",
                      {"<2 x half>", "<2 x half>", "float", "=i1 false"}};
  // 2 * 3 + -1 * 0.5 + 10; denormals of f16 count, those of f32 do not.
  std::vector<In> lanes = {{0xbc004000, 0x38004200, 10.0f},
                           {0x00000001, 0x00003c00, 0.0f},
                           {0, 0, 0x1p-130f}};
  Machine machine("gfx906");
  auto sums = execute<float>(machine, halves, lanes);
  ASSERT_EQ(sums.size(), 3u) << machine.error;
  EXPECT_EQ(sums[0], 15.5f);
  EXPECT_EQ(sums[1], 0x1p-24f);
  EXPECT_EQ(sums[2], 0.0f);
  struct InBytes {
    uint32_t a, b, c;
  };
  Operation bytes = {
      "llvm.amdgcn.sdot4", "i32", {"i32", "i32", "i32", "=i1 false"}};
  std::vector<InBytes> byteLanes = {{0x02ff8003, 0x0a05fe07, 100}};
  auto whole = execute<int32_t>(machine, bytes, byteLanes);
  // 3 * 7 + -128 * -2 + -1 * 5 + 2 * 10 + 100
  ASSERT_EQ(whole.size(), 1u) << machine.error;
  EXPECT_EQ(whole[0], 392);
}
} // namespace
