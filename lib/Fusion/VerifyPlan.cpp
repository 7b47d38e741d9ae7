//===- VerifyPlan.cpp - Check what leaves the fusion stage ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/Fusion.h"
#include "lib/Fusion/Groups.h"

#include "dialects/fx/Fx.h"
#include "dialects/plan/Plan.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace xcc::fusion {

#define GEN_PASS_DEF_VERIFYPLAN
#include "lib/Fusion/Passes.h.inc"

static LogicalResult verifyKernel(func::FuncOp kernel) {
  for (StringRef name : {plan::familyAttrName, plan::opsAttrName})
    if (!kernel->hasAttr(name))
      return kernel.emitOpError("expects a kernel to have attribute '")
             << name << "'";
  for (auto [number, type] : llvm::enumerate(kernel.getArgumentTypes()))
    if (isa<RankedTensorType>(type) &&
        !kernel.getArgAttr(number, fx::dimsAttrName))
      return kernel.emitOpError("expects '")
             << fx::dimsAttrName << "' on argument " << number;
  for (unsigned number = 0; number < kernel.getNumResults(); ++number)
    if (!kernel.getResultAttr(number, fx::dimsAttrName))
      return kernel.emitOpError("expects '")
             << fx::dimsAttrName << "' on result " << number;
  return success();
}

static LogicalResult verifyPlanOp(Operation &op) {
  if (isa<plan::LaunchOp, plan::CopyOp>(op)) {
    if (!op.hasAttr("places"))
      return op.emitOpError("expects places for its results");
    return success();
  }
  if (isa<fx::GetWeightOp, fx::ConstantOp, fx::SymOp, arith::ConstantOp,
          affine::AffineApplyOp, func::ReturnOp>(op) ||
      roleOf(&op) == OpRole::View)
    return success();
  return op.emitOpError("expects to be in a kernel, not in the plan");
}

namespace {

/// A planned buffer at one choice of sizes.
struct LiveRange {
  OpResult result;
  unsigned begin, end;
  int64_t offset, size;
};

struct VerifyPlan : impl::VerifyPlanBase<VerifyPlan> {
  void runOnOperation() override;
  LogicalResult verifyArena(func::FuncOp main, int64_t symbolValue);
};

} // namespace

/// Values for all symbols: each `value`, put into its range.
static SmallVector<Attribute> sampleSymbols(func::FuncOp main, int64_t value) {
  SmallVector<Attribute> values;
  auto symbols = main->getAttrOfType<ArrayAttr>(fx::symbolsAttrName);
  for (auto symbol : symbols ? symbols.getAsRange<DictionaryAttr>()
                             : ArrayAttr::get(main.getContext(), {})
                                   .getAsRange<DictionaryAttr>()) {
    int64_t chosen = value;
    if (auto min = symbol.getAs<IntegerAttr>("min"))
      chosen = std::max(chosen, min.getInt());
    if (auto max = symbol.getAs<IntegerAttr>("max"))
      chosen = std::min(chosen, max.getInt());
    values.push_back(
        IntegerAttr::get(IndexType::get(main.getContext()), chosen));
  }
  return values;
}

static void extendLife(Value value, unsigned step,
                       llvm::DenseMap<Value, LiveRange> &live) {
  auto range = live.find(skipViews(value));
  if (range != live.end())
    range->second.end = step;
}

LogicalResult VerifyPlan::verifyArena(func::FuncOp main, int64_t symbolValue) {
  SmallVector<Attribute> symbols = sampleSymbols(main, symbolValue);
  llvm::DenseMap<Value, LiveRange> live;
  SmallVector<Value> order;
  unsigned step = 0;
  for (Operation &op : main.getBody().front()) {
    ++step;
    if (roleOf(&op) != OpRole::View)
      for (Value operand : op.getOperands())
        extendLife(operand, step, live);
    auto places = op.getAttrOfType<ArrayAttr>("places");
    for (OpResult result : op.getResults()) {
      auto arena =
          places ? dyn_cast<plan::ArenaAttr>(places[result.getResultNumber()])
                 : plan::ArenaAttr();
      if (!arena)
        continue;
      SmallVector<Attribute> extent;
      if (failed(arena.getExtent().constantFold(symbols, extent)))
        return op.emitOpError("expects a place over the function's symbols, "
                              "got ")
               << arena;
      live[result] = {result, step, step, cast<IntegerAttr>(extent[0]).getInt(),
                      cast<IntegerAttr>(extent[1]).getInt()};
      order.push_back(result);
    }
  }
  for (auto [number, value] : llvm::enumerate(order))
    for (Value other : ArrayRef(order).take_front(number)) {
      const LiveRange &a = live[value], &b = live[other];
      if (a.begin <= b.end && b.begin <= a.end &&
          a.offset < b.offset + b.size && b.offset < a.offset + a.size)
        return value.getDefiningOp()->emitOpError("expects a place of its own, "
                                                  "got bytes that ")
               << *other.getDefiningOp() << " still holds";
    }
  return success();
}

void VerifyPlan::runOnOperation() {
  for (auto function : getOperation().getOps<func::FuncOp>()) {
    if (function->hasAttr(plan::kernelAttrName)) {
      if (failed(verifyKernel(function)))
        return signalPassFailure();
      continue;
    }
    if (function.getSymName() != "main")
      continue;
    for (Operation &op : function.getBody().front())
      if (failed(verifyPlanOp(op)))
        return signalPassFailure();
    // Overlap is a matter of expressions: a few values find a wrong one.
    for (int64_t value : {0, 7, 1000})
      if (failed(verifyArena(function, value)))
        return signalPassFailure();
  }
}

} // namespace xcc::fusion
