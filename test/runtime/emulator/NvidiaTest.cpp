//===- NvidiaTest.cpp - Conformance of the models of NVIDIA's operations --===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where which element lies is typed here from the figures of the PTX ISA
// ("Matrix Fragments for mma.m16n8k16 ..."): for an element its lane and place,
// the other way round than the model has it.
//
//===----------------------------------------------------------------------===//
#include "test/runtime/emulator/Matrices.h"
#include "test/runtime/emulator/TestKernel.h"

#include "runtime/emulator/Numbers.h"

#include "gtest/gtest.h"

using namespace xrt::emulator;
using namespace xrt::emulator::test;

namespace {
/// Figures for 16-bit A (16 x k), B (k x 8) and for C (16 x 8).
Seat seatOfA16(unsigned row, unsigned depth) {
  return {row % 8 * 4 + depth % 8 / 2, depth % 2 + row / 8 * 2 + depth / 8 * 4};
}
Seat seatOfB16(unsigned depth, unsigned column) {
  return {column * 4 + depth % 8 / 2, depth % 2 + depth / 8 * 2};
}
Seat seatOfC(unsigned row, unsigned column) {
  return {row % 8 * 4 + column / 2, column % 2 + row / 8 * 2};
}
/// And for tf32.
Seat seatOfA32(unsigned row, unsigned depth) {
  return {row % 8 * 4 + depth % 4, row / 8 + depth / 4 * 2};
}
Seat seatOfB32(unsigned depth, unsigned column) {
  return {column * 4 + depth % 4, depth / 4};
}

/// For 8-bit types,
Seat seatOfA8(unsigned row, unsigned depth) {
  return {row % 8 * 4 + depth % 16 / 4,
          depth % 4 + row / 8 * 4 + depth / 16 * 8};
}
Seat seatOfB8(unsigned depth, unsigned column) {
  return {column * 4 + depth % 16 / 4, depth % 4 + depth / 16 * 4};
}
/// for f64,
Seat seatOfA64(unsigned row, unsigned depth) { return {row * 4 + depth, 0}; }
Seat seatOfB64(unsigned depth, unsigned column) {
  return {column * 4 + depth, 0};
}
/// and for the first quad pair of m8n8k4, threads 0 to 3 and 16 to 19.
Seat seatOfAQuad(unsigned row, unsigned depth) {
  return {row % 4 + row / 4 * 16, depth};
}
Seat seatOfBQuad(unsigned depth, unsigned column) {
  return {column % 4 + column / 4 * 16, depth};
}
Seat seatOfCQuad(unsigned row, unsigned column) {
  return {row % 2 + column % 4 / 2 * 2 + row / 4 * 16,
          column % 2 + row % 4 / 2 * 2 + column / 4 * 4};
}

template <typename T, typename S, unsigned a, unsigned b, unsigned c>
struct Fragments {
  T a_[a], b_[b];
  S c_[c];
};
template <typename S, unsigned c> struct Sums {
  S c_[c];
};

/// Runs mma with small whole numbers, whose products and sums are exact.
template <unsigned m, unsigned k, typename S, typename T>
void checkMma(const char *target, const Operation &operation,
              T (*encode)(float), SeatOf seatOfA, SeatOf seatOfB) {
  Machine machine(target);
  Matrix a = wholeNumbers(m, k, 3), b = wholeNumbers(k, 8, 5),
         c = wholeNumbers(m, 8, 7);
  constexpr unsigned ofC = m * 8 / 32;
  std::vector<Fragments<T, S, m * k / 32, 8 * k / 32, ofC>> lanes(32);
  a.forEach([&](unsigned row, unsigned depth, float value) {
    Seat seat = seatOfA(row, depth);
    lanes[seat.lane].a_[seat.item] = encode(value);
  });
  b.forEach([&](unsigned depth, unsigned column, float value) {
    Seat seat = seatOfB(depth, column);
    lanes[seat.lane].b_[seat.item] = encode(value);
  });
  c.forEach([&](unsigned row, unsigned column, float value) {
    Seat seat = seatOfC(row, column);
    lanes[seat.lane].c_[seat.item] = S(value);
  });
  auto sums = execute<Sums<S, ofC>>(machine, operation, lanes);
  ASSERT_EQ(sums.size(), 32u) << machine.error;
  EXPECT_EQ(machine.found(), "");
  product(a, b, c).forEach([&](unsigned row, unsigned column, float value) {
    Seat seat = seatOfC(row, column);
    ASSERT_EQ(sums[seat.lane].c_[seat.item], S(value)) << row << ", " << column;
  });
}

uint32_t bitsOf(float x) { return std::bit_cast<uint32_t>(x); }

std::vector<std::string> times(std::string type, unsigned count,
                               std::vector<std::string> before = {}) {
  before.insert(before.end(), count, type);
  return before;
}

const char *kFourFloats = "{ float, float, float, float }";

TEST(EmulatorNvidia, MmaF16) {
  checkMma<16, 16, float>("sm_80",
                          {"llvm.nvvm.mma.m16n8k16.row.col.f32.f32",
                           kFourFloats,
                           times("float", 4, times("<2 x half>", 6))},
                          halfBits, seatOfA16, seatOfB16);
  checkMma<16, 8, float>("sm_75",
                         {"llvm.nvvm.mma.m16n8k8.row.col.f32.f32", kFourFloats,
                          times("float", 4, times("<2 x half>", 3))},
                         halfBits, seatOfA16, seatOfB16);
}

TEST(EmulatorNvidia, MmaBF16) {
  checkMma<16, 16, float>("sm_80",
                          {"llvm.nvvm.mma.m16n8k16.row.col.bf16", kFourFloats,
                           times("float", 4, times("i32", 6))},
                          bfloatBits, seatOfA16, seatOfB16);
}

TEST(EmulatorNvidia, MmaTF32) {
  checkMma<16, 8, float>("sm_80",
                         {"llvm.nvvm.mma.m16n8k8.row.col.tf32", kFourFloats,
                          times("float", 4, times("i32", 6))},
                         bitsOf, seatOfA32, seatOfB32);
}

TEST(EmulatorNvidia, MmaF64) {
  checkMma<8, 4, double>(
      "sm_80",
      {"llvm.nvvm.mma.m8n8k4.row.col.f64", "{ double, double }",
       times("double", 4)},
      +[](float x) { return double(x); }, seatOfA64, seatOfB64);
}

int8_t wholeByte(float x) { return int8_t(x); }

TEST(EmulatorNvidia, MmaS8) {
  checkMma<16, 32, int32_t>("sm_80",
                            {"llvm.nvvm.mma.m16n8k32.row.col.s8",
                             "{ i32, i32, i32, i32 }", times("i32", 10)},
                            wholeByte, seatOfA8, seatOfB8);
  checkMma<8, 16, int32_t>(
      "sm_75",
      {"llvm.nvvm.mma.m8n8k16.row.col.s8", "{ i32, i32 }", times("i32", 4)},
      wholeByte, seatOfA8, seatOfB8);
}

// 0 to 6 in the encodings of the OCP specification "8-bit Floating Point".
int8_t e4m3(float x) {
  constexpr uint8_t codes[] = {0, 0x38, 0x40, 0x44, 0x48, 0x4a, 0x4c};
  return int8_t(codes[int(std::fabs(x))] | (x < 0 ? 0x80 : 0));
}
int8_t e5m2(float x) {
  constexpr uint8_t codes[] = {0, 0x3c, 0x40, 0x42, 0x44, 0x45, 0x46};
  return int8_t(codes[int(std::fabs(x))] | (x < 0 ? 0x80 : 0));
}

TEST(EmulatorNvidia, MmaF8) {
  checkMma<16, 32, float>("sm_89",
                          {"llvm.nvvm.mma.m16n8k32.row.col.f32.e4m3.e4m3.f32",
                           kFourFloats, times("float", 4, times("i32", 6))},
                          e4m3, seatOfA8, seatOfB8);
  checkMma<16, 32, float>("sm_89",
                          {"llvm.nvvm.mma.m16n8k32.row.col.f32.e5m2.e5m2.f32",
                           kFourFloats, times("float", 4, times("i32", 6))},
                          e5m2, seatOfA8, seatOfB8);
}

// Four products, the quad pairs' seats four lanes apart.
TEST(EmulatorNvidia, MmaOfQuadPairs) {
  Machine machine("sm_70");
  std::vector<Fragments<uint16_t, float, 4, 4, 8>> lanes(32);
  std::vector<Matrix> results;
  for (unsigned pair = 0; pair < 4; ++pair) {
    Matrix a = wholeNumbers(8, 4, 3 + pair), b = wholeNumbers(4, 8, 15 + pair),
           c = wholeNumbers(8, 8, 27 + pair);
    a.forEach([&](unsigned row, unsigned depth, float value) {
      Seat seat = seatOfAQuad(row, depth);
      lanes[seat.lane + 4 * pair].a_[seat.item] = halfBits(value);
    });
    b.forEach([&](unsigned depth, unsigned column, float value) {
      Seat seat = seatOfBQuad(depth, column);
      lanes[seat.lane + 4 * pair].b_[seat.item] = halfBits(value);
    });
    c.forEach([&](unsigned row, unsigned column, float value) {
      Seat seat = seatOfCQuad(row, column);
      lanes[seat.lane + 4 * pair].c_[seat.item] = value;
    });
    results.push_back(product(a, b, c));
  }
  auto sums = execute<Sums<float, 8>>(
      machine,
      {"llvm.nvvm.mma.m8n8k4.row.col.f32.f32",
       "{ float, float, float, float, float, float, float, float }",
       times("float", 8, times("<2 x half>", 4))},
      lanes);
  ASSERT_EQ(sums.size(), 32u) << machine.error;
  for (unsigned pair = 0; pair < 4; ++pair)
    results[pair].forEach([&](unsigned row, unsigned column, float value) {
      Seat seat = seatOfCQuad(row, column);
      ASSERT_EQ(sums[seat.lane + 4 * pair].c_[seat.item], value)
          << pair << ": " << row << ", " << column;
    });
}

struct ShuffleArguments {
  uint32_t value, b, c;
};

std::vector<uint32_t> shuffle(Machine &machine, const char *mode, uint32_t b,
                              uint32_t c, uint32_t mask = ~0u) {
  std::vector<ShuffleArguments> lanes(32);
  for (uint32_t lane = 0; lane < 32; ++lane)
    lanes[lane] = {100 + lane, b, c};
  return execute<uint32_t>(
      machine,
      {std::string("llvm.nvvm.shfl.sync.") + mode + ".i32",
       "i32",
       {"=i32 " + std::to_string(int32_t(mask)), "i32", "i32", "i32"}},
      lanes);
}

// Examples of the PTX ISA's section on shfl.sync.
TEST(EmulatorNvidia, Shuffles) {
  Machine machine("sm_80");
  auto butterfly = shuffle(machine, "bfly", 1, 0x1f);
  ASSERT_EQ(butterfly.size(), 32u) << machine.error;
  for (uint32_t lane = 0; lane < 32; ++lane)
    EXPECT_EQ(butterfly[lane], 100 + (lane ^ 1));
  // Segments of 8: the last lanes of each keep their own.
  auto down = shuffle(machine, "down", 4, 0x181f);
  for (uint32_t lane = 0; lane < 32; ++lane)
    EXPECT_EQ(down[lane], 100 + (lane % 8 < 4 ? lane + 4 : lane));
  auto up = shuffle(machine, "up", 1, 0);
  EXPECT_EQ(up[0], 100u);
  EXPECT_EQ(up[31], 130u);
  auto index = shuffle(machine, "idx", 35, 0x1f);
  EXPECT_EQ(index, std::vector<uint32_t>(32, 103));
}

TEST(EmulatorNvidia, ShuffleThatLacksLanesIsReported) {
  Machine machine("sm_80");
  // The mask names lane 0 alone: the others may not execute it.
  EXPECT_EQ(shuffle(machine, "idx", 0, 0x1f, 1).size(), 0u);
  ASSERT_EQ(machine.found(), "mismatched collective");
  EXPECT_EQ(machine.reports[0].what,
            "31 of 32 threads wait here; thread 0 returned");
  EXPECT_EQ(shuffle(machine, "idx", 1, 0x1f, 1).size(), 0u);
  ASSERT_EQ(machine.found(), "invalid operation");
  EXPECT_EQ(machine.reports[0].what,
            "reads lane 1, which is not in the member mask");
}

TEST(EmulatorNvidia, ApproximationsStayWithinTheirBounds) {
  Machine machine("sm_80");
  std::vector<float> arguments;
  for (int i = 0; i < 32; ++i)
    arguments.push_back(0.37f * i - 5.1f);
  auto powers = execute<float>(
      machine, {"llvm.nvvm.ex2.approx.f32", "float", {"float"}}, arguments);
  ASSERT_EQ(powers.size(), 32u) << machine.error;
  bool isExact = true;
  for (int i = 0; i < 32; ++i) {
    float exact = std::exp2(arguments[i]);
    EXPECT_NEAR(powers[i] / exact, 1, 0x1p-22);
    isExact &= powers[i] == exact;
  }
  EXPECT_FALSE(isExact);
}

const char *kMemory = R"(
declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare void @llvm.nvvm.barrier.cta.sync.aligned.all(i32)
declare void @llvm.nvvm.cp.async.cg.shared.global.16(ptr addrspace(3), ptr addrspace(1))
declare void @llvm.nvvm.cp.async.commit.group()
declare void @llvm.nvvm.cp.async.wait.group(i32)
declare { i32, i32, i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4.b16.p3(ptr addrspace(3))
declare { i32, i32, i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4.trans.b16.p3(ptr addrspace(3))
@tile = internal addrspace(3) global [512 x i8] undef, align 16
)";

/// Each lane copies 16 bytes to shared memory and the warp loads four 8x8
/// matrices from it.
std::string copyAndLoad(const std::string &wait, const std::string &barrier,
                        const std::string &form, unsigned step = 16) {
  return kernelText("sm_80", "ptr addrspace(1) %in, ptr addrspace(1) %out",
                    R"(
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %from = getelementptr [16 x i8], ptr addrspace(1) %in, i32 %t
  %to = getelementptr [16 x i8], ptr addrspace(3) @tile, i32 %t
  call void @llvm.nvvm.cp.async.cg.shared.global.16(ptr addrspace(3) %to, ptr addrspace(1) %from)
  call void @llvm.nvvm.cp.async.commit.group()
  )" + wait + "\n" + barrier +
                        R"(
  %row = getelementptr [)" +
                        std::to_string(step) +
                        R"( x i8], ptr addrspace(3) @tile, i32 %t
  %m = call { i32, i32, i32, i32 } @llvm.nvvm.ldmatrix.sync.aligned.m8n8.x4)" +
                        form + R"(.b16.p3(ptr addrspace(3) %row)
  %q = getelementptr { i32, i32, i32, i32 }, ptr addrspace(1) %out, i32 %t
  store { i32, i32, i32, i32 } %m, ptr addrspace(1) %q
  ret void)",
                    kMemory);
}
const char *kWait = "call void @llvm.nvvm.cp.async.wait.group(i32 0)";
const char *kBarrier =
    "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)";

