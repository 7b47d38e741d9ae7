//===- ProductTiling.h - How blocks share out a matrix product ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_TILE_PRODUCTTILING_H
#define XCC_SCHEDULE_TILE_PRODUCTTILING_H

#include "lib/Base/Device.h"

#include <optional>

namespace xcc::schedule {

/// sums(row, column) = sum over depth, for each of a batch. Sizes that are not
/// known are none.
struct ProductShape {
  std::optional<int64_t> batch, rows, columns, depth;
  unsigned operandBytes = 2; // of one element in shared memory
  // Operands pass through registers on their way, converted or from windows.
  bool areOperandsMade = false;
};

/// A block computes `rows` x `columns` sums, `depth` products of each a step.
struct ProductTiling {
  const MatrixInstruction *instruction = nullptr; // none: thread-local products
  int64_t rows = 0, columns = 0, depth = 0;
  int64_t warpRows = 1, warpColumns = 1; // warps along rows and columns
  unsigned stages = 2;                   // steps held in shared memory
  int64_t splits = 1;                    // of the depth, over blocks

  int64_t warps() const { return warpRows * warpColumns; }
  bool isOfGroups() const { return instruction && instruction->groupWarps > 1; }
};

/// The instruction for operands of this type with sums of that one; null if
/// the device has none.
const MatrixInstruction *findInstruction(const DeviceDescription &device,
                                         MatrixType operand,
                                         MatrixType accumulator);

/// The cheapest tiling by a model of the device's processors. A function of its
/// arguments alone, so that results do not vary from run to run.
ProductTiling chooseTiling(const DeviceDescription &device,
                           const MatrixInstruction *instruction,
                           const ProductShape &shape);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_PRODUCTTILING_H
