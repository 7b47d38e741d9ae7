//===- Passes.td - Passes from the program of one thread to LLVM ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_TILE_PASSES_TD
#define XCC_LIB_TARGET_TILE_PASSES_TD

include "mlir/Pass/PassBase.td"

def ThreadToLLVM : Pass<"thread-to-llvm"> {
  let summary = "Turn the program of one thread into the LLVM dialect";
  let description = [{
    - Input: `llvm.func` kernels whose bodies hold scf, cf, arith, math and
      vector operations on scalars and vectors, without `index` and memrefs.
    - Output: the LLVM dialect (and what a vendor put in), in one conversion.
    - Leaves alone: operations of the LLVM dialect and of vendors.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect",
                           "::mlir::cf::ControlFlowDialect"];
}

#endif // XCC_LIB_TARGET_TILE_PASSES_TD
