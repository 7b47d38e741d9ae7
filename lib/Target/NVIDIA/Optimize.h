//===- Optimize.h - LLVM's passes over the kernels ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_NVIDIA_OPTIMIZE_H
#define XCC_LIB_TARGET_NVIDIA_OPTIMIZE_H

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace xcc::nvidia {

/// Simplifies the kernels and finds the buffers that are only read.
void optimize(llvm::Module &module, llvm::TargetMachine &machine,
              bool hasRoles);

} // namespace xcc::nvidia

#endif // XCC_LIB_TARGET_NVIDIA_OPTIMIZE_H
