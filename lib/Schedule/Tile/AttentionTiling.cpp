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

// A processor has registers for this many threads at their most.
static constexpr int64_t threadsWithAllRegisters = 256;

/// Queries are independent: no sum goes from one warp to another.
static ProductTiling productOf(const AttentionTiling &tiling,
                               const MatrixInstruction *instruction,
                               int64_t columns, int64_t depth) {
  ProductTiling product;
  product.instruction = instruction;
  product.rows = tiling.queries;
  product.columns = columns;
  product.depth = depth;
  product.warpRows = tiling.warps;
  product.stages = tiling.stages;
  return product;
}

ProductTiling AttentionTiling::scores() const {
  return productOf(*this, forScores, keys, head.size);
}

ProductTiling AttentionTiling::results() const {
  return productOf(*this, forResults, value.size, keys);
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

/// Cost of handing the scores to the second product.
static unsigned handOverCost(const AttentionTiling &tiling, int64_t lanes,
                             unsigned elementBits) {
  tile::LinearLayout scores =
      dotLayouts(tiling.scores(), lanes, true, true).accumulator;
  tile::LinearLayout operand =
      dotLayouts(tiling.results(), lanes, true, true).lhs;
  return tile::planConversion(scores, operand, elementBits).cost;
}

/// The instruction for results to which scores travel least.
static void chooseForResults(AttentionTiling &tiling,
                             const DeviceDescription &device,
                             unsigned elementBits) {
  const MatrixInstruction &first = *tiling.forScores;
  std::optional<unsigned> least;
  const MatrixInstruction *best = nullptr;
  for (const MatrixInstruction &row : device.matrixInstructions) {
    if (row.operand != first.operand || row.accumulator != first.accumulator ||
        row.m != first.m || row.n > tiling.value.size || row.k > tiling.keys)
      continue;
    tiling.forResults = &row;
    unsigned cost = handOverCost(tiling, device.lanesPerWarp, elementBits);
    if (least && cost >= *least)
      continue;
    least = cost;
    best = &row;
  }
  tiling.forResults = best;
}

/// In how many lanes a fragment holds each element.
static int64_t copiesIn(const Fragment &fragment) {
  return int64_t(1) << count_if(fragment.lanes, [](FragmentBasis basis) {
           return basis.row == 0 && basis.column == 0;
         });
}

namespace {
/// What a lane has in registers, in words of 32 bits, as a tiling stands.
class LaneNeeds {
public:
  LaneNeeds(const AttentionTiling &tiling, const DeviceDescription &device,
            const AttentionShape &shape)
      : tiling(tiling), device(device), shape(shape),
        head(tiling.head.size * tiling.head.count),
        value(tiling.value.size * tiling.value.count) {}

  /// Sums of results and queries stay, scores and masks come and go; without
  /// shared memory so do a step's keys, then its values. What several lanes
  /// hold counts once more for each.
  int64_t kept(int64_t queries) const {
    int64_t words = std::max<int64_t>(shape.elementBytes / 4, 1);
    int64_t scores = (shape.hasMask ? 2 : 1) * tiling.keys;
    const MatrixInstruction &instruction = *tiling.forScores;
    return queries * (head + value + scores) / lanes() * words +
           (copiesIn(instruction.lhs) - 1) *
               wordsOf(queries * (head + tiling.keys)) +
           (copiesIn(instruction.rhs) - 1) * operand() +
           (isShared() ? 0 : operand());
  }
  /// Of what comes from shared memory compilers have half on its way, or all.
  int64_t ahead() const { return mostAhead() / 2; }
  int64_t mostAhead() const { return isShared() ? operand() : 0; }
  /// Of a block of so many warps, what is on its way to shared memory.
  int64_t staged(int64_t warps) const {
    return device.operandPath == OperandPath::RegisterShared
               ? wordsOf(tiling.keys * (head + value)) / warps
               : 0;
  }

  /// Whether so many warps, of one instruction's queries each, leave a lane as
  /// much where they are more than have all registers.
  bool fit(int64_t warps) const {
    int64_t threads = warps * lanes();
    return threads <= threadsWithAllRegisters ||
           (kept(tiling.forScores->m) + ahead() + staged(warps)) * threads <=
               device.registersPerThread * threadsWithAllRegisters;
  }

private:
  int64_t lanes() const { return device.lanesPerWarp; }
  bool isShared() const { return device.operandPath != OperandPath::Direct; }
  int64_t wordsOf(int64_t elements) const {
    return elements * shape.elementBytes / (4 * lanes());
  }
  /// A part of a step's keys or values.
  int64_t operand() const {
    return wordsOf(tiling.keys * std::max(tiling.head.size, tiling.value.size));
  }

  const AttentionTiling &tiling;
  const DeviceDescription &device;
  const AttentionShape &shape;
  int64_t head, value;
};
} // namespace

/// Sizes for a matrix instruction: a warp has as many queries as one
/// instruction, or twice as many where its lanes have the registers.
static void sizeForInstruction(AttentionTiling &tiling,
                               const DeviceDescription &device,
                               const AttentionShape &shape) {
  const MatrixInstruction &instruction = *tiling.forScores;
  int64_t unit = instruction.m, most = device.registersPerThread;
  int64_t least = std::max(instruction.n, instruction.k);
  tiling.head = chunksOf(shape.headSize, least, 64);
  tiling.value = chunksOf(shape.valueSize, least, 64);
  int64_t sizes = tiling.head.size * tiling.head.count +
                  tiling.value.size * tiling.value.count;
  LaneNeeds needs(tiling, device, shape);
  tiling.keys = std::max<int64_t>(sizes > 256 ? 32 : 64, instruction.k);
  if (needs.kept(unit) + needs.ahead() > most * 9 / 10)
    tiling.keys = std::max<int64_t>(32, instruction.k);
  if (needs.staged(8) && needs.kept(unit) + needs.mostAhead() > most)
    tiling.keys = std::max<int64_t>(16, least);
  int64_t perWarp = unit;
  if (needs.kept(2 * unit) + needs.staged(4) <= most * 4 / 5)
    perWarp *= 2;
  int64_t wanted = shape.queries.value_or(1024);
  // What one warp reads the others find near: with few queries each, twice as
  // many warps halve the traffic.
  tiling.warps = perWarp == unit && needs.fit(8) ? 8 : 4;
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

static int64_t stepBytes(const AttentionTiling &tiling,
                         const AttentionShape &shape) {
  return tiling.keys * shape.elementBytes *
         (tiling.head.size * tiling.head.count +
          tiling.value.size * tiling.value.count);
}

/// How many steps are in shared memory, and shorter ones where not even one
/// fits there beside what threads exchange.
static void fitSharedMemory(AttentionTiling &tiling,
                            const DeviceDescription &device,
                            const AttentionShape &shape) {
  tiling.stages = 2;
  if (device.operandPath == OperandPath::Direct)
    return;
  // Two blocks share a processor's memory where they can.
  if (4 * stepBytes(tiling, shape) > device.sharedBytesPerBlock &&
      device.operandPath == OperandPath::RegisterShared)
    tiling.stages = 1;
  int64_t leastKeys = tiling.forScores
                          ? std::max({tiling.forScores->n, tiling.forResults->n,
                                      tiling.forResults->k})
                          : 4;
  auto exchangedBytes = [&] {
    int64_t columns =
        std::max({tiling.head.size, tiling.value.size, tiling.keys});
    return tiling.queries * columns * std::max(shape.elementBytes, 4u);
  };
  while (tiling.keys > leastKeys &&
         tiling.stages * stepBytes(tiling, shape) + exchangedBytes() >
             device.sharedBytesPerBlock)
    tiling.keys /= 2;
}

AttentionTiling chooseAttentionTiling(const DeviceDescription &device,
                                      MatrixType operand, MatrixType sum,
                                      const AttentionShape &shape) {
  AttentionTiling tiling;
  tiling.forScores = findInstruction(device, operand, sum);
  if (tiling.forScores) {
    sizeForInstruction(tiling, device, shape);
    chooseForResults(tiling, device, shape.elementBits);
  } else {
    sizeForThreads(tiling, device, shape);
  }
  fitSharedMemory(tiling, device, shape);
  return tiling;
}

} // namespace xcc::schedule
