//===- FxReduction.td - Reductions, scans, sorting, normalisation ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_FX_REDUCTION_TD
#define XCC_FX_REDUCTION_TD

include "dialects/fx/FxBase.td"

//===-- Reductions ---------------------------------------------------------===//

def Fx_SumOp : Fx_ReduceOp<"sum", "aten.sum.dim_IntList",
    "Sum; 0 over nothing", Fx_Number, Fx_Number, [SameElementType]>;
def Fx_ProdOp : Fx_ReduceOp<"prod", "aten.prod.dim_int",
    "Product; 1 over nothing", Fx_Number, Fx_Number, [SameElementType]>;
def Fx_MeanOp : Fx_ReduceOp<"mean", "aten.mean.dim",
    "Arithmetic mean; NaN over nothing", Fx_Float, Fx_Float, [SameElementType]>;
def Fx_AmaxOp : Fx_ReduceOp<"amax", "aten.amax",
    "Maximum, NaN wins; the reduced extent must not be zero", Fx_Arith, Fx_Arith, [SameElementType]>;
def Fx_AminOp : Fx_ReduceOp<"amin", "aten.amin",
    "Minimum, NaN wins; the reduced extent must not be zero", Fx_Arith, Fx_Arith, [SameElementType]>;
def Fx_AnyOp : Fx_ReduceOp<"any", "aten.any.dim",
    "True where any element is not zero", Fx_Arith, Fx_Bool>;
def Fx_AllOp : Fx_ReduceOp<"all", "aten.all.dim",
    "True where no element is zero", Fx_Arith, Fx_Bool>;
def Fx_VarOp : Fx_ReduceOp<"var", "aten.var.correction",
    "Variance: sum of squared deviations over max(0, n - correction)", Fx_Float,
    Fx_Float, [SameElementType], (ins DefaultValuedAttr<F64Attr, "1.0">:$correction)>;
def Fx_LogsumexpOp : Fx_ReduceOp<"logsumexp", "aten.logsumexp",
    "log(sum(exp(x))), without overflow", Fx_Float, Fx_Float, [SameElementType]>;
def Fx_VectorNormOp : Fx_ReduceOp<"vector_norm", "aten.linalg_vector_norm",
    "(sum |x|^ord)^(1/ord); ord may be 0 (count of non-zeros) or +-inf", Fx_Float,
    Fx_Float, [SameElementType], (ins DefaultValuedAttr<F64Attr, "2.0">:$ord)>;

class Fx_ArgReduceOp<string mnemonic, string sentence>
    : Fx_Op<mnemonic, "aten." # mnemonic> {
  let summary = sentence;
  let description = sentence # [{; the first such on ties, NaN wins. Without `dim`, over the
    flattened input. The result is i64.}];
  let arguments = (ins Fx_Number:$input, OptionalAttr<I64Attr>:$dim,
                   UnitAttr:$keepdim);
  let results = (outs RankedTensorOf<[I64]>:$result);
  code extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::inferShapes(
        ::llvm::ArrayRef<::xcc::fx::SymbolicShape> operands,
        ::llvm::SmallVectorImpl<::xcc::fx::SymbolicShape> &results) {
      ::llvm::SmallVector<int64_t> dims;
      if (getDim())
        dims.push_back(*getDim());
      return ::xcc::fx::inferReduce(getOperation(), operands[0], dims,
                                    getKeepdim(), results);
    }
  }];
}
def Fx_ArgmaxOp : Fx_ArgReduceOp<"argmax", "Index of the largest element">;
def Fx_ArgminOp : Fx_ArgReduceOp<"argmin", "Index of the smallest element">;

//===-- Scans and sorting --------------------------------------------------===//

class Fx_ScanOp<string mnemonic, string sentence>
    : Fx_AlongDimOp<mnemonic, "aten." # mnemonic, [SameElementType]> {
  let summary = sentence;
  let arguments = (ins Fx_Number:$input, I64Attr:$dim);
  let results = (outs Fx_Number:$result);
}
def Fx_CumsumOp : Fx_ScanOp<"cumsum", "Running sum along dim">;
def Fx_CumprodOp : Fx_ScanOp<"cumprod", "Running product along dim">;

