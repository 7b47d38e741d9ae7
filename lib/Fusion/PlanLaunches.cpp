//===- PlanLaunches.cpp - Each result of @main gets its own buffer --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/Fusion.h"
#include "lib/Fusion/Groups.h"

#include "dialects/plan/Plan.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace xcc::fusion {

#define GEN_PASS_DEF_PLANLAUNCHES
#include "lib/Fusion/Passes.h.inc"

namespace {

struct PlanLaunches : impl::PlanLaunchesBase<PlanLaunches> {
  void runOnOperation() override;
};

} // namespace

void PlanLaunches::runOnOperation() {
  auto main = getOperation().lookupSymbol<func::FuncOp>("main");
  if (!main)
    return;
  Block &body = main.getBody().front();
  OpBuilder builder(body.getTerminator());
  llvm::SmallDenseSet<Value> returned;
  for (OpOperand &operand : body.getTerminator()->getOpOperands()) {
    Value bytes = skipViews(operand.get());
    bool isMadeHere = bytes.getDefiningOp<plan::LaunchOp>() != nullptr;
    if (isMadeHere && returned.insert(bytes).second)
      continue;
    operand.set(plan::CopyOp::create(builder, operand.get().getLoc(),
                                     operand.get().getType(), operand.get(),
                                     /*places=*/ArrayAttr()));
  }
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
    if (isOpTriviallyDead(&op))
      op.erase();
}

} // namespace xcc::fusion
