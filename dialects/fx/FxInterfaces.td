//===- FxInterfaces.td - What every fx operation can say of itself --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_FX_INTERFACES_TD
#define XCC_FX_INTERFACES_TD

include "mlir/IR/OpBase.td"

def ShapedFxOp : OpInterface<"ShapedFxOp"> {
  let cppNamespace = "::xcc::fx";
  let description = [{
    One shape function per operation, over affine expressions of the
    function's size symbols. The verifier, the lowering (which materialises
    the sizes) and the interpreter (whose sizes are constants) all use it.
  }];
  let methods = [
    InterfaceMethod<
      [{Appends the shape of each result, given the operands' shapes; emits an
        error and fails when the operands do not fit together. A size that
        operands cannot tell is left as a null expression.}],
      "::llvm::LogicalResult", "inferShapes",
      (ins "::llvm::ArrayRef<::xcc::fx::SymbolicShape>":$operands,
           "::llvm::SmallVectorImpl<::xcc::fx::SymbolicShape> &":$results)>
  ];
}

#endif // XCC_FX_INTERFACES_TD
