//===- BitReversal.h - The order of bits turned around --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_INTEL_BITREVERSAL_H
#define XCC_LIB_TARGET_INTEL_BITREVERSAL_H

namespace llvm {
class Module;
} // namespace llvm

namespace xcc::intel {

/// llvm.bitreverse -> shifts. LLVM makes it of the bits of a lane's number that
/// a layout turns around; SPIR-V's instruction is none of a kernel's.
void expandBitReversals(llvm::Module &module);

} // namespace xcc::intel

#endif // XCC_LIB_TARGET_INTEL_BITREVERSAL_H
