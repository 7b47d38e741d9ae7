//===- Schedule.h - Kernels on tensors to loops on memrefs ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_SCHEDULE_H
#define XCC_SCHEDULE_SCHEDULE_H

#include "lib/Base/Device.h"

#include "mlir/Pass/Pass.h"

#include <memory>

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace xcc::schedule {

/// On a module, a unit: products of f32 may round their factors to tf32 (11
/// bits with the first) where the device multiplies those faster.
inline constexpr llvm::StringLiteral allowTF32AttrName = "fx.allow_tf32";

struct HostScheduleOptions {
  /// Width of the vector registers that micro-kernels are shaped for.
  unsigned vectorBits = 256;
};

/// Schedules every kernel for the host, then expands the math functions.
void buildHostSchedulePipeline(mlir::OpPassManager &pm,
                               const HostScheduleOptions &options);

/// Turns every kernel into block programs of the `tile` dialect for `device`,
/// which outlives the pass manager.
void buildTileSchedulePipeline(mlir::OpPassManager &pm,
                               const DeviceDescription &device);

#define GEN_PASS_DECL
#include "lib/Schedule/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "lib/Schedule/Passes.h.inc"

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_SCHEDULE_H
