//===- OperandLayoutsTest.cpp - Shared memory without waiting -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shared memory serves `banks` words of 4 bytes a cycle, each from another
// bank. An access of many bytes a lane is served in phases of as many lanes as
// fill all banks; it is free of conflicts if no two lanes of a phase want
// different words of one bank.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/OperandLayouts.h"

#include "gtest/gtest.h"

#include <map>
#include <set>

using namespace xcc;
using namespace xcc::schedule;
using llvm::ArrayRef;
using llvm::SmallVector;

static constexpr unsigned banks = 32, bankBytes = 4;

/// Where an element lies, in bytes.
static int64_t addressOf(const tile::LinearLayout &shared, int32_t row,
                         int32_t column, unsigned elementBytes) {
  tile::BitMatrix inverse = shared.inverse();
  int32_t coordinates[] = {row, column};
  return inverse.apply(shared.toElement(coordinates)) * elementBytes;
}

/// The most words that one bank has to give in one phase.
static unsigned conflicts(ArrayRef<int64_t> addresses, int64_t bytes) {
  unsigned worst = 1;
  size_t lanes = std::max<int64_t>(banks * bankBytes / bytes, 1);
  for (size_t first = 0; first < addresses.size(); first += lanes) {
    std::map<int64_t, std::set<int64_t>> words;
    for (int64_t address :
         addresses.slice(first, std::min(lanes, addresses.size() - first)))
      for (int64_t word = address / bankBytes;
           word < (address + bytes + bankBytes - 1) / bankBytes; ++word)
        words[word % banks].insert(word);
    for (const auto &[bank, wanted] : words)
      worst = std::max<unsigned>(worst, wanted.size());
  }
  return worst;
}

namespace {
struct Lines {
  int64_t rows, columns;
  unsigned elementBytes;
  int64_t readBytes;
};

/// Lines as the schedules use them: 32 to 256 bytes of f16 and of f32, reads of
/// 16 bytes (all loads that transpose, most fragments) and of 8.
class SwizzledLines : public testing::TestWithParam<Lines> {};
} // namespace

TEST_P(SwizzledLines, ReadsOfOneGroupDownTheLinesHaveNoConflict) {
  Lines lines = GetParam();
  auto shared = swizzledLines({lines.rows, lines.columns}, 1,
                              lines.elementBytes, lines.readBytes, banks);
  int64_t group = lines.readBytes / lines.elementBytes;
  int64_t inPhase = banks * bankBytes / lines.readBytes;
  for (int64_t column = 0; column < lines.columns; column += group)
    for (int64_t row = 0; row + inPhase <= lines.rows; row += inPhase) {
      SmallVector<int64_t> addresses;
      for (int64_t i = 0; i < inPhase; ++i)
        addresses.push_back(
            addressOf(shared, row + i, column, lines.elementBytes));
      EXPECT_EQ(conflicts(addresses, lines.readBytes), 1u)
          << "row " << row << " column " << column;
    }
}

TEST_P(SwizzledLines, WritesAlongTheLinesHaveNoConflict) {
  Lines lines = GetParam();
  auto shared = swizzledLines({lines.rows, lines.columns}, 1,
                              lines.elementBytes, lines.readBytes, banks);
  int64_t group = lines.readBytes / lines.elementBytes;
  // One warp of 32 lanes, each with one group, as a copy brings them.
  tile::LinearLayout copy =
      copyLayout({lines.rows, lines.columns}, 1, group, 1, 32, 1);
  SmallVector<int64_t> addresses;
  for (int64_t lane = 0; lane < 32; ++lane) {
    tile::Coordinates at = copy.apply(0, lane, 0);
    addresses.push_back(addressOf(shared, at[0], at[1], lines.elementBytes));
  }
  EXPECT_EQ(conflicts(addresses, lines.readBytes), 1u);
}

TEST_P(SwizzledLines, GroupsStayWhole) {
  Lines lines = GetParam();
  auto shared = swizzledLines({lines.rows, lines.columns}, 1,
                              lines.elementBytes, lines.readBytes, banks);
  int64_t group = lines.readBytes / lines.elementBytes;
  for (int64_t row = 0; row < lines.rows; ++row)
    for (int64_t column = 0; column < lines.columns; ++column) {
      int64_t start =
          addressOf(shared, row, column / group * group, lines.elementBytes);
      EXPECT_EQ(addressOf(shared, row, column, lines.elementBytes),
                start + column % group * lines.elementBytes);
      EXPECT_EQ(start % lines.readBytes, 0);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Sizes, SwizzledLines,
    testing::Values(Lines{32, 16, 2, 16}, Lines{64, 32, 2, 16},
                    Lines{128, 64, 2, 16}, Lines{32, 128, 2, 16},
                    Lines{64, 32, 2, 8}, Lines{64, 64, 2, 8},
                    Lines{64, 8, 4, 16}, Lines{64, 16, 4, 16},
                    Lines{128, 32, 4, 16}, Lines{16, 128, 4, 16}));

/// Without an exchange, eight lines of 64 bytes meet in the same banks: the
/// count above does see conflicts.
TEST(Swizzle, IsNeeded) {
  auto dense = tile::LinearLayout::swizzledShared({64, 32}, 8, 1, 1, {1, 0});
  SmallVector<int64_t> addresses;
  for (int64_t row = 0; row < 8; ++row)
    addresses.push_back(addressOf(dense, row, 0, 2));
  EXPECT_EQ(conflicts(addresses, 16), 4u);
}
