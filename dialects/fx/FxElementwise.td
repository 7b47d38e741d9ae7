//===- FxElementwise.td - Element-wise operations -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One entry here and one row in lib/Frontend/ElementwiseTable.cpp (its scalar
// lowering) and in ElementwiseMeaning.cpp (its float64 meaning) add an
// operation.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_FX_ELEMENTWISE_TD
#define XCC_FX_ELEMENTWISE_TD

include "dialects/fx/FxBase.td"

//===-- One operand --------------------------------------------------------===//

def Fx_AbsOp : Fx_UnaryOp<"abs", "aten.abs",
    "Absolute value", Fx_Number>;
def Fx_NegOp : Fx_UnaryOp<"neg", "aten.neg",
    "Negation", Fx_Number>;
def Fx_SignOp : Fx_UnaryOp<"sign", "aten.sign",
    "-1, 0 or 1 by sign; 0 for NaN", Fx_Arith>;
def Fx_CeilOp : Fx_UnaryOp<"ceil", "aten.ceil",
    "Smallest integer not below", Fx_Float>;
def Fx_FloorOp : Fx_UnaryOp<"floor", "aten.floor",
    "Largest integer not above", Fx_Float>;
def Fx_RoundOp : Fx_UnaryOp<"round", "aten.round",
    "Nearest integer, ties to even", Fx_Float>;
def Fx_TruncOp : Fx_UnaryOp<"trunc", "aten.trunc",
    "Integer part", Fx_Float>;
def Fx_FracOp : Fx_UnaryOp<"frac", "aten.frac",
    "Fractional part with the sign of the input", Fx_Float>;
def Fx_SqrtOp : Fx_UnaryOp<"sqrt", "aten.sqrt",
    "Square root", Fx_Float>;
def Fx_RsqrtOp : Fx_UnaryOp<"rsqrt", "aten.rsqrt",
    "Reciprocal square root", Fx_Float>;
def Fx_ReciprocalOp : Fx_UnaryOp<"reciprocal", "aten.reciprocal",
    "1 / x", Fx_Float>;
def Fx_ExpOp : Fx_UnaryOp<"exp", "aten.exp",
    "e to the x", Fx_Float>;
def Fx_Exp2Op : Fx_UnaryOp<"exp2", "aten.exp2",
    "2 to the x", Fx_Float>;
def Fx_Expm1Op : Fx_UnaryOp<"expm1", "aten.expm1",
    "e to the x, minus 1", Fx_Float>;
def Fx_LogOp : Fx_UnaryOp<"log", "aten.log",
    "Natural logarithm", Fx_Float>;
def Fx_Log2Op : Fx_UnaryOp<"log2", "aten.log2",
    "Base-2 logarithm", Fx_Float>;
def Fx_Log10Op : Fx_UnaryOp<"log10", "aten.log10",
    "Base-10 logarithm", Fx_Float>;
def Fx_Log1pOp : Fx_UnaryOp<"log1p", "aten.log1p",
    "log(1 + x)", Fx_Float>;
def Fx_SinOp : Fx_UnaryOp<"sin", "aten.sin",
    "Sine", Fx_Float>;
def Fx_CosOp : Fx_UnaryOp<"cos", "aten.cos",
    "Cosine", Fx_Float>;
def Fx_TanOp : Fx_UnaryOp<"tan", "aten.tan",
    "Tangent", Fx_Float>;
def Fx_AsinOp : Fx_UnaryOp<"asin", "aten.asin",
    "Inverse sine", Fx_Float>;
def Fx_AcosOp : Fx_UnaryOp<"acos", "aten.acos",
    "Inverse cosine", Fx_Float>;
def Fx_AtanOp : Fx_UnaryOp<"atan", "aten.atan",
    "Inverse tangent", Fx_Float>;
def Fx_SinhOp : Fx_UnaryOp<"sinh", "aten.sinh",
    "Hyperbolic sine", Fx_Float>;
def Fx_CoshOp : Fx_UnaryOp<"cosh", "aten.cosh",
    "Hyperbolic cosine", Fx_Float>;
