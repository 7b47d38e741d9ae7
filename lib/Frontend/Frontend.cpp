//===- Frontend.cpp - The passes of the stage, in order -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Frontend.h"
#include "lib/Frontend/Passes.h"

#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace xcc::frontend {

void buildNormalizePipeline(OpPassManager &manager) {
  manager.addPass(createAcceptLinalg());
  manager.addNestedPass<func::FuncOp>(createFxFold());
  manager.addNestedPass<func::FuncOp>(createFxRaiseLinear());
  manager.addNestedPass<func::FuncOp>(createFxRaiseActivation());
  manager.addNestedPass<func::FuncOp>(createFxRaiseNorm());
  manager.addNestedPass<func::FuncOp>(createFxRaiseRope());
  manager.addNestedPass<func::FuncOp>(createFxRaiseAttention());
  // Views that raising put back to back, and what it left unused.
  manager.addNestedPass<func::FuncOp>(createFxFold());
  manager.addPass(createCSEPass());
  manager.addPass(createFxToLinalg());
  manager.addPass(createVerifyNormalized());
}

void registerFrontendPasses() {
  registerFrontendStagePasses();
  PassPipelineRegistration<>(
      "normalize", "The whole stage: fx, tosa or linalg to normalised IR",
      buildNormalizePipeline);
}

} // namespace xcc::frontend
