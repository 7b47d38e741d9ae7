//===- Pipeline.cpp - Block programs to the LLVM dialect ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Intel/Intel.h"
#include "lib/Target/Intel/Passes.h"
#include "lib/Target/Tile/LowerTile.h"

#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"

using namespace mlir;

namespace xcc::intel {
void buildLowerPipeline(OpPassManager &pm, const TargetDescription &target) {
  pm.addPass(createLowerTileIntel({target.name.str()}));
  buildThreadPipeline(pm, *target.device);
  pm.addPass(createVerifyIntel({target.name.str()}));
}

void registerPasses() { registerTargetIntelPasses(); }

void registerDialects(DialectRegistry &registry) {
  registry.insert<LLVM::LLVMDialect, arith::ArithDialect, math::MathDialect,
                  scf::SCFDialect, vector::VectorDialect>();
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
}

} // namespace xcc::intel
