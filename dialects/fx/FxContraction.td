//===- FxContraction.td - Matrix products, convolution, attention, pools --===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// f16 and bf16 products accumulate in f32 and round once.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_FX_CONTRACTION_TD
#define XCC_FX_CONTRACTION_TD

include "dialects/fx/FxBase.td"

//===-- Matrix products ----------------------------------------------------===//

def Fx_MmOp : Fx_Op<"mm", "aten.mm", [SameElementType]> {
  let summary = "(m, k) x (k, n) -> (m, n)";
  let arguments = (ins Fx_Number:$lhs, Fx_Number:$rhs);
  let results = (outs Fx_Number:$result);
}
def Fx_BmmOp : Fx_Op<"bmm", "aten.bmm", [SameElementType]> {
  let summary = "(b, m, k) x (b, k, n) -> (b, m, n)";
  let arguments = (ins Fx_Number:$lhs, Fx_Number:$rhs);
  let results = (outs Fx_Number:$result);
}
def Fx_AddmmOp : Fx_Op<"addmm", "aten.addmm", [SameElementType]> {
  let summary = "beta * bias + alpha * (lhs x rhs); bias broadcasts to (m, n)";
  let arguments = (ins Fx_Number:$bias, Fx_Number:$lhs, Fx_Number:$rhs,
                   DefaultValuedAttr<F64Attr, "1.0">:$beta,
                   DefaultValuedAttr<F64Attr, "1.0">:$alpha);
  let results = (outs Fx_Number:$result);
}
def Fx_BaddbmmOp : Fx_Op<"baddbmm", "aten.baddbmm", [SameElementType]> {
  let summary = "beta * bias + alpha * batched (lhs x rhs); bias broadcasts to (b, m, n)";
  let arguments = (ins Fx_Number:$bias, Fx_Number:$lhs, Fx_Number:$rhs,
                   DefaultValuedAttr<F64Attr, "1.0">:$beta,
                   DefaultValuedAttr<F64Attr, "1.0">:$alpha);
  let results = (outs Fx_Number:$result);
}
def Fx_LinearOp : Fx_Op<"linear", "aten.linear", [SameElementType]> {
  let summary = "(..., k) x (n, k) transposed + (n) -> (..., n)";
  let arguments = (ins Fx_Float:$input, Fx_Float:$weight,
                   Optional<Fx_Float>:$bias);
  let results = (outs Fx_Float:$result);
}

// Operands narrower than what their products are summed in.
def Fx_IntMmOp : Fx_Op<"int_mm", "aten._int_mm"> {
  let summary = "(m, k) x (k, n) -> (m, n) of i8, summed in i32";
  let arguments = (ins Fx_I8:$lhs, Fx_I8:$rhs);
  let results = (outs Fx_I32:$result);
}
def Fx_ScaledMmOp : Fx_Op<"scaled_mm", "aten._scaled_mm"> {
  let summary = "(m, k) x (k, n) of 8-bit floats, times both scales, plus the bias";
  let description = [{
    The products are summed in f32; the sum, times `lhs_scale` and `rhs_scale`, plus `bias` (n), is
    rounded once to the result's type. A scale is one number, or one for each row of lhs (m, 1) and for each
    column of rhs (1, n).
  }];
  let arguments = (ins Fx_F8Tensor:$lhs, Fx_F8Tensor:$rhs, Fx_F32:$lhs_scale,
                   Fx_F32:$rhs_scale, Optional<Fx_Float>:$bias);
  let results = (outs Fx_Float:$result);
}

//===-- Convolution and pooling --------------------------------------------===//

def Fx_ConvolutionOp : Fx_Op<"convolution", "aten.convolution", [SameElementType]> {
  let summary = "1-, 2- or 3-d convolution, grouped, dilated, also transposed";
  let description = [{
    input (n, c, spatial...), weight (o, c / groups, kernel...) or, transposed, (c, o / groups,
    kernel...), bias (o). `stride`, `padding` and `dilation` have one entry a spatial dimension.
  }];
  let arguments = (ins Fx_Float:$input, Fx_Float:$weight,
                   Optional<Fx_Float>:$bias, DenseI64ArrayAttr:$stride,
                   DenseI64ArrayAttr:$padding, DenseI64ArrayAttr:$dilation,
                   UnitAttr:$transposed,
                   DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$output_padding,
                   DefaultValuedAttr<I64Attr, "1">:$groups);
  let results = (outs Fx_Float:$result);
}

class Fx_PoolOp<string mnemonic, string aten, string sentence, Type element, dag more>
    : Fx_Op<mnemonic, aten, [SameElementType]> {
  let summary = sentence;
  let description = sentence # [{. The windows slide over the last `kernel_size.size()` dimensions.}];
  let arguments = !con((ins element:$input, DenseI64ArrayAttr:$kernel_size,
                        DenseI64ArrayAttr:$stride, DenseI64ArrayAttr:$padding),
                       more, (ins UnitAttr:$ceil_mode));
  let results = (outs element:$result);
}
def Fx_MaxPoolOp : Fx_PoolOp<"max_pool", "aten.max_pool2d (1d, 3d)",
    "Maximum over windows; padding counts as minus infinity, NaN wins", Fx_Number,
    (ins DenseI64ArrayAttr:$dilation)>;
