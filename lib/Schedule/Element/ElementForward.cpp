//===- ElementForward.cpp - From an operation's element to the outputs ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/ElementEmitter.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "llvm/ADT/MapVector.h"

using namespace mlir;

namespace xcc::schedule {

/// Loop indices at which `op` reads element `indices` through `map`; loops
/// that stay open are null. Fails if `map` mixes loops.
static FailureOr<IndexList> loopsOfRead(linalg::GenericOp op, AffineMap map,
                                        Indices indices) {
  IndexList loops(op.getNumLoops());
  for (auto [expr, index] : llvm::zip_equal(map.getResults(), indices)) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (dim)
      loops[dim.getPosition()] = index;
    else if (!isa<AffineConstantExpr>(expr))
      return failure();
  }
  return loops;
}

/// Gives the loops that stay open an index: zero, or a fresh one.
static LogicalResult closeLoops(IndexList &loops, Indices extents,
                                ArrayRef<utils::IteratorType> types,
                                IndexSpace &space,
                                const ElementEmitter::FreshIndex &fresh) {
  for (auto [loop, extent, type] : llvm::zip_equal(loops, extents, types)) {
    // What is reduced is gone from the result.
    if (type == utils::IteratorType::reduction)
      loop = space.constant(0);
    if (loop)
      continue;
    loop = extent == space.constant(1) ? space.constant(0)
           : fresh                     ? fresh(extent)
                                       : AffineExpr();
    if (!loop)
      return failure();
  }
  return success();
}

LogicalResult ElementEmitter::forwardThrough(OpOperand &use, Indices indices,
                                             FreshIndex fresh, Value &result,
                                             IndexList &resultIndices) {
  Operation *user = use.getOwner();
  if (user->getNumResults() == 0)
    return failure();
  result = user->getResult(0);
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(user)) {
    IndexList shape = shapeOf(result);
    for (auto [index, group] :
         llvm::zip_equal(indices, expand.getReassociationIndices()))
      resultIndices.append(space.delinearize(
          index, Indices(shape).slice(group.front(), group.size())));
    return success();
  }
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(user)) {
    IndexList shape = shapeOf(use.get());
    for (const ReassociationIndices &group : collapse.getReassociationIndices())
      resultIndices.push_back(
          space.linearize(indices.slice(group.front(), group.size()),
                          Indices(shape).slice(group.front(), group.size())));
    return success();
  }
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(user)) {
    bool isCut = form->hidesMissing() && slice.getDroppedDims().none() &&
                 slice.hasUnitStride() && slice.hasZeroOffset();
    if (!isCut)
      return failure();
    for (auto [index, size] : llvm::zip_equal(indices, shapeOf(result)))
      resultIndices.push_back(space.define(index, size));
    return success();
  }
  if (isa<tensor::CastOp>(user)) {
    resultIndices.append(indices.begin(), indices.end());
    return success();
  }
  auto generic = dyn_cast<linalg::GenericOp>(user);
  if (!generic || !generic.isDpsInput(&use))
    return failure();
  FailureOr<IndexList> loops =
      loopsOfRead(generic, generic.getMatchingIndexingMap(&use), indices);
  if (failed(loops) ||
      failed(closeLoops(*loops, loopExtents(generic),
                        generic.getIteratorTypesArray(), space, fresh)))
    return failure();
  resultIndices = space.apply(
      generic.getIndexingMapMatchingResult(generic->getResult(0)), *loops);
  return success();
}

LogicalResult
ElementEmitter::forwardIndices(Value root, Indices indices, FreshIndex fresh,
                               llvm::MapVector<Value, IndexList> &found) {
  SmallVector<Value> work = {root};
  found.insert({root, IndexList(indices)});
  while (!work.empty()) {
    Value tensor = work.pop_back_val();
    for (OpOperand &use : tensor.getUses()) {
      if (use.getOwner()->hasTrait<OpTrait::IsTerminator>())
        continue;
      Value result;
      IndexList from = found[tensor], to;
      if (found.contains(use.getOwner()->getResult(0)))
        continue;
      if (failed(forwardThrough(use, from, fresh, result, to)))
        continue;
      for (OpResult each : use.getOwner()->getResults()) {
        IndexList eachTo = to;
        if (auto generic = dyn_cast<linalg::GenericOp>(use.getOwner());
            generic && each.getResultNumber() &&
            generic.getIndexingMapMatchingResult(each) !=
                generic.getIndexingMapMatchingResult(cast<OpResult>(result)))
          continue;
        found.insert({each, eachTo});
        work.push_back(each);
      }
    }
  }
  return success();
}

LogicalResult ElementEmitter::writeElement(OpBuilder &builder, Location loc,
                                           Value root, ValueRange indices,
                                           Value scalar) {
  IndexList exprs;
  for (Value index : indices)
    exprs.push_back(space.exprOf(index));
  return writeElements(builder, loc, root, exprs, scalar);
}

LogicalResult ElementEmitter::writeElement(OpBuilder &builder, Location loc,
                                           Value root, Indices indices,
                                           Value scalar) {
  return writeElements(builder, loc, root, indices, scalar);
}

/// True if `tensor` is computed from one of `roots`.
static bool dependsOn(Value tensor, ValueRange roots) {
  if (llvm::is_contained(roots, tensor))
    return true;
  Operation *op = tensor.getDefiningOp();
  return op && llvm::any_of(op->getOperands(), [&](Value operand) {
           return isa<RankedTensorType>(operand.getType()) &&
                  dependsOn(operand, roots);
         });
}

LogicalResult ElementEmitter::writeElements(OpBuilder &builder, Location loc,
                                            ValueRange roots, Indices indices,
                                            ValueRange scalars) {
  Scope scope(*this);
  llvm::MapVector<Value, IndexList> reached;
  IndexList simple;
  for (AffineExpr index : indices)
    simple.push_back(space.simplify(index));
  for (auto [root, scalar] : llvm::zip_equal(roots, scalars)) {
    remember(root, simple, scalar);
    if (failed(forwardIndices(root, simple, {}, reached)))
      return failure();
  }
  for (auto [number, result] : llvm::enumerate(kernelResults())) {
    auto found = reached.find(result);
    if (found == reached.end()) {
      if (!dependsOn(result, roots))
        continue;
      return roots[0].getDefiningOp()->emitOpError()
             << "expects its fused consumers to keep its iteration space, but "
                "result "
             << number << " of the kernel does not";
    }
    Value value = readElement(builder, loc, result, found->second);
    if (!value)
      return failure();
    storeOutput(builder, loc, number, found->second, value);
  }
  return success();
}

} // namespace xcc::schedule
