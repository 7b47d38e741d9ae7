//===- ProductTiling.cpp - How blocks share out a matrix product ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every tiling of a small table is priced in cycles of one processor: its
// products, what its warps read from shared memory, what its block reads from
// global memory, and a fixed price for each step, block and launch. What a
// processor does a cycle differs little among those with matrix units; the
// ratios between the prices are what decides.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/ProductTiling.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace llvm;

namespace xcc::schedule {

// A processor's rates, a cycle.
static constexpr double matrixProducts = 1024, plainProducts = 128;
static constexpr double sharedBytes = 128, globalBytes = 48;
// Fixed prices in cycles: a barrier with its waits; filling the pipeline and
// writing results; one launch more.
static constexpr double stepCycles = 40, blockCycles = 600, launchCycles = 4000;
// What is assumed of a size that is not known.
static constexpr int64_t usualSize = 1024;
// Addresses, counters and masks of one thread.
static constexpr int64_t otherRegisters = 32;
// Sums beyond this leave a compiler no room to move.
static constexpr int64_t mostSums = 128;
// A processor has registers for this many threads at their most.
static constexpr int64_t threadsWithAllRegisters = 256;

const MatrixInstruction *findInstruction(const DeviceDescription &device,
                                         MatrixType operand,
                                         MatrixType accumulator) {
  for (const MatrixInstruction &row : device.matrixInstructions)
    if (row.operand == operand && row.accumulator == accumulator)
      return &row;
  return nullptr;
}

namespace {
/// Prices tilings of one product on one device.
class Pricing {
public:
  Pricing(const DeviceDescription &device, const ProductShape &shape)
      : device(device), shape(shape),
        areSizesKnown(shape.batch && shape.rows && shape.columns &&
                      shape.depth) {}

  bool fits(const ProductTiling &tiling) const;
  double cycles(const ProductTiling &tiling) const;
  /// Only what leaves processors without work, and only where that is known.
  bool mayBeSplit(const ProductTiling &tiling) const {
    return areSizesKnown && blocksOf(tiling) < device.numProcessors;
  }

private:
  int64_t blocksOf(const ProductTiling &tiling) const;
  double stepPrice(const ProductTiling &tiling) const;

