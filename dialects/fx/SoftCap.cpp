//===- SoftCap.cpp - Attention whose scores have a soft limit -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/SoftCap.h"

using namespace mlir;

namespace xcc::fx {

std::optional<double> getSoftCap(ScaledDotProductAttentionOp op) {
  auto cap = op->getAttrOfType<FloatAttr>(softCapAttrName);
  return cap ? std::optional(cap.getValueAsDouble()) : std::nullopt;
}

void setSoftCap(ScaledDotProductAttentionOp op, double cap) {
  op->setAttr(softCapAttrName, Builder(op.getContext()).getF64FloatAttr(cap));
}

LogicalResult verifySoftCap(Operation *op, Attribute value) {
  if (!isa<ScaledDotProductAttentionOp>(op))
    return op->emitOpError("expects fx.soft_cap on "
                           "fx.scaled_dot_product_attention alone");
  auto cap = dyn_cast<FloatAttr>(value);
  if (!cap || !cap.getType().isF64() || !(cap.getValueAsDouble() > 0))
    return op->emitOpError("expects fx.soft_cap to be an f64 above zero, got ")
           << value;
  return success();
}

} // namespace xcc::fx
