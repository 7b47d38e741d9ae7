//===- RandomLayout.cpp - Layouts to try properties on --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "test/dialects/tile/RandomLayout.h"

#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace xcc::tile {

SmallVector<uint64_t> randomBasis(Random &random, unsigned numBits) {
  SmallVector<uint64_t> basis;
  for (unsigned i = 0; i < numBits; ++i)
    basis.push_back(uint64_t(1) << i);
  // Elementary steps keep the rank.
  for (unsigned step = 0; step < 4 * numBits; ++step) {
    unsigned i = random.below(numBits), j = random.below(numBits);
    if (i != j && random.oneIn(2))
      basis[i] ^= basis[j];
    else
      std::swap(basis[i], basis[j]);
  }
  return basis;
}

static Coordinates unpack(uint64_t element, ArrayRef<int64_t> shape) {
  Coordinates result(shape.size());
  for (int d = shape.size() - 1; d >= 0; --d) {
    result[d] = element % shape[d];
    element /= shape[d];
  }
  return result;
}

LinearLayout randomLayout(Random &random, ArrayRef<int64_t> shape,
                          unsigned laneBits, unsigned warpBits, Kind kind) {
  int64_t numElements = 1;
  for (int64_t size : shape)
    numElements *= size;
  unsigned numBits = Log2_64(numElements);
  SmallVector<uint64_t> needed;
  if (kind == Kind::Any)
    needed = randomBasis(random, numBits);
  else
    for (unsigned i = 0; i < numBits; ++i)
      needed.push_back(uint64_t(1) << i);
  // Copies: nothing, something held already, or a sum of such.
  auto copy = [&]() -> uint64_t {
    if (kind == Kind::Aligned || random.oneIn(2))
      return 0;
    return random.below(numElements);
  };
  SmallVector<uint64_t> lists[3];
  auto take = [&](unsigned list) {
    unsigned i = random.below(needed.size());
    lists[list].push_back(needed[i]);
    needed.erase(needed.begin() + i);
  };
  for (unsigned i = 0; i < laneBits + warpBits; ++i) {
    unsigned list = i < laneBits ? 1 : 2;
    if (needed.empty() || random.oneIn(4))
      lists[list].push_back(copy());
    else
      take(list);
  }
  while (!needed.empty()) {
    take(0);
    if (random.oneIn(8))
      lists[0].push_back(copy());
  }
  LinearLayout::Bases bases[3];
  for (unsigned list = 0; list < 3; ++list)
    for (uint64_t element : lists[list])
      bases[list].push_back(unpack(element, shape));
  return LinearLayout::distributed(shape.size(), bases[0], bases[1], bases[2]);
}

LinearLayout randomShared(Random &random, ArrayRef<int64_t> shape) {
  int64_t numElements = 1;
  for (int64_t size : shape)
    numElements *= size;
  LinearLayout::Bases bases;
  for (uint64_t element : randomBasis(random, Log2_64(numElements)))
    bases.push_back(unpack(element, shape));
  return LinearLayout::shared(shape.size(), bases);
}

} // namespace xcc::tile
