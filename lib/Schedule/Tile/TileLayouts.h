//===- TileLayouts.h - Who holds what in blocks of threads ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_TILE_TILELAYOUTS_H
#define XCC_SCHEDULE_TILE_TILELAYOUTS_H

#include "dialects/tile/LinearLayout.h"

namespace xcc::schedule {

struct BlockThreads {
  int64_t lanes, warps;
};

/// Threads with `vector` neighbours each side by side along `fastest`, lanes
/// filling that dimension before the others (the last ones first). Warps fill
/// `slowest` first, if given, else they go on where the lanes ended.
tile::LinearLayout coalescedLayout(llvm::ArrayRef<int64_t> shape,
                                   unsigned fastest, int64_t vector,
                                   BlockThreads threads,
                                   std::optional<unsigned> warpsAlong = {});

/// The dimension along which neighbouring lanes lie.
unsigned fastestDim(const tile::LinearLayout &layout);

/// How `layout` divides a block.
BlockThreads threadsOf(const tile::LinearLayout &layout);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_TILELAYOUTS_H
