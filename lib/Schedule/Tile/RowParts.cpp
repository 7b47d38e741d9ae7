//===- RowParts.cpp - Few long rows: several blocks for each --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Blocks leave partial results in the workspace; the next launch combines
// them, in an order that shapes alone decide.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/RowEmitter.h"

#include "lib/Schedule/Tile/TileForm.h"
#include "lib/Schedule/Tile/TileLayouts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace xcc::schedule {

// Partial results of one row: one tile of the launch that combines them.
static constexpr int64_t mostSplits = 256;
// Steps along a row that are worth a block.
static constexpr int64_t leastSteps = 4;
// Blocks for each processor.
static constexpr int64_t blocksPerProcessor = 2;
// Rows of a block that combines partial results.
static constexpr int64_t combinedRows = 32;

int64_t RowEmitter::chooseSplits() {
  auto blocks = dyn_cast<AffineConstantExpr>(numBlocks());
  auto steps = dyn_cast<AffineConstantExpr>(
      space.simplify(space.product(tiles.innerCounts)));
  int64_t wanted = blocksPerProcessor * builder.device().numProcessors;
  // Sizes that are not known: rows are taken to be many unless there is one.
  if (!blocks || blocks.getValue() == 0 || blocks.getValue() * 2 > wanted)
    return 1;
  int64_t splits = llvm::PowerOf2Ceil(wanted / blocks.getValue());
  if (steps)
    splits = std::min<int64_t>(
        splits, llvm::bit_floor(uint64_t(steps.getValue() / leastSteps)));
  return std::clamp<int64_t>(splits, 1, mostSplits);
}

std::string RowEmitter::nameOf(StringRef what, unsigned result) {
  // Which of the kernel's reductions this is.
  Operation *op = first().getOperation();
  unsigned number = 0;
  for (auto [i, reduction] : llvm::enumerate(rows.reductions))
    if (reduction.getOwner() == op && reduction.getResultNumber() == 0)
      number = i;
  return (what + Twine(number) + "." + Twine(result)).str();
}

LogicalResult RowEmitter::storeParts(int64_t splits) {
  IndexList counts = {space.constant(splits)};
  counts.append(tiles.rowCounts);
  IndexList ids = builder.blockIds(counts);
  TileFrame frame = builder.makeFrame(tiles.layout(builder.device()));
  IndexList row = rowsAt(frame, Indices(ids).drop_front());
  TileKernelBuilder::InFrame inside(builder, frame);
  AffineExpr steps = space.simplify(space.product(tiles.innerCounts));
  AffineExpr share = space.simplify(steps.ceilDiv(splits));
  FailureOr<Values> combined =
      accumulate(first(), frame, row, space.simplify(ids[0] * share), share,
                 space.simplify(share * splits));
  if (failed(combined))
    return failure();
  AffineExpr total = space.product(loops.rowExtents);
  AffineExpr place = space.linearize(row, loops.rowExtents) + ids[0] * total;
  for (auto [i, value] : llvm::enumerate(*combined)) {
    Value buffer = builder.workspace(nameOf("parts", i), first().typeOf(i),
                                     space.simplify(total * splits));
    emitter.storeFlat(builder.builder(), builder.loc(), value, buffer,
                      space.simplify(place));
  }
  return success();
}

LogicalResult RowEmitter::combineParts(int64_t splits, bool storesResults) {
  OpBuilder &b = builder.builder();
  int64_t lanes = builder.device().lanesPerWarp;
  AffineExpr total = space.simplify(space.product(loops.rowExtents));
  bool isOne = total == space.constant(1);
  SmallVector<int64_t> shape = {splits};
  if (!isOne)
    shape.insert(shape.begin(), combinedRows);
  builder.setThreads(lanes * 4);
  AffineExpr block = builder.blockIds(
      space.simplify(total.ceilDiv(isOne ? 1 : combinedRows)))[0];
  TileFrame frame = builder.makeFrame(coalescedLayout(shape, 0, 1, {lanes, 4}));
  TileKernelBuilder::InFrame inside(builder, frame);
  AffineExpr number =
      isOne
          ? space.constant(0)
          : builder.within(block * combinedRows + frame.coordinates[0], total);
  AffineExpr place = number + frame.coordinates.back() * total;
  Values parts;
  for (unsigned i = 0; i < first().numResults(); ++i) {
    Value buffer = builder.workspace(nameOf("parts", i), first().typeOf(i),
                                     space.simplify(total * splits));
    Value part = emitter.loadFlat(b, builder.loc(), buffer,
                                  space.simplify(place), first().typeOf(i));
    parts.push_back(builder.toTile(part));
  }
  parts = reduceDims(first(), parts, isOne ? 0 : 1);
  IndexList row = space.delinearize(number, loops.rowExtents);
  if (failed(setResults(first(), row, parts)))
    return failure();
  if (storesResults)
    return storeResults(frame, row, {}, /*isWide=*/false);
  return storeValues(row);
}

LogicalResult RowEmitter::storeValues(Indices row) {
  OpBuilder &b = builder.builder();
  for (OpResult result : first().getOperation()->getResults()) {
    IndexList place = rows.placeAt(result, row),
              shape = emitter.shapeOf(result);
    Value value = emitter.readElement(b, result.getLoc(), result, place);
    if (!value)
      return failure();
    Type element = cast<RankedTensorType>(result.getType()).getElementType();
    Value buffer =
        builder.workspace(nameOf("values", result.getResultNumber()), element,
                          space.simplify(space.product(shape)));
    emitter.storeFlat(b, result.getLoc(), value, buffer,
                      space.linearize(place, shape));
  }
  return success();
}

void RowEmitter::readValuesFromWorkspace() {
  for (OpResult result : first().getOperation()->getResults()) {
    std::string name = nameOf("values", result.getResultNumber());
    IndexList shape = emitter.shapeOf(result);
    Type element = cast<RankedTensorType>(result.getType()).getElementType();
    AffineExpr count = space.simplify(space.product(shape));
    TileKernelBuilder &of = builder;
    for (ElementEmitter *each : {&emitter, &builder.probe()})
      each->bind(result, [=, &of](OpBuilder &b, Location loc, Indices indices) {
        return each->loadFlat(b, loc, of.workspace(name, element, count),
                              of.space().linearize(indices, shape), element);
      });
  }
}

LogicalResult RowEmitter::emitParts(int64_t splits, bool storesResults) {
  builder.setThreads(tiles.threads);
  if (failed(storeParts(splits)))
    return failure();
  builder.beginNextLaunch("combine");
  if (failed(combineParts(splits, storesResults)))
    return failure();
  if (storesResults)
    return success();
  readValuesFromWorkspace();
  builder.beginNextLaunch("after");
  return success();
}

} // namespace xcc::schedule
