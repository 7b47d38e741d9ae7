//===- RowEmitter.cpp - Blocks that reduce rows ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A block has some rows. If what is reduced fits in a tile, everything is read
// once and kept in registers. Else each reduction walks along the rows, one
// accumulator for each element of the tile, and so do the results after it.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/RowEmitter.h"

#include "lib/Schedule/Tile/TileForm.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

//===-- One tile ----------------------------------------------------------===//

/// The rows' indices at the tile of `frame` in these blocks of groups.
IndexList RowEmitter::rowsAt(const TileFrame &frame, Indices blocks) {
  return schedule::rowsAt(builder, loops, tiles, frame, blocks);
}

/// Indices of each group of what is reduced, in these steps.
IndexList RowEmitter::innerAt(const TileFrame &frame, Indices steps) {
  // The same variables each time: what was read at them is not read again.
  IndexList key(frame.coordinates);
  key.append(steps.begin(), steps.end());
  IndexList &groups = innerIndices[key];
  if (!groups.empty())
    return groups;
  unsigned next = tiles.numRowDims();
  for (auto [group, size, step] :
       llvm::zip_equal(loops.inner.groups, tiles.innerTile, steps)) {
    AffineExpr index =
        size == 1 ? step : step * size + frame.coordinates[next++];
    groups.push_back(builder.within(index, group.extent));
  }
  return groups;
}

/// Step number `step`, below `bound`, along each group.
IndexList RowEmitter::splitSteps(AffineExpr step, AffineExpr bound) {
  IndexList counts = tiles.innerCounts;
  if (counts.empty())
    return {};
  // Steps behind the last one go on in the first group, beyond its extent.
  AffineExpr others = space.product(Indices(counts).drop_front());
  counts[0] = space.simplify(bound.ceilDiv(others));
  return builder.split(step, counts);
}

FailureOr<RowEmitter::Values> RowEmitter::maskedTerms(Combiner &combiner,
                                                      const TileFrame &frame,
                                                      Indices row,
                                                      Indices steps) {
  OpBuilder &b = builder.builder();
  TileForm &form = builder.tileForm();
  Location loc = combiner.getOperation()->getLoc();
  auto *result = rows.places.find(combiner.getOperation()->getResult(0));
  IndexList groups = innerAt(frame, steps);
  FailureOr<Values> terms =
      combiner.terms(emitter, b, rows.placeAt(result->first, row),
                     loops.inner.expand(space, groups, loops.innerExtents));
  if (failed(terms))
    return failure();
  IndexList conditions;
  for (AffineExpr group : groups)
    conditions.append(form.conditionsOf(group));
  Value exists = conditions.empty() ? Value() : form.holds(b, loc, conditions);
  FrameDims dims(frame.shape.size());
  dims.set(tiles.numRowDims(), frame.shape.size());
  for (Value term : *terms)
    dims |= form.dimsOf(term);
  for (auto [term, identity] : llvm::zip_equal(*terms, combiner.identity(b))) {
    term = form.widen(b, loc, term, dims);
    if (!exists)
      continue;
    Value none = form.widen(b, loc, identity, dims);
    Value condition = exists;
    if (isa<RankedTensorType>(exists.getType()))
      condition = form.widen(b, loc, exists, dims);
    term = arith::SelectOp::create(b, loc, condition, term, none);
  }
  return terms;
}

/// Combines along the frame's dimensions from `begin` on.
RowEmitter::Values RowEmitter::reduceDims(Combiner &combiner, Values values,
                                          unsigned begin) {
  OpBuilder &b = builder.builder();
  Location loc = combiner.getOperation()->getLoc();
  for (unsigned axis = builder.frame().shape.size(); axis-- > begin;) {
    auto reduced = tile::ReduceOp::create(
        b, loc, values, axis,
        [&](OpBuilder &inner, Location, ValueRange lhs, ValueRange rhs) {
          return combiner.combine(inner, lhs, rhs);
        });
    values.clear();
    for (Value result : reduced.getResults())
      values.push_back(tile::ExpandDimsOp::create(b, loc, result, axis));
  }
  return values;
}

//===-- A row -------------------------------------------------------------===//

