//===- WarpgroupTest.cpp - Products of warpgroups, against the PTX ISA ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "test/runtime/emulator/Matrices.h"
#include "test/runtime/emulator/WarpgroupKernel.h"

#include "gtest/gtest.h"

#include <cmath>
#include <cstring>

using namespace xrt::emulator;
using namespace xrt::emulator::test;

namespace {
/// PTX ISA, "Register fragments": the accumulators of m64nNk*.
Seat seatOfC(unsigned row, unsigned column) {
  return {row / 16 * 32 + row % 8 * 4 + column % 8 / 2,
          column / 8 * 4 + row % 16 / 8 * 2 + column % 2};
}

/// The same, of A, |perRegister| elements to a register.
Seat seatOfA(unsigned perRegister, unsigned row, unsigned k) {
  return {row / 16 * 32 + row % 8 * 4 + k / perRegister % 4,
          (row % 16 / 8 + k / (4 * perRegister) * 2) * perRegister +
              k % perRegister};
}

class WarpgroupProducts : public testing::Test {
protected:
  Machine machine{"sm_90a"};
  Matrix a, b, c;
  std::vector<uint32_t> results;

  static void put(std::vector<uint8_t> &image, unsigned at, const Type &type,
                  float value) {
    uint32_t bits = encode(type, value);
    std::memcpy(&image.at(at), &bits, type.bytes);
  }

  bool run(const Product &p) {
    a = wholeNumbers(64, p.a.k, 1);
    b = wholeNumbers(p.a.k, p.n, 2);
    c = wholeNumbers(64, p.n, 3);
    if (!strcmp(p.a.name, "u8"))
      for (float &value : a.values)
        value = std::fabs(value);
    std::vector<uint8_t> image(kImageBytes);
    std::vector<uint8_t> registers(kThreads * 16);
    a.forEach([&](unsigned row, unsigned k, float value) {
      put(image, p.layoutOfA.offset(p.a.bytes, row, k), p.a, value);
      Seat seat = seatOfA(4 / p.a.bytes, row, k);
      put(registers, seat.lane * 16 + seat.item * p.a.bytes, p.a, value);
    });
    b.forEach([&](unsigned k, unsigned column, float value) {
      put(image, kStartOfB + p.layoutOfB.offset(p.b.bytes, column, k), p.b,
          value);
    });
    if (!machine.load(kernelOf(p)))
      return false;
    auto *out = machine.allocate<uint32_t>(kThreads * p.registers());
    bool hasEnded = machine.run(
        1, kThreads,
        {bits(machine.upload(image)), bits(machine.upload(packC(p))),
         bits(machine.upload(registers)), bits(out), p.layoutOfA.descriptor(0),
         p.layoutOfB.descriptor(kStartOfB)});
    results = machine.download(out, kThreads * p.registers());
    return hasEnded;
  }

  std::vector<uint32_t> packC(const Product &p) {
    std::vector<uint32_t> packed(kThreads * p.registers());
    c.forEach([&](unsigned row, unsigned column, float value) {
      Seat seat = seatOfC(row, column);
      uint32_t *lane = &packed[seat.lane * p.registers()];
      if (p.isHalf)
        lane[seat.item / 2] |= encode(kF16, value) << 16 * (seat.item % 2);
      else
        lane[seat.item] = p.isInteger() ? uint32_t(int32_t(value))
                                        : std::bit_cast<uint32_t>(value);
    });
    return packed;
  }

  float resultAt(const Product &p, unsigned row, unsigned column) {
    Seat seat = seatOfC(row, column);
    const uint32_t *lane = &results[seat.lane * p.registers()];
    if (p.isInteger())
      return float(int32_t(lane[seat.item]));
    if (!p.isHalf)
      return std::bit_cast<float>(lane[seat.item]);
    return float(std::bit_cast<_Float16>(
        uint16_t(lane[seat.item / 2] >> 16 * (seat.item % 2))));
  }

  void expectProduct(const Product &p) {
    ASSERT_TRUE(run(p)) << machine.error;
    EXPECT_EQ(machine.found(), "");
    Matrix start = c;
    if (!p.accumulates)
      start.values.assign(start.values.size(), 0);
    Matrix factor = a;
    for (float &value : factor.values)
      value = p.negatesA != p.negatesB ? -value : value;
    Matrix expected = product(factor, b, start);
    expected.forEach([&](unsigned row, unsigned column, float value) {
      ASSERT_EQ(resultAt(p, row, column), value) << row << ", " << column;
    });
  }
};
} // namespace

TEST_F(WarpgroupProducts, linesOf128BytesAlongK) {
  expectProduct({kBf16, kBf16});
  expectProduct({kF16, kF16, 24});
}

TEST_F(WarpgroupProducts, laterStepsAlongK) {
  Product p = {kBf16, kBf16};
  p.layoutOfA.firstChunk = 2;
  p.layoutOfB.firstChunk = 6;
  expectProduct(p);
}

TEST_F(WarpgroupProducts, shorterLinesAlongK) {
  expectProduct({kF16, kF16, 16, {64, true, 0, 512}, {32, true, 0, 256}});
  expectProduct({kF16, kF16, 16, {32, true, 0, 256}, {64, true, 0, 512}});
  expectProduct({kF16, kF16, 16, {16, true, 1024, 128}, {16, true, 256, 512}});
}

