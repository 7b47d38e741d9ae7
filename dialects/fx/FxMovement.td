//===- FxMovement.td - Making, viewing, moving and indexing tensors -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_FX_MOVEMENT_TD
#define XCC_FX_MOVEMENT_TD

include "dialects/fx/FxBase.td"

//===-- Symbols, weights, constants ----------------------------------------===//

def Fx_SymOp : Op<Fx_Dialect, "sym", [Pure]> {
  let summary = "The value of the function's size symbol number `index`";
  let arguments = (ins I64Attr:$index);
  let results = (outs Index:$result);
  let assemblyFormat = "$index attr-dict `:` type($result)";
  let hasVerifier = 1;
}
def Fx_WeightOp : Op<Fx_Dialect, "weight", [Symbol]> {
  let summary = "A named weight, kept in a .safetensors file or made from a seed";
  let description = [{
    `file` (a path relative to the module's file) and `key` name a tensor of a .safetensors file; `seed`
    and `scale` make normally distributed numbers instead (floats only), `offset` is added to each.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttr:$type,
                   OptionalAttr<StrAttr>:$file, OptionalAttr<StrAttr>:$key,
                   OptionalAttr<I64Attr>:$seed,
                   DefaultValuedAttr<F64Attr, "1.0">:$scale,
                   DefaultValuedAttr<F64Attr, "0.0">:$offset);
  let assemblyFormat = "$sym_name `:` $type attr-dict";
  let hasVerifier = 1;
}
def Fx_GetWeightOp : Op<Fx_Dialect, "get_weight", [Pure,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "The tensor of a weight";
  let arguments = (ins FlatSymbolRefAttr:$name);
  let results = (outs Fx_Any:$result);
  let assemblyFormat = "$name attr-dict `:` type($result)";
}
def Fx_ConstantOp : Op<Fx_Dialect, "constant", [Pure, ConstantLike,
    AllTypesMatch<["value", "result"]>]> {
  let summary = "A small tensor given in the text";
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Fx_Any:$result);
  let assemblyFormat = "attr-dict $value";
  let hasFolder = 1;
}

//===-- Creation -----------------------------------------------------------===//

def Fx_FullOp : Fx_ShapedByAttributeOp<"full", "aten.full"> {
  let summary = "A tensor filled with the 0-d tensor `value`";
  let arguments = (ins Fx_Any:$value, AffineMapAttr:$shape);
  let results = (outs Fx_Any:$result);
  let hasVerifier = 1;
}
def Fx_ArangeOp : Fx_ShapedByAttributeOp<"arange", "aten.arange.start_step"> {
  let summary = "start + i * step";
  let arguments = (ins AffineMapAttr:$shape,
                   DefaultValuedAttr<F64Attr, "0.0">:$start,
                   DefaultValuedAttr<F64Attr, "1.0">:$step);
  let results = (outs Fx_Number:$result);
}
def Fx_IotaOp : Fx_ShapedByAttributeOp<"iota", "prims.iota"> {
  let summary = "start + i * step, integers, exact beyond 2^53";
  let arguments = (ins AffineMapAttr:$shape, DefaultValuedAttr<I64Attr, "0">:$start,
                   DefaultValuedAttr<I64Attr, "1">:$step);
  let results = (outs Fx_Int:$result);
}
class Fx_TriangleOp<string mnemonic, string sentence>
    : Fx_SameShapeOp<mnemonic, "aten." # mnemonic, [SameElementType]> {
  let summary = sentence;
  let arguments = (ins Fx_Arith:$input, DefaultValuedAttr<I64Attr, "0">:$diagonal);
  let results = (outs Fx_Arith:$result);
  let hasVerifier = 1;
}
def Fx_TrilOp : Fx_TriangleOp<"tril", "Zeroes what lies above the diagonal (last dim - second last > diagonal)">;
def Fx_TriuOp : Fx_TriangleOp<"triu", "Zeroes what lies below the diagonal (last dim - second last < diagonal)">;

//===-- Views --------------------------------------------------------------===//

class Fx_ViewLikeOp<string mnemonic, string aten, string sentence>
    : Fx_ShapedByAttributeOp<mnemonic, aten, [SameElementType]> {
  let summary = sentence;
  let arguments = (ins Fx_Any:$input, AffineMapAttr:$shape);
  let results = (outs Fx_Any:$result);
  let hasVerifier = 1;
}
def Fx_ViewOp : Fx_ViewLikeOp<"view", "aten.view, aten.reshape, aten.squeeze, aten.unsqueeze, aten.flatten",
    "The same elements in row-major order under another shape">;
