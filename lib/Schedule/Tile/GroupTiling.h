//===- GroupTiling.h - How groups of warps share out a product ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_TILE_GROUPTILING_H
#define XCC_SCHEDULE_TILE_GROUPTILING_H

#include "lib/Schedule/Tile/ProductTiling.h"

namespace xcc::schedule {

/// The device's group instruction for operands of this type with sums of that
/// one; null if there is none.
const MatrixInstruction *findGroupInstruction(const DeviceDescription &device,
                                              MatrixType operand,
                                              MatrixType accumulator);

/// The cheapest tiling with a group instruction, whose groups of warps lie
/// below each other (warpRows); none where the product is too small for any.
/// `stages` are slots of shared memory.
std::optional<ProductTiling>
chooseGroupTiling(const DeviceDescription &device,
                  const MatrixInstruction &instruction,
                  const ProductShape &shape);

/// Registers a thread of each role has, 0 for as they come.
struct RoleRegisters {
  int64_t worker = 0, producer = 0;
};
/// Threads of the group of warps that one producer is of.
int64_t producerThreads(const DeviceDescription &device,
                        const MatrixInstruction &instruction);
RoleRegisters chooseRegisters(const DeviceDescription &device,
                              const MatrixInstruction &instruction,
                              int64_t groups);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_GROUPTILING_H
