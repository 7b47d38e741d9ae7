//===- NamedLayoutsTest.cpp - Named layouts against their definitions -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "test/dialects/tile/RandomLayout.h"

#include <gtest/gtest.h>

#include <set>

using namespace llvm;

namespace xcc::tile {
namespace {

SmallVector<int64_t> randomPowers(Random &random, unsigned rank,
                                  unsigned maxLog2) {
  SmallVector<int64_t> result;
  for (unsigned d = 0; d < rank; ++d)
    result.push_back(int64_t(1) << random.below(maxLog2));
  return result;
}

SmallVector<unsigned> randomOrder(Random &random, unsigned rank) {
  SmallVector<unsigned> order;
  for (unsigned d = 0; d < rank; ++d)
    order.insert(order.begin() + random.below(d + 1), d);
  return order;
}

TEST(NamedLayouts, BlockedByItsDefinition) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    Random random(seed);
    unsigned rank = 1 + random.below(3);
    SmallVector<int64_t> perThread = randomPowers(random, rank, 3);
    SmallVector<int64_t> lanes = randomPowers(random, rank, 3);
    SmallVector<int64_t> warps = randomPowers(random, rank, 2);
    SmallVector<unsigned> order = randomOrder(random, rank);
    SmallVector<int64_t> shape, repeats;
    for (unsigned d = 0; d < rank; ++d) {
      repeats.push_back(int64_t(1) << random.below(2));
      shape.push_back(repeats[d] * perThread[d] * lanes[d] * warps[d]);
    }
    LinearLayout layout =
        LinearLayout::blocked(shape, perThread, lanes, warps, order);
    ASSERT_EQ(layout.getShape(), shape);
    ASSERT_TRUE(layout.isInjective());
    // Digits of the inputs, the fastest dimension first.
    auto digits = [&](int64_t &input, ArrayRef<int64_t> sizes) {
      SmallVector<int64_t> result(rank);
      for (unsigned d : order) {
        result[d] = input % sizes[d];
        input /= sizes[d];
      }
      return result;
    };
    for (int64_t i = 0; i < layout.getNumElements(); ++i) {
      int64_t rest = i;
      int64_t reg = rest % layout.getNumRegisters();
      rest /= layout.getNumRegisters();
      int64_t lane = rest % layout.getNumLanes();
      int64_t warp = rest / layout.getNumLanes();
      Coordinates actual = layout.apply(reg, lane, warp);
      SmallVector<int64_t> own = digits(reg, perThread);
      SmallVector<int64_t> repeat = digits(reg, repeats);
      SmallVector<int64_t> byLane = digits(lane, lanes);
      SmallVector<int64_t> byWarp = digits(warp, warps);
      for (unsigned d = 0; d < rank; ++d)
        ASSERT_EQ(actual[d],
                  own[d] + perThread[d] *
                               (byLane[d] +
                                lanes[d] * (byWarp[d] + warps[d] * repeat[d])));
    }
  }
}

TEST(NamedLayouts, SmallTilesAreReplicated) {
  LinearLayout layout =
      LinearLayout::blocked({2, 4}, {1, 2}, {2, 16}, {2, 1}, {1, 0});
  EXPECT_EQ(layout.toString(),
            "{register = [[0, 1]], lane = [[0, 2], [0, 0], [0, 0], [0, 0], "
            "[1, 0]], warp = [[0, 0]]}");
  EXPECT_EQ(LinearLayout::blocked({1}, {4}, {2}, {1}, {0}).toString(),
            "{register = [], lane = [[0]], warp = []}");
}

TEST(NamedLayouts, SwizzledByItsDefinition) {
  for (unsigned seed = 0; seed < 1000; ++seed) {
    Random random(seed);
    SmallVector<int64_t> shape = randomPowers(random, 2, 6);
    SmallVector<unsigned> order = randomOrder(random, 2);
    int64_t columns = shape[order[0]];
    int64_t vector = std::min<int64_t>(1 << random.below(3), columns);
    int64_t perPhase = 1 << random.below(2), maxPhase = 1 << random.below(4);
    LinearLayout layout =
        LinearLayout::swizzledShared(shape, vector, perPhase, maxPhase, order);
    ASSERT_EQ(layout.getShape(), shape);
    ASSERT_TRUE(layout.isInjective());
    maxPhase = std::min(maxPhase, columns / vector);
    for (int64_t line = 0; line < shape[order[1]]; ++line)
      for (int64_t column = 0; column < columns; ++column) {
        int64_t phase = line / perPhase % maxPhase;
        int64_t group = column / vector ^ phase;
        int64_t offset = line * columns + group * vector + column % vector;
        Coordinates expected(2);
        expected[order[0]] = column;
        expected[order[1]] = line;
        ASSERT_EQ(layout.apply(offset), expected) << layout.toString();
      }
  }
}

