//===- SeededNormal.h - Normally distributed numbers from a seed ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_FX_WEIGHTS_SEEDEDNORMAL_H
#define XCC_DIALECTS_FX_WEIGHTS_SEEDEDNORMAL_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>

namespace xcc::fx {

/// Fills `numbers` with elements first, first + 1, ... of the stream of
/// standard normal numbers that `seed` names; `first` is even.
///
/// The same bits on every machine and for every way of cutting the stream:
/// element pair p comes from the hash of (seed, p) alone, by Box-Muller, and
/// its logarithm, sine and cosine are polynomials in IEEE operations.
void fillSeededNormal(int64_t seed, int64_t first,
                      llvm::MutableArrayRef<double> numbers);

} // namespace xcc::fx

#endif // XCC_DIALECTS_FX_WEIGHTS_SEEDEDNORMAL_H
