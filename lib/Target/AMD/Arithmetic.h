//===- Arithmetic.h - Arithmetic in fewer instructions --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_AMD_ARITHMETIC_H
#define XCC_LIB_TARGET_AMD_ARITHMETIC_H

namespace llvm {
class Function;
} // namespace llvm

namespace xcc::amd {

/// f32 to bf16 in four instructions, where the back end takes five.
void roundByBits(llvm::Function &function);

/// Multiply-adds of neighbours in a vector, by the same factor and addend, two
/// an instruction: where what follows is no vector, LLVM leaves them alone.
void pairMultiplyAdds(llvm::Function &function);

} // namespace xcc::amd

#endif // XCC_LIB_TARGET_AMD_ARITHMETIC_H
