//===- Roofs.h - The limits of a processor, measured ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace roofs {

/// Seconds that a team of pinned threads takes for |work|, called once in each
/// with the thread's number: the least of several rounds.
double leastSeconds(int threads, const std::function<void(int)> &work);

/// An instruction that multiplies and adds.
struct Product {
  const char *name;
  /// f32 or bf16 factors; sums are f32.
  const char *type;
  bool isSupported;
  double flopsPerStep;
  /// Runs that many steps and returns a value that depends on them.
  float (*run)(int64_t steps);
};

/// 10^9 operations a second of |threads| threads.
double gigaflops(const Product &product, int threads);

Product fmaOfAvx2();
Product fmaOfAvx512();
Product dotOfAvx512();
Product dotOfTiles();

/// 10^9 bytes a second: a sum over |bytes| of memory.
double readBandwidth(int threads, size_t bytes);
/// 10^9 bytes a second: a[i] = b[i] + s * c[i], |bytes| in all three, by plain
/// stores or by those that pass the caches, whichever is faster.
double triadBandwidth(int threads, size_t bytes);

} // namespace roofs
