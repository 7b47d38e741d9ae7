//===- CarryBF16AsBits.cpp - bf16 as the integer it is in memory -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Host/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace xcc::host {
#define GEN_PASS_DEF_CARRYBF16ASBITS
#include "lib/Target/Host/Passes.h.inc"

static TypedAttr bitsOf(TypedAttr attr) {
  Type i16 = IntegerType::get(attr.getContext(), 16);
  if (auto number = dyn_cast<FloatAttr>(attr))
    return IntegerAttr::get(i16, number.getValue().bitcastToAPInt());
  auto elements = cast<DenseElementsAttr>(attr);
  return elements.bitcast(i16);
}

namespace {
struct CarryBF16AsBits : impl::CarryBF16AsBitsBase<CarryBF16AsBits> {
  using CarryBF16AsBitsBase::CarryBF16AsBitsBase;

  void runOnOperation() override {
    AttrTypeReplacer replacer;
    replacer.addReplacement([](BFloat16Type type) -> Type {
      return IntegerType::get(type.getContext(), 16);
    });
    replacer.addReplacement([](Attribute attr) -> std::optional<Attribute> {
      auto typed = dyn_cast<TypedAttr>(attr);
      if (!isa<FloatAttr, DenseElementsAttr>(attr) ||
          !getElementTypeOrSelf(typed.getType()).isBF16())
        return std::nullopt;
      return bitsOf(typed);
    });
    replacer.recursivelyReplaceElementsIn(getOperation(), /*replaceAttrs=*/true,
                                          /*replaceLocs=*/false,
                                          /*replaceTypes=*/true);
    // bitcast(x : i16) : i16 -> x
    getOperation()->walk([](arith::BitcastOp op) {
      if (op.getIn().getType() != op.getType())
        return;
      op.replaceAllUsesWith(op.getIn());
      op.erase();
    });
  }
};
} // namespace
} // namespace xcc::host
