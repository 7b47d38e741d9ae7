//===- SlotRing.h - Slots that a producer fills and workers empty ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each slot of shared memory has two barriers with phases: copies end a phase
// of `full`, workers that are done with the slot one of `empty`. Both sides go
// round and round, and change parity each time.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_TILE_SLOTRING_H
#define XCC_SCHEDULE_TILE_SLOTRING_H

#include "dialects/tile/Tile.h"

namespace xcc::schedule {

/// Where one side of a ring is.
struct RingPlace {
  mlir::Value slot;   // index
  mlir::Value parity; // i1: of the phase that is waited for
};

class SlotRing {
public:
  /// `slots` slots for tiles of each of `slices`; `workerWarps` warps empty
  /// them. Memory and barriers are made where `builder` stands.
  SlotRing(mlir::OpBuilder &builder, mlir::Location loc,
           llvm::ArrayRef<tile::SharedType> slices, int64_t slots,
           int64_t workerWarps);

  /// Both sides begin at slot 0. The producer waits for slots to be empty, the
  /// first of which nobody has filled.
  RingPlace begin(bool isProducer);
  RingPlace next(RingPlace place);

  /// Waits for the slot, and says that copies of all its tiles will come.
  /// `copy` begins the one of tile `i`.
  void fill(RingPlace place,
            llvm::function_ref<void(unsigned i, mlir::Value slice,
                                    mlir::Value barriers, mlir::Value slot)>
                copy);
  /// Waits for the copies, and gives the slot's tiles.
  llvm::SmallVector<mlir::Value> take(RingPlace place);
  /// The warp no longer reads the slot.
  void giveBack(mlir::Value slot);

private:
  mlir::Value slice(unsigned i, mlir::Value slot);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  int64_t slots, bytes = 0;
  llvm::SmallVector<mlir::Value> memory;
  mlir::Value full, empty;
};

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_SLOTRING_H