def Fx_TanhOp : Fx_UnaryOp<"tanh", "aten.tanh",
    "Hyperbolic tangent", Fx_Float>;
def Fx_AsinhOp : Fx_UnaryOp<"asinh", "aten.asinh",
    "Inverse hyperbolic sine", Fx_Float>;
def Fx_AcoshOp : Fx_UnaryOp<"acosh", "aten.acosh",
    "Inverse hyperbolic cosine", Fx_Float>;
def Fx_AtanhOp : Fx_UnaryOp<"atanh", "aten.atanh",
    "Inverse hyperbolic tangent", Fx_Float>;
def Fx_ErfOp : Fx_UnaryOp<"erf", "aten.erf",
    "Error function", Fx_Float>;
def Fx_ErfcOp : Fx_UnaryOp<"erfc", "aten.erfc",
    "Complementary error function", Fx_Float>;
def Fx_SigmoidOp : Fx_UnaryOp<"sigmoid", "aten.sigmoid",
    "1 / (1 + exp(-x))", Fx_Float>;
def Fx_LogSigmoidOp : Fx_UnaryOp<"log_sigmoid", "aten.log_sigmoid_forward",
    "log(sigmoid(x))", Fx_Float>;
def Fx_ReluOp : Fx_UnaryOp<"relu", "aten.relu",
    "max(x, 0); NaN stays NaN", Fx_Number>;
def Fx_Relu6Op : Fx_UnaryOp<"relu6", "aten.relu6",
    "min(max(x, 0), 6)", Fx_Number>;
def Fx_SiluOp : Fx_UnaryOp<"silu", "aten.silu",
    "x * sigmoid(x)", Fx_Float>;
def Fx_MishOp : Fx_UnaryOp<"mish", "aten.mish",
    "x * tanh(log1p(exp(x)))", Fx_Float>;
def Fx_HardsigmoidOp : Fx_UnaryOp<"hardsigmoid", "aten.hardsigmoid",
    "min(max(x + 3, 0), 6) / 6", Fx_Float>;
def Fx_HardswishOp : Fx_UnaryOp<"hardswish", "aten.hardswish",
    "x * hardsigmoid(x)", Fx_Float>;
def Fx_SoftsignOp : Fx_UnaryOp<"softsign", "torch.nn.functional.softsign",
    "x / (1 + |x|)", Fx_Float>;
def Fx_SeluOp : Fx_UnaryOp<"selu", "aten.selu",
    "Scaled exponential linear unit", Fx_Float>;
def Fx_BitwiseNotOp : Fx_UnaryOp<"bitwise_not", "aten.bitwise_not",
    "Bitwise complement; logical for booleans", Fx_IntOrBool>;

class Fx_ParametricUnaryOp<string mnemonic, string aten, string sentence, dag parameters>
    : Fx_ElementwiseOp<mnemonic, aten, sentence, [SameElementType]> {
  let arguments = !con((ins Fx_Number:$input), parameters);
  let results = (outs Fx_Number:$result);
}
def Fx_GeluOp : Fx_ParametricUnaryOp<"gelu", "aten.gelu",
    "Gaussian error linear unit; approximate is 'none' (erf) or 'tanh'",
    (ins DefaultValuedStrAttr<StrAttr, "none">:$approximate)> {
  let hasVerifier = 1;
}
def Fx_EluOp : Fx_ParametricUnaryOp<"elu", "aten.elu",
    "scale * (x > 0 ? x : alpha * (exp(input_scale * x) - 1))",
    (ins DefaultValuedAttr<F64Attr, "1.0">:$alpha,
         DefaultValuedAttr<F64Attr, "1.0">:$scale,
         DefaultValuedAttr<F64Attr, "1.0">:$input_scale)>;
def Fx_LeakyReluOp : Fx_ParametricUnaryOp<"leaky_relu", "aten.leaky_relu",
    "x > 0 ? x : negative_slope * x",
    (ins DefaultValuedAttr<F64Attr, "0.01">:$negative_slope)>;
