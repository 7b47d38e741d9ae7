//===- SoftCap.h - Attention whose scores have a soft limit ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_FX_SOFTCAP_H
#define XCC_FX_SOFTCAP_H

#include "dialects/fx/Fx.h"

namespace xcc::fx {

/// An f64 > 0 on `fx.scaled_dot_product_attention`: scores, times the scale and
/// before the mask, become cap * tanh(score / cap).
inline constexpr llvm::StringLiteral softCapAttrName = "fx.soft_cap";

std::optional<double> getSoftCap(ScaledDotProductAttentionOp op);
void setSoftCap(ScaledDotProductAttentionOp op, double cap);

/// Fails with an error if `value` is no soft cap, or `op` has no scores.
llvm::LogicalResult verifySoftCap(mlir::Operation *op, mlir::Attribute value);

} // namespace xcc::fx

#endif // XCC_FX_SOFTCAP_H
