//===- Optimize.h - LLVM's passes over the kernels ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_INTEL_OPTIMIZE_H
#define XCC_LIB_TARGET_INTEL_OPTIMIZE_H

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace xcc::intel {

/// Simplifies the kernels before the device's compiler optimises them again.
void optimize(llvm::Module &module, llvm::TargetMachine &machine);

} // namespace xcc::intel

#endif // XCC_LIB_TARGET_INTEL_OPTIMIZE_H