def Fx_SortOp : Fx_AlongDimOp<"sort", "aten.sort.stable"> {
  let summary = "Values in order along dim and the indices they came from; stable";
  let description = [{NaN counts as the largest value, as in PyTorch.}];
  let arguments = (ins Fx_Arith:$input, I64Attr:$dim, UnitAttr:$descending);
  let results = (outs Fx_Arith:$values, RankedTensorOf<[I64]>:$indices);
}
def Fx_TopkOp : Fx_Op<"topk", "aten.topk"> {
  let summary = "The k largest (or smallest) values along dim, in order, and their indices";
  let description = [{Ties keep the lower index first, which PyTorch leaves open.}];
  let arguments = (ins Fx_Number:$input, I64Attr:$k, I64Attr:$dim,
                   DefaultValuedAttr<BoolAttr, "true">:$largest);
  let results = (outs Fx_Number:$values, RankedTensorOf<[I64]>:$indices);
}

//===-- Softmax and normalisation ------------------------------------------===//

class Fx_SoftmaxFamilyOp<string mnemonic, string aten, string sentence>
    : Fx_AlongDimOp<mnemonic, aten, [SameElementType]> {
  let summary = sentence;
  let arguments = (ins Fx_Float:$input, I64Attr:$dim);
  let results = (outs Fx_Float:$result);
}
def Fx_SoftmaxOp : Fx_SoftmaxFamilyOp<"softmax", "aten._softmax",
    "exp(x - max) / sum(exp(x - max)) along dim">;
def Fx_LogSoftmaxOp : Fx_SoftmaxFamilyOp<"log_softmax", "aten._log_softmax",
    "x - max - log(sum(exp(x - max))) along dim">;

def Fx_LayerNormOp : Fx_SameShapeOp<"layer_norm", "aten.layer_norm", [AttrSizedOperandSegments]> {
  let summary = "(x - mean) / sqrt(var + eps) over the last `normalized_rank` dimensions, times weight, plus bias";
  let description = [{Statistics and arithmetic are in f32 for f16 and bf16 inputs; `weight` and
    `bias` have the normalised dimensions as their shape.}];
  let arguments = (ins Fx_Float:$input, Optional<Fx_Float>:$weight,
                   Optional<Fx_Float>:$bias, I64Attr:$normalized_rank,
                   DefaultValuedAttr<F64Attr, "1e-5">:$eps);
  let results = (outs Fx_Float:$result);
  let assemblyFormat = [{$input (`weight` $weight^)? (`bias` $bias^)? attr-dict
    `:` functional-type(operands, results)}];
  let hasVerifier = 1;
}
def Fx_RmsNormOp : Fx_SameShapeOp<"rms_norm", "aten.rms_norm"> {
  let summary = "x / sqrt(mean(x^2) + eps) over the last `normalized_rank` dimensions, times weight";
  let arguments = (ins Fx_Float:$input, Optional<Fx_Float>:$weight,
                   I64Attr:$normalized_rank,
                   DefaultValuedAttr<F64Attr, "1e-5">:$eps);
  let results = (outs Fx_Float:$result);
  let hasVerifier = 1;
}
def Fx_GroupNormOp : Fx_SameShapeOp<"group_norm", "aten.group_norm", [AttrSizedOperandSegments]> {
  let summary = "Normalises each of num_groups groups of channels (dimension 1), times weight, plus bias per channel";
  let arguments = (ins Fx_Float:$input, Optional<Fx_Float>:$weight,
                   Optional<Fx_Float>:$bias, I64Attr:$num_groups,
                   DefaultValuedAttr<F64Attr, "1e-5">:$eps);
  let results = (outs Fx_Float:$result);
  let assemblyFormat = [{$input (`weight` $weight^)? (`bias` $bias^)? attr-dict
    `:` functional-type(operands, results)}];
  let hasVerifier = 1;
}
def Fx_BatchNormOp : Fx_SameShapeOp<"batch_norm", "aten._native_batch_norm_legit_no_training", [AttrSizedOperandSegments]> {
  let summary = "(x - mean) / sqrt(var + eps) * weight + bias per channel (dimension 1), with running statistics";
  let arguments = (ins Fx_Float:$input, Fx_Float:$running_mean,
                   Fx_Float:$running_var, Optional<Fx_Float>:$weight,
                   Optional<Fx_Float>:$bias,
                   DefaultValuedAttr<F64Attr, "1e-5">:$eps);
  let results = (outs Fx_Float:$result);
  let assemblyFormat = [{$input `mean` $running_mean `var` $running_var
    (`weight` $weight^)? (`bias` $bias^)? attr-dict
    `:` functional-type(operands, results)}];
  let hasVerifier = 1;
}

#endif // XCC_FX_REDUCTION_TD
