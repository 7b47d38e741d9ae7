//===- ConversionTest.cpp - From one layout to another --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/tile/Conversion.h"
#include "dialects/tile/ConversionScratch.h"
#include "test/dialects/tile/RandomLayout.h"

#include "llvm/Support/MathExtras.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

using namespace llvm;

namespace xcc::tile {
namespace {

template <typename Function>
void forEachHolder(const LinearLayout &layout, Function function) {
  for (uint64_t warp = 0; warp < uint64_t(layout.getNumWarps()); ++warp)
    for (uint64_t lane = 0; lane < uint64_t(layout.getNumLanes()); ++lane)
      for (uint64_t reg = 0; reg < uint64_t(layout.getNumRegisters()); ++reg)
        function(Holder{reg, lane, warp});
}

Coordinates elementOf(const LinearLayout &layout, const Holder &holder) {
  return layout.apply(holder.reg, holder.lane, holder.warp);
}

/// Calls with pairs of layouts of one tile for the same threads; every second
/// pair differs little.
template <typename Function> void forRandomPairs(Function function) {
  for (unsigned seed = 0; seed < 4000; ++seed) {
    Random random(seed);
    SmallVector<int64_t> shape = randomShape(random);
    unsigned lanes = random.below(4), warps = random.below(3);
    Kind kind = random.oneIn(2) ? Kind::Any : Kind::Aligned;
    LinearLayout from = randomLayout(random, shape, lanes, warps, kind);
    LinearLayout to = randomLayout(random, shape, lanes, warps, kind);
    if (random.oneIn(2)) {
      LinearLayout::Bases bases[3];
      InputDim dims[] = {InputDim::Register, InputDim::Lane, InputDim::Warp};
      for (auto [list, dim] : zip(bases, dims))
        list.assign(from.getBases(dim).begin(), from.getBases(dim).end());
      // Two bases change places, of registers or of a lane and a register.
      if (bases[0].size() > 1)
        std::swap(bases[0].front(), bases[0].back());
      if (!bases[1].empty() && !bases[0].empty() && random.oneIn(2))
        std::swap(bases[0].front(), bases[1].back());
      to =
          LinearLayout::distributed(shape.size(), bases[0], bases[1], bases[2]);
    }
    SCOPED_TRACE(testing::Message()
                 << "seed " << seed << ": " << from.toString() << " -> "
                 << to.toString());
    function(from, to);
  }
}

TEST(Conversion, GathersByDefinition) {
  std::map<Movement, unsigned> seen;
  forRandomPairs([&](const LinearLayout &from, const LinearLayout &to) {
    Conversion conversion(from, to);
    ++seen[conversion.nearest()];
    // Everybody who holds an element.
    std::map<std::vector<int32_t>, std::vector<Holder>> holders;
    forEachHolder(from, [&](const Holder &holder) {
      Coordinates place = elementOf(from, holder);
      holders[{place.begin(), place.end()}].push_back(holder);
    });
    Movement needed = Movement::WithinThread;
    bool isIdentity = from.getNumRegisters() == to.getNumRegisters();
    forEachHolder(to, [&](const Holder &wanted) {
      Coordinates place = elementOf(to, wanted);
      Holder source = conversion.sourceOf(wanted);
      ASSERT_EQ(elementOf(from, source), place);
      isIdentity &= elementOf(from, wanted) == place;
      if (conversion.nearest() <= Movement::WithinThread) {
        ASSERT_EQ(source.lane, wanted.lane);
      }
      if (conversion.nearest() <= Movement::WithinWarp) {
        ASSERT_EQ(source.warp, wanted.warp);
      }
      Movement nearest = Movement::Shared;
      for (const Holder &holder : holders[{place.begin(), place.end()}])
        if (holder.warp == wanted.warp)
          nearest = std::min(nearest, holder.lane == wanted.lane
                                          ? Movement::WithinThread
                                          : Movement::WithinWarp);
      needed = std::max(needed, nearest);
    });
    if (conversion.nearest() == Movement::None) {
      EXPECT_TRUE(isIdentity);
    } else {
      EXPECT_EQ(conversion.nearest(), needed);
    }
  });
  // The pairs are worth something only if they are of all kinds.
  for (Movement movement : {Movement::None, Movement::WithinThread,
                            Movement::WithinWarp, Movement::Shared})
    EXPECT_GT(seen[movement], 50u) << stringifyMovement(movement).str();
}

TEST(Conversion, CountsRegistersThatThreadsChooseFrom) {
  forRandomPairs([](const LinearLayout &from, const LinearLayout &to) {
    Conversion conversion(from, to);
    std::set<uint64_t> chosen;
    for (uint64_t warp = 0; warp < uint64_t(to.getNumWarps()); ++warp)
      for (uint64_t lane = 0; lane < uint64_t(to.getNumLanes()); ++lane)
        chosen.insert(conversion.sourceOf({0, lane, warp}).reg);
    EXPECT_EQ(conversion.registersPerPlace(), chosen.size());
  });
}

TEST(Conversion, ExchangesAreTwoDistances) {
  unsigned count = 0;
  forRandomPairs([&](const LinearLayout &from, const LinearLayout &to) {
    Conversion conversion(from, to);
    auto exchange = conversion.getExchange();
    if (!exchange || conversion.nearest() > Movement::WithinWarp)
      return;
    ++count;
    unsigned laneBits = to.getNumBits(InputDim::Lane);
    forEachHolder(to, [&](const Holder &wanted) {
      uint64_t thread = wanted.lane | wanted.warp << laneBits;
      uint64_t distance = conversion.sourceOf({wanted.reg, 0, 0}).lane;
      if (thread >> exchange->bit & 1)
        distance ^= exchange->difference;
      EXPECT_EQ(conversion.sourceOf(wanted).lane, wanted.lane ^ distance);
    });
  });
  EXPECT_GT(count, 50u);
}

TEST(Conversion, PacksAreNeighboursInBothLayouts) {
  unsigned count = 0;
  forRandomPairs([&](const LinearLayout &from, const LinearLayout &to) {
    PackedLayouts packed = packNeighbours(from, to, 8);
    if (packed.elements == 1)
      return;
    ++count;
    ASSERT_EQ(packed.from.getShape(), packed.to.getShape());
    Conversion packs(packed.from, packed.to);
    forEachHolder(to, [&](const Holder &wanted) {
      uint64_t within = wanted.reg % packed.elements;
      Holder pack = packs.sourceOf(
          {wanted.reg / packed.elements, wanted.lane, wanted.warp});
      Holder source = {pack.reg * packed.elements + within, pack.lane,
                       pack.warp};
      EXPECT_EQ(elementOf(from, source), elementOf(to, wanted));
    });
  });
  EXPECT_GT(count, 50u);
}

TEST(Conversion, WhatTwoHalvesOfAWarpShareIsExchangedOnce) {
  // Eight sums a lane, which 32 lanes hold once -> all 16 in both halves.
  LinearLayout sums =
      LinearLayout::distributed(2, {{0, 1}, {0, 2}, {0, 8}},
                                {{1, 0}, {2, 0}, {4, 0}, {8, 0}, {0, 4}}, {});
  LinearLayout operand =
      LinearLayout::distributed(2, {{0, 1}, {0, 2}, {0, 4}, {0, 8}},
                                {{1, 0}, {2, 0}, {4, 0}, {8, 0}, {0, 0}}, {});
  auto exchange = Conversion(sums, operand).getExchange();
  ASSERT_TRUE(exchange);
  EXPECT_EQ(exchange->bit, 4u);
  EXPECT_EQ(exchange->difference, 16u);
  // Eight moves and sixteen choices, without shared memory; of 16 bits two at
  // once.
  ConversionPlan words = planConversion(sums, operand, 32);
  EXPECT_EQ(words.movement, Movement::WithinWarp);
  EXPECT_EQ(words.cost, 8 * 4u + 16);
  ConversionPlan halves = planConversion(sums, operand, 16);
  EXPECT_EQ(halves.movement, Movement::WithinWarp);
  EXPECT_EQ(halves.cost, 4 * 4u + 8);
}

TEST(Conversion, CostsNothingToStay) {
  LinearLayout layout =
      LinearLayout::blocked({16, 32}, {2, 4}, {4, 8}, {2, 1}, {1, 0});
  ConversionPlan plan = planConversion(layout, layout, 32);
  EXPECT_EQ(plan.movement, Movement::None);
  EXPECT_EQ(plan.cost, 0u);
}

TEST(Conversion, FewShufflesAreCheaperThanBarriers) {
  // Each lane has two of four neighbours; pairs of lanes exchange.
  LinearLayout rows = LinearLayout::distributed(1, {{1}}, {{2}, {4}}, {});
  LinearLayout columns = LinearLayout::distributed(1, {{2}}, {{1}, {4}}, {});
  EXPECT_EQ(planConversion(rows, columns, 32).movement, Movement::WithinWarp);
  // 64 registers a thread: memory is wider than a shuffle.
  LinearLayout manyRows =
      LinearLayout::blocked({64, 32}, {64, 1}, {1, 32}, {1, 1}, {0, 1});
  LinearLayout manyColumns =
      LinearLayout::blocked({64, 32}, {1, 32}, {32, 1}, {1, 1}, {1, 0});
  EXPECT_EQ(Conversion(manyRows, manyColumns).nearest(), Movement::WithinWarp);
  EXPECT_EQ(planConversion(manyRows, manyColumns, 32).movement,
            Movement::Shared);
}

/// Moves the tile as threads do: round by round through memory.
void convertThroughMemory(const LinearLayout &from, const LinearLayout &to,
                          unsigned elementBits) {
  ConversionScratch scratch = makeConversionScratch(from, to, elementBits);
  ASSERT_TRUE(scratch.layout.isInjective());
  ASSERT_EQ(scratch.layout.getNumElements(), from.getNumElements());
  unsigned elementBytes = divideCeil(elementBits, 8);
  ASSERT_EQ(scratch.bytes * scratch.getNumRounds(),
            from.getNumElements() * elementBytes);
  BitMatrix offsets = scratch.layout.inverse();
  uint64_t perRound = scratch.bytes / elementBytes;
  auto roundOf = [](uint64_t reg, ArrayRef<unsigned> bits) {
    uint64_t round = 0;
    for (auto [place, bit] : enumerate(bits))
      round |= (reg >> bit & 1) << place;
    return round;
  };
  unsigned numRead = 0;
  for (uint64_t round = 0; round < scratch.getNumRounds(); ++round) {
    std::map<uint64_t, Coordinates> memory;
    forEachHolder(from, [&](const Holder &holder) {
      if (roundOf(holder.reg, scratch.fromRoundBits) != round)
        return;
      Coordinates place = elementOf(from, holder);
      uint64_t offset = offsets.apply(from.toElement(place));
      ASSERT_EQ(offset / perRound, round);
      memory[offset % perRound] = place;
    });
    forEachHolder(to, [&](const Holder &holder) {
      if (roundOf(holder.reg, scratch.toRoundBits) != round)
        return;
      Coordinates place = elementOf(to, holder);
      uint64_t offset = offsets.apply(to.toElement(place));
      ASSERT_EQ(memory.at(offset % perRound), place);
      ++numRead;
    });
  }
  EXPECT_EQ(numRead, unsigned(to.getNumRegisters() * to.getNumThreads()));
}

TEST(ConversionScratch, CarriesEveryElement) {
  forRandomPairs([](const LinearLayout &from, const LinearLayout &to) {
    for (unsigned bits : {1, 16, 64})
      convertThroughMemory(from, to, bits);
  });
}

TEST(ConversionScratch, LargeTilesGoInRounds) {
  // 128 KiB on 256 threads, in quarters.
  LinearLayout from =
      LinearLayout::blocked({128, 256}, {1, 4}, {1, 32}, {8, 1}, {1, 0});
  LinearLayout to =
      LinearLayout::blocked({128, 256}, {2, 2}, {8, 4}, {4, 2}, {1, 0});
  ConversionScratch scratch = makeConversionScratch(from, to, 32);
  EXPECT_EQ(scratch.getNumRounds(), 4u);
  EXPECT_EQ(scratch.bytes, 32 * 1024);
  convertThroughMemory(from, to, 32);
}

/// The most lanes that reach different rows of one bank at once, when each
/// accesses `scratch.vectorElements` from its first register on.
unsigned worstConflict(const LinearLayout &layout,
                       const ConversionScratch &scratch,
                       unsigned elementBytes) {
  BitMatrix offsets = scratch.layout.inverse();
  unsigned together = 128 / (scratch.vectorElements * elementBytes);
  std::map<uint64_t, std::set<uint64_t>> rows;
  for (int64_t lane = 0; lane < std::min<int64_t>(together, 32); ++lane) {
    uint64_t byte = offsets.apply(layout.toElement(layout.apply(0, lane, 0))) *
                    elementBytes;
    rows[byte % 128 / 4].insert(byte / 128);
  }
  size_t worst = 0;
  for (auto &[bank, inBank] : rows)
    worst = std::max(worst, inBank.size());
  return worst;
}

TEST(ConversionScratch, NoBankConflicts) {
  // The transposition of layouts, where plain rows would conflict 32 times.
  for (unsigned elementBytes : {2, 4}) {
    LinearLayout rows =
        LinearLayout::blocked({64, 64}, {1, 2}, {1, 32}, {4, 1}, {1, 0});
    LinearLayout columns =
        LinearLayout::blocked({64, 64}, {2, 1}, {32, 1}, {1, 4}, {0, 1});
    ConversionScratch scratch =
        makeConversionScratch(rows, columns, 8 * elementBytes);
    EXPECT_EQ(worstConflict(rows, scratch, elementBytes), 1u);
    EXPECT_EQ(worstConflict(columns, scratch, elementBytes), 1u);
  }
  // From an accumulator of 16x8 instructions to rows for wide stores.
  LinearLayout accumulator = LinearLayout::distributed(
      2, {{0, 1}, {8, 0}, {0, 8}, {0, 16}, {0, 32}},
      {{0, 2}, {0, 4}, {1, 0}, {2, 0}, {4, 0}}, {{16, 0}, {32, 0}});
  LinearLayout wide =
      LinearLayout::blocked({64, 64}, {1, 4}, {2, 16}, {4, 1}, {1, 0});
  ConversionScratch scratch = makeConversionScratch(accumulator, wide, 32);
  EXPECT_EQ(scratch.vectorElements, 4u);
  EXPECT_EQ(worstConflict(accumulator, scratch, 4), 1u);
  EXPECT_EQ(worstConflict(wide, scratch, 4), 1u);
}

} // namespace
} // namespace xcc::tile
