//===- ContractProbe.cpp - Where an element would be read or written ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/ContractProbe.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace xcc::schedule {

/// `expr` with the probe's variables replaced, or null if others remain.
static AffineExpr replaceVariables(AffineExpr expr, Indices variables,
                                   Indices values) {
  llvm::DenseMap<AffineExpr, AffineExpr> replacement;
  for (auto [variable, value] : llvm::zip_equal(variables, values))
    replacement[variable] = value;
  bool foreign = false;
  expr.walk([&](AffineExpr part) {
    foreign |= isa<AffineDimExpr>(part) && !replacement.contains(part);
  });
  return foreign ? AffineExpr() : expr.replace(replacement);
}

static ProbedAccess describe(IndexSpace &space, const ElementAccess &access,
                             Indices variables) {
  AffineExpr offset = space.simplify(access.offset);
  ProbedAccess result{access.buffer, access.isStore, offset, {}, {}};
  for (AffineExpr variable : variables)
    result.steps.push_back(space.coefficient(offset, variable));
  IndexList numbered;
  for (unsigned i = 0; i < variables.size(); ++i)
    numbered.push_back(getAffineDimExpr(i, offset.getContext()));
  result.offset = replaceVariables(offset, variables, numbered);
  return result;
}

FailureOr<Probe> probe(HostKernelBuilder &builder, Indices extents,
                       function_ref<FailureOr<Value>(Indices)> emit) {
  IndexSpace &space = builder.space();
  ElementEmitter &elements = builder.elements();
  IndexSpace::Mark mark = space.mark();
  auto *outerLog = elements.accessLog;
  SmallVector<ElementAccess> log;
  elements.accessLog = &log;

  Block block;
  OpBuilder::InsertionGuard guard(builder.builder());
  builder.builder().setInsertionPointToStart(&block);
  IndexList variables;
  for (AffineExpr extent : extents)
    variables.push_back(space.declare(
        block.addArgument(builder.builder().getIndexType(), builder.loc()),
        extent));
  FailureOr<Value> value = failure();
  {
    ElementEmitter::Scope scope(elements);
    value = emit(variables);
  }
  Probe result;
  for (const ElementAccess &access : log)
    result.accesses.push_back(describe(space, access, variables));
  if (succeeded(value) && *value && log.size() == 1) {
    auto extension = (*value).getDefiningOp<arith::ExtFOp>();
    Value loaded = extension ? extension.getIn() : *value;
    bool isLoad = bool(loaded.getDefiningOp<memref::LoadOp>());
    result.isPlainLoad = isLoad && !extension;
    result.isExtendedLoad = isLoad && extension;
  }
  elements.accessLog = outerLog;
  space.release(mark);
  if (failed(value))
    return failure();
  return result;
}

} // namespace xcc::schedule
