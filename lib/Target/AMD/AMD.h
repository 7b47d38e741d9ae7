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
#include "llvm/Support/Error.h"

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

/// What one kernel of an image uses, as its metadata says.
struct KernelResources {
  std::string name;
  unsigned vectorRegisters;      // of both kinds, 32 bits a lane
  unsigned accumulatorRegisters; // those only matrix instructions reach
  unsigned scalarRegisters;
  unsigned vectorSpills, scalarSpills; // registers
  unsigned sharedBytes;                // LDS a block
  unsigned scratchBytes;               // a lane
  unsigned argumentBytes;
  unsigned threadsPerBlock;
};

/// The kernels of a "hsaco" image, by name. Fails when its metadata cannot be
/// read.
llvm::Expected<llvm::SmallVector<KernelResources>>
readResources(llvm::StringRef image);

void registerPasses();
void registerDialects(mlir::DialectRegistry &registry);

} // namespace xcc::amd

#endif // XCC_LIB_TARGET_AMD_AMD_H
