//===- NamedLayouts.cpp - The layouts that schedules ask for --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/tile/LinearLayout.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <cassert>

using namespace llvm;

namespace xcc::tile {

using Bases = LinearLayout::Bases;

static Coordinates step(unsigned rank, unsigned dim, int64_t size) {
  Coordinates basis(rank, 0);
  basis[dim] = size;
  return basis;
}

/// Doubles the extent of `dim` with each basis, from `extent` up to its product
/// with `count`, or to the tile's size.
static void grow(Bases &bases, unsigned rank, unsigned dim, int64_t count,
                 int64_t size, int64_t &extent, bool keepsReplicas) {
  assert(isPowerOf2_64(count) && isPowerOf2_64(size) &&
         "tiles are powers of two");
  for (; count > 1; count /= 2) {
    bool isInside = extent < size;
    if (isInside || keepsReplicas)
      bases.push_back(step(rank, dim, isInside ? extent : 0));
    if (isInside)
      extent *= 2;
  }
}

LinearLayout LinearLayout::blocked(ArrayRef<int64_t> shape,
                                   ArrayRef<int64_t> perThread,
                                   ArrayRef<int64_t> lanes,
                                   ArrayRef<int64_t> warps,
                                   ArrayRef<unsigned> order) {
  unsigned rank = shape.size();
  assert(perThread.size() == rank && lanes.size() == rank &&
         warps.size() == rank && order.size() == rank && "one of each a dim");
  SmallVector<int64_t> extents(rank, 1);
  Bases registers, laneBases, warpBases;
  for (unsigned d : order)
    grow(registers, rank, d, perThread[d], shape[d], extents[d], false);
  for (unsigned d : order)
    grow(laneBases, rank, d, lanes[d], shape[d], extents[d], true);
  for (unsigned d : order)
    grow(warpBases, rank, d, warps[d], shape[d], extents[d], true);
  for (unsigned d : order)
    grow(registers, rank, d, shape[d] / extents[d], shape[d], extents[d],
         false);
  return distributed(rank, std::move(registers), std::move(laneBases),
                     std::move(warpBases));
}

LinearLayout LinearLayout::swizzledShared(ArrayRef<int64_t> shape,
                                          int64_t vectorElements,
                                          int64_t perPhase, int64_t maxPhase,
                                          ArrayRef<unsigned> order) {
  unsigned rank = shape.size();
  assert(order.size() == rank && "the order names every dimension");
  if (rank > 0)
    maxPhase = std::min(maxPhase,
                        std::max<int64_t>(shape[order[0]] / vectorElements, 1));
  Bases offsets;
  for (auto [place, d] : enumerate(order))
    for (int64_t size = 1; size < shape[d]; size *= 2) {
      Coordinates basis = step(rank, d, size);
      // (line i, group g ^ phase(i)) holds (line i, group g): the offset bit
      // of a line takes the phase of its line along.
      if (place == 1)
        basis[order[0]] = size / perPhase % maxPhase * vectorElements;
      offsets.push_back(std::move(basis));
    }
  return shared(rank, std::move(offsets));
}

//===-- Matrix instructions
//------------------------------------------------===//

static Bases toBases(ArrayRef<FragmentBasis> list) {
  return map_to_vector<8>(list, [](FragmentBasis basis) {
    return Coordinates{basis.row, basis.column};
  });
}

/// Warps side by side, `warps` {rows, columns}, columns fastest; those of a
/// dimension not `split` hold the same.
static LinearLayout warpGrid(ArrayRef<int64_t> warps, bool splitsRows,
                             bool splitsColumns) {
  Bases bases;
  int64_t rows = 1, columns = 1;
  grow(bases, 2, 1, warps[1], splitsColumns ? warps[1] : 1, columns, true);
  grow(bases, 2, 0, warps[0], splitsRows ? warps[0] : 1, rows, true);
  return LinearLayout::distributed(2, {}, {}, std::move(bases));
}

static LinearLayout repeated(const Fragment &fragment,
                             ArrayRef<int64_t> repetitions) {
  LinearLayout inner = LinearLayout::distributed(2, toBases(fragment.registers),
                                                 toBases(fragment.lanes), {});
  return inner.product(
      LinearLayout::blocked(repetitions, repetitions, {1, 1}, {1, 1}, {1, 0}));
}

LinearLayout LinearLayout::fragment(const Fragment &fragment,
                                    ArrayRef<int64_t> repetitions,
                                    ArrayRef<int64_t> warps) {
  return repeated(fragment, repetitions).product(warpGrid(warps, true, true));
}

DotLayouts makeDotLayouts(const MatrixInstruction &instruction,
                          ArrayRef<int64_t> repetitions,
                          ArrayRef<int64_t> warps) {
  int64_t m = repetitions[0], n = repetitions[1], k = repetitions[2];
  return {
      repeated(instruction.lhs, {m, k}).product(warpGrid(warps, true, false)),
      repeated(instruction.rhs, {k, n}).product(warpGrid(warps, false, true)),
      repeated(instruction.accumulators, {m, n})
          .product(warpGrid(warps, true, true))};
}

DotLayouts makeGroupDotLayouts(const MatrixInstruction &instruction,
                               ArrayRef<int64_t> shape, int64_t groups) {
  int64_t groupRows = instruction.m * instruction.groupWarps;
  int64_t times = shape[0] / groups / groupRows;
  auto spread = [&](const Fragment &fragment, int64_t across) {
    return repeated(fragment, {1, across})
        .product(warpGrid({instruction.groupWarps, 1}, true, true))
        .product(LinearLayout::blocked({times, 1}, {times, 1}, {1, 1}, {1, 1},
                                       {1, 0}))
        .product(warpGrid({groups, 1}, true, true));
  };
  return {spread(instruction.lhs, shape[2] / instruction.k), LinearLayout(),
          spread(instruction.accumulators, shape[1] / instruction.n)};
}

DotLayouts makeThreadDotLayouts(const LinearLayout &accumulator, int64_t k) {
  return {accumulator.reduced(1).expanded(1).extended(1, k, true),
          accumulator.reduced(0).expanded(0).extended(0, k, false),
          accumulator};
}

} // namespace xcc::tile
