//===- GroupTiling.cpp - How groups of warps share out a product ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/GroupTiling.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace llvm;

namespace xcc::schedule {

// A processor's rates, a cycle; fewer columns than that at once reach a part.
static constexpr double products = 2048, globalBytes = 64;
static constexpr int64_t fullColumns = 128;
// Fixed prices in cycles: waits of a step; filling the ring and writing
// results; one launch more.
static constexpr double stepCycles = 20, blockCycles = 1200,
                        launchCycles = 4000;
// What is assumed of a size that is not known.
static constexpr int64_t usualSize = 2048;
// Lines of shared memory, and of rows, that are worth the path.
static constexpr int64_t lineBytes = 128, leastRows = 64, leastColumns = 64;
static constexpr int64_t mostSlots = 4;
// Barriers, and what results are exchanged through beside the last slots.
static constexpr int64_t otherBytes = 1024;
// Sums of a thread, beside which it needs few registers.
static constexpr int64_t mostSums = 128;
// What one thread that copies needs.
static constexpr int64_t producerRegisters = 40, producerRegistersOfMany = 32;

const MatrixInstruction *findGroupInstruction(const DeviceDescription &device,
                                              MatrixType operand,
                                              MatrixType accumulator) {
  for (const MatrixInstruction &row : device.groupInstructions)
    if (row.operand == operand && row.accumulator == accumulator)
      return &row;
  return nullptr;
}

int64_t producerThreads(const DeviceDescription &device,
                        const MatrixInstruction &instruction) {
  return int64_t(device.lanesPerWarp) * instruction.groupWarps;
}

RoleRegisters chooseRegisters(const DeviceDescription &device,
                              const MatrixInstruction &instruction,
                              int64_t groups) {
  int64_t threads = producerThreads(device, instruction);
  // In steps of 8, as they come at the launch.
  int64_t each = device.registersPerBlock / (threads * (groups + 1)) / 8 * 8;
  if (each > int64_t(device.registersPerThread))
    return {};
  int64_t producer = groups > 2 ? producerRegistersOfMany : producerRegisters;
  int64_t worker = (each * (groups + 1) - producer) / groups / 8 * 8;
  return {worker, producer};
}

static int64_t blocksOf(const ProductTiling &tiling,
                        const ProductShape &shape) {
  return shape.batch.value_or(1) *
         divideCeil(shape.rows.value_or(usualSize), tiling.rows) *
         divideCeil(shape.columns.value_or(usualSize), tiling.columns);
}

static double cyclesOf(const DeviceDescription &device,
                       const ProductTiling &tiling, const ProductShape &shape) {
  int64_t depth = shape.depth.value_or(usualSize);
  int64_t steps = divideCeil(divideCeil(depth, tiling.depth), tiling.splits);
  double rate = products * (tiling.columns < fullColumns ? 0.8 : 1.0);
  // One group alone does not keep the units at work.
  if (tiling.warpRows == tiling.instruction->groupWarps)
    rate *= 0.8;
  double compute = tiling.rows * tiling.columns / rate;
  double global =
      (tiling.rows + tiling.columns) * shape.operandBytes / globalBytes;
  double step = std::max(compute, global) + 0.1 * (compute + global);
  double block = steps * (tiling.depth * step + stepCycles) + blockCycles +
                 tiling.rows * tiling.columns / 64.0;
  int64_t blocks = blocksOf(tiling, shape) * tiling.splits;
  double total = divideCeil(blocks, int64_t(device.numProcessors)) * block;
  if (tiling.splits == 1)
    return total;
  double sums = double(shape.batch.value_or(1)) *
                shape.rows.value_or(usualSize) *
                shape.columns.value_or(usualSize) * tiling.splits;
  return total + launchCycles + sums * 8 / (globalBytes * device.numProcessors);
}

/// Slots that fit into shared memory; fewer than two hide nothing.
static bool fit(ProductTiling &tiling, const DeviceDescription &device,
                unsigned operandBytes) {
  int64_t slot = (tiling.rows + tiling.columns) * tiling.depth * operandBytes;
  int64_t room = int64_t(device.sharedBytesPerBlock) - otherBytes;
  tiling.stages = std::min(mostSlots, room / slot);
  int64_t threads = tiling.warpRows * int64_t(device.lanesPerWarp);
  return tiling.stages >= 2 &&
         tiling.rows * tiling.columns <= mostSums * threads;
}

std::optional<ProductTiling>
chooseGroupTiling(const DeviceDescription &device,
                  const MatrixInstruction &instruction,
                  const ProductShape &shape) {
  if (shape.rows.value_or(usualSize) < leastRows ||
      shape.columns.value_or(usualSize) < leastColumns || !shape.depth ||
      *shape.depth * shape.operandBytes < lineBytes)
    return std::nullopt;
  std::optional<ProductTiling> best;
  double bestCycles = 0;
  bool areSizesKnown = shape.batch && shape.rows && shape.columns;
  ProductTiling tiling;
  tiling.instruction = &instruction;
  tiling.depth = lineBytes / shape.operandBytes;
  int64_t groupRows = instruction.m * instruction.groupWarps;
  for (int64_t groups : {2, 1})
    for (int64_t times : {1, 2})
      for (int64_t columns = instruction.mostColumns; columns >= leastColumns;
           columns /= 2) {
        tiling.rows = groups * times * groupRows;
        tiling.columns = columns;
        tiling.warpRows = groups * instruction.groupWarps;
        if (!fit(tiling, device, shape.operandBytes))
          continue;
        int64_t steps = divideCeil(*shape.depth, tiling.depth);
        for (tiling.splits = 1; tiling.splits <= 32; tiling.splits *= 2) {
          bool mayBeSplit = areSizesKnown && steps >= 4 * tiling.splits &&
                            blocksOf(tiling, shape) < device.numProcessors;
          if (tiling.splits > 1 && !mayBeSplit)
            break;
          double cycles = cyclesOf(device, tiling, shape);
          if (best && cycles >= bestCycles)
            continue;
          best = tiling;
          bestCycles = cycles;
        }
      }
  return best;
}

} // namespace xcc::schedule
