//===- LinearLayout.h - Who holds which element of a tile ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A layout maps (register, lane, warp), or an offset in shared memory, to the
// coordinates of an element of the tile. It is linear over GF(2): each bit of
// the input adds (xor) one basis, a list of coordinates. No IR is needed here.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_TILE_LINEARLAYOUT_H
#define XCC_DIALECTS_TILE_LINEARLAYOUT_H

#include "dialects/tile/BitMatrix.h"
#include "lib/Base/Device.h"

#include "llvm/ADT/Hashing.h"

#include <array>
#include <string>

namespace xcc::tile {

/// What the bits of a layout's input count. A tile in registers has the first
/// three, a tile in shared memory has offsets (in elements).
enum class InputDim : uint8_t { Register, Lane, Warp, Offset };
llvm::StringRef stringifyInputDim(InputDim dim);

/// One number a dimension of the tile.
using Coordinates = llvm::SmallVector<int32_t, 4>;

/// "128x64".
std::string formatShape(llvm::ArrayRef<int64_t> shape);

class LinearLayout {
public:
  using Bases = llvm::SmallVector<Coordinates, 8>;

  /// A tile of rank 0 held by one thread.
  LinearLayout() = default;
  static LinearLayout distributed(unsigned rank, Bases registers, Bases lanes,
                                  Bases warps);
  static LinearLayout shared(unsigned rank, Bases offsets);

  //===-- Named layouts ---------------------------------------------------===//

  /// Rectangles of `perThread` elements, side by side over `lanes`, then over
  /// `warps`, then again as often as `shape` needs (the highest registers).
  /// `order` lists the dimensions, the fastest first. Where `shape` is smaller,
  /// registers are left out and lanes and warps hold the same elements.
  static LinearLayout blocked(llvm::ArrayRef<int64_t> shape,
                              llvm::ArrayRef<int64_t> perThread,
                              llvm::ArrayRef<int64_t> lanes,
                              llvm::ArrayRef<int64_t> warps,
                              llvm::ArrayRef<unsigned> order);
  /// An instruction's fragment (rows, columns), repeated by each warp as
  /// `repetitions` tell, columns fastest (registers above the fragment's own);
  /// then warps side by side, columns fastest. A warp's elements form one
  /// rectangle.
  static LinearLayout fragment(const Fragment &fragment,
                               llvm::ArrayRef<int64_t> repetitions,
                               llvm::ArrayRef<int64_t> warps);
  /// Shared memory, dense, order[0] fastest; then lines of order[1] have their
  /// groups of `vectorElements` exchanged: group g of line i lies where group
  /// g ^ (i / perPhase % maxPhase) would. maxPhase 1 is no swizzle.
  static LinearLayout swizzledShared(llvm::ArrayRef<int64_t> shape,
                                     int64_t vectorElements, int64_t perPhase,
                                     int64_t maxPhase,
                                     llvm::ArrayRef<unsigned> order);

  //===-- What it is ------------------------------------------------------===//

  bool isShared() const { return hasOffsets; }
  unsigned getRank() const { return rank; }
  /// The tile's sizes, as far as the bases reach.
  llvm::SmallVector<int64_t> getShape() const;
  int64_t getNumElements() const;
  llvm::ArrayRef<Coordinates> getBases(InputDim dim) const {
    return bases[static_cast<unsigned>(dim)];
  }
  unsigned getNumBits(InputDim dim) const { return getBases(dim).size(); }
  int64_t getSize(InputDim dim) const { return int64_t(1) << getNumBits(dim); }
  int64_t getNumRegisters() const { return getSize(InputDim::Register); }
  int64_t getNumLanes() const { return getSize(InputDim::Lane); }
  int64_t getNumWarps() const { return getSize(InputDim::Warp); }
  int64_t getNumThreads() const { return getNumLanes() * getNumWarps(); }

  Coordinates apply(int64_t reg, int64_t lane, int64_t warp) const;
  Coordinates apply(int64_t offset) const;

  bool isInjective() const { return toMatrix().isInjective(); }
  /// Each element of the shape is held. True of every layout of a tile.
  bool isSurjective() const { return toMatrix().isSurjective(); }
  /// Whether inputs that differ in this bit alone hold the same element.
  bool isReplicatedOver(InputDim dim, unsigned bit) const;
  /// The bits of `dim` that may be fixed at zero without losing an element:
  /// those of zero bases, and of bases that are sums of earlier ones (register
  /// bits come first, then lanes, then warps). One copy of each element stays.
  uint64_t getRedundantBits(InputDim dim) const;
  /// Largest 2^k such that the registers 0..2^k-1 hold neighbours along `dim`,
  /// and nobody else's elements lie among them.
  int64_t getContiguousRegisters(unsigned dim) const;

