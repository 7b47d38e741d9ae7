//===- Link.h - Checks of a finished SPIR-V module ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_INTEL_LINK_H
#define XCC_LIB_TARGET_INTEL_LINK_H

#include "lib/Base/Targets.h"

#include "mlir/IR/BuiltinOps.h"

namespace xcc::intel {

/// SPIR-V is linked by the device's driver. What can be known before: the
/// module has an entry point for each kernel, and imports nothing but the
/// functions that the driver's compiler provides. Fails with an error.
mlir::LogicalResult verifyImage(mlir::ModuleOp module,
                                const TargetDescription &target,
                                llvm::StringRef image);

} // namespace xcc::intel

#endif // XCC_LIB_TARGET_INTEL_LINK_H
