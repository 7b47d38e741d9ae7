//===- Host.h - Scheduled kernels to x86-64 code --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_HOST_HOST_H
#define XCC_LIB_TARGET_HOST_HOST_H

#include "lib/Base/Targets.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/LLVM.h"

#include <string>

namespace xcc {

namespace host {
/// The rows of this folder in the table of targets.
llvm::ArrayRef<TargetDescription> targets();
} // namespace host

/// What `emitSharedObject` returns the bytes of.
enum class EmitKind { Llvm, Asm, Obj, Shared };

/// Scheduled kernel functions -> the LLVM dialect, one exported function a
/// kernel.
void buildLowerPipeline(mlir::OpPassManager &pm);

/// The bytes of the lowered module compiled for the ISA level ("x86-64-v3",
/// "x86-64-v4"). Fails, with a diagnostic, when the code would need a function
/// from outside or the linker refuses it. May be called from several threads.
mlir::FailureOr<std::string>
emitSharedObject(mlir::ModuleOp module, llvm::StringRef level, EmitKind kind);

void registerTargetHostPasses();

} // namespace xcc

#endif // XCC_LIB_TARGET_HOST_HOST_H
