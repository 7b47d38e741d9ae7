//===- RandomLayout.h - Layouts to try properties on -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TEST_DIALECTS_TILE_RANDOMLAYOUT_H
#define XCC_TEST_DIALECTS_TILE_RANDOMLAYOUT_H

#include "dialects/tile/LinearLayout.h"

#include <random>

namespace xcc::tile {

/// Numbers that are the same in every run.
class Random {
public:
  explicit Random(unsigned seed) : engine(seed) {}
  unsigned below(unsigned end) { return engine() % end; }
  bool oneIn(unsigned n) { return below(n) == 0; }

private:
  std::mt19937 engine;
};

inline llvm::SmallVector<int64_t> randomShape(Random &random,
                                              unsigned maxLog2 = 4) {
  llvm::SmallVector<int64_t> shape;
  for (unsigned d = 0, rank = random.below(4); d < rank; ++d)
    shape.push_back(int64_t(1) << random.below(maxLog2));
  return shape;
}

/// `numBits` linearly independent vectors of that many bits.
llvm::SmallVector<uint64_t> randomBasis(Random &random, unsigned numBits);

/// A layout of `shape` for so many lanes and warps (log2), with any number of
/// registers, replicated bits and slanted bases. Not the only one: see `kind`.
enum class Kind { Any, Aligned /* each basis along one dimension */ };
LinearLayout randomLayout(Random &random, llvm::ArrayRef<int64_t> shape,
                          unsigned laneBits, unsigned warpBits,
                          Kind kind = Kind::Any);
LinearLayout randomShared(Random &random, llvm::ArrayRef<int64_t> shape);

} // namespace xcc::tile

#endif // XCC_TEST_DIALECTS_TILE_RANDOMLAYOUT_H
