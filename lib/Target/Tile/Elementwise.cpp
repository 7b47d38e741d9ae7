//===- Elementwise.cpp - Arithmetic on tiles, register by register --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/KernelLowering.h"

using namespace mlir;

namespace xcc::thread {

Value KernelLowering::constant(Location loc, TypedAttr value) {
  Value &known = constants[value];
  if (!known)
    known = arith::ConstantOp::create(entry, loc, value);
  return known;
}

void KernelLowering::lowerConstant(arith::ConstantOp op) {
  auto elements = cast<DenseElementsAttr>(op.getValue());
  Value known = constant(op.getLoc(), elements.getSplatValue<TypedAttr>());
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

Value KernelLowering::lowerElement(Operation *op, ValueRange operands) {
  if (Value result = lowerOnExp2(op, operands))
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
