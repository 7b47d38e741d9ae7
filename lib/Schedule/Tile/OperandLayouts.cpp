//===- OperandLayouts.cpp - How operands of products are held -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/OperandLayouts.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace xcc::schedule {

static constexpr int64_t bankBytes = 4;

tile::LinearLayout swizzledLines(ArrayRef<int64_t> shape, unsigned contiguous,
                                 unsigned elementBytes, int64_t groupBytes,
                                 unsigned sharedBanks) {
  unsigned other = 1 - contiguous;
  int64_t lineBytes = shape[contiguous] * elementBytes;
  int64_t allBanks = sharedBanks * bankBytes;
  int64_t group = std::max<int64_t>(groupBytes / elementBytes, 1);
  // So many lines lie side by side over all banks; they need no exchange.
  int64_t perPhase = std::max<int64_t>(allBanks / lineBytes, 1);
  int64_t phases =
      std::max<int64_t>(std::min(lineBytes, allBanks) / groupBytes, 1);
  tile::LinearLayout::Bases bases;
  auto add = [&](int64_t along, int64_t line) {
    tile::Coordinates basis(2);
    basis[contiguous] = along;
    basis[other] = line;
    bases.push_back(std::move(basis));
  };
  for (int64_t along = 1; along < shape[contiguous]; along *= 2)
    add(along, 0);
  int64_t phase = 1;
  for (int64_t line = 1; line < shape[other]; line *= 2) {
    if (line < perPhase || phases == 1) {
      add(0, line);
      continue;
    }
    add(phase * group, line);
    // Round and round: lines further apart differ, too.
    phase = 2 * phase < phases ? 2 * phase : 1;
  }
  return tile::LinearLayout::shared(2, std::move(bases));
}

tile::LinearLayout copyLayout(ArrayRef<int64_t> shape, unsigned contiguous,
                              int64_t run, int64_t across, int64_t lanes,
                              int64_t warps) {
  unsigned other = 1 - contiguous;
  run = std::min(run, shape[contiguous]);
  int64_t share = shape[0] * shape[1] / (lanes * warps);
  across = std::max<int64_t>(std::min(across, share / run), 1);
  SmallVector<int64_t> perThread(2), laneGrid(2), warpGrid(2);
  perThread[contiguous] = run;
  perThread[other] = across;
  laneGrid[contiguous] = std::min(lanes, shape[contiguous] / run);
  laneGrid[other] = lanes / laneGrid[contiguous];
  int64_t left = std::max<int64_t>(shape[other] / across / laneGrid[other], 1);
  warpGrid[other] = std::min(warps, left);
  warpGrid[contiguous] = warps / warpGrid[other];
  return tile::LinearLayout::blocked(shape, perThread, laneGrid, warpGrid,
                                     {contiguous, other});
}

/// How many neighbours along the depth one lane's registers hold.
static int64_t depthRun(const Fragment &fragment, bool depthIsColumn) {
  int64_t run = 1;
  for (FragmentBasis basis : fragment.registers) {
    int64_t along = depthIsColumn ? basis.column : basis.row;
    int64_t across = depthIsColumn ? basis.row : basis.column;
    if (across != 0 || along != run)
      break;
    run *= 2;
  }
  return run;
}

int64_t depthRun(const MatrixInstruction &instruction, bool isLhs) {
  return depthRun(isLhs ? instruction.lhs : instruction.rhs,
                  /*depthIsColumn=*/isLhs);
}

//===-- Products
//-----------------------------------------------------------===//

/// Sums held by single threads: along a dimension that operands have side by
/// side in memory a thread takes four neighbours; else neighbouring lanes take
/// neighbours, whose lines lie in different banks.
static tile::LinearLayout threadSums(const ProductTiling &tiling,
                                     int64_t lanesPerWarp,
                                     bool lhsRunsAlongDepth,
                                     bool rhsRunsAlongDepth) {
  int64_t rows = tiling.rows / tiling.warpRows;
  int64_t columns = tiling.columns / tiling.warpColumns;
  // Lanes in a square, wider than high.
  int64_t laneRows = int64_t(1) << llvm::Log2_64(lanesPerWarp) / 2;
  laneRows = std::max(std::min(laneRows, rows), lanesPerWarp / columns);
  int64_t laneColumns = lanesPerWarp / laneRows;
  int64_t perRow = lhsRunsAlongDepth ? 1 : 4;
  int64_t perColumn = rhsRunsAlongDepth ? 1 : 4;
  perRow = std::min(perRow, std::max<int64_t>(rows / laneRows, 1));
  perColumn = std::min(perColumn, std::max<int64_t>(columns / laneColumns, 1));
  return tile::LinearLayout::blocked(
      {tiling.rows, tiling.columns}, {perRow, perColumn},
      {laneRows, laneColumns}, {tiling.warpRows, tiling.warpColumns}, {1, 0});
}

tile::DotLayouts dotLayouts(const ProductTiling &tiling, int64_t lanesPerWarp,
                            bool lhsRunsAlongDepth, bool rhsRunsAlongDepth) {
  if (!tiling.instruction)
    return tile::makeThreadDotLayouts(
        threadSums(tiling, lanesPerWarp, lhsRunsAlongDepth, rhsRunsAlongDepth),
        tiling.depth);
  const MatrixInstruction &instruction = *tiling.instruction;
  return tile::makeDotLayouts(
      instruction,
      {tiling.rows / tiling.warpRows / instruction.m,
       tiling.columns / tiling.warpColumns / instruction.n,
       tiling.depth / instruction.k},
      {tiling.warpRows, tiling.warpColumns});
}

} // namespace xcc::schedule
