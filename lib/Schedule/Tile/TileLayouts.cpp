//===- TileLayouts.cpp - Who holds what in blocks of threads --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/TileLayouts.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace xcc::schedule {

/// Gives each of `order` as many of `count` threads as it still has room for;
/// what nobody has room for goes to the first.
static SmallVector<int64_t> share(int64_t count, ArrayRef<unsigned> order,
                                  SmallVectorImpl<int64_t> &room) {
  SmallVector<int64_t> result(room.size(), 1);
  for (unsigned dim : order) {
    int64_t take = std::min(count, room[dim]);
    result[dim] = take;
    room[dim] /= take;
    count /= take;
  }
  if (!order.empty())
    result[order.front()] *= count;
  return result;
}

tile::LinearLayout coalescedLayout(ArrayRef<int64_t> shape, unsigned fastest,
                                   int64_t vector, BlockThreads threads,
                                   std::optional<unsigned> warpsAlong) {
  unsigned rank = shape.size();
  if (rank == 0)
    return tile::LinearLayout::blocked({1}, {1}, {threads.lanes},
                                       {threads.warps}, {0})
        .reduced(0);
  SmallVector<unsigned> order = {fastest};
  for (unsigned dim = rank; dim-- > 0;)
    if (dim != fastest)
      order.push_back(dim);
  SmallVector<int64_t> perThread(rank, 1), room(shape);
  perThread[fastest] = std::min(vector, shape[fastest]);
  room[fastest] /= perThread[fastest];
  SmallVector<int64_t> lanes = share(threads.lanes, order, room);
  SmallVector<unsigned> warpOrder = order;
  if (warpsAlong) {
    warpOrder.erase(llvm::find(warpOrder, *warpsAlong));
    warpOrder.insert(warpOrder.begin(), *warpsAlong);
  }
  SmallVector<int64_t> warps = share(threads.warps, warpOrder, room);
  return tile::LinearLayout::blocked(shape, perThread, lanes, warps, order);
}

unsigned fastestDim(const tile::LinearLayout &layout) {
  for (tile::InputDim input :
       {tile::InputDim::Lane, tile::InputDim::Register, tile::InputDim::Warp})
    for (const tile::Coordinates &basis : layout.getBases(input))
      for (auto [dim, step] : llvm::enumerate(basis))
        if (step != 0)
          return dim;
  return layout.getRank() ? layout.getRank() - 1 : 0;
}

BlockThreads threadsOf(const tile::LinearLayout &layout) {
  return {layout.getNumLanes(), layout.getNumWarps()};
}

} // namespace xcc::schedule
