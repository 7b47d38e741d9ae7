//===- Passes.td - Passes from block programs to PTX ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_NVIDIA_PASSES_TD
#define XCC_LIB_TARGET_NVIDIA_PASSES_TD

include "mlir/Pass/PassBase.td"

def LowerTileNvidia : Pass<"lower-tile-nvidia", "::mlir::ModuleOp"> {
  let summary = "One thread's program of each block program, with nvvm";
  let description = [{
    - Input: kernels in `tile`, with shared memory allocated.
    - Output: one `llvm.func` a kernel, in PTX's kernel convention, with `nvvm`
      operations beside plain arithmetic.
  }];
  let options = [
    Option<"target", "target", "std::string", /*default=*/"\"sm_80\"",
           "the row of --list-targets to lower for">,
  ];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
}

def VerifyNvidia : Pass<"verify-nvidia", "::mlir::ModuleOp"> {
  let summary = "Refuse what the PTX back end or the chip cannot do";
  let description = [{
    - Input: the LLVM dialect with `nvvm`, as it goes to the back end.
    - Output: the same; an error at each operation that the back end would
      answer by ending the process, or ptxas by refusing the file: math functions
      that are library calls, numbers wider than 64 bits, calls, inline assembly,
      matrix products and `nvvm` operations that the chip has not.
  }];
  let options = [
    Option<"target", "target", "std::string", /*default=*/"\"sm_80\"",
           "the row of --list-targets to verify for">,
  ];
}

#endif // XCC_LIB_TARGET_NVIDIA_PASSES_TD