/// Element e of the tile is e.
std::vector<uint16_t> numbered() {
  std::vector<uint16_t> elements(256);
  for (unsigned e = 0; e < 256; ++e)
    elements[e] = e;
  return elements;
}

TEST(EmulatorNvidia, LdmatrixHandsOutRowsAndColumns) {
  for (bool isTransposed : {false, true}) {
    Machine machine("sm_80");
    ASSERT_TRUE(machine.load(
        copyAndLoad(kWait, kBarrier, isTransposed ? ".trans" : "")))
        << machine.error;
    uint16_t *in = machine.upload(numbered());
    uint16_t *out = machine.allocate<uint16_t>(256);
    ASSERT_TRUE(machine.run(1, 32, {bits(in), bits(out)})) << machine.error;
    EXPECT_EQ(machine.found(), "");
    auto got = machine.download(out, 256);
    // PTX ISA, figure of ldmatrix: row r of a matrix goes to lanes 4 r .. 4 r +
    // 3, two elements each.
    for (unsigned matrix = 0; matrix < 4; ++matrix)
      for (unsigned row = 0; row < 8; ++row)
        for (unsigned column = 0; column < 8; ++column) {
          unsigned r = isTransposed ? column : row;
          unsigned c = isTransposed ? row : column;
          unsigned lane = r * 4 + c / 2, item = matrix * 2 + c % 2;
          ASSERT_EQ(got[lane * 8 + item], matrix * 64 + row * 8 + column);
        }
  }
}

std::string faultOf(const std::string &text, Delivery delivery) {
  Machine machine("sm_80");
  machine.options.delivery = delivery;
  EXPECT_TRUE(machine.load(text)) << machine.error;
  uint16_t *in = machine.upload(numbered());
  machine.run(1, 32, {bits(in), bits(machine.allocate<uint16_t>(256))});
  return machine.found();
}

TEST(EmulatorNvidia, MissingWaitIsCaughtHoweverCopiesArrive) {
  for (Delivery delivery : {Delivery::Lazy, Delivery::Eager, Delivery::Random})
    EXPECT_EQ(faultOf(copyAndLoad("", kBarrier, ""), delivery),
              "asynchronous copy in flight");
}

TEST(EmulatorNvidia, WaitWithoutBarrierIsARace) {
  EXPECT_EQ(faultOf(copyAndLoad(kWait, "", ""), Delivery::Lazy), "race");
}

TEST(EmulatorNvidia, LdmatrixWantsRowsOf16Bytes) {
  EXPECT_EQ(faultOf(copyAndLoad(kWait, kBarrier, "", 8), Delivery::Lazy),
            "misaligned");
}
} // namespace
