//===- PlanBuffers.cpp - Decide where each launch's results lie -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/Arena.h"
#include "lib/Fusion/Fusion.h"
#include "lib/Fusion/Groups.h"
#include "lib/Fusion/SizeAnalysis.h"

#include "dialects/plan/Plan.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace xcc::fusion {

#define GEN_PASS_DEF_PLANBUFFERS
#include "lib/Fusion/Passes.h.inc"

namespace {

struct PlanBuffers : impl::PlanBuffersBase<PlanBuffers> {
  void runOnOperation() override;
};

/// The results of the function's launches and where they are to lie.
struct Results {
  std::vector<OpResult> inArena;
  std::vector<ArenaBuffer> buffers; // of inArena
  llvm::DenseMap<Value, Attribute> places;
};

} // namespace

/// Bytes of a dense tensor; a boolean takes one.
static AffineExpr bytesOf(Value tensor, SizeAnalysis &sizes) {
  auto type = cast<RankedTensorType>(tensor.getType());
  AffineExpr bytes = getAffineConstantExpr(
      llvm::divideCeil(type.getElementTypeBitWidth(), 8), type.getContext());
  for (AffineExpr size : sizes.shapeOf(tensor))
    bytes = bytes && size ? bytes * size : AffineExpr();
  return bytes;
}

/// The last step that reads the bytes of `value`.
static unsigned lastRead(Value value,
                         const llvm::DenseMap<Operation *, unsigned> &steps) {
  unsigned last = 0;
  for (Operation *user : value.getUsers()) {
    if (auto step = steps.find(user); step != steps.end())
      last = std::max(last, step->second);
    else if (roleOf(user) == OpRole::View)
      last = std::max(last, lastRead(user->getResult(0), steps));
  }
  return last;
}

static bool isStep(Operation &op) {
  return isa<plan::LaunchOp, plan::CopyOp>(op);
}

static FailureOr<Results> findResults(func::FuncOp main) {
  Results results;
  MLIRContext *context = main.getContext();
  Block &body = main.getBody().front();
  for (auto [number, value] :
       llvm::enumerate(body.getTerminator()->getOperands()))
    results.places[skipViews(value)] = plan::OutputAttr::get(context, number);
  llvm::DenseMap<Operation *, unsigned> steps;
  for (Operation &op : llvm::make_filter_range(body, isStep))
    steps.try_emplace(&op, steps.size());
  SizeAnalysis sizes;
  for (Operation &op : llvm::make_filter_range(body, isStep))
    for (OpResult result : op.getResults()) {
      if (results.places.contains(result))
        continue;
      unsigned made = steps.lookup(&op);
      AffineExpr bytes = bytesOf(result, sizes);
      if (!bytes)
        return op.emitOpError("expects sizes that are expressions of the size "
                              "symbols, got ")
               << result.getType();
      results.inArena.push_back(result);
      results.buffers.push_back(
          {bytes, made, std::max(made, lastRead(result, steps)), {}, {}});
    }
  return results;
}

/// The caller must know how large its output buffers are to be.
static LogicalResult setResultDims(func::FuncOp main) {
  SizeAnalysis sizes;
  Operation *end = main.getBody().front().getTerminator();
  for (auto [number, value] : llvm::enumerate(end->getOperands())) {
    AffineMap shape = sizes.shapeMapOf(value, numSymbolsOf(main));
    if (!shape)
      return end->emitOpError("expects sizes that are expressions of the size "
                              "symbols, got ")
             << value.getType();
    main.setResultAttr(number, fx::dimsAttrName, AffineMapAttr::get(shape));
  }
  return success();
}

void PlanBuffers::runOnOperation() {
  auto main = getOperation().lookupSymbol<func::FuncOp>("main");
  if (!main)
    return;
  FailureOr<Results> results = findResults(main);
  if (failed(results) || failed(setResultDims(main)))
    return signalPassFailure();
  MLIRContext *context = &getContext();
  unsigned numSymbols = numSymbolsOf(main);
  AffineExpr bytes = layOutArena(results->buffers, context);
  for (auto [result, buffer] : llvm::zip(results->inArena, results->buffers))
    results->places[result] = plan::ArenaAttr::get(
        context,
        AffineMap::get(0, numSymbols, {buffer.offset, buffer.size}, context));
  main->setAttr(plan::arenaAttrName,
                AffineMapAttr::get(AffineMap::get(0, numSymbols, bytes)));
  for (Operation &op :
       llvm::make_filter_range(main.getBody().front(), isStep)) {
    auto places = llvm::map_to_vector(op.getResults(), [&](Value result) {
      return results->places.lookup(result);
    });
    op.setAttr("places", ArrayAttr::get(context, places));
  }
}

} // namespace xcc::fusion
