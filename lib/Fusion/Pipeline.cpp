//===- Pipeline.cpp - The fusion stage's passes in order ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/Fusion.h"

#include "dialects/fx/Fx.h"
#include "dialects/plan/Plan.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace xcc::fusion {

#define GEN_PASS_REGISTRATION
#include "lib/Fusion/Passes.h.inc"

void buildFusionPipeline(OpPassManager &manager, const FusionOptions &options) {
  manager.addNestedPass<func::FuncOp>(createInlineScalars());
  manager.addNestedPass<func::FuncOp>(createSinkViews());
  manager.addNestedPass<func::FuncOp>(createCSEPass());
  FuseKernelsOptions fuse;
  fuse.fuse = options.fuse;
  manager.addPass(createFuseKernels(fuse));
  manager.addPass(createShareKernels());
  manager.addNestedPass<func::FuncOp>(createSimplifyKernels());
  manager.addNestedPass<func::FuncOp>(createMeasureKernels());
  manager.addPass(createPlanLaunches());
  manager.addPass(createPlanBuffers());
  manager.addPass(createVerifyPlan());
}

void registerFusionPasses() {
  registerEachFusionPasses();
  PassPipelineRegistration<>(
      "fusion-pipeline", "Normalised IR to kernel functions and a plan",
      [](OpPassManager &manager) { buildFusionPipeline(manager); });
}

} // namespace xcc::fusion
