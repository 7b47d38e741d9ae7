//===- NumbersTest.cpp - Small floating-point types against the compiler --===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Numbers.h"

#include "gtest/gtest.h"

using namespace xrt::emulator;

namespace {
TEST(EmulatorNumbers, EveryHalfThereAndBack) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    float value = floatOfHalf(bits);
    bool isNan = (bits & 0x7c00) == 0x7c00 && bits & 0x3ff;
    ASSERT_EQ(std::isnan(value), isNan);
    if (!isNan)
      ASSERT_EQ(halfBits(value), bits);
  }
  EXPECT_EQ(floatOfHalf(1), 0x1p-24f);
  EXPECT_EQ(floatOfHalf(0x3c00), 1.0f);
  EXPECT_EQ(floatOfHalf(0xfbff), -65504.0f);
}

TEST(EmulatorNumbers, HalvesRoundToNearestEven) {
  for (uint32_t bits = 0; bits + 1 < 0x7c00; ++bits) {
    float low = floatOfHalf(bits), high = floatOfHalf(bits + 1);
    float middle = low + (high - low) / 2;
    ASSERT_EQ(halfBits(middle), bits & 1 ? bits + 1 : bits);
    ASSERT_EQ(halfBits(std::nextafter(middle, 0.0f)), bits);
    ASSERT_EQ(halfBits(std::nextafter(middle, 1e9f)), bits + 1);
  }
  EXPECT_EQ(halfBits(65519.99f), 0x7bff);
  EXPECT_EQ(halfBits(65520.0f), 0x7c00);
}

TEST(EmulatorNumbers, DoublesRoundOnce) {
  // Halfway between two halves but for less than a float can tell.
  double middle = 1 + 0x1p-11;
  EXPECT_EQ(halfBitsOfDouble(middle), 0x3c00);
  EXPECT_EQ(halfBitsOfDouble(middle + 0x1p-40), 0x3c01);
  EXPECT_EQ(bfloatBitsOfDouble(1 + 0x1p-8 + 0x1p-40), 0x3f81);
}

TEST(EmulatorNumbers, BfloatsRoundToNearestEven) {
  EXPECT_EQ(bfloatBits(1.0f + 0x1p-8f), 0x3f80);
  EXPECT_EQ(bfloatBits(1.0f + 3 * 0x1p-8f), 0x3f82);
  EXPECT_EQ(bfloatBits(-INFINITY), 0xff80);
  EXPECT_TRUE(std::isnan(floatOfBfloat(bfloatBits(NAN))));
}

TEST(EmulatorNumbers, ApproximationsKeepWhatIsExact) {
  EXPECT_EQ(approximate(2.0f, 4), 2.0f);
  EXPECT_EQ(approximate(0.0f, 4), 0.0f);
  EXPECT_EQ(approximate(INFINITY, 4), INFINITY);
  EXPECT_EQ(approximate(1.3f, 0), 1.3f);
}
} // namespace
