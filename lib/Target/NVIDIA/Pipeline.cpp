//===- Pipeline.cpp - Block programs to the LLVM dialect ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/NVIDIA/NVIDIA.h"
#include "lib/Target/NVIDIA/Passes.h"
#include "lib/Target/Tile/LowerTile.h"

#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"

using namespace mlir;

namespace xcc::nvidia {

void buildLowerPipeline(OpPassManager &pm, const TargetDescription &target) {
  pm.addPass(createLowerTileNvidia({target.name.str()}));
  buildThreadPipeline(pm, *target.device);
  pm.addPass(createVerifyNvidia({target.name.str()}));
}

void registerPasses() { registerTargetNVIDIAPasses(); }

void registerDialects(DialectRegistry &registry) {
  registry.insert<LLVM::LLVMDialect, NVVM::NVVMDialect, arith::ArithDialect,
                  math::MathDialect, scf::SCFDialect, vector::VectorDialect>();
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerNVVMDialectTranslation(registry);
}

} // namespace xcc::nvidia
