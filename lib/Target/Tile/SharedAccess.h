//===- SharedAccess.h - Which shared memory a thread's registers are ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_TILE_SHAREDACCESS_H
#define XCC_LIB_TARGET_TILE_SHAREDACCESS_H

#include "lib/Target/Tile/KernelLowering.h"

namespace xcc::thread {

/// Loads and stores of the registers of a tile at numbered places in shared
/// memory, as wide as the numbers allow.
class SharedAccess {
public:
  /// Register r of a thread lies `numbers` elements behind `base`, which is
  /// aligned to the device's widest access. Registers with one of `redundant`
  /// bits set hold what those without it hold.
  SharedAccess(KernelLowering &lowering, mlir::Value base, mlir::Type element,
               LinearNumbers numbers, uint64_t redundant);

  /// All registers.
  Registers load(mlir::Location loc);
  void store(mlir::Location loc, llvm::ArrayRef<mlir::Value> registers);
  /// Where a register lies.
  mlir::Value pointerTo(mlir::Location loc, unsigned reg);

private:
  void findRun();
  llvm::SmallVector<unsigned> groupOf(unsigned leader) const;

  KernelLowering &lowering;
  mlir::Value base;
  mlir::Type element, memoryElement;
  LinearNumbers numbers;
  uint64_t redundant;
  unsigned elementBytes;
  llvm::SmallVector<unsigned> runBits;
  llvm::SmallVector<unsigned> leaders;
};

} // namespace xcc::thread

#endif // XCC_LIB_TARGET_TILE_SHAREDACCESS_H
