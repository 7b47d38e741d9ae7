//===- ThreadPipeline.cpp - What follows the lowering for every vendor ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Schedule.h"
#include "lib/Target/Tile/LowerTile.h"
#include "lib/Target/Tile/Passes.h"

#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"

using namespace mlir;

void xcc::buildThreadPipeline(OpPassManager &pm,
                              const DeviceDescription &device) {
  schedule::ExpandMathOptions math;
  math.keepBF16Casts = device.hasBF16Arithmetic;
  math.hasF64 = device.hasF64;
  pm.addPass(schedule::createExpandMath(math));
  if (!device.hasBF16Arithmetic)
    pm.addPass(schedule::createCarryBF16AsBits());
  pm.addPass(thread::createThreadToLLVM());
  // Every instruction then names the line of the model that it comes from; no
  // image carries tables of types and variables.
  LLVM::DIScopeForLLVMFuncOpPassOptions lines;
  lines.emissionKind = LLVM::DIEmissionKind::DebugDirectivesOnly;
  pm.addPass(LLVM::createDIScopeForLLVMFuncOpPass(lines));
}
