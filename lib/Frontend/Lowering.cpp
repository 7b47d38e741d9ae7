//===- Lowering.cpp - Values, sizes and tensors of a lowered function -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Lowering.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"

using namespace mlir;

namespace xcc::frontend {

bool isSize(AffineExpr size, int64_t value) {
  auto constant = dyn_cast_or_null<AffineConstantExpr>(size);
  return constant && constant.getValue() == value;
}

AffineExpr productOf(ArrayRef<AffineExpr> sizes, MLIRContext *context) {
  AffineExpr product = getAffineConstantExpr(1, context);
  for (AffineExpr size : sizes)
    product = product * size;
  return product;
}

Lowering::Lowering(func::FuncOp function, Block *entry)
    : builder(function.getLoc(), OpBuilder::atBlockEnd(entry)),
      function(function), entry(entry) {}

//===-- Values of the graph being lowered ---------------------------------===//

Tensor Lowering::get(Value value) {
  auto found = tensors.find(value);
  assert(found != tensors.end() && "operands are lowered before their uses");
  return found->second;
}

void Lowering::set(Value value, Tensor tensor) {
  if (tensor.value)
    mapping.map(value, tensor.value);
  tensors[value] = std::move(tensor);
}

Tensor Lowering::getStored(Value value) {
  Tensor tensor = store(get(value));
  set(value, tensor);
  return tensor;
}

//===-- Sizes -------------------------------------------------------------===//

SmallVector<AffineExpr> Lowering::dims(unsigned count) {
  SmallVector<AffineExpr> result;
  for (unsigned i = 0; i < count; ++i)
    result.push_back(dim(i));
  return result;
}

OpFoldResult Lowering::size(AffineExpr expr) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return builder.getIndexAttr(constant.getValue());
  return index(expr);
}

Value Lowering::index(AffineExpr expr) {
  Value &known = sizes[expr];
  if (known)
    return known;
  // At the function's start, in order of first use: all loops can see it.
  OpBuilder::InsertionGuard guard(builder);
  if (lastSize)
    builder.setInsertionPointAfter(lastSize);
  else
    builder.setInsertionPointToStart(entry);
  Value value;
  if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
    value = arith::ConstantIndexOp::create(builder, constant.getValue());
  } else if (auto symbol = dyn_cast<AffineSymbolExpr>(expr)) {
    value = fx::SymOp::create(builder, builder.getIndexType(),
                              symbol.getPosition());
  } else {
    unsigned count = 0;
    expr.walk([&](AffineExpr inner) {
      if (auto symbol = dyn_cast<AffineSymbolExpr>(inner))
        count = std::max(count, symbol.getPosition() + 1);
    });
    // A symbol not used is not made: the expression is renumbered.
    SmallVector<Value> operands;
    SmallVector<AffineExpr> renumbered(count,
                                       getAffineConstantExpr(0, context()));
    for (unsigned i = 0; i < count; ++i) {
      AffineExpr symbol = getAffineSymbolExpr(i, context());
      if (!expr.isFunctionOfSymbol(i))
        continue;
      renumbered[i] = getAffineSymbolExpr(operands.size(), context());
      operands.push_back(index(symbol));
    }
    builder.setInsertionPointAfter(lastSize);
    AffineMap apply = AffineMap::get(
        0, operands.size(), expr.replaceSymbols(renumbered), context());
    value = affine::AffineApplyOp::create(builder, apply, operands);
  }
  lastSize = value.getDefiningOp();
  return sizes[expr] = value;
}

Value Lowering::floatSize(AffineExpr expr, Type type) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return arith::ConstantOp::create(
        builder,
        FloatAttr::get(type, static_cast<double>(constant.getValue())));
  Value integer =
      arith::IndexCastOp::create(builder, builder.getI64Type(), index(expr));
  return arith::SIToFPOp::create(builder, type, integer);
}

//===-- Tensors -----------------------------------------------------------===//

RankedTensorType Lowering::typeOf(const SymbolicShape &shape, Type element) {
  SmallVector<int64_t> sizes;
  for (AffineExpr size : shape) {
    auto constant = dyn_cast<AffineConstantExpr>(size);
    sizes.push_back(constant ? constant.getValue() : ShapedType::kDynamic);
  }
  return RankedTensorType::get(sizes, storageType(element));
}

Tensor Lowering::wrap(Value value, SymbolicShape shape, Type element) {
  shapes[value] = shape;
  return {value, std::move(shape), element, {}};
}

Tensor Lowering::splat(TypedAttr value, SymbolicShape shape, Type element) {
  return {Value(), std::move(shape), element, value};
}

Value Lowering::empty(const SymbolicShape &shape, Type element) {
  SmallVector<OpFoldResult> sizes;
  for (AffineExpr expr : shape)
    sizes.push_back(size(expr));
  return tensor::EmptyOp::create(builder, sizes, storageType(element));
}

Tensor Lowering::store(Tensor tensor) {
  if (tensor.value)
    return tensor;
  Value scalar = arith::ConstantOp::create(builder, tensor.splat);
  Value filled = linalg::FillOp::create(builder, scalar,
                                        empty(tensor.shape, tensor.element))
                     .getResult(0);
  Tensor stored = wrap(filled, tensor.shape, tensor.element);
  stored.splat = tensor.splat;
  return stored;
}

} // namespace xcc::frontend
