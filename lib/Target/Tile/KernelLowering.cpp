//===- KernelLowering.cpp - Values of a thread, packed and unpacked -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/KernelLowering.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace xcc::thread {

ArrayRef<Value> KernelLowering::registersOf(Value tile) const {
  auto it = tiles.find(tile);
  assert(it != tiles.end() && "used before it is lowered");
  return *it->second;
}

void KernelLowering::setScalar(Value value, Value lowered) {
  scalars[value] = lowered;
}

void KernelLowering::setRegisters(Value tile, Registers registers) {
  assert(int64_t(registers.size()) ==
             tile::getLayout(tile.getType()).getNumRegisters() &&
         "one value a register");
  storage.push_back(std::move(registers));
  tiles[tile] = &storage.back();
}

SmallVector<IndexSum> KernelLowering::symbolsOf(ValueRange values) {
  return llvm::map_to_vector(values, [&](Value value) {
    Facts known = facts.of(value);
    if (known.least == known.most)
      return IndexSum::of(known.least);
    return IndexSum::of(scalarOf(value), known, /*isUniform=*/true);
  });
}

Value KernelLowering::both(Location loc, Value lhs, Value rhs) {
  if (!lhs || !rhs)
    return lhs ? lhs : rhs;
  return index.apply<arith::AndIOp>(loc, lhs, rhs);
}

/// Extractions of all elements of one vector, in order -> the vector.
static Value vectorTakenApart(ValueRange values) {
  auto first = values.front().getDefiningOp<vector::ExtractOp>();
  if (!first ||
      first.getSource().getType().getNumElements() != int64_t(values.size()))
    return Value();
  for (auto [i, value] : llvm::enumerate(values)) {
    auto extract = value.getDefiningOp<vector::ExtractOp>();
    if (!extract || extract.getSource() != first.getSource() ||
        extract.getStaticPosition() != ArrayRef<int64_t>(i))
      return Value();
  }
  return first.getSource();
}

Value KernelLowering::pack(Location loc, ValueRange values) {
  if (values.size() == 1)
    return values.front();
  if (Value vector = vectorTakenApart(values))
    return vector;
  auto type = VectorType::get(values.size(), values.front().getType());
  return vector::FromElementsOp::create(builder, loc, type, values);
}

void KernelLowering::unpack(Location loc, Value value, Registers &into) {
  auto type = dyn_cast<VectorType>(value.getType());
  if (!type) {
    into.push_back(value);
    return;
  }
  for (int64_t i = 0; i < type.getNumElements(); ++i)
    into.push_back(vector::ExtractOp::create(builder, loc, value, i));
}

/// LLVM has no floats of 8 bits.
static bool isFloat8(Type type) {
  return isa<FloatType>(type) && type.getIntOrFloatBitWidth() == 8;
}

Type KernelLowering::memoryType(Type element) {
  bool isByte = element.isInteger(1) || isFloat8(element);
  return isByte ? builder.getI8Type() : element;
}

Value KernelLowering::toMemory(Location loc, Value value) {
  Type byte = builder.getI8Type();
  if (isFloat8(value.getType()))
    return arith::BitcastOp::create(builder, loc, byte, value);
  if (!value.getType().isInteger(1))
    return value;
  return arith::ExtUIOp::create(builder, loc, byte, value);
}

Value KernelLowering::fromMemory(Location loc, Value value, Type element) {
  if (isFloat8(element))
    return arith::BitcastOp::create(builder, loc, element, value);
  if (!element.isInteger(1))
    return value;
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, value,
                               index.constant(0, value.getType()));
}

} // namespace xcc::thread
