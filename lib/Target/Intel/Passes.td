//===- Passes.td - Passes from block programs to SPIR-V -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_INTEL_PASSES_TD
#define XCC_LIB_TARGET_INTEL_PASSES_TD

include "mlir/Pass/PassBase.td"

def LowerTileIntel : Pass<"lower-tile-intel", "::mlir::ModuleOp"> {
  let summary = "One thread's program of each block program, for Xe";
  let description = [{
    - Input: kernels in `tile`, with shared memory allocated.
    - Output: one `llvm.func` a kernel, in SPIR's kernel convention, with
      OpenCL's work-item, subgroup, matrix and block-load functions.
  }];
  let options = [
    Option<"target", "target", "std::string", /*default=*/"\"pvc\"",
           "the row of --list-targets to lower for">,
  ];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
}

def VerifyIntel : Pass<"verify-intel", "::mlir::ModuleOp"> {
  let summary = "Refuse what SPIR-V or the device cannot do";
  let description = [{
    - Input: the LLVM dialect, as it goes to the back end.
    - Output: the same; an error at each operation that the back end would
      answer by ending the process or by a module that no driver takes: bf16 and
      8-bit floats in arithmetic, f64 where the device has none, numbers wider
      than 64 bits, vectors of lengths that SPIR-V has not.
  }];
  let options = [
    Option<"target", "target", "std::string", /*default=*/"\"pvc\"",
           "the row of --list-targets to verify for">,
  ];
}

#endif // XCC_LIB_TARGET_INTEL_PASSES_TD
