//===- GlobalBlocks.cpp - Operands by loads of two dimensions -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/Fragments.h"
#include "lib/Target/Tile/GlobalMatrix.h"

using namespace mlir;

namespace xcc::thread {

using tile::InputDim;
using tile::LinearLayout;

namespace {
/// Repetitions of a fragment that one load brings: bits of the repetition's
/// number that count fragments downwards, and sideways.
struct BlockBits {
  SmallVector<unsigned> rows, columns;

  uint64_t mask() const {
    uint64_t result = 0;
    for (unsigned bit : rows)
      result |= uint64_t(1) << bit;
    for (unsigned bit : columns)
      result |= uint64_t(1) << bit;
    return result;
  }
};
} // namespace

/// Register bits of `outer` that count 1, 2, 4... along `dim`, of which nobody
/// else's fragments lie between, `most` fragments at most.
static SmallVector<unsigned> bitsAlong(const LinearLayout &outer, unsigned dim,
                                       unsigned most) {
  SmallVector<unsigned> bits;
  ArrayRef<tile::Coordinates> bases = outer.getBases(InputDim::Register);
  for (int32_t place = 1; place < int32_t(most); place *= 2) {
    auto isNext = [&](const tile::Coordinates &basis) {
      return basis[dim] == place && basis[1 - dim] == 0;
    };
    const auto *found = llvm::find_if(bases, isNext);
    if (found == bases.end())
      break;
    bits.push_back(found - bases.begin());
  }
  return bits;
}

/// The number whose `bits` are those of `value`.
static uint64_t spread(uint64_t value, ArrayRef<unsigned> bits) {
  uint64_t result = 0;
  for (auto [place, bit] : llvm::enumerate(bits))
    result |= (value >> place & 1) << bit;
  return result;
}

/// Loads the operand of a product by blocks of fragments, if the vendor has
/// such loads and the elements lie as they ask.
bool KernelLowering::lowerGlobalBlocks(tile::LoadOp op) {
  std::optional<DotUse> use = dotUseOf(op.getResult(), device);
  LinearLayout held = tile::getLayout(op.getType());
  if (!use || held.getRank() != 2 || op.getOther() || !op.getIndices().empty())
    return false;
  const MatrixInstruction &row = *use->instruction;
  const Fragment &fragment = use->isLhs ? row.lhs : row.rhs;
  std::optional<LinearLayout> outer = repetitionsOf(held, fragment);
  std::optional<MatrixView> view = MatrixView::of(*this, op, op.getType());
  if (!outer || !view)
    return false;
  Location loc = op.getLoc();
  VendorLowering::GlobalOperand operand{row, use->isLhs, view->isTransposed(),
                                        view->shape()};
  auto most = vendor.largestGlobalBlock(operand);
  if (!most)
    return false;
  operand.matrix = view->materialize(loc);
  BlockBits bits = {bitsAlong(*outer, 0, most->rows),
                    bitsAlong(*outer, 1, most->columns)};
  VendorLowering::FragmentBlock block = {1u << bits.rows.size(),
                                         1u << bits.columns.size()};
  int64_t sizes[] = {use->isLhs ? row.m : row.k, use->isLhs ? row.k : row.n};
  LinearNumbers origins[] = {originsOf(*this, *outer, 0, sizes[0]),
                             originsOf(*this, *outer, 1, sizes[1])};
  size_t length = size_t(1) << fragment.registers.size();
  Registers result(held.getNumRegisters());
  uint64_t redundant = outer->getRedundantBits(InputDim::Register);
  for (int64_t rep = 0; rep < outer->getNumRegisters(); ++rep) {
    if (rep & (bits.mask() | redundant))
      continue;
    Value place[2];
    for (unsigned dim : {0u, 1u})
      place[dim] = view->coordinate(loc, dim, numberOf(loc, origins[dim], rep));
    SmallVector<Value> loaded = vendor.loadGlobalBlock(
        builder, loc, operand, block, place[0], place[1]);
    ArrayRef<Value> next = loaded;
    for (unsigned c = 0; c < block.columns; ++c)
      for (unsigned r = 0; r < block.rows; ++r, next = next.drop_front(length))
        llvm::copy(next.take_front(length),
                   result.begin() + length * (rep | spread(r, bits.rows) |
                                              spread(c, bits.columns)));
  }
  for (int64_t rep = 0; rep < outer->getNumRegisters(); ++rep)
    if (rep & redundant)
      std::copy_n(result.begin() + length * (rep & ~redundant), length,
                  result.begin() + length * rep);
  setRegisters(op, std::move(result));
  return true;
}

namespace {
/// The elements of one warp: boxes of (rows, columns), one for each set of
/// `repeats`, register bits that lead out of the box.
struct WarpBox {
  unsigned extents[2] = {1, 1};
  uint64_t repeats = 0;
};
} // namespace

/// nullopt if lanes are spread out so that there is no box.
static std::optional<WarpBox> boxOf(const LinearLayout &layout) {
  struct Bit {
    InputDim input;
    unsigned number;
    tile::Coordinates basis;
  };
  SmallVector<Bit> rest;
  for (InputDim input : {InputDim::Register, InputDim::Lane})
    for (auto [number, basis] : llvm::enumerate(layout.getBases(input)))
      if (!layout.isReplicatedOver(input, number))
        rest.push_back({input, unsigned(number), basis});
  WarpBox box;
  auto grows = [&](const Bit &bit) {
    for (unsigned dim : {0u, 1u})
      if (bit.basis[1 - dim] == 0 &&
          bit.basis[dim] == int32_t(box.extents[dim])) {
        box.extents[dim] *= 2;
        return true;
      }
    return false;
  };
  for (auto *next = llvm::find_if(rest, grows); next != rest.end();
       next = llvm::find_if(rest, grows))
    rest.erase(next);
  for (const Bit &bit : rest) {
    if (bit.input == InputDim::Lane)
      return std::nullopt;
    box.repeats |= uint64_t(1) << bit.number;
  }
  return box;
}

/// A hint: what the vendor has no instruction for is left out.
void KernelLowering::lowerPrefetch(tile::PrefetchOp op) {
  LinearLayout layout = op.getLayout().getLinear();
  Type element = cast<MemRefType>(op.getBuffer().getType()).getElementType();
  if (layout.getRank() != 2)
    return;
  std::optional<WarpBox> box = boxOf(layout);
  std::optional<MatrixView> view =
      MatrixView::of(*this, op, tile::getTileType(element, layout));
  if (!box || !view)
    return;
  Location loc = op.getLoc();
  VendorLowering::GlobalMatrix matrix = view->materialize(loc);
  unsigned rowDim = view->isTransposed() ? 1 : 0;
  for (int64_t reg = 0; reg < layout.getNumRegisters(); ++reg) {
    if (reg & ~box->repeats)
      continue;
    Value place[2];
    for (unsigned dim : {0u, 1u}) {
      LinearNumbers numbers = coordinateNumbers(layout, dim);
      std::fill_n(numbers.threads.begin(), layout.getNumBits(InputDim::Lane),
                  0);
      place[dim] = view->coordinate(loc, dim, numberOf(loc, numbers, reg));
    }
    vendor.prefetchGlobal(builder, loc, matrix, box->extents[rowDim],
                          box->extents[1 - rowDim], place[rowDim],
                          place[1 - rowDim]);
  }
}

} // namespace xcc::thread