  const DeviceDescription &device;
  const ProductShape &shape;
  bool areSizesKnown;
};
} // namespace

/// Registers that a thread needs for operands of one step.
static int64_t operandRegisters(const ProductTiling &tiling, unsigned lanes,
                                unsigned operandBytes) {
  int64_t rows = tiling.rows / tiling.warpRows;
  int64_t columns = tiling.columns / tiling.warpColumns;
  if (tiling.instruction) {
    // Fragments may hold an element in several lanes.
    const MatrixInstruction &row = *tiling.instruction;
    int64_t steps = tiling.depth / row.k;
    int64_t elements = (rows / row.m * steps << row.lhs.registers.size()) +
                       (columns / row.n * steps << row.rhs.registers.size());
    return elements * operandBytes / 4;
  }
  // A thread's square of sums.
  int64_t sums = std::max<int64_t>(1, rows * columns / lanes);
  int64_t side = int64_t(1) << (Log2_64_Ceil(sums) + 1) / 2;
  return 2 * side * tiling.depth * std::max(operandBytes / 4, 1u);
}

bool Pricing::fits(const ProductTiling &tiling) const {
  int64_t threads = tiling.warps() * device.lanesPerWarp;
  if (threads > device.maxThreadsPerBlock)
    return false;
  int64_t stepBytes =
      (tiling.rows + tiling.columns) * tiling.depth * shape.operandBytes;
  bool isShared = device.operandPath != OperandPath::Direct;
  if (isShared && tiling.stages * stepBytes > device.sharedBytesPerBlock)
    return false;
  // A sum is as wide as what is multiplied, but of 32 bits at least.
  int64_t sums = tiling.rows * tiling.columns / threads *
                 std::max<int64_t>(shape.operandBytes / 4, 1);
  int64_t registers =
      sums + otherRegisters +
      operandRegisters(tiling, device.lanesPerWarp, shape.operandBytes);
  if (device.operandPath == OperandPath::RegisterShared ||
      (!isShared && shape.areOperandsMade))
    registers += stepBytes / (4 * threads);
  return sums <= mostSums &&
         registers * std::max(threads, threadsWithAllRegisters) <=
             device.registersPerThread * threadsWithAllRegisters;
}

/// Cycles of one processor for one step of depth one.
double Pricing::stepPrice(const ProductTiling &tiling) const {
  double rate = tiling.instruction ? matrixProducts : plainProducts;
  // Fewer than four warps leave parts of a processor without work.
  rate *= std::min<double>(tiling.warps(), 4) / 4;
  double products = tiling.rows * tiling.columns / rate;
  double warpSides =
      tiling.rows / tiling.warpRows + tiling.columns / tiling.warpColumns;
  double shared = tiling.warps() * warpSides * shape.operandBytes / sharedBytes;
  double global =
      (tiling.rows + tiling.columns) * shape.operandBytes / globalBytes;
  // They overlap, but not wholly.
  return std::max({products, shared, global}) +
         0.25 * (products + shared + global);
}

/// Blocks of each part of the depth.
int64_t Pricing::blocksOf(const ProductTiling &tiling) const {
  return shape.batch.value_or(1) *
         divideCeil(shape.rows.value_or(usualSize), tiling.rows) *
         divideCeil(shape.columns.value_or(usualSize), tiling.columns);
}

double Pricing::cycles(const ProductTiling &tiling) const {
  int64_t batch = shape.batch.value_or(1);
  int64_t rows = shape.rows.value_or(usualSize);
  int64_t columns = shape.columns.value_or(usualSize);
  int64_t depth = shape.depth.value_or(usualSize);
  int64_t blocks = blocksOf(tiling) * tiling.splits;
  int64_t steps = divideCeil(divideCeil(depth, tiling.depth), tiling.splits);
  double block = steps * (tiling.depth * stepPrice(tiling) + stepCycles) +
                 blockCycles + tiling.rows * tiling.columns / 64.0;
  double total = divideCeil(blocks, int64_t(device.numProcessors)) * block;
  if (tiling.splits == 1)
    return total;
  // Partial sums are written once and read once.
  double sums = double(batch) * rows * columns * tiling.splits;
  return total + launchCycles + sums * 8 / (globalBytes * device.numProcessors);
}

/// The ways of `warps` over a tile, the squarest parts first.
static bool arrangeWarps(ProductTiling &tiling, int64_t warps) {
  int64_t rowUnit = tiling.instruction ? tiling.instruction->m : 1;
  int64_t columnUnit = tiling.instruction ? tiling.instruction->n : 1;
  tiling.warpRows = tiling.warpColumns = 1;
  while (tiling.warps() < warps) {
    int64_t rows = tiling.rows / tiling.warpRows;
    int64_t columns = tiling.columns / tiling.warpColumns;
    bool splitsRows = rows / 2 >= rowUnit;
    bool splitsColumns = columns / 2 >= columnUnit;
    if (splitsRows && (rows > columns || !splitsColumns))
      tiling.warpRows *= 2;
    else if (splitsColumns)
      tiling.warpColumns *= 2;
    else
      return false;
  }
  return true;
}

/// Calls `visit` with every tiling of the table that the device can run.
template <typename Visit>
static void forTilings(const DeviceDescription &device,
                       const MatrixInstruction *instruction,
                       const ProductShape &shape, const Pricing &pricing,
                       Visit visit) {
  int64_t minRows = instruction ? instruction->m : 1;
  int64_t minColumns = instruction ? instruction->n : 16;
  // Lines of 64 or 128 bytes; 32 where each thread keeps all of a step's depth.
  int64_t line = instruction ? 64 : 32;
  ProductTiling tiling;
  tiling.instruction = instruction;
  tiling.stages = std::max(2u, device.pipelineStages);
  for (tiling.rows = minRows; tiling.rows <= 256; tiling.rows *= 2)
    for (tiling.columns = minColumns; tiling.columns <= 256;
         tiling.columns *= 2)
      for (int64_t warps : {1, 2, 4, 8, 16})
        for (int64_t bytes : {line, 2 * line}) {
          tiling.depth = bytes / shape.operandBytes;
          if (instruction)
            tiling.depth = std::max<int64_t>(tiling.depth, instruction->k);
          if (arrangeWarps(tiling, warps) &&
              tiling.rows * tiling.columns >= warps * device.lanesPerWarp &&
              pricing.fits(tiling))
            visit(tiling);
        }
}

ProductTiling chooseTiling(const DeviceDescription &device,
                           const MatrixInstruction *instruction,
                           const ProductShape &shape) {
  Pricing pricing(device, shape);
  ProductTiling best;
  double bestCycles = 0;
  auto consider = [&](ProductTiling tiling) {
    int64_t steps = divideCeil(shape.depth.value_or(usualSize), tiling.depth);
    for (tiling.splits = 1; tiling.splits <= 32; tiling.splits *= 2) {
      // A part has at least four steps, and none is empty.
      if (tiling.splits > 1 &&
          (!pricing.mayBeSplit(tiling) || steps < 4 * tiling.splits))
        break;
      double cycles = pricing.cycles(tiling);
      if (best.rows == 0 || cycles < bestCycles) {
        best = tiling;
        bestCycles = cycles;
      }
    }
  };
  forTilings(device, instruction, shape, pricing, consider);
  return best;
}

} // namespace xcc::schedule
