//===- Optimize.h - LLVM's passes over the kernels ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_HOST_OPTIMIZE_H
#define XCC_LIB_TARGET_HOST_OPTIMIZE_H

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace xcc::host {

/// Optimises and vectorises; leaves no memory intrinsic that would be a call.
void optimize(llvm::Module &module, llvm::TargetMachine &machine);

} // namespace xcc::host

#endif // XCC_LIB_TARGET_HOST_OPTIMIZE_H