def Fx_SoftplusOp : Fx_ParametricUnaryOp<"softplus", "aten.softplus",
    "log(1 + exp(beta * x)) / beta; x itself where beta * x > threshold",
    (ins DefaultValuedAttr<F64Attr, "1.0">:$beta,
         DefaultValuedAttr<F64Attr, "20.0">:$threshold)>;
def Fx_ClampOp : Fx_ParametricUnaryOp<"clamp", "aten.clamp",
    "min(max(x, min), max), either bound optional; NaN stays NaN",
    (ins OptionalAttr<F64Attr>:$min, OptionalAttr<F64Attr>:$max)>;
def Fx_NanToNumOp : Fx_ParametricUnaryOp<"nan_to_num", "aten.nan_to_num",
    "Replaces NaN by nan (0), infinities by posinf and neginf (the type's extremes)",
    (ins DefaultValuedAttr<F64Attr, "0.0">:$nan, OptionalAttr<F64Attr>:$posinf,
         OptionalAttr<F64Attr>:$neginf)>;

def Fx_IsnanOp : Fx_PredicateOp<"isnan", "aten.isnan", "True where NaN", Fx_Arith>;
def Fx_IsinfOp : Fx_PredicateOp<"isinf", "aten.isinf", "True where infinite", Fx_Arith>;
def Fx_IsfiniteOp : Fx_PredicateOp<"isfinite", "aten.isfinite",
    "True where neither infinite nor NaN", Fx_Arith>;
def Fx_LogicalNotOp : Fx_PredicateOp<"logical_not", "aten.logical_not",
    "True where zero", Fx_Arith>;

def Fx_ToOp : Fx_ElementwiseOp<"to", "aten._to_copy", "Conversion of the element type"> {
  let description = [{
    Converts the element type. Mirrors `aten._to_copy`. float to integer truncates towards
    zero; values out of range are undefined in PyTorch and saturate here; any non-zero
    value, NaN included, is `true`. Rounding to a narrower float is to nearest even and is never elided.
  }];
  let arguments = (ins Fx_Any:$input);
  let results = (outs Fx_Any:$result);
  let hasFolder = 1;
}

//===-- Two operands -------------------------------------------------------===//

def Fx_AddOp : Fx_BinaryOp<"add", "aten.add",
    "Sum; logical or for booleans", Fx_Arith>;
def Fx_SubOp : Fx_BinaryOp<"sub", "aten.sub",
    "Difference", Fx_Number>;
def Fx_MulOp : Fx_BinaryOp<"mul", "aten.mul",
    "Product; logical and for booleans", Fx_Arith>;
def Fx_DivOp : Fx_BinaryOp<"div", "aten.div",
    "Quotient", Fx_Float>;
def Fx_DivFloorOp : Fx_BinaryOp<"div_floor", "aten.div.Tensor_mode",
    "floor(lhs / rhs), as div with rounding_mode='floor'", Fx_Number>;
def Fx_DivTruncOp : Fx_BinaryOp<"div_trunc", "aten.div.Tensor_mode",
    "trunc(lhs / rhs), as div with rounding_mode='trunc'", Fx_Number>;
def Fx_FmodOp : Fx_BinaryOp<"fmod", "aten.fmod",
    "Remainder with the sign of lhs", Fx_Number>;
def Fx_RemainderOp : Fx_BinaryOp<"remainder", "aten.remainder",
    "Remainder with the sign of rhs", Fx_Number>;
def Fx_PowOp : Fx_BinaryOp<"pow", "aten.pow",
    "lhs to the rhs; integers wrap", Fx_Number>;
def Fx_Atan2Op : Fx_BinaryOp<"atan2", "aten.atan2",
    "Angle of the point (rhs, lhs)", Fx_Float>;
def Fx_HypotOp : Fx_BinaryOp<"hypot", "aten.hypot",
    "sqrt(lhs^2 + rhs^2)", Fx_Float>;
def Fx_CopysignOp : Fx_BinaryOp<"copysign", "aten.copysign",
    "|lhs| with the sign of rhs", Fx_Float>;
def Fx_MaximumOp : Fx_BinaryOp<"maximum", "aten.maximum",
    "Larger value; NaN wins", Fx_Arith>;
