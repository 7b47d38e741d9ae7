//===- Exchange.cpp - Elements a power of two away ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/KernelLowering.h"

using namespace mlir;

namespace xcc::thread {

using tile::InputDim;

/// Every thread writes its registers, each at the thread's number; then reads
/// those of the thread that is `mask` (xor) away.
static LogicalResult exchangeThroughShared(KernelLowering &lowering,
                                           tile::ExchangeOp op, uint64_t mask,
                                           Registers &values) {
  if (!op.getOffset())
    return op.emitOpError("across warps expects an offset, which "
                          "allocate-shared gives");
  Location loc = op.getLoc();
  OpBuilder &builder = lowering.builder;
  IndexArithmetic &index = lowering.index;
  tile::LinearLayout layout = tile::getLayout(op.getType());
  uint64_t redundant = layout.getRedundantBits(InputDim::Register);
  Type element = getElementTypeOrSelf(op.getType());
  Type stored = lowering.memoryType(element);
  int64_t bytes = stored.getIntOrFloatBitWidth() / 8;
  Value thread = lowering.threadNumber();
  Value other = index.apply<arith::XOrIOp>(
      loc, thread, index.constant(int64_t(mask), thread.getType()));
  auto pointerTo = [&](Value number, int64_t reg) {
    Value base = lowering.sharedAt(
        loc, *op.getOffset() + reg * layout.getNumThreads() * bytes);
    return LLVM::GEPOp::create(builder, loc, base.getType(), stored, base,
                               ArrayRef<LLVM::GEPArg>{number});
  };
  // Readers of what was here before are done.
  lowering.vendor.barrier(builder, loc);
  for (auto [reg, value] : llvm::enumerate(values))
    if (!(reg & redundant))
      LLVM::StoreOp::create(builder, loc, lowering.toMemory(loc, value),
                            pointerTo(thread, reg), bytes);
  lowering.vendor.barrier(builder, loc);
  for (auto [reg, value] : llvm::enumerate(values)) {
    if (reg & redundant) {
      value = values[reg & ~redundant];
      continue;
    }
    Value loaded = LLVM::LoadOp::create(builder, loc, stored,
                                        pointerTo(other, reg), bytes);
    value = lowering.fromMemory(loc, loaded, element);
  }
  return success();
}

LogicalResult KernelLowering::lowerExchange(tile::ExchangeOp op) {
  tile::LinearLayout layout = tile::getLayout(op.getType());
  tile::ExchangeOp::Source source = op.getSource();
  ArrayRef<Value> held = registersOf(op.getTile());
  Registers values;
  for (size_t reg = 0; reg < held.size(); ++reg)
    values.push_back(held[reg ^ source.reg]);
  if (source.warp) {
    uint64_t mask = source.lane | source.warp
                                      << layout.getNumBits(InputDim::Lane);
    if (failed(exchangeThroughShared(*this, op, mask, values)))
      return failure();
  } else if (source.lane) {
    // Registers that hold the same are moved once.
    llvm::DenseMap<Value, Value> moved;
    for (Value &value : values) {
      Value &other = moved[value];
      if (!other)
        other = shuffleXor(op.getLoc(), value, source.lane);
      value = other;
    }
  }
  setRegisters(op, std::move(values));
  return success();
}

} // namespace xcc::thread
