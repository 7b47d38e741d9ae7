//===- LinearLayout.cpp - Who holds which element of a tile ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/tile/LinearLayout.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <cassert>

using namespace llvm;

namespace xcc::tile {

static constexpr InputDim allDims[] = {InputDim::Register, InputDim::Lane,
                                       InputDim::Warp, InputDim::Offset};

StringRef stringifyInputDim(InputDim dim) {
  switch (dim) {
  case InputDim::Register:
    return "register";
  case InputDim::Lane:
    return "lane";
  case InputDim::Warp:
    return "warp";
  case InputDim::Offset:
    return "offset";
  }
  llvm_unreachable("every dimension has a name");
}

std::string formatShape(ArrayRef<int64_t> shape) {
  std::string text;
  raw_string_ostream os(text);
  interleave(shape, os, "x");
  return text;
}

LinearLayout LinearLayout::distributed(unsigned rank, Bases registers,
                                       Bases lanes, Bases warps) {
  LinearLayout layout;
  layout.rank = rank;
  layout.mutableBases(InputDim::Register) = std::move(registers);
  layout.mutableBases(InputDim::Lane) = std::move(lanes);
  layout.mutableBases(InputDim::Warp) = std::move(warps);
  return layout;
}

LinearLayout LinearLayout::shared(unsigned rank, Bases offsets) {
  LinearLayout layout;
  layout.rank = rank;
  layout.hasOffsets = true;
  layout.mutableBases(InputDim::Offset) = std::move(offsets);
  return layout;
}

//===-- What it is
//---------------------------------------------------------===//

SmallVector<unsigned> LinearLayout::log2Shape() const {
  Coordinates reached(rank, 0);
  for (const Bases &list : bases)
    for (const Coordinates &basis : list)
      for (unsigned d = 0; d < rank; ++d)
        reached[d] |= basis[d];
  SmallVector<unsigned> result;
  for (int32_t bits : reached)
    result.push_back(bit_width(static_cast<uint32_t>(bits)));
  return result;
}

SmallVector<int64_t> LinearLayout::getShape() const {
  return map_to_vector(log2Shape(),
                       [](unsigned log2) { return int64_t(1) << log2; });
}

int64_t LinearLayout::getNumElements() const {
  return int64_t(1) << sum_of(log2Shape());
}

static void addBases(Coordinates &sum, ArrayRef<Coordinates> bases,
                     uint64_t input) {
  for (auto [i, basis] : enumerate(bases))
    if (input >> i & 1)
      for (auto [total, part] : zip_equal(sum, basis))
        total ^= part;
}

Coordinates LinearLayout::apply(int64_t reg, int64_t lane, int64_t warp) const {
  Coordinates sum(rank, 0);
  addBases(sum, getBases(InputDim::Register), reg);
  addBases(sum, getBases(InputDim::Lane), lane);
  addBases(sum, getBases(InputDim::Warp), warp);
  return sum;
}

Coordinates LinearLayout::apply(int64_t offset) const {
  Coordinates sum(rank, 0);
  addBases(sum, getBases(InputDim::Offset), offset);
  return sum;
}

bool LinearLayout::isReplicatedOver(InputDim dim, unsigned bit) const {
  return all_of(getBases(dim)[bit], [](int32_t step) { return step == 0; });
}

uint64_t LinearLayout::getRedundantBits(InputDim dim) const {
  uint64_t dependent = toMatrix().dependentBits();
  for (InputDim earlier : allDims) {
    if (earlier == dim)
      break;
    dependent >>= getNumBits(earlier);
  }
  return dependent & maskTrailingOnes<uint64_t>(getNumBits(dim));
}

int64_t LinearLayout::getContiguousRegisters(unsigned dim) const {
  ArrayRef<Coordinates> registers = getBases(InputDim::Register);
  unsigned log2 = 0;
  for (; log2 < registers.size(); ++log2)
    for (unsigned d = 0; d < rank; ++d)
      if (registers[log2][d] != (d == dim ? 1 << log2 : 0))
        goto counted;
counted:
  // A run may not start among the elements of another.
  for (InputDim input : allDims)
    for (const Coordinates &basis :
         getBases(input).drop_front(input == InputDim::Register ? log2 : 0))
      if (basis[dim] != 0)
        log2 = std::min<unsigned>(log2, countr_zero<uint32_t>(basis[dim]));
  return int64_t(1) << log2;
}

//===-- As a matrix
//--------------------------------------------------------===//

/// Coordinates as one number: the bits of the last dimension lowest.
static uint64_t packBits(ArrayRef<int32_t> coordinates,
                         ArrayRef<unsigned> log2Shape) {
  uint64_t packed = 0;
  for (auto [coordinate, log2] : zip_equal(coordinates, log2Shape))
    packed = packed << log2 | static_cast<uint32_t>(coordinate);
  return packed;
}

static Coordinates unpackBits(uint64_t packed, ArrayRef<unsigned> log2Shape) {
  Coordinates coordinates(log2Shape.size());
  for (int d = log2Shape.size() - 1; d >= 0; --d) {
    coordinates[d] = packed & maskTrailingOnes<uint64_t>(log2Shape[d]);
    packed >>= log2Shape[d];
  }
  return coordinates;
}

BitMatrix LinearLayout::toMatrix() const {
  SmallVector<unsigned> sizes = log2Shape();
  SmallVector<uint64_t> columns;
  for (const Bases &list : bases)
    for (const Coordinates &basis : list)
      columns.push_back(packBits(basis, sizes));
  return BitMatrix(sum_of(sizes), columns);
}

uint64_t LinearLayout::toElement(ArrayRef<int32_t> coordinates) const {
  return packBits(coordinates, log2Shape());
}

Coordinates LinearLayout::fromElement(uint64_t element) const {
  return unpackBits(element, log2Shape());
}

//===-- Made from others
//---------------------------------------------------===//

template <typename Function>
LinearLayout LinearLayout::mapped(unsigned newRank, Function function) const {
  LinearLayout result = *this;
  result.rank = newRank;
  for (Bases &list : result.bases)
    for (Coordinates &basis : list)
      basis = function(ArrayRef<int32_t>(basis));
  return result;
}

LinearLayout LinearLayout::product(const LinearLayout &outer) const {
  assert(rank == outer.rank && hasOffsets == outer.hasOffsets &&
         "factors are of one kind");
  SmallVector<unsigned> sizes = log2Shape();
  LinearLayout result = *this;
  for (InputDim dim : allDims)
    for (Coordinates basis : outer.getBases(dim)) {
      for (auto [step, log2] : zip_equal(basis, sizes))
        step <<= log2;
      result.mutableBases(dim).push_back(std::move(basis));
    }
  return result;
}

std::optional<LinearLayout>
LinearLayout::divide(const LinearLayout &inner) const {
  if (rank != inner.rank || hasOffsets != inner.hasOffsets)
    return std::nullopt;
  SmallVector<unsigned> sizes = inner.log2Shape();
  LinearLayout quotient = *this;
  for (InputDim dim : allDims) {
    Bases &list = quotient.mutableBases(dim);
    unsigned numInner = inner.getNumBits(dim);
    if (list.size() < numInner ||
        ArrayRef<Coordinates>(list).take_front(numInner) != inner.getBases(dim))
      return std::nullopt;
    list.erase(list.begin(), list.begin() + numInner);
    for (Coordinates &basis : list)
      for (auto [step, log2] : zip_equal(basis, sizes)) {
        if (step & maskTrailingOnes<uint32_t>(log2))
          return std::nullopt;
        step >>= log2;
      }
  }
  return quotient;
}

LinearLayout LinearLayout::sublayout(InputDim dim) const {
  LinearLayout result = *this;
  for (InputDim other : allDims)
    if (other != dim)
      result.mutableBases(other).clear();
  return result;
}

LinearLayout LinearLayout::reduced(unsigned axis) const {
  return mapped(rank - 1,
                [&](ArrayRef<int32_t> basis) {
                  Coordinates result(basis);
                  result.erase(result.begin() + axis);
                  return result;
                })
      .withoutRedundantRegisters();
}

LinearLayout LinearLayout::expanded(unsigned axis) const {
  return mapped(rank + 1, [&](ArrayRef<int32_t> basis) {
    Coordinates result(basis);
    result.insert(result.begin() + axis, 0);
    return result;
  });
}

LinearLayout LinearLayout::collapsed(unsigned axis) const {
  return mapped(rank, [&](ArrayRef<int32_t> basis) {
    Coordinates result(basis);
    result[axis] = 0;
    return result;
  });
}

LinearLayout LinearLayout::permuted(ArrayRef<unsigned> order) const {
  return mapped(order.size(), [&](ArrayRef<int32_t> basis) {
    Coordinates result;
    for (unsigned d : order)
      result.push_back(basis[d]);
    return result;
  });
}

LinearLayout LinearLayout::reshaped(ArrayRef<int64_t> shape) const {
  SmallVector<unsigned> from = log2Shape(), to;
  for (int64_t size : shape)
    to.push_back(Log2_64(size));
  assert(sum_of(from) == sum_of(to) && "a reshape keeps the elements");
  return mapped(shape.size(), [&](ArrayRef<int32_t> basis) {
    return unpackBits(packBits(basis, from), to);
  });
}

LinearLayout LinearLayout::extended(unsigned dim, int64_t size,
                                    bool isFastest) const {
  unsigned first = log2Shape()[dim];
  Bases added;
  for (unsigned i = 0, e = Log2_64(size); i < e; ++i) {
    Coordinates basis(rank, 0);
    basis[dim] = 1 << (first + i);
    added.push_back(std::move(basis));
  }
  LinearLayout result = *this;
  Bases &registers = result.mutableBases(InputDim::Register);
  registers.insert(isFastest ? registers.begin() : registers.end(),
                   added.begin(), added.end());
  return result;
}

LinearLayout LinearLayout::withoutRedundantRegisters() const {
  uint64_t redundant = getRedundantBits(InputDim::Register);
  LinearLayout result = *this;
  Bases &registers = result.mutableBases(InputDim::Register);
  registers.clear();
  for (auto [i, basis] : enumerate(getBases(InputDim::Register)))
    if (!(redundant >> i & 1))
      registers.push_back(basis);
  return result;
}

bool LinearLayout::operator==(const LinearLayout &other) const {
  return rank == other.rank && hasOffsets == other.hasOffsets &&
         bases == other.bases;
}

hash_code hash_value(const LinearLayout &layout) {
  hash_code code = hash_combine(layout.rank, layout.hasOffsets);
  for (const LinearLayout::Bases &list : layout.bases) {
    code = hash_combine(code, list.size());
    for (const Coordinates &basis : list)
      code = hash_combine(code, hash_combine_range(basis));
  }
  return code;
}

std::string LinearLayout::toString() const {
  std::string text;
  raw_string_ostream os(text);
  auto printDim = [&](InputDim dim) {
    os << stringifyInputDim(dim) << " = [";
    interleaveComma(getBases(dim), os, [&](const Coordinates &basis) {
      os << "[";
      interleaveComma(basis, os);
      os << "]";
    });
    os << "]";
  };
  os << "{";
  if (hasOffsets)
    printDim(InputDim::Offset);
  else
    interleaveComma(ArrayRef(allDims).take_front(3), os, printDim);
  // No basis, no coordinates to count.
  if (rank != 0 &&
      all_of(bases, [](const Bases &list) { return list.empty(); }))
    os << ", rank = " << rank;
  os << "}";
  return text;
}

} // namespace xcc::tile
