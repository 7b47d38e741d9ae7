//===- ContractTiling.cpp - How a matrix product is cut into work ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/ContractTiling.h"

#include "lib/Schedule/Host/MicroKernel.h"

#include "llvm/Support/MathExtras.h"

namespace xcc::schedule {

// Rows summed before their results are written: whole tiles of 6 and of 14
// rows. With 512 steps they take 252 KiB of f32, half of a 512 KiB second-level
// cache; with 8 panels the sums take a quarter.
static constexpr int64_t usualRows = 126;
static constexpr int64_t mostPanels = 8;
// 16 columns of a panel by this many steps take 32 KiB of f32: a first-level
// cache, or a little more with 6 rows of the left operand. Half as many steps
// fit better, but begin and end twice as many tiles, which costs more.
static constexpr int64_t usualSteps = 512;
// Enough for a handful of threads to share evenly, also if a neighbour slows
// some of them down.
static constexpr int64_t usefulItems = 64;
static constexpr int64_t fewRows = 16;
// Panels side by side are packed line by line: this many are half a KiB of f32.
static constexpr int64_t mostPacked = 4;
// Multiply-adds from which a phase of packing pays: its end costs some 10 us,
// and these take 200 us.
static constexpr int64_t fewestShared = int64_t(1) << 24;
// Rows of more f32 than half a page of 4 KiB: a tile of them read in place lies
// on a page a row, which neither prefetching nor the first-level TLB like.
// Packing costs a store for each of that many columns' multiply-adds.
static constexpr int64_t farSteps = 512;
static constexpr int64_t manyColumns = 512;

int64_t evenPart(int64_t whole, int64_t usual) {
  if (whole < 0)
    return usual;
  int64_t parts = std::max<int64_t>(1, (whole + usual / 2) / usual);
  return std::max<int64_t>(1, llvm::divideCeilSigned(whole, parts));
}

/// Rows of a block. One block takes all; of several each has whole tiles of
/// both heights, 6 and 14, so that rows that are not there are computed once.
static int64_t blockRows(int64_t m) {
  constexpr int64_t wholeTiles = 42;
  int64_t even = evenPart(m, usualRows);
  if (even == m)
    return even;
  return std::max<int64_t>(1, (even + wholeTiles / 2) / wholeTiles) *
         wholeTiles;
}

/// Operands that several work items read are packed once for all of them. With
/// several batches each work item has operands of its own, or nearly.
static void chooseShared(const ProductSizes &sizes, ProductTiling &tiling) {
  if (sizes.batch != 1 || sizes.m <= 0 || sizes.n <= 0 || sizes.k <= 0 ||
      sizes.m * sizes.n < fewestShared / sizes.k)
    return;
  tiling.sharesPanels = sizes.packsRhs && sizes.m > tiling.rows;
  tiling.packedPanels = tiling.panels;
  if (sizes.packsAnyPanels)
    tiling.packedPanels = std::clamp<int64_t>(
        sizes.n / panelColumns / usefulItems, 1, mostPacked);
  bool areApart = sizes.k > farSteps && sizes.n >= manyColumns;
  tiling.sharesRows =
      sizes.n > tiling.panels * panelColumns && (sizes.packsLhs || areApart);
}

static void choosePanels(const ProductSizes &sizes, ProductTiling &tiling) {
  tiling.panels = mostPanels;
  // Few rows: what counts is that packed weights stream by once, in order.
  if (sizes.m >= 0 && sizes.m <= fewRows && !sizes.packsRhs && !sizes.packsLhs)
    tiling.panels = 1;
  if (sizes.n < 0)
    return;
  int64_t panels =
      std::max<int64_t>(1, llvm::divideCeilSigned(sizes.n, panelColumns));
  auto items = [&] {
    int64_t rowItems =
        sizes.m < 0 ? 1 : llvm::divideCeilSigned(sizes.m, tiling.rows);
    return std::max<int64_t>(sizes.batch, 1) * rowItems *
           llvm::divideCeilSigned(panels, tiling.panels);
  };
  // Rows packed by a work item should serve many columns.
  int64_t fewest = sizes.packsLhs && sizes.m != 1 ? 2 : 1;
  while (tiling.panels > fewest && items() < usefulItems)
    tiling.panels /= 2;
  tiling.panels = std::min(tiling.panels, panels);
}

ProductTiling chooseTiling(const ProductSizes &sizes) {
  ProductTiling tiling;
  tiling.rows = blockRows(sizes.m);
  tiling.steps =
      llvm::divideCeilSigned(evenPart(sizes.k, usualSteps), rowRun) * rowRun;
  choosePanels(sizes, tiling);
  chooseShared(sizes, tiling);
  return tiling;
}

} // namespace xcc::schedule
