//===- ConversionScratch.cpp - Conversions through shared memory ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/tile/ConversionScratch.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace llvm;

namespace xcc::tile {

/// Widest access of a thread.
static constexpr unsigned kVectorBytes = 16;
/// What one bank of shared memory serves, and all of them, at once.
static constexpr unsigned kBankBytes = 4;
static constexpr unsigned kBankLineBytes = 128;
/// More goes in rounds, where registers allow it: scratch must not be what
/// limits the number of blocks on a processor.
static constexpr int64_t kScratchBytes = 32 * 1024;

namespace {

using Vectors = SmallVector<uint64_t, 16>;

/// The elements that each input bit of a layout adds.
struct Columns {
  explicit Columns(const LinearLayout &layout) {
    BitMatrix matrix = layout.toMatrix();
    ArrayRef<uint64_t> all = matrix.getColumns();
    unsigned numRegisters = layout.getNumBits(InputDim::Register);
    unsigned numLanes = layout.getNumBits(InputDim::Lane);
    llvm::append_range(registers, all.take_front(numRegisters));
    llvm::append_range(lanes, all.slice(numRegisters, numLanes));
    llvm::append_range(warps, all.drop_front(numRegisters + numLanes));
  }

  Vectors registers, lanes, warps;
};

/// The bases of shared memory, lowest offset bit first.
class OffsetBases {
public:
  bool add(uint64_t element) {
    if (!span.insert(element, 0))
      return false;
    bases.push_back(element);
    return true;
  }
  void add(ArrayRef<uint64_t> elements) {
    for (uint64_t element : elements)
      add(element);
  }

