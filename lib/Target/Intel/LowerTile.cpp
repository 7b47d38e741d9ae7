//===- LowerTile.cpp - Block programs to one thread's program -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/LowerTile.h"

#include "lib/Target/Intel/Lowering.h"
#include "lib/Target/Intel/Passes.h"

using namespace mlir;

namespace xcc::intel {
#define GEN_PASS_DEF_LOWERTILEINTEL
#include "lib/Target/Intel/Passes.h.inc"

namespace {
struct LowerTileIntel : impl::LowerTileIntelBase<LowerTileIntel> {
  using LowerTileIntelBase::LowerTileIntelBase;

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
} // namespace xcc::intel
