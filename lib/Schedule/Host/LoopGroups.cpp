//===- LoopGroups.cpp - Which loops of a nest are one loop ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/LoopGroups.h"

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

bool LoopGroups::isContiguous(IndexSpace &space, unsigned group) const {
  return llvm::all_of(accesses, [&](const ElementAccess &access) {
    AffineExpr step = space.coefficient(access.offset, variables[group]);
    return step && (step == space.constant(0) || step == space.constant(1));
  });
}

/// Emits the body to a block that is thrown away. Gives the divisions emitted.
static FailureOr<unsigned> tryBody(ElementEmitter &emitter, Indices extents,
                                   LoopGroups &trial, NestBody body) {
  IndexSpace &space = emitter.indexSpace();
  IndexSpace::Mark mark = space.mark();
  auto *outerLog = emitter.accessLog;
  trial.accesses.clear();
  trial.variables.clear();
  emitter.accessLog = &trial.accesses;

  Block block;
  MLIRContext *context = emitter.getKernel().getContext();
  OpBuilder builder(context);
  builder.setInsertionPointToStart(&block);
  for (const LoopGroup &group : trial.groups) {
    Value variable = block.addArgument(IndexType::get(context),
                                       emitter.getKernel().getLoc());
    trial.variables.push_back(space.declare(variable, group.extent));
  }
  unsigned before = space.divisions;
  LogicalResult emitted = success();
  {
    ElementEmitter::Scope scope(emitter);
    emitted = body(builder, trial.expand(space, trial.variables, extents));
  }
  // Coefficients need the variables' extents: simplify before they go.
  for (ElementAccess &access : trial.accesses)
    access.offset = space.simplify(access.offset);
  emitter.accessLog = outerLog;
  space.release(mark);
  if (failed(emitted))
    return failure();
  return space.divisions - before;
}

FailureOr<LoopGroups> groupLoops(ElementEmitter &emitter, Indices extents,
                                 NestBody body) {
  LoopGroups best;
  for (auto [i, extent] : llvm::enumerate(extents))
    best.groups.push_back({unsigned(i), unsigned(i + 1), extent});
  FailureOr<unsigned> divisions = tryBody(emitter, extents, best, body);
  if (failed(divisions))
    return failure();
  for (int64_t i = int64_t(extents.size()) - 1; i > 0; --i) {
    // best.groups[i] begins at loop i; join it with the loop before.
    LoopGroups trial;
    trial.groups = best.groups;
    LoopGroup &outer = trial.groups[i - 1];
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
