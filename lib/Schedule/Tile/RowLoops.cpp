//===- RowLoops.cpp - The loops of reductions that share rows -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/RowEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace xcc::schedule {

static IndexList withoutOnes(IndexSpace &space, Indices extents) {
  IndexList result;
  for (AffineExpr extent : extents)
    if (extent != space.constant(1))
      result.push_back(extent);
  return result;
}

/// The variables of `tensor`'s place that lie within a row, if they run
/// through what the reductions reduce, or if there are none.
std::optional<IndexList> RowEmitter::innerVariables(Value tensor) {
  std::optional<IndexList> variables = rows.innerVariables(emitter, tensor);
  if (!variables)
    return std::nullopt;
  IndexList extents;
  for (AffineExpr variable : *variables)
    extents.push_back(space.extentOf(variable));
  if (!extents.empty() && extents != withoutOnes(space, loops.innerExtents))
    return std::nullopt;
  return variables;
}

bool RowEmitter::hasWideResults() {
  return llvm::any_of(emitter.kernelResults(), [&](Value result) {
    return !innerVariables(peelReshapes(result))->empty();
  });
}

/// One combiner for each operation; false if they reduce different extents.
bool RowEmitter::collectReductions() {
  llvm::DenseSet<Operation *> seen;
  for (OpResult result : rows.reductions) {
    Operation *op = result.getOwner();
    // Its values lie in the workspace already.
    if (emitter.readerOf(result) || !seen.insert(op).second)
      continue;
    std::unique_ptr<Combiner> combiner = makeCombiner(emitter, op);
    if (!combiner)
      return false;
    combiners.push_back(std::move(combiner));
  }
  return true;
}

/// True if every reduction and every result lies in the rows.
bool RowEmitter::hasRowPlaces() {
  for (auto &combiner : combiners) {
    if (combiner->extents() != loops.innerExtents)
      return false;
    for (OpResult result : combiner->getOperation()->getResults()) {
      std::optional<IndexList> inner = innerVariables(result);
      if (!inner || !inner->empty())
        return false;
    }
  }
  return llvm::all_of(emitter.kernelResults(), [&](Value result) {
    return innerVariables(peelReshapes(result)).has_value();
  });
}

/// Index variables that only code that is thrown away uses.
IndexList RowEmitter::declareProbes(Block &block, Indices extents) {
  IndexList result;
  for (AffineExpr extent : extents)
    result.push_back(space.declare(
        block.addArgument(builder.builder().getIndexType(), builder.loc()),
        extent));
  return result;
}

/// Everything that a row reads and stores, to find out how.
LogicalResult RowEmitter::probe(OpBuilder &b, Indices row, Indices inner) {
  ElementEmitter &scalars = builder.probe();
  for (auto &combiner : combiners) {
    Value result = combiner->getOperation()->getResult(0);
    if (failed(combiner->terms(scalars, b, rows.placeAt(result, row), inner)))
      return failure();
  }
  IndexList runs;
  for (auto [index, extent] : llvm::zip_equal(inner, loops.innerExtents))
    if (extent != space.constant(1))
      runs.push_back(index);
  for (auto [number, result] : llvm::enumerate(scalars.kernelResults())) {
    Value tensor = peelReshapes(result);
    IndexList variables = *innerVariables(tensor), place;
    llvm::DenseMap<AffineExpr, AffineExpr> map;
    for (auto [i, variable] : llvm::enumerate(variables))
      map[variable] = runs[i];
    for (AffineExpr index : rows.placeAt(tensor, row))
      place.push_back(index.replace(map));
    Value element = scalars.readElement(b, tensor.getLoc(), tensor, place);
    if (!element)
      return failure();
    scalars.storeFlat(b, tensor.getLoc(), element,
                      builder.buffer(builder.numInputs() + number),
                      space.linearize(place, scalars.shapeOf(tensor)));
  }
  return success();
}

LogicalResult RowEmitter::groupAll() {
  ElementEmitter &scalars = builder.probe();
  // What is reduced matters only where it is reduced.
  for (auto &combiner : combiners)
    for (Value result : combiner->getOperation()->getResults())
      scalars.bind(result, [result](OpBuilder &b, Location loc, Indices) {
        Type type = ElementEmitter::scalarType(
            cast<RankedTensorType>(result.getType()).getElementType());
        return Value(arith::ConstantOp::create(b, loc, b.getZeroAttr(type)));
      });
  Block block;
  IndexSpace::Mark mark = space.mark();
  IndexList row = declareProbes(block, loops.rowExtents);
  IndexList inner = declareProbes(block, loops.innerExtents);
  FailureOr<LoopGroups> rowGroups =
      groupLoops(scalars, loops.rowExtents, [&](OpBuilder &b, Indices indices) {
        return probe(b, indices, inner);
      });
  FailureOr<LoopGroups> innerGroups = groupLoops(
      scalars, loops.innerExtents,
      [&](OpBuilder &b, Indices indices) { return probe(b, row, indices); });
  space.release(mark);
  for (auto &combiner : combiners)
    for (Value result : combiner->getOperation()->getResults())
      scalars.unbind(result);
  if (failed(rowGroups) || failed(innerGroups))
    return failure();
  loops.rows = *rowGroups;
  loops.inner = *innerGroups;
  return success();
}

std::optional<bool> RowEmitter::analyze() {
  if (!collectReductions())
    return std::nullopt;
  if (combiners.empty())
    return false;
  loops.rowExtents = rows.rowExtents;
  loops.innerExtents = combiners.front()->extents();
  if (!hasRowPlaces())
    return false;
  if (failed(groupAll()))
    return std::nullopt;
  tiles = chooseRowTiling(builder, loops);
  return true;
}

} // namespace xcc::schedule
