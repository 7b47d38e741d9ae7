//===- FxBase.td - The fx dialect, its types and operation classes --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_FX_BASE_TD
#define XCC_FX_BASE_TD

include "dialects/fx/FxInterfaces.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Fx_Dialect : Dialect {
  let name = "fx";
  let cppNamespace = "::xcc::fx";
  let summary = "The graph as captured: PyTorch's core ATen operations on tensors";
  let description = [{
    Operation names and meanings are those of PyTorch's core ATen set, with
    the composites worth keeping whole. Type promotion is explicit: operands
    of an element-wise operation share one element type (`fx.to` converts).
    See README.md beside this file.
  }];
  let hasConstantMaterializer = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
}

//===-- Types --------------------------------------------------------------===//

def Fx_F8 : AnyTypeOf<[F8E4M3FN, F8E5M2, F8E4M3FNUZ, F8E5M2FNUZ]>;
def Fx_FloatElement : AnyTypeOf<[F64, F32, F16, BF16]>;
def Fx_IntElement : AnyTypeOf<[I64, I32, I16, I8, UI8]>;
def Fx_BoolElement : AnyTypeOf<[I1]>;
def Fx_NumberElement : AnyTypeOf<[F64, F32, F16, BF16, I64, I32, I16, I8, UI8]>;
def Fx_ArithElement : AnyTypeOf<[F64, F32, F16, BF16, I64, I32, I16, I8, UI8, I1]>;
def Fx_AnyElement : AnyTypeOf<[F64, F32, F16, BF16, I64, I32, I16, I8, UI8, I1,
                               F8E4M3FN, F8E5M2, F8E4M3FNUZ, F8E5M2FNUZ]>;

def Fx_Float : RankedTensorOf<[Fx_FloatElement]>;
def Fx_Int : RankedTensorOf<[Fx_IntElement]>;
def Fx_Bool : RankedTensorOf<[I1]>;
def Fx_IntOrBool : RankedTensorOf<[I64, I32, I16, I8, UI8, I1]>;
def Fx_Number : RankedTensorOf<[Fx_NumberElement]>;
def Fx_Arith : RankedTensorOf<[Fx_ArithElement]>;
def Fx_Any : RankedTensorOf<[Fx_AnyElement]>;
def Fx_Index : RankedTensorOf<[I64, I32]>;
def Fx_I8 : RankedTensorOf<[I8]>;
def Fx_I32 : RankedTensorOf<[I32]>;
def Fx_F32 : RankedTensorOf<[F32]>;
def Fx_F8Tensor : RankedTensorOf<[F8E4M3FN, F8E5M2, F8E4M3FNUZ, F8E5M2FNUZ]>;

//===-- Operation classes --------------------------------------------------===//

// Same element type on all operands and the first result.
def SameElementType : NativeOpTrait<"SameElementType"> {
  let cppNamespace = "::xcc::fx";
}
// Element-wise with broadcasting; see dialects/fx/Elementwise.h.
def Broadcasts : NativeOpTrait<"Broadcasts"> {
  let cppNamespace = "::xcc::fx";
}
// Runs the shape function and compares it with the declared result types.
def VerifyShapes : NativeOpTrait<"VerifyShapes"> {
  let cppNamespace = "::xcc::fx";
}

class Fx_Op<string mnemonic, string aten, list<Trait> traits = []>
    : Op<Fx_Dialect, mnemonic,
         traits # [Pure, VerifyShapes, DeclareOpInterfaceMethods<ShapedFxOp>]> {
  // The PyTorch operation whose meaning this is.
  string pytorch = aten;
  let assemblyFormat =
      "operands attr-dict `:` functional-type(operands, results)";
}

// Result shape: the operands' shapes broadcast together.
class Fx_ElementwiseOp<string mnemonic, string aten, string sentence,
                       list<Trait> traits = []>
    : Fx_Op<mnemonic, aten, traits # [Broadcasts]> {
  let summary = sentence;
  let description = sentence # ". Mirrors `" # aten # [{`.
    Operand shapes broadcast; a symbolic dimension never broadcasts.
  }];
  code extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::inferShapes(
        ::llvm::ArrayRef<::xcc::fx::SymbolicShape> operands,
        ::llvm::SmallVectorImpl<::xcc::fx::SymbolicShape> &results) {
      return ::xcc::fx::inferBroadcast(getOperation(), operands, results);
    }
  }];
}

