//===- GlobalAccess.h - Which memory a thread's registers are -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_TILE_GLOBALACCESS_H
#define XCC_LIB_TARGET_TILE_GLOBALACCESS_H

#include "lib/Target/Tile/KernelLowering.h"

namespace xcc::thread {

/// What `tile.load` and its like say of places.
struct AccessSpec {
  mlir::Location loc;
  mlir::Value buffer;
  mlir::ValueRange scalars, indices;
  mlir::AffineMap map;
  mlir::IntegerSet bounds; // may be null
  tile::LinearLayout layout;
};

/// Registers whose elements lie one behind the other, and where.
struct AccessGroup {
  llvm::SmallVector<unsigned, 8> registers;
  mlir::Value pointer;
  mlir::Value predicate; // i1, or null: all elements exist
};

/// The accesses of one thread that together are those of a tile.
class GlobalAccess {
public:
  /// `allowedBits`: further numbers (offsets in shared memory, say) in which
  /// the registers of a group must follow each other, too.
  GlobalAccess(KernelLowering &lowering, const AccessSpec &spec,
               const LinearNumbers *alsoContiguous = nullptr);

  unsigned vectorElements() const { return 1u << runBits.size(); }
  unsigned alignBytes() const { return vectorElements() * elementBytes; }
  mlir::Type elementType() const { return memoryElement; }
  /// Type of one access: a scalar or a vector.
  mlir::Type accessType() const;
  /// The first registers of all groups, one for each set of elements.
  llvm::ArrayRef<unsigned> groupRegisters() const { return leaders; }
  AccessGroup group(unsigned leader);
  /// The register that is loaded in the place of `reg`, which holds the same.
  unsigned representative(unsigned reg) const { return reg & ~redundant; }

private:
  void findRun(const LinearNumbers *alsoContiguous);
  llvm::SmallVector<unsigned> runAlong(unsigned dim,
                                       const LinearNumbers *also) const;
  unsigned log2Width(unsigned dim, unsigned most) const;
  bool isRun(unsigned dim, int64_t width) const;
  llvm::SmallVector<Facts> dimFacts(unsigned dim, int64_t width) const;
  std::optional<int64_t> stepAlong(mlir::AffineExpr expr, unsigned dim,
                                   int64_t width,
                                   llvm::ArrayRef<Facts> dims) const;
  bool haveEqualIndices(unsigned index, llvm::ArrayRef<unsigned> bits) const;

  KernelLowering &lowering;
  AccessSpec spec;
  mlir::Type memoryElement;
  unsigned elementBytes;
  llvm::SmallVector<LinearNumbers> coordinates;
  llvm::SmallVector<IndexSum> symbols;
  llvm::SmallVector<Facts> symbolFacts;
  uint64_t redundant;
  llvm::SmallVector<unsigned> runBits; // register bits, the lowest place first
  llvm::SmallVector<unsigned> leaders;
};

} // namespace xcc::thread

#endif // XCC_LIB_TARGET_TILE_GLOBALACCESS_H
