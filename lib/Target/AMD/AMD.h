//===- AMD.h - Block programs to code for AMD's devices -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_AMD_AMD_H
#define XCC_LIB_TARGET_AMD_AMD_H

#include "lib/Base/Targets.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/LLVM.h"

#include <string>

namespace xcc::amd {

/// The rows of this vendor.
llvm::ArrayRef<TargetDescription> targets();

/// Kernels of `tile` -> the LLVM dialect with rocdl.
void buildLowerPipeline(mlir::OpPassManager &pm,
                        const TargetDescription &target);

/// The lowered module as "llvm", "bitcode", "asm" or "hsaco". Fails, with a
/// diagnostic, when the linker refuses the code. May be called from several
/// threads.
mlir::FailureOr<std::string> emit(mlir::ModuleOp module,
                                  const TargetDescription &target,
                                  llvm::StringRef format);

/// Whether `emit` can make this format here: nothing but LLVM is needed.
bool canEmit(llvm::StringRef format);

void registerPasses();
void registerDialects(mlir::DialectRegistry &registry);

} // namespace xcc::amd

#endif // XCC_LIB_TARGET_AMD_AMD_H
