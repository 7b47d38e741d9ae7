//===- AttentionTiling.cpp - How blocks share out an attention ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/AttentionTiling.h"

#include "dialects/tile/Conversion.h"

#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace xcc::schedule {

static ProductTiling productOf(const AttentionTiling &tiling, int64_t other,
                               int64_t depth) {
  ProductTiling product;
  product.instruction = tiling.instruction;
  product.rows = tiling.isTransposed ? other : tiling.queries;
  product.columns = tiling.isTransposed ? tiling.queries : other;
  product.depth = depth;
  // Queries are independent: no sum goes from one warp to another.
  product.warpRows = tiling.isTransposed ? 1 : tiling.warps;
  product.warpColumns = tiling.isTransposed ? tiling.warps : 1;
  product.stages = tiling.stages;
  return product;
}

ProductTiling AttentionTiling::scores() const {
  return productOf(*this, keys, head.size);
}

ProductTiling AttentionTiling::results() const {
  return productOf(*this, value.size, keys);
}

/// Parts of a dimension: little padding, but no more parts than that is worth.
static Chunks chunksOf(int64_t extent, int64_t least, int64_t most) {
  Chunks best;
  double bestPrice = 0;
  extent = std::max<int64_t>(extent, 1);
  for (int64_t size = most; size >= least; size /= 2) {
    int64_t padded = alignTo(extent, size);
    // A part costs as much as eight more elements.
    double price = padded * (1 + 8.0 / size);
    if (best.count && price >= bestPrice)
      continue;
    best = {size, padded / size};
    bestPrice = price;
  }
  return best;
}

/// Cost of handing the scores to the second product in this form.
static unsigned handOverCost(AttentionTiling tiling, int64_t lanes,
                             const AttentionShape &shape) {
  tile::DotLayouts scores =
      dotLayouts(tiling.scores(), lanes, /*lhsRunsAlongDepth=*/true, true);
  tile::DotLayouts results =
      dotLayouts(tiling.results(), lanes, /*lhsRunsAlongDepth=*/true, true);
  const tile::LinearLayout &operand =
      tiling.isTransposed ? results.rhs : results.lhs;
  tile::LinearLayout wanted =
      inMemoryOrder(operand, tiling.isTransposed ? 0 : 1, tiling.keyOrder);
  return tile::planConversion(scores.accumulator, wanted, shape.elementBits)
      .cost;
}

/// The form and the order of keys in which scores travel least.
static void chooseForm(AttentionTiling &tiling, const DeviceDescription &device,
                       const AttentionShape &shape) {
  DepthOrder wide =
      device.operandPath == OperandPath::RegisterShared
          ? widenDepth(*tiling.instruction, tiling.keys, shape.elementBytes)
          : DepthOrder();
  std::optional<unsigned> least;
  AttentionTiling best = tiling;
  for (bool isTransposed : {false, true})
    for (const DepthOrder &order : {DepthOrder(), wide}) {
      tiling.isTransposed = isTransposed;
      tiling.keyOrder = order;
      unsigned cost = handOverCost(tiling, device.lanesPerWarp, shape);
      if (least && cost >= *least)
        continue;
      least = cost;
      best = tiling;
    }
  tiling = best;
}

/// Sizes for a matrix instruction: a warp has as many queries as one
/// instruction, or twice as many where its lanes have the registers.
static void sizeForInstruction(AttentionTiling &tiling,
                               const DeviceDescription &device,
                               const AttentionShape &shape) {
  const MatrixInstruction &instruction = *tiling.instruction;
  int64_t unit = std::max(instruction.m, instruction.n);
  int64_t least =
      std::max<int64_t>({instruction.m, instruction.n, instruction.k});
  tiling.head = chunksOf(shape.headSize, least, 64);
  tiling.value = chunksOf(shape.valueSize, least, 64);
  int64_t sizes = tiling.head.size * tiling.head.count +
                  tiling.value.size * tiling.value.count;
  tiling.keys = std::max<int64_t>(sizes > 256 ? 32 : 64, instruction.k);
  int64_t perWarp = unit;
  // Sums of results and queries stay in registers, scores come and go.
  int64_t registers = unit * (sizes + tiling.keys) / device.lanesPerWarp;
  if (2 * registers <= device.registersPerThread / 2)
    perWarp *= 2;
  int64_t wanted = shape.queries.value_or(1024);
  tiling.warps = 4;
  while (tiling.warps > 1 && perWarp * tiling.warps / 2 >= wanted)
    tiling.warps /= 2;
  if (perWarp > unit && unit * tiling.warps >= wanted)
    perWarp = unit;
  tiling.queries = perWarp * tiling.warps;
}

/// Sizes for products within threads: what a thread holds of an operand grows
/// with the depth, so steps and parts are short.
static void sizeForThreads(AttentionTiling &tiling,
                           const DeviceDescription &device,
                           const AttentionShape &shape) {
  tiling.head = chunksOf(shape.headSize, 4, 16);
  tiling.value = chunksOf(shape.valueSize, 16, 64);
  tiling.keys = 16;
  tiling.warps = std::max<int64_t>(128 / device.lanesPerWarp, 1);
  tiling.queries = 32;
  int64_t wanted = shape.queries.value_or(1024);
  while (tiling.queries > 4 && tiling.queries / 2 >= wanted)
    tiling.queries /= 2;
  tiling.warps = std::min(tiling.warps, tiling.queries);
}

AttentionTiling chooseAttentionTiling(const DeviceDescription &device,
                                      const MatrixInstruction *instruction,
                                      const AttentionShape &shape) {
  AttentionTiling tiling;
  tiling.instruction = instruction;
  if (instruction) {
    sizeForInstruction(tiling, device, shape);
    chooseForm(tiling, device, shape);
  } else {
    sizeForThreads(tiling, device, shape);
  }
  int64_t stepBytes = tiling.keys * shape.elementBytes *
                      (tiling.head.size * tiling.head.count +
                       tiling.value.size * tiling.value.count);
  // Two blocks share a processor's memory where they can.
  bool isTight = 4 * stepBytes > device.sharedBytesPerBlock;
  tiling.stages =
      isTight && device.operandPath == OperandPath::RegisterShared ? 1 : 2;
  return tiling;
}

} // namespace xcc::schedule
