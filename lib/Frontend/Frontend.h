//===- Frontend.h - From a captured graph to linalg on tensors ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_FRONTEND_FRONTEND_H
#define XCC_LIB_FRONTEND_FRONTEND_H

#include "mlir/Pass/PassManager.h"

namespace xcc::frontend {

/// Adds the stage: from `fx`, `tosa` or `linalg` as imported to normalised IR.
void buildNormalizePipeline(mlir::OpPassManager &manager);

/// Makes the stage's passes known by name.
void registerFrontendPasses();

} // namespace xcc::frontend

#endif // XCC_LIB_FRONTEND_FRONTEND_H
