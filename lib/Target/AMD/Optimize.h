//===- Optimize.h - LLVM's passes over the kernels ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_AMD_OPTIMIZE_H
#define XCC_LIB_TARGET_AMD_OPTIMIZE_H

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace xcc::amd {

struct Chip;

/// Simplifies the kernels: what emulated devices run, too.
void optimize(llvm::Module &module, llvm::TargetMachine &machine,
              const Chip &chip);

} // namespace xcc::amd

#endif // XCC_LIB_TARGET_AMD_OPTIMIZE_H
