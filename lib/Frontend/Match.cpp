//===- Match.cpp - What patterns over fx graphs ask of values -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Match.h"

using namespace mlir;

namespace xcc::frontend {

Type elementTypeOf(Value value) {
  return getElementTypeOrSelf(value.getType());
}
int64_t rankOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getRank();
}

std::optional<double> splatNumber(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return std::nullopt;
  if (auto constant = dyn_cast<fx::ConstantOp>(op)) {
    auto dense = dyn_cast<DenseElementsAttr>(constant.getValue());
    if (!dense || !dense.isSplat())
      return std::nullopt;
    if (isa<FloatType>(dense.getElementType()))
      return dense.getSplatValue<FloatAttr>().getValueAsDouble();
    APInt number = dense.getSplatValue<APInt>();
    bool isUnsigned = dense.getElementType().isUnsignedInteger() ||
                      dense.getElementType().isInteger(1);
    return isUnsigned ? number.roundToDouble() : number.signedRoundToDouble();
  }
  if (isa<fx::FullOp, fx::ExpandOp, fx::ViewOp>(op))
    return splatNumber(op->getOperand(0));
  auto to = dyn_cast<fx::ToOp>(op);
  if (to && isa<FloatType>(elementTypeOf(value)) &&
      isa<FloatType>(elementTypeOf(to.getInput())))
    return splatNumber(to.getInput());
  return std::nullopt;
}

Scaled splitFactor(Value value) {
  if (auto mul = value.getDefiningOp<fx::MulOp>()) {
    if (std::optional<double> factor = splatNumber(mul.getRhs()))
      return {mul.getLhs(), *factor};
    if (std::optional<double> factor = splatNumber(mul.getLhs()))
      return {mul.getRhs(), *factor};
  }
  if (auto div = value.getDefiningOp<fx::DivOp>())
    if (std::optional<double> divisor = splatNumber(div.getRhs()))
      return {div.getLhs(), 1 / *divisor};
  return {value, 1};
}

void GraphRewriter::run(Rewrite rewrite) {
  if (function.isExternal())
    return;
  for (Operation &op :
       llvm::make_early_inc_range(function.front().getOperations())) {
    if (op.getNumResults() == 0 || op.use_empty())
      continue;
    setInsertionPoint(&op);
    if (Value replacement = rewrite(&op))
      replaceAllUsesWith(op.getResult(0), replacement);
  }
  for (Operation &op : llvm::make_early_inc_range(
           llvm::reverse(function.front().getOperations())))
    if (isOpTriviallyDead(&op))
      op.erase();
}

RankedTensorType GraphRewriter::typeOf(const fx::SymbolicShape &shape,
                                       Type element) {
  SmallVector<int64_t> sizes;
  for (AffineExpr size : shape) {
    auto constant = dyn_cast<AffineConstantExpr>(size);
    sizes.push_back(constant ? constant.getValue() : ShapedType::kDynamic);
  }
  return RankedTensorType::get(sizes, element);
}

unsigned GraphRewriter::symbolCount() {
  auto symbols = function->getAttrOfType<ArrayAttr>(fx::symbolsAttrName);
  return symbols ? symbols.size() : 0;
}

AffineMapAttr GraphRewriter::shapeAttr(const fx::SymbolicShape &shape) {
  return AffineMapAttr::get(
      AffineMap::get(0, symbolCount(), shape, getContext()));
}

Value GraphRewriter::view(Location loc, Value value, fx::SymbolicShape shape) {
  if (auto inner = value.getDefiningOp<fx::ViewOp>())
    value = inner.getInput();
  if (shapeOf(value) == shape)
    return value;
  return fx::ViewOp::create(*this, loc, typeOf(shape, elementTypeOf(value)),
                            value, shapeAttr(shape));
}

Value GraphRewriter::to(Location loc, Value value, Type element) {
  if (elementTypeOf(value) == element)
    return value;
  auto type = cast<RankedTensorType>(value.getType()).clone(element);
  return fx::ToOp::create(*this, loc, type, value);
}

} // namespace xcc::frontend
