//===- FromPlan.h - A planned module as a bundle's program ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_BUNDLE_FROMPLAN_H
#define XCC_LIB_BUNDLE_FROMPLAN_H

#include "lib/Bundle/Program.h"

#include "mlir/IR/BuiltinOps.h"

namespace xcc::bundle {

/// The program that `fused`'s `@main` plans, with the work items, scratch and
/// packed operands that `scheduled`'s kernels ask for; no images. Fails, with
/// an error, when a weight cannot be found or a kernel was not scheduled.
/// Weights are read while the bundle is written: `fused` must stay until then.
/// Their files' relative names start from `moduleDirectory`.
llvm::FailureOr<Program> planToProgram(mlir::ModuleOp fused,
                                       mlir::ModuleOp scheduled,
                                       llvm::StringRef moduleDirectory = "");

} // namespace xcc::bundle

#endif // XCC_LIB_BUNDLE_FROMPLAN_H