class Fx_UnaryOp<string mnemonic, string aten, string sentence, Type element>
    : Fx_ElementwiseOp<mnemonic, aten, sentence, [SameElementType]> {
  let arguments = (ins element:$input);
  let results = (outs element:$result);
}
class Fx_BinaryOp<string mnemonic, string aten, string sentence, Type element>
    : Fx_ElementwiseOp<mnemonic, aten, sentence, [SameElementType]> {
  let arguments = (ins element:$lhs, element:$rhs);
  let results = (outs element:$result);
}
// Boolean result.
class Fx_PredicateOp<string mnemonic, string aten, string sentence, Type element>
    : Fx_ElementwiseOp<mnemonic, aten, sentence> {
  let arguments = (ins element:$input);
  let results = (outs Fx_Bool:$result);
}
class Fx_CompareOp<string mnemonic, string aten, string sentence, Type element = Fx_Arith>
    : Fx_ElementwiseOp<mnemonic, aten, sentence> {
  let arguments = (ins element:$lhs, element:$rhs);
  let results = (outs Fx_Bool:$result);
}

// Reduces `dims` (empty: all dimensions) of `input`; keepdim keeps them as 1.
class Fx_ReduceOp<string mnemonic, string aten, string sentence, Type from,
                  Type to, list<Trait> traits = [], dag more = (ins)>
    : Fx_Op<mnemonic, aten, traits> {
  let summary = sentence;
  let description = sentence # ". Mirrors `" # aten # [{`. `dims` are the
    reduced dimensions, 0 <= dim < rank, ascending; empty means all of them.
  }];
  let arguments = !con((ins from:$input,
                        DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$dims,
                        UnitAttr:$keepdim), more);
  let results = (outs to:$result);
  code extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::inferShapes(
        ::llvm::ArrayRef<::xcc::fx::SymbolicShape> operands,
        ::llvm::SmallVectorImpl<::xcc::fx::SymbolicShape> &results) {
      return ::xcc::fx::inferReduce(getOperation(), operands[0], getDims(),
                                    getKeepdim(), results);
    }
  }];
}

// Result shape and element type are the first operand's.
class Fx_SameShapeOp<string mnemonic, string aten, list<Trait> traits = []>
    : Fx_Op<mnemonic, aten, traits> {
  code extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::inferShapes(
        ::llvm::ArrayRef<::xcc::fx::SymbolicShape> operands,
        ::llvm::SmallVectorImpl<::xcc::fx::SymbolicShape> &results) {
      for (unsigned i = 0; i < getOperation()->getNumResults(); ++i)
        results.push_back(operands[0]);
      return ::llvm::success();
    }
  }];
}

// As Fx_SameShapeOp, for an operation along the dimension `dim`.
class Fx_AlongDimOp<string mnemonic, string aten, list<Trait> traits = []>
    : Fx_Op<mnemonic, aten, traits> {
  code extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::inferShapes(
        ::llvm::ArrayRef<::xcc::fx::SymbolicShape> operands,
        ::llvm::SmallVectorImpl<::xcc::fx::SymbolicShape> &results) {
      return ::xcc::fx::inferAlongDim(getOperation(), operands[0], getDim(),
                                      results);
    }
  }];
}

// Result shape is the attribute `shape`, a map from the size symbols.
class Fx_ShapedByAttributeOp<string mnemonic, string aten, list<Trait> traits = []>
    : Fx_Op<mnemonic, aten, traits> {
  code extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::inferShapes(
        ::llvm::ArrayRef<::xcc::fx::SymbolicShape> operands,
        ::llvm::SmallVectorImpl<::xcc::fx::SymbolicShape> &results) {
      return ::xcc::fx::inferFromMap(getOperation(), getShape(), results);
    }
  }];
}

#endif // XCC_FX_BASE_TD
