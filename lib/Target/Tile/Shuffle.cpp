//===- Shuffle.cpp - Values of other lanes, of any type -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/KernelLowering.h"

using namespace mlir;

namespace xcc::thread {

/// The bits of a number, widened to i32 if it is narrower.
static Value toBits(OpBuilder &builder, Location loc, Value value) {
  unsigned width = value.getType().getIntOrFloatBitWidth();
  if (isa<FloatType>(value.getType()))
    value = arith::BitcastOp::create(builder, loc,
                                     builder.getIntegerType(width), value);
  if (width < 32)
    value = arith::ExtUIOp::create(builder, loc, builder.getI32Type(), value);
  return value;
}

static Value fromBits(OpBuilder &builder, Location loc, Value bits, Type type) {
  unsigned width = type.getIntOrFloatBitWidth();
  if (width < 32)
    bits = arith::TruncIOp::create(builder, loc, builder.getIntegerType(width),
                                   bits);
  if (isa<FloatType>(type))
    bits = arith::BitcastOp::create(builder, loc, type, bits);
  return bits;
}

/// Applies `shuffle` of 32 bits to each half of 64.
static Value shuffleHalves(OpBuilder &builder, Location loc, Value bits,
                           function_ref<Value(Value)> shuffle) {
  if (bits.getType().isInteger(32))
    return shuffle(bits);
  Type i32 = builder.getI32Type(), i64 = builder.getI64Type();
  Value by =
      arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(32));
  Value shifted = arith::ShRUIOp::create(builder, loc, bits, by);
  Value low = arith::TruncIOp::create(builder, loc, i32, bits);
  Value high = arith::TruncIOp::create(builder, loc, i32, shifted);
  low = arith::ExtUIOp::create(builder, loc, i64, shuffle(low));
  high = arith::ExtUIOp::create(builder, loc, i64, shuffle(high));
  high = arith::ShLIOp::create(builder, loc, high, by);
  return arith::OrIOp::create(builder, loc, low, high);
}

Value KernelLowering::shuffleXor(Location loc, Value value, unsigned mask) {
  Value bits = toBits(builder, loc, value);
  bits = shuffleHalves(builder, loc, bits, [&](Value half) {
    return vendor.shuffleXor(builder, loc, half, mask);
  });
  return fromBits(builder, loc, bits, value.getType());
}

Value KernelLowering::shuffleIndex(Location loc, Value value, Value lane) {
  Value bits = toBits(builder, loc, value);
  bits = shuffleHalves(builder, loc, bits, [&](Value half) {
    return vendor.shuffleIndex(builder, loc, half, lane);
  });
  return fromBits(builder, loc, bits, value.getType());
}

Value KernelLowering::packWord(Location loc, ValueRange values) {
  unsigned width = values.front().getType().getIntOrFloatBitWidth();
  Value word = toBits(builder, loc, values.front());
  for (auto [i, value] : llvm::enumerate(values.drop_front())) {
    Value bits = toBits(builder, loc, value);
    bits = index.apply<arith::ShLIOp>(
        loc, bits, index.constant((i + 1) * width, bits.getType()));
    word = index.apply<arith::OrIOp>(loc, word, bits);
  }
  return word;
}

void KernelLowering::unpackWord(Location loc, Value word, Type type,
                                unsigned count, Registers &into) {
  unsigned width = type.getIntOrFloatBitWidth();
  for (unsigned i = 0; i < count; ++i) {
    Value bits = word;
    if (i > 0)
      bits = index.apply<arith::ShRUIOp>(
          loc, word, index.constant(i * width, word.getType()));
    into.push_back(fromBits(builder, loc, bits, type));
  }
}

} // namespace xcc::thread
