//===- Fragments.h - Tiles as fragments of matrix instructions ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_TILE_FRAGMENTS_H
#define XCC_LIB_TARGET_TILE_FRAGMENTS_H

#include "lib/Target/Tile/KernelLowering.h"

#include <optional>

namespace xcc::thread {

/// The device's row of this name, or null.
const MatrixInstruction *findInstruction(const DeviceDescription &device,
                                         llvm::StringRef name);

/// How a tile consists of whole fragments: the fragments of one thread lie one
/// behind the other in its registers. Coordinates count fragments. nullopt if
/// the tile is held in another way.
std::optional<tile::LinearLayout>
repetitionsOf(const tile::LinearLayout &layout, const Fragment &fragment);

/// The coordinate `dim` of the first elements of fragments that are `size` long
/// in it and repeated as `repetitions` says.
LinearNumbers originsOf(const KernelLowering &lowering,
                        const tile::LinearLayout &repetitions, unsigned dim,
                        int64_t size);

/// The product that a loaded tile is an operand of.
struct DotUse {
  const MatrixInstruction *instruction;
  bool isLhs;
};
std::optional<DotUse> dotUseOf(mlir::Value tile,
                               const DeviceDescription &device);

} // namespace xcc::thread

#endif // XCC_LIB_TARGET_TILE_FRAGMENTS_H
