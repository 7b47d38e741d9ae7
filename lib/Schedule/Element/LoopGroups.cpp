//===- LoopGroups.cpp - Which loops of a nest are one loop ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/LoopGroups.h"

using namespace mlir;

namespace xcc::schedule {

IndexList LoopGroups::expand(IndexSpace &space, Indices groupIndices,
                             Indices extents) const {
  IndexList result;
  for (auto [group, index] : llvm::zip_equal(groups, groupIndices))
    result.append(space.delinearize(
        index, extents.slice(group.begin, group.end - group.begin)));
  return result;
}

/// Emits the body to a block that is thrown away. Gives the divisions emitted.
static FailureOr<unsigned> tryBody(ElementEmitter &emitter, Indices extents,
                                   LoopGroups &trial, NestBody body) {
  IndexSpace &space = emitter.indexSpace();
  IndexSpace::Mark mark = space.mark();
  auto *outerLog = emitter.accessLog;
  SmallVector<ElementAccess> log;
  IndexList variables;
  trial.accesses.clear();
  emitter.accessLog = &log;

  Block block;
  MLIRContext *context = emitter.getKernel().getContext();
  OpBuilder builder(context);
  builder.setInsertionPointToStart(&block);
  for (const LoopGroup &group : trial.groups) {
    Value variable = block.addArgument(IndexType::get(context),
                                       emitter.getKernel().getLoc());
    variables.push_back(space.declare(variable, group.extent));
  }
  unsigned before = space.divisions;
  LogicalResult emitted = success();
  {
    ElementEmitter::Scope scope(emitter);
    emitted = body(builder, trial.expand(space, variables, extents));
  }
  for (const ElementAccess &access : log) {
    AccessSteps &steps = trial.accesses.emplace_back(
        AccessSteps{access.buffer, access.isStore, {}, 1});
    for (AffineExpr variable : variables)
      steps.steps.push_back(space.coefficient(access.offset, variable));
    if (!variables.empty())
      steps.startDivisor = space
                               .simplify(access.offset.replace(
                                   variables.back(), space.constant(0)))
                               .getLargestKnownDivisor();
  }
  emitter.accessLog = outerLog;
  space.release(mark);
  if (failed(emitted))
    return failure();
  return space.divisions - before;
}

static LoopGroups eachLoopAlone(Indices extents) {
  LoopGroups result;
  for (auto [i, extent] : llvm::enumerate(extents))
    result.groups.push_back({unsigned(i), unsigned(i + 1), extent});
  return result;
}

FailureOr<SmallVector<AccessSteps>>
probeAccesses(ElementEmitter &emitter, Indices extents, NestBody body) {
  LoopGroups groups = eachLoopAlone(extents);
  if (failed(tryBody(emitter, extents, groups, body)))
    return failure();
  return groups.accesses;
}

FailureOr<LoopGroups> groupLoops(ElementEmitter &emitter, Indices extents,
                                 NestBody body) {
  LoopGroups best = eachLoopAlone(extents);
  FailureOr<unsigned> divisions = tryBody(emitter, extents, best, body);
  if (failed(divisions))
    return failure();
  for (int64_t i = int64_t(extents.size()) - 1; i > 0; --i) {
    // best.groups[i] begins at loop i; join it with the loop before.
    LoopGroups trial;
    trial.groups = best.groups;
    LoopGroup &outer = trial.groups[i - 1];
    // A product of sizes known only at this point is no affine expression.
    if (!outer.extent.isSymbolicOrConstant() ||
        !trial.groups[i].extent.isSymbolicOrConstant())
      continue;
    outer.end = trial.groups[i].end;
    outer.extent =
        emitter.indexSpace().simplify(outer.extent * trial.groups[i].extent);
    trial.groups.erase(trial.groups.begin() + i);
    FailureOr<unsigned> cost = tryBody(emitter, extents, trial, body);
    if (succeeded(cost) && *cost <= *divisions)
      best = std::move(trial);
  }
  return best;
}

} // namespace xcc::schedule
