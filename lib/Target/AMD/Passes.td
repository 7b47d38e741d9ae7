//===- Passes.td - Passes from block programs to rocdl --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_AMD_PASSES_TD
#define XCC_LIB_TARGET_AMD_PASSES_TD

include "mlir/Pass/PassBase.td"

def LowerTileAMD : Pass<"lower-tile-amd", "::mlir::ModuleOp"> {
  let summary = "One thread's program of each block program, with rocdl";
  let description = [{
    - Input: kernels in `tile`, with shared memory allocated.
    - Output: one `llvm.func` a kernel with `rocdl.kernel`, its body in scf,
      arith, math, vector, llvm and rocdl.
  }];
  let options = [
    Option<"target", "target", "std::string", /*default=*/"\"gfx942\"",
           "The row of --list-targets to lower for">,
  ];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::ROCDL::ROCDLDialect",
                           "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
}

def VerifyAMD : Pass<"verify-amd", "::mlir::ModuleOp"> {
  let summary = "Refuse what the chip or LLVM's back end for it cannot do";
  let description = [{
    - Input: the LLVM dialect with rocdl, as it goes to the back end.
    - Output: the same; an error at each operation that the back end would
      answer by ending the process: matrix instructions and moves between
      lanes of other chips, numbers wider than 64 bits, math that only a library has, calls of
      functions from outside, more shared memory than a block may have.
  }];
  let options = [
    Option<"target", "target", "std::string", /*default=*/"\"gfx942\"",
           "The row of --list-targets to verify for">,
  ];
}

#endif // XCC_LIB_TARGET_AMD_PASSES_TD