  //===-- As a matrix -----------------------------------------------------===//

  /// Input bits (registers lowest, then lanes, then warps; or offsets) to
  /// element bits: the row-major number of the element in `getShape()`.
  BitMatrix toMatrix() const;
  /// Element bits to input bits; one holder of each element.
  BitMatrix inverse() const { return toMatrix().pseudoInverse(); }
  /// The row-major number of an element, and back.
  uint64_t toElement(llvm::ArrayRef<int32_t> coordinates) const;
  Coordinates fromElement(uint64_t element) const;

  //===-- Made from others ------------------------------------------------===//

  /// `*this` inside, `outer` around it: each input dimension has the bits of
  /// this, then those of `outer`, whose coordinates count whole tiles of this.
  LinearLayout product(const LinearLayout &outer) const;
  /// The `outer` for which inner.product(outer) is this; nullopt if none is.
  std::optional<LinearLayout> divide(const LinearLayout &inner) const;
  /// Only the bits of one input dimension; the others are left out.
  LinearLayout sublayout(InputDim dim) const;
  /// Without dimension `axis`: registers that differ in nothing else go, lanes
  /// and warps that do hold the same elements.
  LinearLayout reduced(unsigned axis) const;
  /// With a new dimension of size 1 at `axis`.
  LinearLayout expanded(unsigned axis) const;
  /// With dimension `axis` of size 1: the elements a broadcast reads.
  LinearLayout collapsed(unsigned axis) const;
  /// Dimension i of the result is dimension order[i] of this.
  LinearLayout permuted(llvm::ArrayRef<unsigned> order) const;
  /// The same row-major numbers under another shape.
  LinearLayout reshaped(llvm::ArrayRef<int64_t> shape) const;
  /// With further registers that count upwards along `dim` behind what is
  /// there; they become the lowest registers if `isFastest`.
  LinearLayout extended(unsigned dim, int64_t size, bool isFastest) const;
  /// Without registers that hold what lower registers hold.
  LinearLayout withoutRedundantRegisters() const;

  bool operator==(const LinearLayout &other) const;
  friend llvm::hash_code hash_value(const LinearLayout &layout);
  /// "{register = [[0, 1]], lane = [[1, 0]], warp = []}", as in the IR.
  std::string toString() const;

private:
  Bases &mutableBases(InputDim dim) {
    return bases[static_cast<unsigned>(dim)];
  }
  llvm::SmallVector<unsigned> log2Shape() const;
  /// Every basis through a function of coordinates.
  template <typename Function>
  LinearLayout mapped(unsigned newRank, Function function) const;

  unsigned rank = 0;
  bool hasOffsets = false;
  std::array<Bases, 4> bases;
};

//===-- Operands of a product ---------------------------------------------===//

/// The layouts of the operands of acc(m, n) += lhs(m, k) * rhs(k, n).
struct DotLayouts {
  LinearLayout lhs, rhs, accumulator;
};

/// Products by `instruction`: each warp has repetitions {m, n, k} of it, and
/// warps {m, n} lie side by side, n fastest. Warps that differ in n hold the
/// same lhs, warps that differ in m the same rhs.
DotLayouts makeDotLayouts(const MatrixInstruction &instruction,
                          llvm::ArrayRef<int64_t> repetitions,
                          llvm::ArrayRef<int64_t> warps);
/// Products by a group instruction: `shape` is {rows, columns, depth} of the
/// block, whose rows are shared out to `groups` of warps, one below the other.
/// Within a group the instruction's rows follow each other, times as many as it
/// takes. The rhs is in shared memory, the lhs may be.
DotLayouts makeGroupDotLayouts(const MatrixInstruction &instruction,
                               llvm::ArrayRef<int64_t> shape, int64_t groups);
/// Products within a thread: for an accumulator of rank 2 held in any way, each
/// thread holds the rows of lhs and the columns of rhs that its elements need,
/// with all of k (the fastest registers of lhs, the slowest of rhs).
DotLayouts makeThreadDotLayouts(const LinearLayout &accumulator, int64_t k);

} // namespace xcc::tile

#endif // XCC_DIALECTS_TILE_LINEARLAYOUT_H
