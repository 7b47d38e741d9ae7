//===- RunPasses.h - LLVM's passes over a module of kernels ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_RUNPASSES_H
#define XCC_LIB_TARGET_RUNPASSES_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/PassManager.h"

namespace llvm {
class PassBuilder;
class TargetMachine;
} // namespace llvm

namespace xcc {

/// Runs the passes that |add| adds. No function of a library may be assumed,
/// not even sqrtf or memset: an image has none.
void runPasses(llvm::Module &module, llvm::TargetMachine &machine,
               llvm::function_ref<void(llvm::PassBuilder &builder,
                                       llvm::ModulePassManager &passes)>
                   add);

/// The same for a pipeline in LLVM's words, as `opt -passes=` takes it.
void runPasses(llvm::Module &module, llvm::TargetMachine &machine,
               llvm::StringRef pipeline);

} // namespace xcc

#endif // XCC_LIB_TARGET_RUNPASSES_H
