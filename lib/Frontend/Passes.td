//===- Passes.td - The passes of the front end ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_FRONTEND_PASSES_TD
#define XCC_LIB_FRONTEND_PASSES_TD

include "mlir/Pass/PassBase.td"

def FxToLinalg : Pass<"fx-to-linalg", "::mlir::ModuleOp"> {
  let summary = "Lower fx to linalg on tensors";
  let description = [{
    - Input: `fx` on tensors, with sizes over the function's symbols.
    - Output: element-wise operations, reductions, norms, matrix products,
      views and gathers as `linalg.generic`, `tensor` and `arith`/`math`; the
      `fx` operations with a structure of their own unchanged. Unsigned element
      types are signless, and arguments, results and structural operations that
      had them say so in `fx.dtype = "u8"`.
    - Leaves alone: operations of other dialects.
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::tensor::TensorDialect", "::xcc::fx::FxDialect"
  ];
}

#endif // XCC_LIB_FRONTEND_PASSES_TD
