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

/// The kernels as each target scheduled them; bodies are not looked at.
struct ScheduledModules {
  mlir::ModuleOp host = {}; // null when the host is no target
  std::vector<std::pair<std::string, mlir::ModuleOp>> devices = {};
};

/// The program that `fused`'s `@main` plans, with what the scheduled kernels
/// ask for: work items, scratch and packed operands on the host, grids on
/// devices; no images. Fails, with an error, when a weight cannot be found or a
/// kernel was not scheduled.
/// Weights are read while the bundle is written: `fused` must stay until then.
/// Their files' relative names start from `moduleDirectory`.
llvm::FailureOr<Program> planToProgram(mlir::ModuleOp fused,
                                       const ScheduledModules &scheduled,
                                       llvm::StringRef moduleDirectory = "");

} // namespace xcc::bundle

#endif // XCC_LIB_BUNDLE_FROMPLAN_H
