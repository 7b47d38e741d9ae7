//===- Elementwise.cpp - Arithmetic on tiles, register by register --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/KernelLowering.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace xcc::thread {

void KernelLowering::lowerConstant(arith::ConstantOp op) {
  auto elements = cast<DenseElementsAttr>(op.getValue());
  TypedAttr value = cast<TypedAttr>(elements.getSplatValue<Attribute>());
  Value &known = constants[value];
  if (!known)
    known = arith::ConstantOp::create(entry, op.getLoc(), value);
  int64_t count = tile::getLayout(op.getType()).getNumRegisters();
  setRegisters(op, Registers(count, known));
}

void KernelLowering::lowerIndex(tile::IndexOp op) {
  tile::LinearLayout layout = tile::getLayout(op.getType());
  Type element = op.getType().getElementType();
  SmallVector<IndexSum> symbols = symbolsOf(op.getScalars());
  SmallVector<LinearNumbers> numbers;
  for (unsigned dim = 0; dim < layout.getRank(); ++dim)
    numbers.push_back(coordinateNumbers(layout, dim));
  Registers result;
  for (int64_t reg = 0; reg < layout.getNumRegisters(); ++reg) {
    SmallVector<IndexSum> dims;
    for (const LinearNumbers &number : numbers)
      dims.push_back(numberOf(op.getLoc(), number, reg));
    IndexSum sum =
        index.evaluate(op.getLoc(), op.getMap().getResult(0), dims, symbols);
    result.push_back(index.materialize(op.getLoc(), sum, element));
  }
  setRegisters(op, std::move(result));
}

/// e^x on hardware's 2^x. With log2(e) in two parts, x log2(e) = t + rest
/// exactly but for 2^-50, and e^x = 2^t (1 + rest ln 2): 1 ulp more than the
/// hardware's. x is kept where the rest is a number; both ends are beyond the
/// range of f32 already.
static Value expandExp(OpBuilder &builder, Location loc, Value x,
                       VendorLowering &vendor) {
  auto number = [&](double value) -> Value {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getF32FloatAttr(float(value)));
  };
  auto clamp = [&](arith::CmpFPredicate predicate, Value value, double limit) {
    Value bound = number(limit);
    // NaN compares false and stays.
    Value isBeyond =
        arith::CmpFOp::create(builder, loc, predicate, value, bound);
    return arith::SelectOp::create(builder, loc, isBeyond, bound, value);
  };
  x = clamp(arith::CmpFPredicate::OLT, x, -105.0);
  x = clamp(arith::CmpFPredicate::OGT, x, 90.0);
  Value high = number(0x1.715476p+0), low = number(0x1.4ae0cp-26);
  Value t = arith::MulFOp::create(builder, loc, x, high);
  Value negated = arith::NegFOp::create(builder, loc, t);
  Value rest = math::FmaOp::create(builder, loc, x, high, negated);
  rest = math::FmaOp::create(builder, loc, x, low, rest);
  Value power = vendor.exp2(builder, loc, t);
  if (!power)
    return Value();
  Value factor = math::FmaOp::create(builder, loc, rest, number(0x1.62e430p-1),
                                     number(1.0));
  return arith::MulFOp::create(builder, loc, power, factor);
}

/// exp and exp2 of f32 and narrower floats by the vendor's instruction; null
/// if it has none.
Value KernelLowering::lowerExp(Operation *op, Value operand) {
  Location loc = op->getLoc();
  Type type = operand.getType(), f32 = builder.getF32Type();
  if (!hasExp2 || type.isF64())
    return Value();
  Block *block = builder.getInsertionBlock();
  size_t sizeBefore = block->getOperations().size();
  if (type != f32)
    operand = arith::ExtFOp::create(builder, loc, f32, operand);
  Value result = isa<math::Exp2Op>(op)
                     ? vendor.exp2(builder, loc, operand)
                     : expandExp(builder, loc, operand, vendor);
  if (!result) {
    hasExp2 = false;
    while (block->getOperations().size() > sizeBefore)
      std::prev(builder.getInsertionPoint())->erase();
    return Value();
  }
  if (type != f32)
    result = arith::TruncFOp::create(builder, loc, type, result);
  return result;
}

Value KernelLowering::lowerElement(Operation *op, ValueRange operands) {
  if (isa<math::ExpOp, math::Exp2Op>(op))
    if (Value result = lowerExp(op, operands.front()))
      return result;
  Type element = getElementTypeOrSelf(op->getResult(0).getType());
  Operation *scalar = Operation::create(
      op->getLoc(), op->getName(), element, operands,
      op->getDiscardableAttrDictionary(), op->getPropertiesStorage(),
      BlockRange(), /*numRegions=*/0);
  return builder.insert(scalar)->getResult(0);
}

LogicalResult KernelLowering::lowerElementwise(Operation *op) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    auto elements = dyn_cast<DenseElementsAttr>(constant.getValue());
    if (!elements || !elements.isSplat())
      return op->emitOpError("expects a tile of one number");
    return lowerConstant(constant), success();
  }
  if (!op->hasTrait<OpTrait::Elementwise>() || op->getNumResults() != 1)
    return op->emitOpError("has no lowering to threads");
  int64_t count = tile::getLayout(op->getResult(0).getType()).getNumRegisters();
  SmallVector<Registers> columns;
  for (Value operand : op->getOperands()) {
    if (tile::isTile(operand.getType()))
      columns.push_back(llvm::to_vector_of<Value, 8>(registersOf(operand)));
    else
      columns.push_back(Registers(count, scalarOf(operand)));
  }
  // Registers with the same operands (of a broadcast row) are computed once.
  std::map<SmallVector<void *, 4>, Value> known;
  Registers result;
  for (int64_t reg = 0; reg < count; ++reg) {
    Registers operands;
    SmallVector<void *, 4> key;
    for (const Registers &column : columns) {
      operands.push_back(column[reg]);
      key.push_back(column[reg].getAsOpaquePointer());
    }
    Value &value = known[key];
    if (!value)
      value = lowerElement(op, operands);
    result.push_back(value);
  }
  setRegisters(op->getResult(0), std::move(result));
  return success();
}

} // namespace xcc::thread
