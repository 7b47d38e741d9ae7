//===- Conversion.h - From one layout of a tile to another -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_TILE_CONVERSION_H
#define XCC_DIALECTS_TILE_CONVERSION_H

#include "dialects/tile/LinearLayout.h"

#include <optional>

namespace xcc::tile {

/// How far elements travel when a tile changes its layout.
enum class Movement {
  None,         // every register is already the wanted one
  WithinThread, // other registers of the same thread
  WithinWarp,   // shuffles between the lanes of a warp
  Shared        // through shared memory, with barriers
};
llvm::StringRef stringifyMovement(Movement movement);

/// A place that holds an element.
struct Holder {
  uint64_t reg, lane, warp;
  bool operator==(const Holder &) const = default;
};

/// Threads with `bit` of their number set look `difference` away from where
/// the others look, as seen from their own lanes.
struct LaneExchange {
  unsigned bit;
  uint64_t difference;
};

/// Where each place of the new layout finds its element in the old one. Where
/// the old one holds an element more than once, the nearest copy is named.
class Conversion {
public:
  /// `from` and `to` are distributed layouts of the same shape.
  Conversion(const LinearLayout &from, const LinearLayout &to);

  Holder sourceOf(const Holder &destination) const;
  /// The least movement that can do it, whatever it costs.
  Movement nearest() const { return movement; }
  /// Registers of the source's lane that different lanes want in the same
  /// place: 1 if the source register follows from the destination's alone.
  unsigned registersPerPlace() const { return 1u << log2RegistersPerPlace; }
  /// How source lanes follow from a thread's own, where it is that simple: all
  /// then comes by moves to (lane xor something) and a choice.
  std::optional<LaneExchange> getExchange() const { return exchange; }

  /// Column i: where the element of destination bit i lies, in source bits.
  const BitMatrix &getMatrix() const { return source; }

private:
  void findExchange();

  unsigned toBits[2], fromBits[2]; // of registers and lanes
  BitMatrix source;
  std::optional<LaneExchange> exchange;
  Movement movement;
  unsigned log2RegistersPerPlace;
};

/// Elements narrower than a word that are neighbours in the registers of both
/// layouts, in the same order, move as one: the layouts of what moves.
struct PackedLayouts {
  LinearLayout from, to;
  unsigned elements; // in each of the packs, which lie in order in registers
};
PackedLayouts packNeighbours(const LinearLayout &from, const LinearLayout &to,
                             unsigned elementBits);

/// A way to convert and what it costs a warp, roughly in cycles.
struct ConversionPlan {
  Movement movement;
  unsigned cost;
};
/// The cheapest way for elements of `elementBits`.
ConversionPlan planConversion(const LinearLayout &from, const LinearLayout &to,
                              unsigned elementBits);

} // namespace xcc::tile

#endif // XCC_DIALECTS_TILE_CONVERSION_H
