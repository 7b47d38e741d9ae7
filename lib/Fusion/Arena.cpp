//===- Arena.cpp - Offsets of buffers that share an arena -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/Arena.h"

#include "lib/Fusion/SizePolynomial.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace xcc::fusion {
namespace {

/// A buffer of a region: sizes and offsets in units of the region's expression.
struct Slot {
  ArenaBuffer *buffer;
  int64_t units;
  int64_t offset = 0;

  bool livesWith(const Slot &other) const {
    return buffer->begin <= other.buffer->end &&
           other.buffer->begin <= buffer->end;
  }
};

/// Buffers whose sizes are multiples of one expression.
struct Region {
  AffineExpr unit;
  std::vector<Slot> slots;
};

} // namespace

/// The lowest place in the smallest gap that fits `slot` between the placed
/// ones that live with it.
static int64_t bestFit(const Slot &slot, ArrayRef<const Slot *> placed) {
  SmallVector<const Slot *> rivals;
  for (const Slot *other : placed)
    if (slot.livesWith(*other))
      rivals.push_back(other);
  llvm::sort(rivals, [](const Slot *lhs, const Slot *rhs) {
    return lhs->offset < rhs->offset;
  });
  int64_t end = 0, best = -1, bestGap = 0;
  for (const Slot *rival : rivals) {
    int64_t gap = rival->offset - end;
    if (gap >= slot.units && (best < 0 || gap < bestGap)) {
      best = end;
      bestGap = gap;
    }
    end = std::max(end, rival->offset + rival->units);
  }
  return best >= 0 ? best : end;
}

/// Places the slots of a region, large ones first; returns its units.
static int64_t placeSlots(std::vector<Slot> &slots) {
  SmallVector<Slot *> order;
  for (Slot &slot : slots)
    order.push_back(&slot);
  llvm::stable_sort(order, [](const Slot *lhs, const Slot *rhs) {
    return lhs->units > rhs->units;
  });
  SmallVector<const Slot *> placed;
  int64_t units = 0;
  for (Slot *slot : order) {
    slot->offset = bestFit(*slot, placed);
    units = std::max(units, slot->offset + slot->units);
    placed.push_back(slot);
  }
  return units;
}

static std::vector<Region> groupByUnit(MutableArrayRef<ArenaBuffer> buffers,
                                       SizeAlgebra &algebra,
                                       MLIRContext *context) {
  std::vector<Region> regions;
  std::map<SizePolynomial, size_t> known;
  for (ArenaBuffer &buffer : buffers) {
    SizePolynomial bytes = algebra.parse(buffer.bytes);
    int64_t units = bytes.content();
    if (isa<AffineConstantExpr>(buffer.bytes)) {
      // A buffer of no bytes still has a place.
      units = std::max<int64_t>(llvm::alignTo(units, arenaAlignment),
                                arenaAlignment);
      bytes = algebra.parse(getAffineConstantExpr(units, context));
    } else if (units % arenaAlignment != 0) {
      units = arenaAlignment;
      bytes = algebra.parse(algebra.build(bytes).ceilDiv(units) * units);
    }
    SizePolynomial unit = divide(bytes, units);
    auto [at, isFirst] = known.try_emplace(unit, regions.size());
    if (isFirst)
      regions.push_back({algebra.build(unit), {}});
    regions[at->second].slots.push_back({&buffer, units});
  }
  return regions;
}

AffineExpr layOutArena(MutableArrayRef<ArenaBuffer> buffers,
                       MLIRContext *context) {
  SizeAlgebra algebra(context);
  AffineExpr base = getAffineConstantExpr(0, context);
  for (Region &region : groupByUnit(buffers, algebra, context)) {
    int64_t units = placeSlots(region.slots);
    for (Slot &slot : region.slots) {
      slot.buffer->offset = base + region.unit * slot.offset;
      slot.buffer->size = region.unit * slot.units;
    }
    base = base + region.unit * units;
  }
  return base;
}

} // namespace xcc::fusion