/// All terms of the steps [first, first + count) combined; no step is behind
/// `bound`.
FailureOr<RowEmitter::Values>
RowEmitter::accumulate(Combiner &combiner, const TileFrame &frame, Indices row,
                       AffineExpr first, AffineExpr count, AffineExpr bound) {
  OpBuilder &b = builder.builder();
  TileForm &form = builder.tileForm();
  Location loc = combiner.getOperation()->getLoc();
  if (count == space.constant(1) && first == space.constant(0)) {
    IndexList steps(tiles.innerTile.size(), space.constant(0));
    FailureOr<Values> terms = maskedTerms(combiner, frame, row, steps);
    if (failed(terms))
      return failure();
    return reduceDims(combiner, *terms, tiles.numRowDims());
  }
  Values inits;
  for (Value identity : combiner.identity(b))
    inits.push_back(form.widen(b, loc, identity, form.allDims()));
  FailureOr<Values> totals = builder.forLoop(
      count, inits,
      [&](AffineExpr step, ValueRange carried) -> FailureOr<Values> {
        AffineExpr number = step;
        if (first != space.constant(0))
          number = space.declare(
              space.materialize(b, loc, space.simplify(first + step)), bound);
        FailureOr<Values> terms =
            maskedTerms(combiner, frame, row, splitSteps(number, bound));
        if (failed(terms))
          return failure();
        for (Value &term : *terms)
          term = form.widen(b, loc, term, form.allDims());
        return combiner.combine(b, carried, *terms);
      });
  if (failed(totals))
    return failure();
  return reduceDims(combiner, *totals, tiles.numRowDims());
}

/// Reads of the reduction at `row` give what `combined` ends in.
LogicalResult RowEmitter::setResults(Combiner &combiner, Indices row,
                                     ArrayRef<Value> combined) {
  Operation *op = combiner.getOperation();
  IndexList place = rows.placeAt(op->getResult(0), row);
  FailureOr<Values> values = combiner.finish(
      emitter, builder.tileForm(), builder.builder(), place, combined);
  if (failed(values))
    return failure();
  for (auto [result, value] : llvm::zip_equal(op->getResults(), *values))
    emitter.remember(result, rows.placeAt(result, row), value);
  return success();
}

/// Results with elements for what is reduced at these steps, or those without.
LogicalResult RowEmitter::storeResults(const TileFrame &frame, Indices row,
                                       Indices steps, bool isWide) {
  OpBuilder &b = builder.builder();
  IndexList inner;
  if (isWide)
    for (auto [index, extent] :
         llvm::zip_equal(loops.inner.expand(space, innerAt(frame, steps),
                                            loops.innerExtents),
                         loops.innerExtents))
      if (extent != space.constant(1))
        inner.push_back(index);
  SmallVector<std::pair<Value, IndexList>> elements;
  SmallVector<unsigned> numbers;
  for (auto [number, result] : llvm::enumerate(emitter.kernelResults())) {
    Value tensor = peelReshapes(result);
    IndexList variables = *innerVariables(tensor), place;
    if (variables.empty() == isWide)
      continue;
    llvm::DenseMap<AffineExpr, AffineExpr> map;
    for (auto [variable, index] : llvm::zip_equal(variables, inner))
      map[variable] = index;
    for (AffineExpr index : rows.placeAt(tensor, row))
      place.push_back(index.replace(map));
    Value element = emitter.readElement(b, tensor.getLoc(), tensor, place);
    if (!element)
      return failure();
    elements.push_back({element, place});
    numbers.push_back(number);
  }
  // All reads before the first store: a result may replace an input.
  for (auto [number, element] : llvm::zip_equal(numbers, elements)) {
    Value tensor = peelReshapes(emitter.kernelResults()[number]);
    emitter.storeFlat(b, tensor.getLoc(), element.first,
                      builder.buffer(builder.numInputs() + number),
                      space.linearize(element.second, emitter.shapeOf(tensor)));
  }
  return success();
}

LogicalResult RowEmitter::storeAllResults(const TileFrame &frame, Indices row) {
  if (hasWideResults()) {
    auto store = [&](Indices steps) {
      return storeResults(frame, row, steps, /*isWide=*/true);
    };
    AffineExpr count = space.simplify(space.product(tiles.innerCounts));
    if (count == space.constant(1)) {
      IndexList steps(tiles.innerTile.size(), space.constant(0));
      if (failed(store(steps)))
        return failure();
    } else if (failed(builder.forLoop(
                   count, {},
                   [&](AffineExpr step, ValueRange) -> FailureOr<Values> {
                     if (failed(store(splitSteps(step, count))))
                       return failure();
                     return Values();
                   }))) {
      return failure();
    }
  }
  return storeResults(frame, row, {}, /*isWide=*/false);
}

AffineExpr RowEmitter::numBlocks() {
  return space.simplify(space.product(tiles.rowCounts));
}

LogicalResult RowEmitter::emitBlock(AffineExpr number) {
  TileFrame frame = builder.makeFrame(tiles.layout(builder.device()));
  IndexList row = rowsAt(frame, builder.split(number, tiles.rowCounts));
  TileKernelBuilder::InFrame inside(builder, frame);
  AffineExpr count = space.simplify(space.product(tiles.innerCounts));
  for (auto &combiner : combiners) {
    FailureOr<Values> combined =
        accumulate(*combiner, frame, row, space.constant(0), count, count);
    if (failed(combined) || failed(setResults(*combiner, row, *combined)))
      return failure();
  }
  return storeAllResults(frame, row);
}

} // namespace xcc::schedule
