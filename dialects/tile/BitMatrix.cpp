//===- BitMatrix.cpp - Linear maps between vectors of bits ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/tile/BitMatrix.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

#include <cassert>

using namespace xcc::tile;

static bool hasBit(uint64_t bits, unsigned index) { return bits >> index & 1; }

static unsigned highestBit(uint64_t bits) { return llvm::bit_width(bits) - 1; }

bool BitSpan::insert(uint64_t vector, uint64_t label) {
  // Rows are in falling order of their highest bits: adding one leaves the
  // bits that earlier ones lead with alone.
  for (const Row &row : rows)
    if (hasBit(vector, highestBit(row.vector))) {
      vector ^= row.vector;
      label ^= row.label;
    }
  if (vector == 0)
    return false;
  unsigned lead = highestBit(vector);
  const auto *place = llvm::find_if(
      rows, [&](const Row &row) { return highestBit(row.vector) < lead; });
  rows.insert(rows.begin() + (place - rows.begin()), {vector, label});
  return true;
}

std::optional<uint64_t> BitSpan::express(uint64_t vector) const {
  uint64_t label = 0;
  for (const Row &row : rows)
    if (hasBit(vector, highestBit(row.vector))) {
      vector ^= row.vector;
      label ^= row.label;
    }
  if (vector != 0)
    return std::nullopt;
  return label;
}

BitMatrix::BitMatrix(unsigned numOutputBits, llvm::ArrayRef<uint64_t> columns)
    : outputBits(numOutputBits), columns(columns.begin(), columns.end()) {
  assert(numOutputBits <= 64 && columns.size() <= 64 && "at most 64 bits");
  for ([[maybe_unused]] uint64_t column : columns)
    assert((numOutputBits == 64 || column >> numOutputBits == 0) &&
           "a column has no more bits than the output");
}

BitMatrix BitMatrix::identity(unsigned numBits) {
  llvm::SmallVector<uint64_t> columns;
  for (unsigned i = 0; i < numBits; ++i)
    columns.push_back(uint64_t(1) << i);
  return BitMatrix(numBits, columns);
}

uint64_t BitMatrix::apply(uint64_t input) const {
  uint64_t output = 0;
  for (auto [i, column] : llvm::enumerate(columns))
    if (hasBit(input, i))
      output ^= column;
  return output;
}

BitMatrix BitMatrix::compose(const BitMatrix &inner) const {
  assert(inner.numOutputBits() == numInputBits() && "maps must meet");
  llvm::SmallVector<uint64_t> result;
  for (uint64_t column : inner.columns)
    result.push_back(apply(column));
  return BitMatrix(outputBits, result);
}

unsigned BitMatrix::rank() const {
  BitSpan span;
  for (uint64_t column : columns)
    span.insert(column, 0);
  return span.dimension();
}

uint64_t BitMatrix::dependentBits() const {
  BitSpan span;
  uint64_t dependent = 0;
  for (auto [i, column] : llvm::enumerate(columns))
    if (!span.insert(column, 0))
      dependent |= uint64_t(1) << i;
  return dependent;
}

/// The span of the columns, each labelled with its bit.
static BitSpan spanOf(llvm::ArrayRef<uint64_t> columns) {
  BitSpan span;
  for (auto [i, column] : llvm::enumerate(columns))
    span.insert(column, uint64_t(1) << i);
  return span;
}

std::optional<uint64_t> BitMatrix::solve(uint64_t output) const {
  return spanOf(columns).express(output);
}

BitMatrix BitMatrix::pseudoInverse() const {
  BitSpan span = spanOf(columns);
  // What the map does not reach goes to zero.
  for (unsigned i = 0; i < outputBits; ++i)
    span.insert(uint64_t(1) << i, 0);
  llvm::SmallVector<uint64_t> result;
  for (unsigned i = 0; i < outputBits; ++i)
    result.push_back(*span.express(uint64_t(1) << i));
  return BitMatrix(numInputBits(), result);
}
