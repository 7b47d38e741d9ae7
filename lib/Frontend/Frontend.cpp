//===- Frontend.cpp - The passes of the stage, in order -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Frontend.h"
#include "lib/Frontend/Passes.h"

using namespace mlir;

namespace xcc::frontend {

void buildNormalizePipeline(OpPassManager &manager) {
  manager.addPass(createFxToLinalg());
}

void registerFrontendPasses() {
  registerFrontendStagePasses();
  PassPipelineRegistration<>(
      "normalize", "The whole stage: fx, tosa or linalg to normalised IR",
      buildNormalizePipeline);
}

} // namespace xcc::frontend
