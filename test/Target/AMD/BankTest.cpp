//===- BankTest.cpp - Shared memory without waiting, in its real phases ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The lanes that gfx942's shared memory serves together are not neighbours: of
// a read of 16 bytes a lane, lanes 0 to 3 go with 20 to 23, as measured by
// others (github.com/triton-lang/triton/pull/9662). The schedule's exchange of
// groups has to be free of conflicts in these phases, too. Of the other chips
// no such measurement is known; neighbours are taken together.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/OperandLayouts.h"
#include "lib/Target/AMD/Chips.h"

#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"

#include <map>
#include <set>

using namespace xcc;
using namespace xcc::schedule;

namespace {

constexpr unsigned bankBytes = 4;

const amd::Chip &findChip(llvm::StringRef name) {
  return *llvm::find_if(amd::allChips(), [&](const amd::Chip &chip) {
    return chip.name == name;
  });
}

/// The phase that serves a lane's access.
unsigned phaseOf(const amd::Chip &chip, unsigned lane, unsigned bytes,
                 bool isRead) {
  if (!isRead || bytes < 16 || chip.name != "gfx942")
    return lane / (chip.device.sharedBanks * bankBytes / bytes);
  auto bit = [&](unsigned number) { return lane >> number & 1; };
  return bit(5) | (bit(2) ^ bit(4)) << 1 | (bit(3) ^ bit(4)) << 2;
}

/// The most words that one bank has to give in one phase.
unsigned conflicts(const amd::Chip &chip, llvm::ArrayRef<int64_t> addresses,
                   unsigned bytes, bool isRead) {
  std::map<std::pair<unsigned, int64_t>, std::set<int64_t>> words;
  for (auto [lane, address] : llvm::enumerate(addresses))
    for (int64_t at = address; at < address + bytes; at += bankBytes)
      words[{phaseOf(chip, lane, bytes, isRead),
             at / bankBytes % chip.device.sharedBanks}]
          .insert(at / bankBytes);
  unsigned worst = 0;
  for (const auto &[bank, wanted] : words)
    worst = std::max<unsigned>(worst, wanted.size());
  return worst;
}

/// The worst access of a tile held as `held` and lying as `shared`: `run`
/// neighbouring registers at once.
unsigned worstAccess(const amd::Chip &chip, const tile::LinearLayout &held,
                     const tile::LinearLayout &shared, unsigned run,
                     unsigned elementBytes, bool isRead) {
  tile::BitMatrix places = shared.inverse();
  unsigned worst = 0;
  for (int64_t reg = 0; reg < held.getNumRegisters(); reg += run) {
    llvm::SmallVector<int64_t> addresses;
    for (unsigned lane = 0; lane != chip.device.lanesPerWarp; ++lane)
      addresses.push_back(
          places.apply(shared.toElement(held.apply(reg, lane, 0))) *
          elementBytes);
    worst =
        std::max(worst, conflicts(chip, addresses, run * elementBytes, isRead));
  }
  return worst;
}

struct Product {
  const char *chip, *instruction;
  int64_t rows, columns, depth, warpRows, warpColumns;
  unsigned elementBytes;
};

class Products : public testing::TestWithParam<Product> {};

TEST_P(Products, MeetNoBankTwice) {
  Product product = GetParam();
  const amd::Chip &chip = findChip(product.chip);
  unsigned lanes = chip.device.lanesPerWarp;
  ProductTiling tiling;
  for (const MatrixInstruction &row : chip.device.matrixInstructions)
    if (row.name == product.instruction)
      tiling.instruction = &row;
  ASSERT_TRUE(tiling.instruction);
  tiling.rows = product.rows;
  tiling.columns = product.columns;
  tiling.depth = product.depth;
  tiling.warpRows = product.warpRows;
  tiling.warpColumns = product.warpColumns;
  unsigned bytes = product.elementBytes;
  // A lane reads 16 bytes at most.
  unsigned run =
      std::min<unsigned>(depthRun(*tiling.instruction, true), 16 / bytes);
  tile::DotLayouts layouts = dotLayouts(tiling, lanes, true, true);
  auto lhs = swizzledLines({tiling.rows, tiling.depth}, 1, bytes, run * bytes,
                           chip.device.sharedBanks);
  auto rhs = swizzledLines({tiling.depth, tiling.columns}, 0, bytes,
                           run * bytes, chip.device.sharedBanks);
  EXPECT_EQ(worstAccess(chip, layouts.lhs, lhs, run, bytes, /*isRead=*/true),
            1u);
  EXPECT_EQ(worstAccess(chip, layouts.rhs, rhs, run, bytes, /*isRead=*/true),
            1u);
  // Groups of 8 bytes are for what is exchanged on its way in, by stores of a
  // word a lane: two of a phase meet in each bank, eight times a step.
  if (run * bytes < 16)
    return;
  auto copy = copyLayout({tiling.rows, tiling.depth}, 1, 16 / bytes, 1, lanes,
                         tiling.warps());
  EXPECT_EQ(worstAccess(chip, copy, lhs, 16 / bytes, bytes, /*isRead=*/false),
            1u);
}

// Steps of 64 and 128 bytes, each type, the tiles that products of 512 to 4096
// get, the scores of an attention, and its values.
INSTANTIATE_TEST_SUITE_P(
    Tilings, Products,
    testing::Values(
        Product{"gfx942", "mfma_f32_16x16x16_bf16_pair", 256, 256, 32, 2, 4, 2},
        Product{"gfx942", "mfma_f32_16x16x16_f16_pair", 64, 64, 64, 2, 2, 2},
        Product{"gfx942", "mfma_f32_16x16x16_bf16_pair", 128, 64, 64, 4, 1, 2},
        Product{"gfx942", "mfma_f32_16x16x16_bf16", 128, 64, 64, 4, 1, 2},
        Product{"gfx942", "mfma_f32_16x16x4_f32_quad", 64, 64, 16, 2, 2, 4},
        Product{"gfx942", "mfma_f32_16x16x4_f32_quad", 64, 64, 32, 2, 2, 4},
        Product{"gfx906", "dot2_f32_8x8x8_f16", 64, 64, 32, 2, 2, 2},
        Product{"gfx950", "mfma_f32_16x16x32_f16", 128, 128, 64, 2, 2, 2},
        Product{"gfx1100", "wmma_f32_16x16x16_f16", 64, 64, 32, 2, 2, 2},
        Product{"gfx1100", "wmma_f32_16x16x16_f16", 64, 64, 64, 2, 2, 2},
        Product{"gfx1201", "wmma_f32_16x16x16_f16", 64, 64, 32, 2, 2, 2},
        Product{"gfx1201", "wmma_f32_16x16x16_f16", 64, 64, 64, 2, 2, 2}));

/// The count sees conflicts where there are some: lines of 128 bytes that lie
/// as they come put eight lanes of a phase in one bank.
TEST(Banks, AreCounted) {
  tile::LinearLayout plain =
      tile::LinearLayout::swizzledShared({64, 64}, 8, 1, 1, {1, 0});
  const amd::Chip &chip = findChip("gfx942");
  ProductTiling tiling;
  tiling.instruction = &chip.device.matrixInstructions.front();
  tiling.rows = tiling.columns = tiling.depth = 64;
  tile::DotLayouts layouts =
      dotLayouts(tiling, chip.device.lanesPerWarp, true, true);
  EXPECT_GT(worstAccess(chip, layouts.lhs, plain, 8, 2, /*isRead=*/true), 3u);
}

} // namespace
