//===- Passes.td - Passes from scheduled host kernels to LLVM -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_HOST_PASSES_TD
#define XCC_LIB_TARGET_HOST_PASSES_TD

include "mlir/Pass/PassBase.td"

def VerifyHost : Pass<"verify-host", "::mlir::ModuleOp"> {
  let summary = "Refuse what x86-64 code without a library cannot do";
  let description = [{
    - Input: scheduled kernels with math expanded.
    - Output: the same; an error at each operation that the back end would
      answer with a library call or by ending the process: arithmetic on 8-bit
      floats, math functions, numbers wider than 64 bits, operations that no
      schedule left behind.
  }];
}

def LowerHost : Pass<"lower-host", "::mlir::ModuleOp"> {
  let summary = "Give scheduled kernels the entry the runtime calls";
  let description = [{
    - Input: kernels over memrefs, `(inputs, outputs, scalars, scratch, begin, end)`,
      each memref with `fx.dims`.
    - Output: a public `@k(ptr buffers, ptr scalars, ptr scratch, i64 begin, i64 end)`
      that loads the pointers and calls the private body with `noalias` pointers;
      dynamic sizes are computed from the scalars.
    - Leaves alone: private functions that are not kernels.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::func::FuncDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::affine::AffineDialect"];
}

#endif // XCC_LIB_TARGET_HOST_PASSES_TD
