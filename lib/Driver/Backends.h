//===- Backends.h - How each target's images are made ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_DRIVER_BACKENDS_H
#define XCC_LIB_DRIVER_BACKENDS_H

#include "lib/Base/Targets.h"
#include "lib/Driver/Compiler.h"

#include "mlir/Pass/PassManager.h"

#include <string>

namespace xcc {

/// What the driver asks of a vendor: the last stages, from kernels on tensors
/// to an image.
struct Backend {
  llvm::StringRef target;
  void (*buildSchedule)(mlir::OpPassManager &pm, const IsaLevel &level);
  void (*buildLower)(mlir::OpPassManager &pm);
  /// Code of the lowered module: the loadable image for EmitFormat::Bundle.
  mlir::FailureOr<std::string> (*emit)(mlir::ModuleOp module,
                                       const IsaLevel &level,
                                       EmitFormat format);
};

/// The row for `target`, which is one of allTargets().
const Backend &backendFor(const TargetDescription &target);

} // namespace xcc

#endif // XCC_LIB_DRIVER_BACKENDS_H
