//===- ExpandWindows.cpp - Pools and convolutions as loops ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/StructuralElements.h"
#include "lib/Schedule/Schedule.h"
#include "lib/Schedule/Tile/LoopWriter.h"

#include "dialects/fx/Fx.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace xcc::schedule {
#define GEN_PASS_DEF_EXPANDWINDOWS
#include "lib/Schedule/Passes.h.inc"
} // namespace xcc::schedule

using namespace mlir;

namespace xcc::schedule {

static LogicalResult expand(func::FuncOp kernel, Operation *op) {
  if (auto convolution = dyn_cast<fx::ConvolutionOp>(op)) {
    if (failed(checkWeight(convolution)))
      return failure();
    expandConvolution(kernel, convolution);
    return success();
  }
  if (isa<fx::MaxPoolOp, fx::AvgPoolOp>(op))
    expandPool(kernel, op);
  else
    expandAdaptivePool(kernel, op);
  return success();
}

namespace {
struct ExpandWindows : impl::ExpandWindowsBase<ExpandWindows> {
  using ExpandWindowsBase::ExpandWindowsBase;

  void runOnOperation() override {
    func::FuncOp kernel = getOperation();
    if (!kernel->hasAttr("plan.kernel"))
      return;
    SmallVector<Operation *> found;
    kernel.walk([&](Operation *op) {
      if (isa<fx::MaxPoolOp, fx::AvgPoolOp, fx::AdaptiveAvgPoolOp,
              fx::AdaptiveMaxPoolOp, fx::ConvolutionOp>(op))
        found.push_back(op);
    });
    for (Operation *op : found)
      if (failed(expand(kernel, op)))
        signalPassFailure();
  }
};
} // namespace

} // namespace xcc::schedule
