//===- Fragments.h - Tiles as fragments of matrix instructions ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_TILE_FRAGMENTS_H
#define XCC_LIB_TARGET_TILE_FRAGMENTS_H

#include "dialects/tile/LinearLayout.h"
#include "lib/Base/Device.h"

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

} // namespace xcc::thread

#endif // XCC_LIB_TARGET_TILE_FRAGMENTS_H
