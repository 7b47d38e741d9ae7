//===- ConversionScratch.h - Conversions through shared memory -*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_TILE_CONVERSIONSCRATCH_H
#define XCC_DIALECTS_TILE_CONVERSIONSCRATCH_H

#include "dialects/tile/LinearLayout.h"

namespace xcc::tile {

/// How the elements of a tile lie in shared memory on their way from one layout
/// to another, and in how many rounds they go.
struct ConversionScratch {
  /// Where an element lies; offsets beyond `bytes` are in later rounds.
  LinearLayout layout;
  /// Elements that a thread moves at once, on both sides.
  unsigned vectorElements;
  /// Round i moves the registers whose bits `fromRoundBits` (of the source) and
  /// `toRoundBits` (of the destination) spell i: the highest offset bits.
  llvm::SmallVector<unsigned> fromRoundBits, toRoundBits;
  int64_t bytes;

  unsigned getNumRounds() const { return 1u << fromRoundBits.size(); }
};

/// Neighbouring registers of both sides lie side by side, and lanes that access
/// memory together reach different banks on both sides, as far as both can be.
ConversionScratch makeConversionScratch(const LinearLayout &from,
                                        const LinearLayout &to,
                                        unsigned elementBits);

} // namespace xcc::tile

#endif // XCC_DIALECTS_TILE_CONVERSIONSCRATCH_H
