//===- SplatConstants.h - Vectors of one number, in memory ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TARGET_HOST_SPLATCONSTANTS_H
#define XCC_TARGET_HOST_SPLATCONSTANTS_H

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace xcc::host {

/// Constant vectors of one number -> loads of the whole vector, in blocks that
/// have more of them than registers. Without AVX-512 an instruction's operand
/// in memory is a whole vector; LLVM's own choice is a broadcast before it, an
/// instruction a constant. The last pass: what it hides is not folded again.
void loadSplatConstants(llvm::Module &module, llvm::TargetMachine &machine);

} // namespace xcc::host

#endif // XCC_TARGET_HOST_SPLATCONSTANTS_H
