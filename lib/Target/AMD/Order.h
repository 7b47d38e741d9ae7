//===- Order.h - The order of a kernel's instructions ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_AMD_ORDER_H
#define XCC_LIB_TARGET_AMD_ORDER_H

namespace llvm {
class BasicBlock;
class Function;
class Instruction;
} // namespace llvm

namespace xcc::amd {

bool isMatrixProduct(const llvm::Instruction &instruction);

/// Whether a block has matrix instructions and is a loop by itself.
bool isHotLoop(const llvm::BasicBlock &block);

/// Long straight-line code computes its values where they are used first.
void orderCode(llvm::Function &function);

/// Tells the back end's scheduler what must not move: of use to it alone.
void guideScheduler(llvm::Function &function);

} // namespace xcc::amd

#endif // XCC_LIB_TARGET_AMD_ORDER_H
