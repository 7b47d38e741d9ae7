//===- SortMerge.cpp - Sorted parts of rows become rows -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/Sort.h"

#include "lib/Schedule/Element/ScalarOps.h"
#include "lib/Schedule/Tile/TileForm.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

// Rows are shorter than 2^31: that many runs of a tile's length, and as many
// halvings of a run.
static constexpr int64_t mostBits = 31;

/// How many elements of the run [low, high) are before each of `words`.
Value TileSort::rankIn(Indices row, const SortWords &words, Value low,
                       Value high, int64_t steps, Value from) {
  OpBuilder &b = builder.builder();
  ScalarOps ops{b, loc};
  auto halve = [&](AffineExpr,
                   ValueRange range) -> FailureOr<SmallVector<Value>> {
    Value one = tileOf(space.constant(1));
    Value middle =
        arith::ShRUIOp::create(b, loc, ops.add(range[0], range[1]), one);
    SortWords there = loadWords(row, asIndex(middle, length), from);
    Value isBefore = order->isBefore(there, words);
    Value isOpen = ops.isBelow(range[0], range[1]);
    Value above = ops.select(isBefore, ops.add(middle, one), range[0]);
    Value below = ops.select(isBefore, range[1], middle);
    return SmallVector<Value>{ops.select(isOpen, above, range[0]),
                              ops.select(isOpen, below, range[1])};
  };
  FailureOr<SmallVector<Value>> found =
      builder.forLoop(space.constant(steps), {low, high}, halve);
  return arith::SubIOp::create(b, loc, found->front(), low);
}

/// Moves the elements at `index`, in runs of `width`, to where they belong in
/// runs of twice that, which `steps` halvings find.
LogicalResult TileSort::merge(Indices row, AffineExpr index, Value width,
                              int64_t steps, Value from, Value to) {
  OpBuilder &b = builder.builder();
  ScalarOps ops{b, loc};
  SortWords words = loadWords(row, index, from);
  Value size = tileOf(width), all = tileOf(length);
  Value place = tileOf(space.resolve(index));
  Value run = arith::DivUIOp::create(b, loc, place, size);
  Value parity = arith::AndIOp::create(b, loc, run, tileOf(space.constant(1)));
  Value isUpper = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne,
                                        parity, tileOf(space.constant(0)));
  Value start = ops.mul(run, size);
  Value before = arith::SubIOp::create(b, loc, start, size);
  Value after = ops.add(start, size);
  auto atMostAll = [&](Value tile) {
    return arith::MinSIOp::create(b, loc, tile, all);
  };
  Value low = ops.select(isUpper, before, atMostAll(after));
  Value high = ops.select(isUpper, start, atMostAll(ops.add(after, size)));
  Value rank = rankIn(row, words, low, high, steps, from);
  Value shift = ops.select(isUpper, size, tileOf(space.constant(0)));
  Value target = arith::SubIOp::create(b, loc, ops.add(place, rank), shift);
  storeWords(row, asIndex(target, length), rows->placeOf(row, index), to,
             words);
  return success();
}

/// Passes that runs of `first` elements need to become one of `count`.
static int64_t passesFor(int64_t count, int64_t first) {
  return llvm::Log2_64_Ceil(llvm::divideCeil(count, first));
}

LogicalResult TileSort::mergeByLaunches() {
  int64_t count = cast<AffineConstantExpr>(length).getValue();
  int64_t passes = passesFor(count, tileLength);
  OpBuilder &b = builder.builder();
  for (int64_t pass = 0; pass < passes; ++pass) {
    builder.beginNextLaunch("merge");
    int64_t width = tileLength << pass;
    auto number = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(b, loc, value);
    };
    auto mergeRuns = [&](Indices row, AffineExpr index) {
      // A run of 2^n has 2^n + 1 places.
      return merge(row, index, number(width), llvm::Log2_64(width) + 1,
                   number(pass % 2), number((pass + 1) % 2));
    };
    if (failed(inParts(length, mergeRuns)))
      return failure();
  }
  return storeMerged(passes);
}

/// A launch for what is left to do once row and column of all words are known.
LogicalResult TileSort::storeMerged(int64_t numPasses) {
  builder.beginNextLaunch("store");
  return inParts(kept, [&](Indices row, AffineExpr rank) {
    Value half =
        arith::ConstantIndexOp::create(builder.builder(), loc, numPasses % 2);
    return store(row, rank, loadWords(row, rank, half));
  });
}

/// Makes runs of twice `width` of a row's runs.
LogicalResult TileSort::mergePass(const TileFrame &frame, Indices row,
                                  Value width, Value from, Value to) {
  auto step = [&](AffineExpr part,
                  ValueRange) -> FailureOr<SmallVector<Value>> {
    AffineExpr index =
        builder.within(part * tileLength + frame.coordinates.back(), length);
    if (failed(merge(row, index, width, mostBits, from, to)))
      return failure();
    return SmallVector<Value>();
  };
  AffineExpr parts = space.simplify(length.ceilDiv(tileLength));
  if (failed(builder.forLoop(parts, {}, step)))
    return failure();
  tile::BarrierOp::create(builder.builder(), loc);
  return success();
}

LogicalResult TileSort::storeRow(const TileFrame &frame, Indices row,
                                 Value half) {
  auto step = [&](AffineExpr part,
                  ValueRange) -> FailureOr<SmallVector<Value>> {
    AffineExpr rank =
        builder.within(part * tileLength + frame.coordinates.back(), kept);
    if (failed(store(row, rank, loadWords(row, rank, half))))
      return failure();
    return SmallVector<Value>();
  };
  AffineExpr parts = space.simplify(kept.ceilDiv(tileLength));
  return LogicalResult(builder.forLoop(parts, {}, step));
}

/// A block for each row, which walks it once a pass.
LogicalResult TileSort::mergeByRows() {
  builder.beginNextLaunch("merge");
  OpBuilder &b = builder.builder();
  builder.setThreads(rows->tiling().threads);
  IndexList ids = builder.blockIds(rows->tiling().rowCounts);
  auto [frame, row] = makeFrame(ids);
  TileKernelBuilder::InFrame inside(builder, frame);
  Value count = space.materialize(b, loc, length);
  auto number = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, loc, value);
  };
  Value one = number(1);
  // A row has one run at last, whichever pass makes it.
  auto pass = [&, &frame = frame, &row = row](
                  AffineExpr,
                  ValueRange carried) -> FailureOr<SmallVector<Value>> {
    Value from = carried[0], width = carried[1];
    Value to = arith::SubIOp::create(b, loc, one, from);
    Value isNeeded =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, width, count);
    auto branch = scf::IfOp::create(b, loc, isNeeded);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(branch.thenBlock());
      ElementEmitter::Scope scope(builder.elements());
      if (failed(mergePass(frame, row, width, from, to)))
        return failure();
    }
    Value twice = arith::AddIOp::create(b, loc, width, width);
    ScalarOps ops{b, loc};
    return SmallVector<Value>{ops.select(isNeeded, to, from),
                              ops.select(isNeeded, twice, width)};
  };
  FailureOr<SmallVector<Value>> merged =
      builder.forLoop(space.constant(mostBits - llvm::Log2_64(tileLength)),
                      {number(0), number(tileLength)}, pass);
  return failed(merged) ? failure() : storeRow(frame, row, merged->front());
}

} // namespace xcc::schedule
