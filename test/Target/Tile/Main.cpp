//===- Main.cpp - xcc-tile-opt: tiles for a vendor that does not exist ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/tile/Tile.h"
#include "lib/Target/Tile/LowerTile.h"
#include "lib/Target/Tile/Passes.h"
#include "test/Target/Tile/TestVendor.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

using namespace mlir;

namespace {
struct LowerTileTest : PassWrapper<LowerTileTest, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerTileTest)

  LowerTileTest() = default;
  LowerTileTest(const LowerTileTest &other) : PassWrapper(other) {}
  StringRef getArgument() const override { return "lower-tile-test"; }
  StringRef getDescription() const override {
    return "Tiles to threads, vendor's operations as calls";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<LLVM::LLVMDialect, arith::ArithDialect, scf::SCFDialect,
                    math::MathDialect, vector::VectorDialect>();
  }
  void runOnOperation() override {
    xcc::test::TestDevice device{async, fragments, exp2, false};
    xcc::test::TestVendor vendor(device);
    if (failed(xcc::lowerTileKernels(getOperation(),
                                     xcc::test::describe(device), vendor)))
      signalPassFailure();
  }

  Option<bool> async{*this, "async", llvm::cl::desc("copies in background")};
  Option<bool> fragments{*this, "fragments",
                         llvm::cl::desc("loads of fragments")};
  Option<bool> exp2{*this, "exp2", llvm::cl::desc("2^x in hardware")};
};
} // namespace

int main(int argc, char **argv) {
  DialectRegistry registry;
  registerAllDialects(registry);
  registerAllExtensions(registry);
  registerAllPasses();
  registry.insert<xcc::tile::TileDialect>();
  PassRegistration<LowerTileTest>();
  xcc::thread::registerTargetTilePasses();
  PassPipelineRegistration<>(
      "thread-pipeline", "What follows the lowering of tiles",
      [](OpPassManager &pm) {
        xcc::buildThreadPipeline(pm, xcc::test::describe({}));
      });
  PassPipelineRegistration<>(
      "thread-pipeline-bf16", "The same for a device that has bf16",
      [](OpPassManager &pm) {
        xcc::test::TestDevice device;
        device.hasBF16 = true;
        xcc::buildThreadPipeline(pm, xcc::test::describe(device));
      });
  return asMainReturnCode(
      MlirOptMain(argc, argv, "tiles for a test vendor\n", registry));
}
