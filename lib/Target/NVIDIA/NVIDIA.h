//===- NVIDIA.h - Block programs on tiles to PTX and cubin ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_NVIDIA_NVIDIA_H
#define XCC_LIB_TARGET_NVIDIA_NVIDIA_H

#include "lib/Base/Targets.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/LLVM.h"

#include <string>

namespace xcc::nvidia {

/// The rows of the table of targets that this folder compiles for.
llvm::ArrayRef<TargetDescription> targets();

/// Kernels on tiles -> the LLVM dialect, one thread's program a kernel.
void buildLowerPipeline(mlir::OpPassManager &pm,
                        const TargetDescription &target);

/// Whether `emit` can make `format` here: "cubin" needs ptxas.
bool canEmit(llvm::StringRef format);

/// The bytes of the lowered module as "llvm" (text), "bitcode", "ptx" or
/// "cubin". Fails, with a diagnostic, when the format is not one of these, when
/// ptxas is missing, or when it refuses the code. May be called from several
/// threads.
mlir::FailureOr<std::string> emit(mlir::ModuleOp module,
                                  const TargetDescription &target,
                                  llvm::StringRef format);

void registerPasses();
/// What lowering and emission need to be in the context.
void registerDialects(mlir::DialectRegistry &registry);

} // namespace xcc::nvidia

#endif // XCC_LIB_TARGET_NVIDIA_NVIDIA_H
