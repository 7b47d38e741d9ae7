//===- Pipeline.cpp - Block programs to the LLVM dialect ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/AMD/AMD.h"
#include "lib/Target/AMD/Chip.h"
#include "lib/Target/AMD/Passes.h"
#include "lib/Target/Tile/LowerTile.h"

#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/ROCDL/ROCDLToLLVMIRTranslation.h"

using namespace mlir;

namespace xcc::amd {
#define GEN_PASS_DEF_LOWERTILEAMD
#include "lib/Target/AMD/Passes.h.inc"

const TargetDescription *findTarget(StringRef name) {
  const auto *row = llvm::find_if(
      targets(), [&](const TargetDescription &t) { return t.name == name; });
  return row == targets().end() ? nullptr : row;
}

namespace {
struct LowerTileAMD : impl::LowerTileAMDBase<LowerTileAMD> {
  using LowerTileAMDBase::LowerTileAMDBase;

  void runOnOperation() override {
    const TargetDescription *row = findTarget(target);
    if (!row) {
      getOperation().emitError("expects a target of this vendor, got '")
          << target << "'";
      return signalPassFailure();
    }
    std::unique_ptr<VendorLowering> lowering = createLowering();
    if (failed(lowerTileKernels(getOperation(), *row->device, *lowering)))
      signalPassFailure();
  }
};
} // namespace

void buildLowerPipeline(OpPassManager &pm, const TargetDescription &target) {
  pm.addPass(createLowerTileAMD({target.name.str()}));
  buildThreadPipeline(pm, *target.device);
  pm.addPass(createVerifyAMD({target.name.str()}));
}

void registerPasses() { registerTargetAMDPasses(); }

void registerDialects(DialectRegistry &registry) {
  registry.insert<LLVM::LLVMDialect, ROCDL::ROCDLDialect, arith::ArithDialect,
                  math::MathDialect, scf::SCFDialect, vector::VectorDialect>();
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerROCDLDialectTranslation(registry);
}

} // namespace xcc::amd
