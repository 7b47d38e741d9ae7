//===- RowTiling.cpp - Rows and what is reduced of them, in tiles ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/RowTiling.h"

#include "lib/Schedule/Tile/BlockRanges.h"
#include "lib/Schedule/Tile/TileLayouts.h"

using namespace mlir;

namespace xcc::schedule {

// Elements of a row that one thread keeps: with two or three tensors of a
// row, half of the registers that a full block leaves to a thread.
static constexpr int64_t elementsPerThread = 16;
// Threads of a block whose rows are short.
static constexpr int64_t usualThreads = 128;
static constexpr int64_t mostThreads = 1024;
// Elements of one step along a row that does not fit.
static constexpr int64_t stepElements = 4096;
// Side by side in memory: 256 bytes of f32.
static constexpr int64_t columnsPerBlock = 64;
static constexpr int64_t linesPerStep = 32;

SmallVector<int64_t> RowTiling::frameShape() const {
  SmallVector<int64_t> shape;
  for (ArrayRef<int64_t> tile : {ArrayRef(rowTile), ArrayRef(innerTile)})
    for (int64_t size : tile)
      if (size != 1)
        shape.push_back(size);
  return shape;
}

unsigned RowTiling::numRowDims() const {
  return llvm::count_if(rowTile, [](int64_t size) { return size != 1; });
}

tile::LinearLayout RowTiling::layout(const DeviceDescription &device) const {
  SmallVector<int64_t> shape = frameShape();
  int64_t lanes = device.lanesPerWarp, warps = threads / lanes;
  unsigned rowDims = numRowDims();
  unsigned last = shape.empty() ? 0 : shape.size() - 1;
  bool runsAlongRows = isByColumns && rowDims;
  unsigned fastest = runsAlongRows ? rowDims - 1 : last;
  std::optional<unsigned> warpsAlong;
  // A warp for each row, as far as there are rows: then a row needs no shared
  // memory.
  if (rowDims && !isByColumns)
    warpsAlong = rowDims - 1;
  return coalescedLayout(shape, fastest, vector, {lanes, warps}, warpsAlong);
}

namespace {
class RowTilingChoice {
public:
  RowTilingChoice(TileKernelBuilder &builder, const RowLoops &loops)
      : builder(builder), space(builder.space()), loops(loops) {}

  RowTiling choose();

private:
  bool isContiguousAlong(const LoopGroups &groups);
  void chooseInner(int64_t whole, int64_t step);
  int64_t rowsFor(int64_t innerElements);
  void chooseThreads(int64_t elements);

  TileKernelBuilder &builder;
  IndexSpace &space;
  const RowLoops &loops;
  RowTiling tiling;
};
} // namespace

/// True if some load takes neighbouring elements along the last of the loops
/// that is one.
bool RowTilingChoice::isContiguousAlong(const LoopGroups &groups) {
  AffineExpr one = space.constant(1);
  for (unsigned i = groups.groups.size(); i-- > 0;) {
    if (groups.groups[i].extent == one)
      continue;
    return llvm::any_of(groups.accesses, [&](const AccessSteps &access) {
      return !access.isStore && access.steps[i] == one;
    });
  }
  return false;
}

/// Everything that is reduced in one tile if that has at most `whole`
/// elements, else `step` elements at a time.
void RowTilingChoice::chooseInner(int64_t whole, int64_t step) {
  const auto &groups = loops.inner.groups;
  tiling.innerTile.assign(groups.size(), 1);
  int64_t elements = 1;
  bool fits = true;
  for (auto [size, group] : llvm::zip_equal(tiling.innerTile, groups)) {
    std::optional<int64_t> extent = known(group.extent);
    fits &= extent && *extent <= whole;
    if (!fits)
      break;
    size = llvm::PowerOf2Ceil(std::max<int64_t>(1, *extent));
    elements *= size;
    fits &= elements <= whole;
  }
  if (!fits) {
    tiling.innerTile.assign(groups.size(), 1);
    int64_t room = step;
    for (unsigned i = groups.size(); i-- > 0 && room > 1;) {
      tiling.innerTile[i] = tileSizeFor(groups[i].extent, room, room);
      room /= tiling.innerTile[i];
    }
  }
  for (auto [size, group] : llvm::zip_equal(tiling.innerTile, groups))
    tiling.innerCounts.push_back(space.simplify(group.extent.ceilDiv(size)));
}

/// Rows of a block: several if they are short, as long as every processor has
/// a block.
int64_t RowTilingChoice::rowsFor(int64_t innerElements) {
  int64_t rows =
      std::max<int64_t>(1, usualThreads * elementsPerThread / innerElements);
  std::optional<int64_t> total =
      known(space.simplify(space.product(loops.rowExtents)));
  int64_t processors = builder.device().numProcessors;
  while (rows > 1 && (total ? *total / rows < processors : rows > 16))
    rows /= 2;
  return rows;
}

void RowTilingChoice::chooseThreads(int64_t elements) {
  int64_t lanes = builder.device().lanesPerWarp;
  int64_t most =
      std::min<int64_t>(mostThreads, builder.device().maxThreadsPerBlock);
  int64_t few = std::min(usualThreads, elements / tiling.vector);
  int64_t wanted = std::max(elements / elementsPerThread, few);
  tiling.threads = std::clamp<int64_t>(wanted, lanes, most);
}

RowTiling RowTilingChoice::choose() {
  unsigned widest = 1;
  for (const AccessSteps &access : loops.inner.accesses)
    widest = std::max(
        widest,
        cast<MemRefType>(access.buffer.getType()).getElementTypeBitWidth() / 8);
  tiling.vector =
      std::max<int64_t>(1, builder.device().maxVectorBytes / widest);
  const auto &rows = loops.rows.groups;
  tiling.rowTile.assign(rows.size(), 1);
  tiling.isByColumns =
      isContiguousAlong(loops.rows) && !isContiguousAlong(loops.inner);
  int64_t most =
      std::min<int64_t>(mostThreads, builder.device().maxThreadsPerBlock);
  if (tiling.isByColumns)
    chooseInner(linesPerStep, linesPerStep);
  else
    chooseInner(most * elementsPerThread, stepElements);
  int64_t elements = 1;
  for (int64_t size : tiling.innerTile)
    elements *= size;
  int64_t wanted = tiling.isByColumns ? columnsPerBlock : rowsFor(elements);
  // The last row loop that is one.
  for (unsigned i = rows.size(); i-- > 0;) {
    if (rows[i].extent == space.constant(1))
      continue;
    tiling.rowTile[i] = tileSizeFor(rows[i].extent, wanted, wanted);
    elements *= tiling.rowTile[i];
    break;
  }
  for (auto [size, group] : llvm::zip_equal(tiling.rowTile, rows))
    tiling.rowCounts.push_back(space.simplify(group.extent.ceilDiv(size)));
  chooseThreads(elements);
  return tiling;
}

RowTiling chooseRowTiling(TileKernelBuilder &builder, const RowLoops &loops) {
  return RowTilingChoice(builder, loops).choose();
}

IndexList rowsAt(TileKernelBuilder &builder, const RowLoops &loops,
                 const RowTiling &tiling, const TileFrame &frame,
                 Indices blocks) {
  IndexList groups;
  unsigned next = 0;
  for (auto [group, size, block] :
       llvm::zip_equal(loops.rows.groups, tiling.rowTile, blocks))
    groups.push_back(
        size == 1 ? block
                  : builder.within(block * size + frame.coordinates[next++],
                                   group.extent));
  return loops.rows.expand(builder.space(), groups, loops.rowExtents);
}

} // namespace xcc::schedule