TEST_F(WarpgroupProducts, linesAlongRows) {
  // 64 rows in a line of A; of B two panels of 64, one behind the other.
  expectProduct(
      {kBf16, kBf16, 128, {128, false, 4096, 1024}, {128, false, 2048, 1024}});
  expectProduct(
      {kBf16, kBf16, 64, {64, false, 1024, 512}, {32, false, 512, 256}});
  expectProduct(
      {kBf16, kBf16, 16, {16, false, 128, 256}, {16, false, 1024, 128}});
}

TEST_F(WarpgroupProducts, aInRegisters) {
  for (const Type &type : {kBf16, kTf32, kE4m3, kS8}) {
    Product p = {type, type};
    p.aInRegisters = true;
    expectProduct(p);
  }
}

TEST_F(WarpgroupProducts, otherTypes) {
  expectProduct({kTf32, kTf32});
  expectProduct({kE4m3, kE4m3});
  expectProduct({kE5m2, kE4m3});
  expectProduct({kS8, kS8});
  expectProduct({kU8, kS8});
}

TEST_F(WarpgroupProducts, accumulators) {
  for (const Type &type : {kF16, kE4m3, kS8}) {
    Product p = {type, type};
    p.accumulates = true;
    expectProduct(p);
  }
  Product half = {kF16, kF16};
  half.accumulates = half.isHalf = true;
  expectProduct(half);
}

TEST_F(WarpgroupProducts, signs) {
  Product p = {kF16, kF16};
  p.negatesA = true;
  expectProduct(p);
  p.negatesB = true;
  expectProduct(p);
}

TEST_F(WarpgroupProducts, inAllOrdersAndDeliveries) {
  for (Delivery delivery : {Delivery::Lazy, Delivery::Eager, Delivery::Random})
    for (ThreadOrder order : {ThreadOrder::Fixed, ThreadOrder::Random}) {
      machine.options.delivery = delivery;
      machine.options.order = order;
      expectProduct({kBf16, kBf16});
    }
}

TEST_F(WarpgroupProducts, atomsBeginAtTheirMultiples) {
  Product p = {kBf16, kBf16};
  p.layoutOfB.baseOffset = 1;
  EXPECT_FALSE(run(p));
  EXPECT_EQ(machine.reports[0].what,
            "expects a matrix descriptor with base offset 0");
}

TEST_F(WarpgroupProducts, plainStoresNeedAFence) {
  Product p = {kBf16, kBf16};
  p.hasProxyFence = false;
  EXPECT_TRUE(run(p));
  EXPECT_EQ(machine.found(), "missing fence");
  EXPECT_EQ(machine.reports[0].what,
            "no fence lets an asynchronous unit see what thread 0 stored in "
            "byte 0 of 32768 bytes of shared memory");
}

TEST_F(WarpgroupProducts, registersNeedAFence) {
  Product p = {kBf16, kBf16};
  p.hasFence = false;
  EXPECT_FALSE(run(p));
  EXPECT_EQ(machine.found(), "invalid operation");
}

TEST_F(WarpgroupProducts, resultsNeedCommitAndWait) {
  Product p = {kBf16, kBf16};
  p.hasCommit = false;
  EXPECT_FALSE(run(p));
  EXPECT_EQ(machine.reports[0].what, "expects accumulators of products that "
                                     "are committed and waited for");
  p.hasCommit = true;
  p.hasWait = false;
  EXPECT_TRUE(run(p));
  EXPECT_EQ(machine.reports[0].what, "the thread returns and 1 of its groups "
                                     "of products are not waited for");
  EXPECT_TRUE(std::isnan(resultAt(p, 5, 5)));
}

TEST_F(WarpgroupProducts, accumulatorsComeFromTheWaitThatHasThem) {
  Product p = {kBf16, kBf16};
  p.waitsWithout = true;
  EXPECT_TRUE(run(p));
  EXPECT_EQ(machine.found(), "invalid operation");
  EXPECT_EQ(machine.reports[0].what, "the thread returns and no wait gave it "
                                     "the product's accumulators");
}

TEST_F(WarpgroupProducts, arithmeticBeforeTheWaitIsSeen) {
  Product p = {kBf16, kBf16};
  p.scalesEarly = true;
  EXPECT_FALSE(run(p));
  EXPECT_EQ(machine.reports[0].what,
            "expects accumulators of a product as it left them, got what "
            "arithmetic before the wait made of them");
}

TEST_F(WarpgroupProducts, otherTextsHaveNoModel) {
  auto refuse = [&](std::string from, const std::string &to) {
    std::string text = kernelOf({kBf16, kBf16});
    size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, from.size(), to);
    EXPECT_FALSE(machine.load(text));
    EXPECT_NE(machine.error.find("no model for '{ .reg .pred p;"),
              std::string::npos)
        << machine.error;
  };
  refuse("p, 1, 1, 0, 0;", "p, 1, 1, 0, 2;");
  refuse("k16.f32", "k32.f32");
  refuse("$0, $1", "$1, $0");
  refuse("f32.bf16.bf16", "f32.bf16.f16");
}
