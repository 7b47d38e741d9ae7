//===- LowerTile.cpp - Block programs to one thread's program -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/LowerTile.h"

#include "lib/Target/AMD/Chips.h"
#include "lib/Target/AMD/Passes.h"

using namespace mlir;

namespace xcc::amd {
#define GEN_PASS_DEF_LOWERTILEAMD
#include "lib/Target/AMD/Passes.h.inc"

namespace {
struct LowerTileAMD : impl::LowerTileAMDBase<LowerTileAMD> {
  using LowerTileAMDBase::LowerTileAMDBase;

  void runOnOperation() override {
    const Chip *chip = findChip(getOperation(), target);
    if (!chip)
      return signalPassFailure();
    std::unique_ptr<VendorLowering> lowering = createLowering(*chip);
    if (failed(lowerTileKernels(getOperation(), chip->device, *lowering)))
      signalPassFailure();
  }
};
} // namespace
} // namespace xcc::amd
