//===- Memory.cpp - Tiles from and to global memory -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/GlobalAccess.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace xcc::thread {

template <typename Op>
static AccessSpec specOf(Op op, tile::LinearLayout layout) {
  IntegerSet bounds = op.getBounds() ? *op.getBounds() : IntegerSet();
  return {op.getLoc(), op.getBuffer(), op.getScalars(),  op.getIndices(),
          op.getMap(), bounds,         std::move(layout)};
}

/// What elements outside of the bounds read, as one access.
static Value otherOf(KernelLowering &lowering, tile::LoadOp op, Type type) {
  OpBuilder &builder = lowering.builder;
  Value other;
  if (op.getOther())
    other = lowering.toMemory(op.getLoc(), lowering.scalarOf(op.getOther()));
  if (!other)
    return arith::ConstantOp::create(lowering.entry, op.getLoc(),
                                     lowering.entry.getZeroAttr(type));
  if (isa<VectorType>(type))
    return vector::BroadcastOp::create(builder, op.getLoc(), type, other);
  return other;
}

void KernelLowering::lowerLoad(tile::LoadOp op) {
  if (lowerGlobalBlocks(op))
    return;
  Location loc = op.getLoc();
  tile::LinearLayout layout = tile::getLayout(op.getType());
  Type element = op.getType().getElementType();
  GlobalAccess access(*this, specOf(op, layout));
  Value other;
  Registers result(layout.getNumRegisters());
  for (unsigned leader : access.groupRegisters()) {
    AccessGroup group = access.group(leader);
    if (group.predicate && !other)
      other = otherOf(*this, op, access.accessType());
    Value loaded =
        vendor.loadGlobal(builder, loc, access.accessType(), group.pointer,
                          access.alignBytes(), group.predicate, other);
    Registers parts;
    unpack(loc, loaded, parts);
    for (auto [reg, part] : llvm::zip(group.registers, parts))
      result[reg] = fromMemory(loc, part, element);
  }
  for (auto [reg, value] : llvm::enumerate(result))
    if (!value)
      value = result[access.representative(reg)];
  setRegisters(op, std::move(result));
}

void KernelLowering::lowerStore(tile::StoreOp op) {
  Location loc = op.getLoc();
  tile::LinearLayout layout = tile::getLayout(op.getTile().getType());
  GlobalAccess access(*this, specOf(op, layout));
  Value isFirst = isFirstHolder(loc, layout);
  ArrayRef<Value> registers = registersOf(op.getTile());
  for (unsigned leader : access.groupRegisters()) {
    AccessGroup group = access.group(leader);
    Registers parts;
    for (unsigned reg : group.registers)
      parts.push_back(toMemory(loc, registers[reg]));
    vendor.storeGlobal(builder, loc, pack(loc, parts), group.pointer,
                       access.alignBytes(),
                       both(loc, isFirst, group.predicate));
  }
}

/// One atomic operation an element: what devices have for pairs differs.
LogicalResult KernelLowering::lowerAtomicAdd(tile::AtomicAddOp op) {
  Location loc = op.getLoc();
  Type element = getElementTypeOrSelf(op.getTile().getType());
  if (!element.isF32() && !element.isF64() && !element.isInteger(32) &&
      !element.isInteger(64))
    return op.emitOpError("expects f32, f64, i32 or i64 elements, got ")
           << element;
  tile::LinearLayout layout = tile::getLayout(op.getTile().getType());
  GlobalAccess access(*this, specOf(op, layout));
  Value isFirst = isFirstHolder(loc, layout);
  ArrayRef<Value> registers = registersOf(op.getTile());
  auto kind = isa<FloatType>(element) ? LLVM::AtomicBinOp::fadd
                                      : LLVM::AtomicBinOp::add;
  for (unsigned leader : access.groupRegisters()) {
    AccessGroup group = access.group(leader);
    Value predicate = both(loc, isFirst, group.predicate);
    OpBuilder::InsertionGuard guard(builder);
    if (predicate) {
      auto branch = scf::IfOp::create(builder, loc, predicate);
      builder.setInsertionPointToStart(branch.thenBlock());
    }
    for (auto [i, reg] : llvm::enumerate(group.registers)) {
      Value pointer = group.pointer;
      if (i > 0)
        pointer =
            LLVM::GEPOp::create(builder, loc, pointer.getType(), element,
                                pointer, ArrayRef<LLVM::GEPArg>{int32_t(i)});
      LLVM::AtomicRMWOp::create(builder, loc, kind, pointer, registers[reg],
                                LLVM::AtomicOrdering::monotonic);
    }
  }
  return success();
}

} // namespace xcc::thread
