//===- Fusion.h - The fusion stage: ops -> kernels and plan -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_FUSION_FUSION_H
#define XCC_LIB_FUSION_FUSION_H

#include "mlir/Pass/Pass.h"

namespace mlir {
class OpPassManager;
}

namespace xcc::fusion {

#define GEN_PASS_DECL
#include "lib/Fusion/Passes.h.inc"

struct FusionOptions {
  /// Put ops together; otherwise each is a kernel of its own.
  bool fuse = true;
};

/// Normalised IR -> kernel functions and a planned `@main`.
void buildFusionPipeline(mlir::OpPassManager &manager,
                         const FusionOptions &options = {});

/// Makes the stage's passes, and `fusion-pipeline`, known to tools.
void registerFusionPasses();

} // namespace xcc::fusion

#endif // XCC_LIB_FUSION_FUSION_H
