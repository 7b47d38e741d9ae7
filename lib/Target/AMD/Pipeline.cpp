//===- Pipeline.cpp - Block programs to the LLVM dialect ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/AMD/AMD.h"
#include "lib/Target/AMD/Chips.h"
#include "lib/Target/AMD/Passes.h"
#include "lib/Target/Tile/LowerTile.h"

#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/ROCDL/ROCDLToLLVMIRTranslation.h"

using namespace mlir;

namespace xcc::amd {

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
