//===- Passes.td - The passes of the front end ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_FRONTEND_PASSES_TD
#define XCC_LIB_FRONTEND_PASSES_TD

include "mlir/Pass/PassBase.td"

//===-- fx to fx -----------------------------------------------------------===//

class FxPass<string flag> : Pass<flag, "::mlir::func::FuncOp"> {
  let dependentDialects = ["::xcc::fx::FxDialect"];
}

def FxFold : FxPass<"fx-fold"> {
  let summary = "Simplify views, casts and arithmetic identities";
  let description = [{
    - Input: any `fx`.
    - Output: `fx` without views of views, permutes of permutes, expands of
      expands or in front of element-wise operations that broadcast, casts
      there and back, multiplications by 1, and dead code.
    - Leaves alone: whatever would change a bit of a result.
  }];
}
def FxRaiseLinear : FxPass<"fx-raise-linear"> {
  let summary = "mm or addmm with a transposed weight, and views around -> linear";
  let description = [{
    - Input: any `fx`.
    - Output: `fx` in which products with a transposed matrix, with or without a
      bias, are `fx.linear` on the unviewed input.
    - Leaves alone: alpha or beta other than 1, a bias that is no row, products
      whose result is used both with and without the bias.
  }];
}
def FxRaiseActivation : FxPass<"fx-raise-activation"> {
  let summary = "Formulas of sigmoid, silu and gelu -> the operation";
  let description = [{
    - Input: any `fx`.
    - Output: `fx` in which sigmoid, silu and both forms of gelu are operations.
    - Leaves alone: formulas whose intermediate values are used elsewhere.
  }];
}
def FxRaiseNorm : FxPass<"fx-raise-norm"> {
  let summary = "Formulas of rms_norm and layer_norm -> the operation";
  let description = [{
    - Input: any `fx`.
    - Output: `fx` in which normalisation over trailing dimensions is
      `fx.rms_norm` or `fx.layer_norm`, with weight and bias where they follow
      without a conversion between.
    - Leaves alone: formulas whose intermediate values are used elsewhere, and
      conversions: they round where they stood.
  }];
}
def FxRaiseRope : FxPass<"fx-raise-rope"> {
  let summary = "x * cos + rotate_half(x) * sin -> rope";
  let description = [{
    - Input: any `fx`.
    - Output: `fx` in which half rotations are `fx.rope`.
    - Leaves alone: rotations used elsewhere or not at the middle.
  }];
}
def FxRaiseAttention : FxPass<"fx-raise-attention"> {
  let summary = "softmax(q k^T * scale + mask) v -> scaled_dot_product_attention";
  let description = [{
    - Input: any `fx`.
    - Output: `fx` in which products around a softmax are
      `fx.scaled_dot_product_attention`; key and value heads that were repeated
      for several query heads are passed once; cap * tanh(scores / cap) becomes
      `fx.soft_cap`. A row with nothing to see gives zeros. Conversions inside, to f32 and back, are the operation's own.
    - Leaves alone: attention whose scores or weights are used elsewhere, or
      whose mask may hide a row's every key by a finite number: softmax would
      give that row equal weights, the operation gives zeros.
  }];
}

//===-- Other dialects -----------------------------------------------------===//

def AcceptLinalg : Pass<"accept-linalg", "::mlir::ModuleOp"> {
  let summary = "Bring tosa and named linalg to what fx is lowered to";
  let description = [{
    - Input: `fx`, `linalg` on tensors, `tosa`, or a mix of them.
    - Output: no `tosa` that upstream can lower; every structured linalg
      operation but `linalg.fill` as `linalg.generic`; concat, pad, static
      slices, constants and plain convolutions as `fx`; each dynamic size of an
      argument with a symbol in `fx.symbols`; the entry function called `main`.
    - Leaves alone: a module of `fx` alone, but for the entry's name.
  }];
}
def VerifyNormalized : Pass<"verify-normalized", "::mlir::ModuleOp"> {
  let summary = "Report every operation that may not leave the front end";
  let description = [{
    - Input: any module.
    - Output: the same; fails when it holds other operations than
      `linalg.generic`, `linalg.fill`, `tensor` views, `arith`, `math` and the
      `fx` operations with a structure of their own.
  }];
}

//===-- fx to linalg -------------------------------------------------------===//

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
