//===- SlotRing.cpp - Slots that a producer fills and workers empty -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/SlotRing.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace xcc::schedule {

SlotRing::SlotRing(OpBuilder &builder, Location loc,
                   ArrayRef<tile::SharedType> slices, int64_t slots,
                   int64_t workerWarps)
    : builder(builder), loc(loc), slots(slots) {
  for (tile::SharedType type : slices) {
    SmallVector<int64_t> shape = {slots};
    llvm::append_range(shape, type.getShape());
    memory.push_back(tile::AllocSharedOp::create(
        builder, loc,
        tile::SharedType::get(shape, type.getElementType(), type.getLayout()),
        IntegerAttr()));
    bytes += type.getSizeBytes();
  }
  auto type = tile::BarriersType::get(builder.getContext(), slots);
  full = tile::AllocBarriersOp::create(builder, loc, type, /*arrivals=*/1,
                                       IntegerAttr());
  empty = tile::AllocBarriersOp::create(builder, loc, type, workerWarps,
                                        IntegerAttr());
}

RingPlace SlotRing::begin(bool isProducer) {
  return {
      arith::ConstantIndexOp::create(builder, loc, 0),
      arith::ConstantOp::create(builder, loc, builder.getBoolAttr(isProducer))};
}

RingPlace SlotRing::next(RingPlace place) {
  auto index = [&](int64_t number) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, number);
  };
  Value isLast = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                       place.slot, index(slots - 1));
  Value more = arith::AddIOp::create(builder, loc, place.slot, index(1));
  return {arith::SelectOp::create(builder, loc, isLast, index(0), more),
          arith::XOrIOp::create(builder, loc, place.parity, isLast)};
}

Value SlotRing::slice(unsigned i, Value slot) {
  return tile::SliceOp::create(builder, loc, memory[i], slot);
}

void SlotRing::fill(RingPlace place,
                    function_ref<void(unsigned, Value, Value, Value)> copy) {
  tile::PhaseWaitOp::create(builder, loc, empty, place.slot, place.parity);
  tile::PhaseExpectOp::create(builder, loc, full, place.slot, bytes);
  for (unsigned i = 0; i < memory.size(); ++i)
    copy(i, slice(i, place.slot), full, place.slot);
}

SmallVector<Value> SlotRing::take(RingPlace place) {
  tile::PhaseWaitOp::create(builder, loc, full, place.slot, place.parity);
  SmallVector<Value> slices;
  for (unsigned i = 0; i < memory.size(); ++i)
    slices.push_back(slice(i, place.slot));
  return slices;
}

void SlotRing::giveBack(Value slot) {
  tile::PhaseArriveOp::create(builder, loc, empty, slot);
}

} // namespace xcc::schedule