def Fx_AvgPoolOp : Fx_PoolOp<"avg_pool", "aten.avg_pool2d (1d, 3d)",
    "Mean over windows", Fx_Float,
    (ins DefaultValuedAttr<BoolAttr, "true">:$count_include_pad,
         OptionalAttr<I64Attr>:$divisor_override)>;

class Fx_AdaptivePoolOp<string mnemonic, string aten, string sentence>
    : Fx_Op<mnemonic, aten, [SameElementType]> {
  let summary = sentence;
  let description = sentence # [{. Window i of the last dimensions covers
    floor(i * in / out) to ceil((i + 1) * in / out).}];
  let arguments = (ins Fx_Float:$input, DenseI64ArrayAttr:$output_size);
  let results = (outs Fx_Float:$result);
  code extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::inferShapes(
        ::llvm::ArrayRef<::xcc::fx::SymbolicShape> operands,
        ::llvm::SmallVectorImpl<::xcc::fx::SymbolicShape> &results) {
      return ::xcc::fx::inferAdaptivePool(getOperation(), operands[0],
                                          getOutputSize(), results);
    }
  }];
}
def Fx_AdaptiveAvgPoolOp : Fx_AdaptivePoolOp<"adaptive_avg_pool",
    "aten.adaptive_avg_pool2d (1d, 3d)", "Mean over windows that tile the input into output_size">;
def Fx_AdaptiveMaxPoolOp : Fx_AdaptivePoolOp<"adaptive_max_pool",
    "aten.adaptive_max_pool2d (1d, 3d)", "Maximum over windows that tile the input into output_size">;

//===-- Attention ----------------------------------------------------------===//

def Fx_ScaledDotProductAttentionOp : Fx_Op<"scaled_dot_product_attention",
    "aten.scaled_dot_product_attention"> {
  let summary = "softmax(query key^T * scale + mask) value";
  let description = [{
    query (..., h, l, e), key (..., hk, s, e), value (..., hk, s, ev) -> (..., h, l, ev). h is a
    multiple of hk (grouped-query attention when larger). `mask` broadcasts to (..., h, l, s): i1 (false
    is left out) or the element type (added). `is_causal` lets query i see keys 0..i. `scale` defaults to
    1 / sqrt(e). A row with nothing to see gives zeros, as PyTorch's.
  }];
  let arguments = (ins Fx_Float:$query, Fx_Float:$key, Fx_Float:$value,
                   Optional<Fx_Any>:$mask, UnitAttr:$is_causal,
                   OptionalAttr<F64Attr>:$scale);
  let results = (outs Fx_Float:$result);
  let hasVerifier = 1;
}
def Fx_RopeOp : Fx_SameShapeOp<"rope", "transformers apply_rotary_pos_emb (half rotation)"> {
  let summary = "Rotary position embedding: x * cos + rotate(x) * sin";
  let description = [{
    input (..., l, e); cos and sin broadcast to it. rotate(x) is (-x2, x1) of the two halves, or of
    neighbouring pairs with `interleaved`.
  }];
  let arguments = (ins Fx_Float:$input, Fx_Float:$cos, Fx_Float:$sin,
                   UnitAttr:$interleaved);
  let results = (outs Fx_Float:$result);
  let hasVerifier = 1;
}

//===-- Upsampling ---------------------------------------------------------===//

def Fx_UpsampleNearestOp : Fx_ShapedByAttributeOp<"upsample_nearest", "aten.upsample_nearest2d.vec (1d, 3d)", [SameElementType]> {
  let summary = "Nearest-neighbour resize of the dimensions after the second";
  let description = [{Reads floor(i * scale), where scale is 1 / scales[d] if given, else in / out.}];
  let arguments = (ins Fx_Number:$input, AffineMapAttr:$shape,
                   DefaultValuedAttr<DenseF64ArrayAttr, "{}">:$scales);
  let results = (outs Fx_Number:$result);
  let hasVerifier = 1;
}
def Fx_UpsampleBilinearOp : Fx_ShapedByAttributeOp<"upsample_bilinear", "aten.upsample_bilinear2d.vec", [SameElementType]> {
  let summary = "Bilinear resize of the last two of four dimensions";
  let arguments = (ins Fx_Float:$input, AffineMapAttr:$shape, UnitAttr:$align_corners,
                   DefaultValuedAttr<DenseF64ArrayAttr, "{}">:$scales);
  let results = (outs Fx_Float:$result);
  let hasVerifier = 1;
}

#endif // XCC_FX_CONTRACTION_TD
