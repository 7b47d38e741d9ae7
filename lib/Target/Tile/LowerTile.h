//===- LowerTile.h - A block's program to the program of one thread -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_TILE_LOWERTILE_H
#define XCC_LIB_TARGET_TILE_LOWERTILE_H

#include "lib/Base/Device.h"
#include "lib/Target/Vendor.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"

namespace xcc {

/// Replaces each kernel on tiles (a `func.func` with `schedule.threads`) by an
/// `llvm.func` of the same name: buffers are `!llvm.ptr<1>`, sizes i64, the
/// body one thread's work in scf, arith, math, vector and llvm operations.
/// Fails at the operation that cannot be expressed, with an error there.
mlir::LogicalResult lowerTileKernels(mlir::ModuleOp module,
                                     const DeviceDescription &device,
                                     VendorLowering &vendor);

/// What follows for every vendor: math functions expanded, bf16 carried as bits
/// where the device computes nothing in it, then all that is not in the LLVM
/// dialect converted to it, each operation with a line of the model.
void buildThreadPipeline(mlir::OpPassManager &pm,
                         const DeviceDescription &device);

} // namespace xcc

#endif // XCC_LIB_TARGET_TILE_LOWERTILE_H