def Fx_MinimumOp : Fx_BinaryOp<"minimum", "aten.minimum",
    "Smaller value; NaN wins", Fx_Arith>;
def Fx_FmaxOp : Fx_BinaryOp<"fmax", "aten.fmax",
    "Larger value; NaN loses", Fx_Arith>;
def Fx_FminOp : Fx_BinaryOp<"fmin", "aten.fmin",
    "Smaller value; NaN loses", Fx_Arith>;
def Fx_BitwiseAndOp : Fx_BinaryOp<"bitwise_and", "aten.bitwise_and",
    "Bitwise and", Fx_IntOrBool>;
def Fx_BitwiseOrOp : Fx_BinaryOp<"bitwise_or", "aten.bitwise_or",
    "Bitwise or", Fx_IntOrBool>;
def Fx_BitwiseXorOp : Fx_BinaryOp<"bitwise_xor", "aten.bitwise_xor",
    "Bitwise exclusive or", Fx_IntOrBool>;
def Fx_BitwiseLeftShiftOp : Fx_BinaryOp<"bitwise_left_shift", "aten.bitwise_left_shift",
    "lhs << rhs", Fx_Int>;
def Fx_BitwiseRightShiftOp : Fx_BinaryOp<"bitwise_right_shift", "aten.bitwise_right_shift",
    "lhs >> rhs, arithmetic for signed types", Fx_Int>;
def Fx_EqOp : Fx_CompareOp<"eq", "aten.eq", "True where equal">;
def Fx_NeOp : Fx_CompareOp<"ne", "aten.ne", "True where not equal">;
def Fx_LtOp : Fx_CompareOp<"lt", "aten.lt", "True where lhs < rhs">;
def Fx_LeOp : Fx_CompareOp<"le", "aten.le", "True where lhs <= rhs">;
def Fx_GtOp : Fx_CompareOp<"gt", "aten.gt", "True where lhs > rhs">;
def Fx_GeOp : Fx_CompareOp<"ge", "aten.ge", "True where lhs >= rhs">;
def Fx_LogicalAndOp : Fx_CompareOp<"logical_and", "aten.logical_and",
    "Logical and of lhs != 0 and rhs != 0">;
def Fx_LogicalOrOp : Fx_CompareOp<"logical_or", "aten.logical_or",
    "Logical or of lhs != 0 and rhs != 0">;
def Fx_LogicalXorOp : Fx_CompareOp<"logical_xor", "aten.logical_xor",
    "Logical xor of lhs != 0 and rhs != 0">;

//===-- Three operands -----------------------------------------------------===//

def Fx_WhereOp : Fx_ElementwiseOp<"where", "aten.where", "condition ? lhs : rhs"> {
  let arguments = (ins Fx_Bool:$condition, Fx_Any:$lhs, Fx_Any:$rhs);
  let results = (outs Fx_Any:$result);
  let hasVerifier = 1;
}
def Fx_LerpOp : Fx_ElementwiseOp<"lerp", "aten.lerp",
    "start + weight * (end - start)", [SameElementType]> {
  let arguments = (ins Fx_Float:$start, Fx_Float:$end, Fx_Float:$weight);
  let results = (outs Fx_Float:$result);
}
def Fx_AddcmulOp : Fx_ElementwiseOp<"addcmul", "aten.addcmul",
    "input + value * lhs * rhs", [SameElementType]> {
  let arguments = (ins Fx_Number:$input, Fx_Number:$lhs, Fx_Number:$rhs,
                   DefaultValuedAttr<F64Attr, "1.0">:$value);
  let results = (outs Fx_Number:$result);
}
def Fx_AddcdivOp : Fx_ElementwiseOp<"addcdiv", "aten.addcdiv",
    "input + value * lhs / rhs", [SameElementType]> {
  let arguments = (ins Fx_Float:$input, Fx_Float:$lhs, Fx_Float:$rhs,
                   DefaultValuedAttr<F64Attr, "1.0">:$value);
  let results = (outs Fx_Float:$result);
}

#endif // XCC_FX_ELEMENTWISE_TD
