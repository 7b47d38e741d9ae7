//===- Conversion.cpp - From one layout of a tile to another --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/tile/Conversion.h"

#include "dialects/tile/ConversionScratch.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallSet.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

#include <cassert>

using namespace llvm;

namespace xcc::tile {

StringRef stringifyMovement(Movement movement) {
  switch (movement) {
  case Movement::None:
    return "none";
  case Movement::WithinThread:
    return "within a thread";
  case Movement::WithinWarp:
    return "within a warp";
  case Movement::Shared:
    return "through shared memory";
  }
  llvm_unreachable("every movement has a name");
}

namespace {

/// Finds holders of elements, near ones first.
class Finder {
public:
  explicit Finder(const LinearLayout &from) {
    BitMatrix matrix = from.toMatrix();
    columns.assign(matrix.getColumns().begin(), matrix.getColumns().end());
    laneStart = from.getNumBits(InputDim::Register);
    warpStart = laneStart + from.getNumBits(InputDim::Lane);
    for (auto [i, column] : enumerate(columns)) {
      uint64_t label = uint64_t(1) << i;
      if (i < laneStart)
        thread.insert(column, label);
      if (i < warpStart)
        warp.insert(column, label);
      block.insert(column, label);
    }
  }

  /// The source bits that hold `element`, seen from a place that differs from
  /// the origin in the lanes and warps `home` (source bits).
  uint64_t find(uint64_t element, uint64_t home, Movement &movement) const {
    uint64_t rest = element;
    for (auto [i, column] : enumerate(columns))
      if (home >> i & 1)
        rest ^= column;
    if (auto label = thread.express(rest))
      return home ^ *label;
    // Another lane of the same warp.
    uint64_t homeWarp = home >> warpStart << warpStart;
    uint64_t restInWarp = element;
    for (unsigned i = warpStart; i < columns.size(); ++i)
      if (homeWarp >> i & 1)
        restInWarp ^= columns[i];
    if (auto label = warp.express(restInWarp)) {
      movement = std::max(movement, Movement::WithinWarp);
      return homeWarp ^ *label;
    }
    movement = Movement::Shared;
    return *block.express(element);
  }

