//===- ReductionLoops.cpp - Loops that carry accumulators -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/ReductionLoops.h"

#include "lib/Schedule/Element/LoopGroups.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

// Elements of one block of a long sum. Each lane then adds some hundred
// numbers before blocks are added: the error stays near that of pairwise sums.
static constexpr int64_t sumBlock = 4096;

static Operation *combinerOf(Value updated, Value accumulator) {
  Operation *op = updated.getDefiningOp();
  if (op && isa<arith::AddFOp, arith::MulFOp>(op) &&
      llvm::is_contained(op->getOperands(), accumulator))
    return op;
  return nullptr;
}

void allowReassociation(ValueRange updated, ValueRange accumulators) {
  for (auto [value, accumulator] : llvm::zip_equal(updated, accumulators)) {
    Operation *op = combinerOf(value, accumulator);
    if (!op)
      continue;
    auto flags = cast<arith::ArithFastMathInterface>(op);
    auto with = flags.getFastMathFlagsAttr().getValue() |
                arith::FastMathFlags::reassoc | arith::FastMathFlags::contract;
    op->setAttr(flags.getFastMathAttrName(),
                arith::FastMathFlagsAttr::get(op->getContext(), with));
  }
}

FailureOr<Scalars> emitCarryingLoop(
    OpBuilder &builder, Location loc, ElementEmitter &emitter, Value lower,
    Value upper, AffineExpr extent, ValueRange inits,
    function_ref<FailureOr<Scalars>(OpBuilder &, AffineExpr, ValueRange)>
        body) {
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  auto loop = scf::ForOp::create(builder, loc, lower, upper, one, inits);
  OpBuilder::InsertionGuard guard(builder);
  Block *block = loop.getBody();
  if (inits.empty())
    block->clear();
  builder.setInsertionPointToEnd(block);
  AffineExpr index =
      emitter.indexSpace().declare(loop.getInductionVar(), extent);
  ElementEmitter::Scope scope(emitter);
  FailureOr<Scalars> updated = body(builder, index, loop.getRegionIterArgs());
  if (failed(updated))
    return failure();
  scf::YieldOp::create(builder, loc, *updated);
  return Scalars(loop.getResults());
}

namespace {
/// The nest of one reduction, over grouped loops.
struct ReductionNest {
  ElementEmitter &emitter;
  Location loc;
  Indices extents;
  const LoopGroups &groups;
  ReductionBody body;

  FailureOr<Scalars> emit(OpBuilder &builder, ValueRange inits,
                          IndexList outer);
  FailureOr<Scalars> emitBlocked(OpBuilder &builder, Value total,
                                 IndexList outer);
  FailureOr<Scalars> emitLoop(OpBuilder &builder, Value lower, Value upper,
                              ValueRange inits, const IndexList &outer);
  bool isLongSum = false;
};
} // namespace

FailureOr<Scalars> ReductionNest::emitLoop(OpBuilder &builder, Value lower,
                                           Value upper, ValueRange inits,
                                           const IndexList &outer) {
  return emitCarryingLoop(
      builder, loc, emitter, lower, upper, groups.groups[outer.size()].extent,
      inits,
      [&](OpBuilder &inner, AffineExpr index,
          ValueRange accumulators) -> FailureOr<Scalars> {
        IndexList indices = outer;
        indices.push_back(index);
        if (indices.size() < groups.groups.size())
          return emit(inner, accumulators, indices);
        FailureOr<Scalars> updated =
            body(inner, groups.expand(emitter.indexSpace(), indices, extents),
                 accumulators);
        if (succeeded(updated))
          allowReassociation(*updated, accumulators);
        return updated;
      });
}

FailureOr<Scalars> ReductionNest::emitBlocked(OpBuilder &builder, Value total,
                                              IndexList outer) {
  IndexSpace &space = emitter.indexSpace();
  AffineExpr extent = groups.groups[outer.size()].extent;
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value blocks = space.materialize(builder, loc, extent.ceilDiv(sumBlock));
  return emitCarryingLoop(
      builder, loc, emitter, zero, blocks, extent.ceilDiv(sumBlock), total,
      [&](OpBuilder &inner, AffineExpr block,
          ValueRange totals) -> FailureOr<Scalars> {
        Value first = space.materialize(inner, loc, block * sumBlock);
        Value next = space.materialize(inner, loc, (block + 1) * sumBlock);
        Value size = space.materialize(inner, loc, extent);
        Value last = arith::MinSIOp::create(inner, loc, next, size);
        Value none = arith::ConstantOp::create(
            inner, loc, inner.getZeroAttr(totals[0].getType()));
        FailureOr<Scalars> part = emitLoop(inner, first, last, none, outer);
        if (failed(part))
          return failure();
        Value sum = arith::AddFOp::create(inner, loc, totals[0], (*part)[0]);
        return Scalars{sum};
      });
}

FailureOr<Scalars> ReductionNest::emit(OpBuilder &builder, ValueRange inits,
                                       IndexList outer) {
  AffineExpr extent = groups.groups[outer.size()].extent;
  auto size = dyn_cast<AffineConstantExpr>(extent);
  bool isInnermost = outer.size() + 1 == groups.groups.size();
  if (isInnermost && isLongSum && (!size || size.getValue() > 2 * sumBlock))
    return emitBlocked(builder, inits[0], outer);
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value upper = emitter.indexSpace().materialize(builder, loc, extent);
  return emitLoop(builder, zero, upper, inits, outer);
}

FailureOr<Scalars> emitReductionLoops(OpBuilder &builder, Location loc,
                                      ElementEmitter &emitter, Indices extents,
                                      ArrayRef<Value> inits,
                                      ReductionBody body) {
  bool isLongSum = false;
  SmallVector<Type> types;
  FailureOr<LoopGroups> groups =
      groupLoops(emitter, extents, [&](OpBuilder &trial, Indices indices) {
        FailureOr<Scalars> updated = body(trial, indices, inits);
        if (failed(updated))
          return failure();
        types.assign(ValueRange(*updated).getTypes().begin(),
                     ValueRange(*updated).getTypes().end());
        isLongSum =
            inits.size() == 1 && inits[0].getType().isF32() &&
            isa_and_present<arith::AddFOp>(combinerOf((*updated)[0], inits[0]));
        return success();
      });
  if (failed(groups))
    return failure();
  if (extents.empty())
    return body(builder, {}, inits);
  Scalars carried(inits);
  emitter.elementForm().matchTypes(builder, loc, types, carried);
  ReductionNest nest{emitter, loc, extents, *groups, body, isLongSum};
  return nest.emit(builder, carried, {});
}

FailureOr<Scalars> emitReduction(OpBuilder &builder, ElementEmitter &emitter,
                                 linalg::GenericOp op, IndexList loops,
                                 ArrayRef<Value> inits) {
  IndexList all = emitter.loopExtents(op), extents;
  SmallVector<unsigned> reduced;
  for (auto [i, loop] : llvm::enumerate(loops))
    if (!loop) {
      reduced.push_back(i);
      extents.push_back(all[i]);
    }
  return emitReductionLoops(
      builder, op.getLoc(), emitter, extents, inits,
      [&](OpBuilder &inner, Indices indices,
          ValueRange accumulators) -> FailureOr<Scalars> {
        for (auto [position, index] : llvm::zip_equal(reduced, indices))
          loops[position] = index;
        FailureOr<Scalars> scalars = emitter.readInputs(inner, op, loops);
        if (failed(scalars))
          return failure();
        scalars->append(accumulators.begin(), accumulators.end());
        return emitter.emitBody(inner, op, loops, *scalars);
      });
}

} // namespace xcc::schedule
