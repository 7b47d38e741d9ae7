//===- LowerTile.cpp - Block programs to one thread's program -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/LowerTile.h"

#include "lib/Target/NVIDIA/Lowering.h"
#include "lib/Target/NVIDIA/Passes.h"

using namespace mlir;

namespace xcc::nvidia {
#define GEN_PASS_DEF_LOWERTILENVIDIA
#include "lib/Target/NVIDIA/Passes.h.inc"

namespace {
struct LowerTileNvidia : impl::LowerTileNvidiaBase<LowerTileNvidia> {
  using LowerTileNvidiaBase::LowerTileNvidiaBase;

  void runOnOperation() override {
    const Chip *chip = findChip(getOperation(), target);
    if (!chip)
      return signalPassFailure();
    Lowering lowering(*chip);
    if (failed(lowerTileKernels(getOperation(), chip->device, lowering)))
      signalPassFailure();
  }
};
} // namespace
} // namespace xcc::nvidia