  unsigned laneStart, warpStart;

private:
  SmallVector<uint64_t> columns;
  BitSpan thread, warp, block;
};

} // namespace

Conversion::Conversion(const LinearLayout &from, const LinearLayout &to) {
  assert(from.getShape() == to.getShape() && !from.isShared() &&
         !to.isShared() && "layouts of the same tile");
  assert(from.getNumLanes() == to.getNumLanes() &&
         from.getNumWarps() == to.getNumWarps() && "the same threads");
  Finder finder(from);
  toBits[0] = to.getNumBits(InputDim::Register);
  toBits[1] = fromBits[1] = to.getNumBits(InputDim::Lane);
  fromBits[0] = from.getNumBits(InputDim::Register);
  movement = Movement::WithinThread;
  SmallVector<uint64_t> columns;
  BitMatrix matrix = to.toMatrix();
  uint64_t registerMask = maskTrailingOnes<uint64_t>(fromBits[0]);
  BitSpan chosenElsewhere;
  for (auto [i, element] : enumerate(matrix.getColumns())) {
    bool isRegister = i < toBits[0];
    uint64_t home =
        isRegister ? 0 : uint64_t(1) << (i - toBits[0] + finder.laneStart);
    columns.push_back(finder.find(element, home, movement));
    if (!isRegister)
      chosenElsewhere.insert(columns.back() & registerMask, 0);
  }
  log2RegistersPerPlace = chosenElsewhere.dimension();
  source = BitMatrix(from.toMatrix().numInputBits(), columns);
  if (source == BitMatrix::identity(source.numInputBits()))
    movement = Movement::None;
  findExchange();
}

void Conversion::findExchange() {
  uint64_t lanes = maskTrailingOnes<uint64_t>(fromBits[1]);
  ArrayRef<uint64_t> threads = source.getColumns().drop_front(toBits[0]);
  for (auto [bit, column] : enumerate(threads)) {
    uint64_t own = bit < fromBits[1] ? uint64_t(1) << bit : 0;
    uint64_t difference = (column >> fromBits[0] & lanes) ^ own;
    if (!difference)
      continue;
    if (exchange) {
      exchange.reset();
      return;
    }
    exchange = {unsigned(bit), difference};
  }
}

Holder Conversion::sourceOf(const Holder &destination) const {
  uint64_t bits = destination.reg | destination.lane << toBits[0] |
                  destination.warp << (toBits[0] + toBits[1]);
  uint64_t found = source.apply(bits);
  return {found & maskTrailingOnes<uint64_t>(fromBits[0]),
          found >> fromBits[0] & maskTrailingOnes<uint64_t>(fromBits[1]),
          found >> (fromBits[0] + fromBits[1])};
}

// Costs in cycles of a warp's share of the unit that shuffles and accesses
// shared memory. Two barriers idle the block for some 30 cycles each.
static constexpr unsigned kShuffleCost = 4;
static constexpr unsigned kSelectCost = 1;
static constexpr unsigned kBarriersCost = 60;

/// One access of `words` of 32 bits.
static unsigned accessCost(unsigned words) { return 2 + 2 * words; }

static unsigned sharedCost(const LinearLayout &from, const LinearLayout &to,
                           unsigned elementBits) {
  ConversionScratch scratch = makeConversionScratch(from, to, elementBits);
  unsigned registers = from.getNumRegisters() + to.getNumRegisters();
  unsigned accesses = divideCeil(registers, scratch.vectorElements);
  unsigned words = divideCeil(scratch.vectorElements * elementBits, 32);
  return accesses * accessCost(words) + scratch.getNumRounds() * kBarriersCost;
}

/// What an exchange moves, each move once, and chooses.
static unsigned exchangeCost(const Conversion &conversion,
                             const LaneExchange &exchange,
                             unsigned numRegisters) {
  SmallSet<std::pair<uint64_t, uint64_t>, 16> moves;
  for (unsigned reg = 0; reg < numRegisters; ++reg) {
    Holder place = conversion.sourceOf({reg, 0, 0});
    for (uint64_t distance : {place.lane, place.lane ^ exchange.difference})
      if (distance)
        moves.insert({place.reg, distance});
  }
  return moves.size() * kShuffleCost + numRegisters * kSelectCost;
}

/// The first register's neighbour along some dimension, as a layout.
static std::optional<LinearLayout> firstPair(const LinearLayout &layout) {
  if (layout.getNumBits(InputDim::Register) == 0)
    return std::nullopt;
  Coordinates first = layout.getBases(InputDim::Register).front();
  if (count(first, 0) + 1 != int64_t(first.size()) || !is_contained(first, 1))
    return std::nullopt;
  return LinearLayout::distributed(layout.getRank(), {first}, {}, {});
}

PackedLayouts packNeighbours(const LinearLayout &from, const LinearLayout &to,
                             unsigned elementBits) {
  PackedLayouts packed = {from, to, 1};
  for (; 2 * elementBits <= 32; elementBits *= 2) {
    std::optional<LinearLayout> pair = firstPair(packed.from);
    if (!pair)
      break;
    std::optional<LinearLayout> pairedFrom = packed.from.divide(*pair);
    std::optional<LinearLayout> pairedTo = packed.to.divide(*pair);
    if (!pairedFrom || !pairedTo)
      break;
    packed = {*pairedFrom, *pairedTo, 2 * packed.elements};
  }
  return packed;
}

/// Moves between lanes of `words` a register, and choices among them.
static unsigned shuffleCost(const LinearLayout &from, const LinearLayout &to,
                            unsigned words) {
  Conversion conversion(from, to);
  unsigned numRegisters = to.getNumRegisters() * words;
  unsigned choices = conversion.registersPerPlace();
  unsigned selects = numRegisters * (choices - 1) * kSelectCost;
  unsigned shuffles = numRegisters * choices * kShuffleCost;
  if (auto exchange = conversion.getExchange())
    shuffles = std::min(shuffles, words * choices *
                                      exchangeCost(conversion, *exchange,
                                                   to.getNumRegisters()));
  return shuffles + selects;
}

ConversionPlan planConversion(const LinearLayout &from, const LinearLayout &to,
                              unsigned elementBits) {
  Conversion conversion(from, to);
  unsigned words = divideCeil(elementBits, 32);
  unsigned choices = conversion.registersPerPlace();
  switch (conversion.nearest()) {
  case Movement::None:
    return {Movement::None, 0};
  case Movement::WithinThread:
    return {Movement::WithinThread, unsigned(to.getNumRegisters()) * words *
                                        (choices - 1) * kSelectCost};
  case Movement::WithinWarp: {
    PackedLayouts packed = packNeighbours(from, to, elementBits);
    unsigned shuffles = shuffleCost(packed.from, packed.to, words);
    unsigned shared = sharedCost(from, to, elementBits);
    if (shuffles <= shared)
      return {Movement::WithinWarp, shuffles};
    return {Movement::Shared, shared};
  }
  case Movement::Shared:
    return {Movement::Shared, sharedCost(from, to, elementBits)};
  }
  llvm_unreachable("every movement has a cost");
}

} // namespace xcc::tile