def Fx_ExpandOp : Fx_ViewLikeOp<"expand", "aten.expand",
    "Broadcasts the input, aligned at the last dimension, to `shape`"> {
}
def Fx_PermuteOp : Fx_Op<"permute", "aten.permute, aten.transpose, aten.t", [SameElementType]> {
  let summary = "Result dimension i is input dimension dims[i]";
  let arguments = (ins Fx_Any:$input, DenseI64ArrayAttr:$dims);
  let results = (outs Fx_Any:$result);
  let hasFolder = 1;
}
def Fx_SliceOp : Fx_Op<"slice", "aten.slice.Tensor", [SameElementType]> {
  let summary = "Elements start, start + step, ... before end, of dimension dim";
  let description = [{
    `start` and `end` map the size symbols to one number each, already clamped: 0 <= start <= end <= size
    of the dimension; step >= 1.
  }];
  let arguments = (ins Fx_Any:$input, I64Attr:$dim, AffineMapAttr:$start,
                   AffineMapAttr:$end, DefaultValuedAttr<I64Attr, "1">:$step);
  let results = (outs Fx_Any:$result);
}
def Fx_SelectOp : Fx_Op<"select", "aten.select.int", [SameElementType]> {
  let summary = "Slice number `index` of dimension dim, which is dropped";
  let arguments = (ins Fx_Any:$input, I64Attr:$dim, AffineMapAttr:$index);
  let results = (outs Fx_Any:$result);
}
def Fx_FlipOp : Fx_SameShapeOp<"flip", "aten.flip", [SameElementType]> {
  let summary = "Reverses the dimensions `dims`";
  let arguments = (ins Fx_Any:$input, DenseI64ArrayAttr:$dims);
  let results = (outs Fx_Any:$result);
  let hasVerifier = 1;
}
def Fx_RollOp : Fx_SameShapeOp<"roll", "aten.roll", [SameElementType]> {
  let summary = "Moves elements by shifts[i] along dims[i], wrapping around";
  let arguments = (ins Fx_Any:$input, DenseI64ArrayAttr:$shifts, DenseI64ArrayAttr:$dims);
  let results = (outs Fx_Any:$result);
  let hasVerifier = 1;
}
def Fx_RepeatOp : Fx_Op<"repeat", "aten.repeat", [SameElementType]> {
  let summary = "Tiles the input repeats[i] times along dimension i; leading dimensions may be new";
  let arguments = (ins Fx_Any:$input, DenseI64ArrayAttr:$repeats);
  let results = (outs Fx_Any:$result);
}
def Fx_PadOp : Fx_Op<"pad", "aten.constant_pad_nd", [SameElementType]> {
  let summary = "Pads dimension i by low[i] before and high[i] after with `value`; negative amounts crop";
  let arguments = (ins Fx_Any:$input, DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high,
                   DefaultValuedAttr<F64Attr, "0.0">:$value);
  let results = (outs Fx_Any:$result);
}
def Fx_CatOp : Fx_Op<"cat", "aten.cat", [SameElementType]> {
  let summary = "Joins the inputs along dimension dim";
  let arguments = (ins Variadic<Fx_Any>:$inputs, I64Attr:$dim);
  let results = (outs Fx_Any:$result);
}

//===-- Indexing -----------------------------------------------------------===//
// An index out of range is undefined; compiled code clamps it, the interpreter reports it.

def Fx_EmbeddingOp : Fx_Op<"embedding", "aten.embedding"> {
  let summary = "Rows of weight (n, e) chosen by indices (...) -> (..., e)";
  let arguments = (ins Fx_Any:$weight, Fx_Index:$indices);
  let results = (outs Fx_Any:$result);
}
def Fx_IndexSelectOp : Fx_Op<"index_select", "aten.index_select"> {
  let summary = "Slices of dimension dim chosen by a 1-d tensor of indices";
  let arguments = (ins Fx_Any:$input, Fx_Index:$indices, I64Attr:$dim);
  let results = (outs Fx_Any:$result);
}
def Fx_GatherOp : Fx_Op<"gather", "aten.gather"> {
  let summary = "result[i][j] = input[indices[i][j]][j] for dim 0; the result has indices' shape";
  let arguments = (ins Fx_Any:$input, Fx_Index:$indices, I64Attr:$dim);
  let results = (outs Fx_Any:$result);
}
def Fx_IndexOp : Fx_Op<"index", "aten.index.Tensor"> {
  let summary = "Advanced indexing: dimension dims[i] is indexed by indices[i], broadcast together";
  let description = [{
    The broadcast shape of the indices stands where the indexed dimensions stood if those are adjacent, else in
    front, as in NumPy. Negative indices count from the end.
  }];
  let arguments = (ins Fx_Any:$input, Variadic<Fx_Index>:$indices, DenseI64ArrayAttr:$dims);
  let results = (outs Fx_Any:$result);
}
def Fx_IndexPutOp : Fx_SameShapeOp<"index_put", "aten.index_put"> {
  let summary = "A copy of input with input[indices] = values, or += with accumulate";
  let description = [{Without `accumulate`, the last of several writes to one place wins.}];
  let arguments = (ins Fx_Any:$input, Fx_Any:$values, Variadic<Fx_Index>:$indices,
                   DenseI64ArrayAttr:$dims, UnitAttr:$accumulate);
  let results = (outs Fx_Any:$result);
  let hasVerifier = 1;
}
def Fx_ScatterOp : Fx_SameShapeOp<"scatter", "aten.scatter.src, aten.scatter_add, aten.scatter_reduce.two"> {
  let summary = "A copy of input with result[indices[i][j]][j] = source[i][j] for dim 0";
  let description = [{
    `reduce` is 'none' (the last write wins), 'sum', 'prod', 'amax' or 'amin'; with `exclude_self` the input's own
    value takes no part in the reduction. source is at least as large as indices in each dimension.
  }];
  let arguments = (ins Fx_Any:$input, Fx_Index:$indices, Fx_Any:$source, I64Attr:$dim,
                   DefaultValuedStrAttr<StrAttr, "none">:$reduce, UnitAttr:$exclude_self);
  let results = (outs Fx_Any:$result);
  let hasVerifier = 1;
}
def Fx_MaskedFillOp : Fx_ElementwiseOp<"masked_fill", "aten.masked_fill",
    "value (0-d) where mask, else input"> {
  let arguments = (ins Fx_Any:$input, Fx_Bool:$mask, Fx_Any:$value);
  let results = (outs Fx_Any:$result);
  let hasVerifier = 1;
}

#endif // XCC_FX_MOVEMENT_TD
