//===- Intel.h - Block programs to SPIR-V ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_INTEL_INTEL_H
#define XCC_LIB_TARGET_INTEL_INTEL_H

#include "lib/Base/Targets.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/LLVM.h"

#include <string>

namespace xcc::intel {

/// One row a chip.
llvm::ArrayRef<TargetDescription> targets();

/// Kernels in `tile` -> the LLVM dialect with OpenCL's built-in functions.
void buildLowerPipeline(mlir::OpPassManager &pm,
                        const TargetDescription &target);

/// The lowered module as "llvm" (text), "bitcode", "spirv" (binary) or
/// "spirv-text". Fails with a diagnostic. May be called from several threads.
mlir::FailureOr<std::string> emit(mlir::ModuleOp module,
                                  const TargetDescription &target,
                                  llvm::StringRef format);

/// True: every format is made in process.
bool canEmit(llvm::StringRef format);

void registerPasses();
void registerDialects(mlir::DialectRegistry &registry);

} // namespace xcc::intel

#endif // XCC_LIB_TARGET_INTEL_INTEL_H