  BitSpan span;
  Vectors bases;
};

/// Two sets of directions that must both reach all banks: those that both have,
/// those that the first or the second has alone.
struct BankDirections {
  Vectors both, first, second;
};

} // namespace

static BankDirections splitDirections(ArrayRef<uint64_t> first,
                                      ArrayRef<uint64_t> second) {
  BankDirections result;
  // Labels are sums of the first set's vectors.
  BitSpan sums, shared;
  for (uint64_t vector : first)
    sums.insert(vector, vector);
  for (uint64_t vector : second) {
    std::optional<uint64_t> common = sums.express(vector);
    if (!common)
      sums.insert(vector, 0);
    else if (shared.insert(*common, 0))
      result.both.push_back(*common);
  }
  BitSpan firstSpan = shared, secondSpan = shared;
  for (uint64_t vector : first)
    if (firstSpan.insert(vector, 0))
      result.first.push_back(vector);
  for (uint64_t vector : second)
    if (secondSpan.insert(vector, 0))
      result.second.push_back(vector);
  return result;
}

/// Registers that both layouts have, and that no sum of lanes and warps has.
static Vectors commonRegisters(const Columns &from, const Columns &to) {
  BitSpan span;
  for (const Columns *side : {&from, &to}) {
    for (uint64_t lane : side->lanes)
      span.insert(lane, 0);
    for (uint64_t warp : side->warps)
      span.insert(warp, 0);
  }
  Vectors common;
  for (uint64_t reg : from.registers)
    if (is_contained(to.registers, reg) && span.insert(reg, 0))
      common.push_back(reg);
  return common;
}

/// Lane bits that access memory together, those that hold something new.
static Vectors lanesTogether(const Columns &side, unsigned count) {
  Vectors result;
  BitSpan span;
  for (uint64_t lane : ArrayRef<uint64_t>(side.lanes).take_front(count))
    if (span.insert(lane, 0))
      result.push_back(lane);
  return result;
}

/// Banks follow the vectors: directions of both sides, then those of the first;
/// a direction of the second side reaches the bank of its partner on the first,
/// as their sum lies in the rows behind the banks.
static void addBanks(OffsetBases &offsets, const Columns &from,
                     const Columns &to, unsigned log2Banks) {
  unsigned end = offsets.bases.size() + log2Banks;
  BankDirections banks = splitDirections(lanesTogether(from, log2Banks),
                                         lanesTogether(to, log2Banks));
  offsets.add(banks.both);
  offsets.add(banks.first);
  size_t numPairs = std::min(banks.first.size(), banks.second.size());
  offsets.add(ArrayRef<uint64_t>(banks.second).drop_front(numPairs));
  Vectors rows;
  for (auto [a, b] : zip(banks.first, banks.second))
    rows.push_back(a ^ b);
  BitSpan withRows = offsets.span;
  for (uint64_t row : rows)
    withRows.insert(row, 0);
  // Banks that the lanes do not fill.
  for (const Vectors *list : {&from.lanes, &to.lanes, &from.warps, &to.warps})
    for (uint64_t element : *list)
      if (offsets.bases.size() < end && withRows.insert(element, 0))
        offsets.add(element);
  offsets.add(rows);
}

/// Below the width of a bank, lanes that differ reach the same bank: there lie
/// registers of one side at least, or warps.
static void fillWord(OffsetBases &offsets, const Columns &from,
                     const Columns &to, unsigned elementBytes) {
  BitSpan withLanes = offsets.span;
  for (const Columns *side : {&from, &to})
    for (uint64_t lane : side->lanes)
      withLanes.insert(lane, 0);
  for (const Vectors *list :
       {&from.registers, &to.registers, &from.warps, &to.warps})
    for (uint64_t element : *list)
      if (elementBytes << offsets.bases.size() < kBankBytes &&
          withLanes.insert(element, 0))
        offsets.add(element);
}

static unsigned bitOf(ArrayRef<uint64_t> registers, uint64_t basis) {
  return llvm::find(registers, basis) - registers.begin();
}

ConversionScratch makeConversionScratch(const LinearLayout &from,
                                        const LinearLayout &to,
                                        unsigned elementBits) {
  unsigned elementBytes = divideCeil(elementBits, 8);
  ConversionScratch scratch;
  scratch.bytes = from.getNumElements() * elementBytes;
  Columns source(from), destination(to);
  Vectors common = commonRegisters(source, destination);
  // Room comes before width.
  size_t wantedRounds = std::min<size_t>(
      common.size(), Log2_64_Ceil(divideCeil(scratch.bytes, kScratchBytes)));
  size_t log2Vector = std::min<size_t>(common.size() - wantedRounds,
                                       Log2_32(kVectorBytes / elementBytes));
  scratch.vectorElements = 1u << log2Vector;
  OffsetBases offsets;
  offsets.add(ArrayRef<uint64_t>(common).take_front(log2Vector));
  fillWord(offsets, source, destination, elementBytes);
  addBanks(offsets, source, destination,
           Log2_32(kBankLineBytes / elementBytes) - offsets.bases.size());
  ArrayRef<uint64_t> candidates =
      ArrayRef<uint64_t>(common).drop_front(log2Vector);
  for (const Columns *side : {&source, &destination}) {
    offsets.add(side->lanes);
    offsets.add(side->warps);
  }
  for (const Columns *side : {&source, &destination})
    for (uint64_t reg : side->registers)
      if (!is_contained(candidates, reg))
        offsets.add(reg);
  // Everything else lies below: these bits alone tell the round.
  Vectors rounds;
  for (uint64_t candidate : candidates)
    if (offsets.add(candidate))
      rounds.push_back(candidate);
  size_t numRoundBits = 0;
  for (; numRoundBits < rounds.size() && scratch.bytes > kScratchBytes;
       ++numRoundBits)
    scratch.bytes /= 2;
  for (uint64_t round : ArrayRef<uint64_t>(rounds).take_back(numRoundBits)) {
    scratch.fromRoundBits.push_back(bitOf(source.registers, round));
    scratch.toRoundBits.push_back(bitOf(destination.registers, round));
  }
  LinearLayout::Bases bases;
  for (uint64_t element : offsets.bases)
    bases.push_back(from.fromElement(element));
  scratch.layout = LinearLayout::shared(from.getRank(), std::move(bases));
  return scratch;
}

} // namespace xcc::tile