TEST(NamedLayouts, ContiguousRegisters) {
  LinearLayout layout =
      LinearLayout::blocked({8, 64}, {2, 4}, {4, 8}, {1, 1}, {1, 0});
  EXPECT_EQ(layout.getContiguousRegisters(1), 4);
  EXPECT_EQ(layout.getContiguousRegisters(0), 1);
  // Another lane's element lies in between.
  EXPECT_EQ(LinearLayout::distributed(1, {{1}, {4}}, {{2}}, {})
                .getContiguousRegisters(0),
            2);
  EXPECT_EQ(LinearLayout::distributed(1, {{1}, {2}}, {{6}}, {{9}})
                .getContiguousRegisters(0),
            1);
  // A run reaches over all that repeats count.
  EXPECT_EQ(
      LinearLayout::blocked({16}, {2}, {1}, {1}, {0}).getContiguousRegisters(0),
      16);
}

// lhs (4, 2), rhs (2, 4), accumulator (4, 4) on four lanes.
constexpr FragmentBasis lhsRegisters[] = {{0, 1}};
constexpr FragmentBasis lhsLanes[] = {{1, 0}, {2, 0}};
constexpr FragmentBasis rhsRegisters[] = {{1, 0}};
constexpr FragmentBasis rhsLanes[] = {{0, 1}, {0, 2}};
constexpr FragmentBasis accRegisters[] = {{1, 0}, {2, 0}};
constexpr FragmentBasis accLanes[] = {{0, 1}, {0, 2}};
const MatrixInstruction instruction = {"mma4",
                                       MatrixType::F16,
                                       MatrixType::F32,
                                       4,
                                       4,
                                       2,
                                       {lhsRegisters, lhsLanes},
                                       {rhsRegisters, rhsLanes},
                                       {accRegisters, accLanes}};

TEST(NamedLayouts, FragmentsRepeatThenWarps) {
  LinearLayout layout =
      LinearLayout::fragment(instruction.accumulators, {1, 2}, {2, 2});
  EXPECT_EQ(layout.toString(),
            "{register = [[1, 0], [2, 0], [0, 4]], lane = [[0, 1], [0, 2]], "
            "warp = [[0, 8], [4, 0]]}");
}

/// Rows (or columns) of the elements that a warp holds.
std::set<int32_t> heldByWarp(const LinearLayout &layout, int64_t warp,
                             unsigned dim) {
  std::set<int32_t> result;
  for (int64_t lane = 0; lane < layout.getNumLanes(); ++lane)
    for (int64_t reg = 0; reg < layout.getNumRegisters(); ++reg)
      result.insert(layout.apply(reg, lane, warp)[dim]);
  return result;
}

TEST(NamedLayouts, WarpsHoldTheOperandsOfTheirProducts) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    Random random(seed);
    SmallVector<int64_t> repetitions = randomPowers(random, 3, 3);
    SmallVector<int64_t> warps = randomPowers(random, 2, 3);
    DotLayouts dot = makeDotLayouts(instruction, repetitions, warps);
    EXPECT_EQ(dot.accumulator,
              LinearLayout::fragment(instruction.accumulators,
                                     {repetitions[0], repetitions[1]}, warps));
    for (int64_t warp = 0; warp < dot.accumulator.getNumWarps(); ++warp) {
      EXPECT_EQ(heldByWarp(dot.lhs, warp, 0),
                heldByWarp(dot.accumulator, warp, 0));
      EXPECT_EQ(heldByWarp(dot.rhs, warp, 1),
                heldByWarp(dot.accumulator, warp, 1));
      EXPECT_EQ(heldByWarp(dot.lhs, warp, 1), heldByWarp(dot.rhs, warp, 0));
      EXPECT_EQ(heldByWarp(dot.lhs, warp, 1).size(),
                size_t(2 * repetitions[2]));
    }
  }
}

TEST(NamedLayouts, ThreadsHoldTheOperandsOfTheirProducts) {
  LinearLayout accumulator =
      LinearLayout::blocked({16, 32}, {2, 4}, {4, 4}, {2, 1}, {1, 0});
  DotLayouts dot = makeThreadDotLayouts(accumulator, 8);
  EXPECT_EQ(dot.lhs.getShape(), (SmallVector<int64_t>{16, 8}));
  EXPECT_EQ(dot.rhs.getShape(), (SmallVector<int64_t>{8, 32}));
  EXPECT_EQ(dot.lhs.getContiguousRegisters(1), 8);
  EXPECT_EQ(dot.rhs.getContiguousRegisters(1), 4);
  for (int64_t warp = 0; warp < 2; ++warp)
    for (int64_t lane = 0; lane < 16; ++lane) {
      std::set<std::pair<int32_t, int32_t>> lhs, rhs;
      for (int64_t reg = 0; reg < dot.lhs.getNumRegisters(); ++reg) {
        Coordinates place = dot.lhs.apply(reg, lane, warp);
        lhs.emplace(place[0], place[1]);
      }
      for (int64_t reg = 0; reg < dot.rhs.getNumRegisters(); ++reg) {
        Coordinates place = dot.rhs.apply(reg, lane, warp);
        rhs.emplace(place[0], place[1]);
      }
      for (int64_t reg = 0; reg < accumulator.getNumRegisters(); ++reg) {
        Coordinates place = accumulator.apply(reg, lane, warp);
        for (int32_t k = 0; k < 8; ++k) {
          ASSERT_TRUE(lhs.count({place[0], k}));
          ASSERT_TRUE(rhs.count({k, place[1]}));
        }
      }
    }
}

} // namespace
} // namespace xcc::tile
