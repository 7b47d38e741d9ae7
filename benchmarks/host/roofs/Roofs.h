//===- Roofs.h - The limits of a processor, measured ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace roofs {

/// Seconds that a team of pinned threads takes for |work|, called once in each
/// with the thread's number, in each of several rounds.
std::vector<double> secondsOfRounds(int threads,
                                    const std::function<void(int)> &work);

/// 10^9 units a second of rounds of so many units each.
std::vector<double> ratesOf(const std::vector<double> &seconds, double units);
double largest(const std::vector<double> &rates);

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

/// 10^9 operations a second of |threads| threads in rounds of that many steps.
std::vector<double> productRates(const Product &product, int threads,
                                 int64_t steps);

Product fmaOfAvx2();
Product fmaOfAvx512();
Product dotOfAvx512();
Product dotOfTiles();

/// 10^9 bytes a second: sums over |bytes| of memory.
std::vector<double> readRates(int threads, size_t bytes);
/// 10^9 bytes a second: a[i] = b[i] + s * c[i], |bytes| in all three, by plain
/// stores or by those that pass the caches, whichever reach more.
std::vector<double> triadRates(int threads, size_t bytes);

/// Answers requests from standard input until it ends.
int serve();

} // namespace roofs
