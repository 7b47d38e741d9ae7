//===- Sort.cpp - sort and topk for blocks of threads ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/Sort.h"
#include "lib/Schedule/Element/KernelRoot.h"

#include "lib/Schedule/Element/ScalarOps.h"
#include "lib/Schedule/Tile/BlockRanges.h"
#include "lib/Schedule/Tile/TileForm.h"

#include "dialects/fx/Fx.h"

using namespace mlir;

namespace xcc::schedule {

// Elements of a block: all passes over them are written out in its program.
static constexpr int64_t blockElements = 1024;
static constexpr int64_t elementsPerThread = 8;
// Neighbours in registers: the shortest exchanges are the most frequent.
static constexpr int64_t neighbours = 4;

TileSort::TileSort(TileKernelBuilder &builder, Operation *op)
    : SortedRows(builder.elements(), builder.space(), op), builder(builder),
      space(builder.space()), op(op), loc(op->getLoc()) {
  order = std::make_unique<SortOrder>(builder.builder(), loc, element,
                                      isUnsignedElement(op, declared),
                                      isDescending);
}

//===-- Indices -----------------------------------------------------------===//

/// A number as a tile of i64.
Value TileSort::tileOf(Value index) {
  OpBuilder &b = builder.builder();
  Type i64 = b.getI64Type();
  if (index.getType().isIndex())
    index = arith::IndexCastOp::create(b, loc, i64, index);
  index = builder.toTile(index);
  auto type = cast<RankedTensorType>(index.getType());
  if (type.getElementType() == i64)
    return index;
  return arith::ExtSIOp::create(b, loc, type.clone(i64), index);
}

Value TileSort::tileOf(AffineExpr expr) {
  return tileOf(builder.tileForm().index(builder.builder(), loc, expr));
}

/// A tile of i64 as an index that certainly is below `extent`.
AffineExpr TileSort::asIndex(Value tile, AffineExpr extent) {
  ScalarOps ops{builder.builder(), loc};
  Value last = tileOf(space.simplify(extent - 1));
  tile = ops.clamp(tile, tileOf(space.constant(0)), last);
  return space.declare(tile, extent);
}

/// The frame of a tile of rows, and the rows in the blocks `ids`.
std::pair<TileFrame, IndexList> TileSort::makeFrame(Indices ids) {
  TileFrame frame = builder.makeFrame(rows->tiling().layout(builder.device()));
  IndexList row = rows->rowAt(frame, ids);
  return {frame, row};
}

//===-- Words in memory ---------------------------------------------------===//

/// Two halves: a pass reads one and writes the other.
Value TileSort::workspace(unsigned word) {
  AffineExpr count = space.simplify(space.product(shape) * 2);
  return builder.workspace("words" + std::to_string(word),
                           builder.builder().getI64Type(), count);
}

AffineExpr TileSort::placeInWorkspace(Indices row, AffineExpr index,
                                      Value half) {
  AffineExpr total = space.simplify(space.product(shape));
  Value start =
      arith::MulIOp::create(builder.builder(), loc, half,
                            space.materialize(builder.builder(), loc, total));
  AffineExpr place =
      space.linearize(row, rows->rowLoops().rowExtents) * length + index;
  return space.declare(start) + place;
}

SortWords TileSort::loadWords(Indices row, AffineExpr index, Value half) {
  SortWords words;
  for (unsigned i = 0; i < order->numWords(); ++i)
    words.push_back(builder.toTile(builder.elements().loadFlat(
        builder.builder(), loc, workspace(i),
        placeInWorkspace(row, index, half), builder.builder().getI64Type())));
  return words;
}

/// Where the indices `exists` do.
void TileSort::storeWords(Indices row, AffineExpr index, Indices exists,
                          Value half, const SortWords &words) {
  for (auto [i, word] : llvm::enumerate(words))
    builder.storeTile(word, exists, workspace(i),
                      placeInWorkspace(row, index, half));
}

//===-- In registers ------------------------------------------------------===//

FailureOr<SortWords> TileSort::sortTile(Indices row, AffineExpr index) {
  IndexList place = rows->placeOf(row, index);
  Value values = builder.readTile(input, place);
  if (!values)
    return failure();
  // Beyond the row the places go on, and are the last ones.
  Value places = tileOf(space.resolve(index));
  return order->sort(order->wordsOf(values, places, builder.maskOf(place)));
}

/// Stores the elements that come to `rank` in their rows.
LogicalResult TileSort::store(Indices row, AffineExpr rank,
                              const SortWords &words) {
  OpBuilder &b = builder.builder();
  Value places = order->placesOf(words);
  Value values =
      builder.readTile(input, rows->placeOf(row, asIndex(places, length)));
  if (!values)
    return failure();
  IndexList place = rows->placeOf(row, rank);
  TileForm::StoresWithin inside(builder.tileForm(), place);
  return builder.elements().writeElements(b, loc, op->getResults(), place,
                                          {values, places});
}

LogicalResult TileSort::runInRegisters() {
  builder.setThreads(rows->tiling().threads);
  IndexList ids = builder.blockIds(rows->tiling().rowCounts);
  auto [frame, row] = makeFrame(ids);
  TileKernelBuilder::InFrame inside(builder, frame);
  AffineExpr along = frame.coordinates.back();
  FailureOr<SortWords> words = sortTile(row, builder.within(along, length));
  if (failed(words))
    return failure();
  return store(row, builder.within(along, kept), *words);
}

LogicalResult
TileSort::inParts(AffineExpr count,
                  function_ref<LogicalResult(Indices, AffineExpr)> emit) {
  builder.setThreads(rows->tiling().threads);
  IndexList counts = {space.simplify(count.ceilDiv(tileLength))};
  counts.append(rows->tiling().rowCounts);
  IndexList ids = builder.blockIds(counts);
  auto [frame, row] = makeFrame(Indices(ids).drop_front());
  TileKernelBuilder::InFrame inside(builder, frame);
  return emit(row, builder.within(
                       ids[0] * tileLength + frame.coordinates.back(), count));
}

LogicalResult TileSort::sortParts() {
  return inParts(length, [&](Indices row, AffineExpr index) -> LogicalResult {
    FailureOr<SortWords> words = sortTile(row, index);
    if (failed(words))
      return failure();
    Value first = arith::ConstantIndexOp::create(builder.builder(), loc, 0);
    storeWords(row, index, rows->placeOf(row, index), first, *words);
    return success();
  });
}

//===-- The kernel --------------------------------------------------------===//

/// Rows of one element are sorted.
LogicalResult TileSort::runElementwise() {
  auto body = [this](ElementEmitter &emitter, OpBuilder &b,
                     Indices indices) -> LogicalResult {
    Value value = emitter.readElement(b, loc, input, indices);
    if (!value)
      return failure();
    Value place = arith::ConstantIntOp::create(b, loc, 0, 64);
    return emitter.writeElements(b, loc, op->getResults(), indices,
                                 {value, place});
  };
  IndexList extents = builder.elements().shapeOf(op->getResult(0));
  builder.setThreads(mapThreads);
  FailureOr<BlockRange> range = planNest(builder, {extents, body}, mapThreads);
  return failed(range) ? failure() : emitRanges(builder, *range);
}

LogicalResult TileSort::chooseTiles() {
  rows = std::make_unique<RowBlocks>(builder, shape, dim);
  auto body = [this](ElementEmitter &emitter, OpBuilder &b,
                     Indices indices) -> LogicalResult {
    return success(bool(emitter.readElement(b, loc, input, indices)));
  };
  if (failed(rows->chooseTiles(body)))
    return failure();
  RowTiling &tiling = rows->tiling();
  const auto &groups = rows->rowLoops().rows.groups;
  tileLength = tileSizeFor(length, blockElements, blockElements);
  // One row that is long; some that are short.
  bool isWhole = space.isWithin(length - 1, space.constant(tileLength));
  int64_t room = isWhole ? blockElements / tileLength : 1;
  tiling.rowTile.assign(groups.size(), 1);
  if (!groups.empty())
    tiling.rowTile.back() = tileSizeFor(groups.back().extent, room, room);
  int64_t elements = tileLength;
  tiling.rowCounts.clear();
  for (auto [size, group] : llvm::zip_equal(tiling.rowTile, groups)) {
    elements *= size;
    tiling.rowCounts.push_back(space.simplify(group.extent.ceilDiv(size)));
  }
  tiling.innerTile = {tileLength};
  tiling.innerCounts = {space.simplify(length.ceilDiv(tileLength))};
  tiling.isByColumns = false;
  tiling.vector = neighbours;
  tiling.threads = std::max<int64_t>(builder.device().lanesPerWarp,
                                     elements / elementsPerThread);
  return success();
}

LogicalResult TileSort::run() {
  auto number = dyn_cast<AffineConstantExpr>(length);
  if (number && number.getValue() <= 1)
    return runElementwise();
  if (failed(chooseTiles()))
    return failure();
  if (number && number.getValue() <= tileLength)
    return runInRegisters();
  if (failed(sortParts()))
    return failure();
  return number ? mergeByLaunches() : mergeByRows();
}

LogicalResult scheduleTileSort(TileKernelBuilder &builder) {
  Operation *op = findRoot<fx::SortOp, fx::TopkOp>(builder.kernel());
  return op ? TileSort(builder, op).run() : failure();
}

} // namespace xcc::schedule
