//===- BitMatrix.h - Linear maps between vectors of bits -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Addition is xor: everything here is over GF(2), and a vector is a uint64_t.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_TILE_BITMATRIX_H
#define XCC_DIALECTS_TILE_BITMATRIX_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>

namespace xcc::tile {

/// The vectors that sums of some given vectors reach, and which sums.
class BitSpan {
public:
  /// Adds a vector known as `label`. False if sums reached it already.
  bool insert(uint64_t vector, uint64_t label);
  /// The sum of labels whose vectors add up to `vector`; nullopt if none do.
  std::optional<uint64_t> express(uint64_t vector) const;
  unsigned dimension() const { return rows.size(); }

private:
  struct Row {
    uint64_t vector, label;
  };
  llvm::SmallVector<Row, 16> rows; // in falling order of highest bits
};

/// A linear map: column i is the image of input bit i.
class BitMatrix {
public:
  BitMatrix() = default;
  BitMatrix(unsigned numOutputBits, llvm::ArrayRef<uint64_t> columns);
  static BitMatrix identity(unsigned numBits);

  unsigned numInputBits() const { return columns.size(); }
  unsigned numOutputBits() const { return outputBits; }
  llvm::ArrayRef<uint64_t> getColumns() const { return columns; }

  uint64_t apply(uint64_t input) const;
  /// x -> (*this)(inner(x)).
  BitMatrix compose(const BitMatrix &inner) const;
  unsigned rank() const;
  bool isInjective() const { return rank() == numInputBits(); }
  bool isSurjective() const { return rank() == numOutputBits(); }
  /// Input bits whose columns are sums of the columns of lower bits.
  uint64_t dependentBits() const;
  /// Some input that maps to `output`, made of the lowest possible bits;
  /// nullopt if none does.
  std::optional<uint64_t> solve(uint64_t output) const;
  /// P with M P M = M and P M P = P: the left inverse of an injective map, a
  /// right inverse of a surjective one (made of the lowest possible bits).
  BitMatrix pseudoInverse() const;
  bool operator==(const BitMatrix &other) const = default;

private:
  unsigned outputBits = 0;
  llvm::SmallVector<uint64_t, 16> columns;
};

} // namespace xcc::tile

#endif // XCC_DIALECTS_TILE_BITMATRIX_H
