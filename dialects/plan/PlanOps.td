//===- PlanOps.td - The plan dialect: launches and where results lie ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_PLAN_OPS_TD
#define XCC_PLAN_OPS_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Plan_Dialect : Dialect {
  let name = "plan";
  let cppNamespace = "::xcc::plan";
  let summary = "The host side of a program: which kernels run, in what order, on which buffers";
  let description = [{
    A planned function is straight-line code: weights, constants, views of
    buffers, launches and copies. It is executed by the runtime as data, never
    as code. See README.md beside this file.
  }];
  let useDefaultAttributePrinterParser = 1;
}

//===-- Where a result lies -------------------------------------------------===//

class Plan_Attr<string name, string attrMnemonic> : AttrDef<Plan_Dialect, name> {
  let mnemonic = attrMnemonic;
}
def Plan_ArenaAttr : Plan_Attr<"Arena", "arena"> {
  let summary = "A range of the arena: a map from the size symbols to (offset, size) in bytes";
  let parameters = (ins "::mlir::AffineMap":$extent);
  let assemblyFormat = "`<` $extent `>`";
}
def Plan_OutputAttr : Plan_Attr<"Output", "output"> {
  let summary = "The caller's buffer for the function's result number `index`";
  let parameters = (ins "unsigned":$index);
  let assemblyFormat = "`<` $index `>`";
}

//===-- Operations -----------------------------------------------------------===//

def Plan_LaunchOp : Op<Plan_Dialect, "launch", [Pure, AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Runs a kernel";
  let description = [{
    Calls the kernel function `kernel` with the tensors `inputs` and the sizes
    `sizes`. Once buffers are planned, `places` has one entry a result:
    `#plan.arena` or `#plan.output`.

    ```mlir
    %1 = plan.launch @linear_gelu(%x, %w, %b)[%batch]
           : (tensor<?x768xf32>, tensor<3072x768xf32>, tensor<3072xf32>) -> tensor<?x3072xf32>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$kernel,
                   Variadic<AnyRankedTensor>:$inputs, Variadic<Index>:$sizes,
                   OptionalAttr<ArrayAttr>:$places);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    $kernel `(` $inputs `)` (`[` $sizes^ `]`)? attr-dict
    `:` functional-type($inputs, $results)
  }];
  let hasVerifier = 1;
}

def Plan_CopyOp : Op<Plan_Dialect, "copy", [Pure, AllTypesMatch<["source", "result"]>]> {
  let summary = "Copies a whole buffer";
  let description = [{
    For what no kernel writes where it is wanted: an output that is an input,
    a weight, a constant or another output.
  }];
  let arguments = (ins AnyRankedTensor:$source, OptionalAttr<ArrayAttr>:$places);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "$source attr-dict `:` type($source)";
  let hasVerifier = 1;
}

#endif // XCC_PLAN_OPS_TD
