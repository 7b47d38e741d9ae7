//===- Backends.h - The table of targets, and how images are made ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_DRIVER_BACKENDS_H
#define XCC_LIB_DRIVER_BACKENDS_H

#include "lib/Base/Targets.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/SmallVector.h"

#include <string>

namespace xcc {

/// What the driver asks of a vendor's folder: its rows and the last stages,
/// from kernels on tensors to an image. `level` is null for targets that have
/// no levels.
struct Backend {
  llvm::ArrayRef<TargetDescription> (*targets)();
  void (*buildSchedule)(mlir::OpPassManager &pm,
                        const TargetDescription &target, const IsaLevel *level);
  void (*buildLower)(mlir::OpPassManager &pm, const TargetDescription &target);
  /// The lowered module in one of the target's formats, or an image. Fails with
  /// a diagnostic.
  mlir::FailureOr<std::string> (*emit)(mlir::ModuleOp module,
                                       const TargetDescription &target,
                                       const IsaLevel *level,
                                       llvm::StringRef format);
  /// False when a tool that makes this format is missing.
  bool (*canEmit)(llvm::StringRef format);
  void (*registerDialects)(mlir::DialectRegistry &registry);
  void (*registerPasses)();
};

/// All back ends that were built, in the order of `--list-targets`.
llvm::ArrayRef<Backend> allBackends();

/// The back end whose row `target` is.
const Backend &backendFor(const TargetDescription &target);

/// All targets, in the order in which `--list-targets` prints them.
llvm::SmallVector<const TargetDescription *> allTargets();

/// The target called `name`, or null.
const TargetDescription *findTarget(llvm::StringRef name);

/// "unknown target 'x'; nearest: ...", naming the nearest known targets.
std::string unknownTargetMessage(llvm::StringRef name);

/// The formats that `--emit=` takes for any target, each once.
llvm::SmallVector<llvm::StringRef> allFormats();

/// Lets findDevice (lib/Base/Device.h) see this table.
void registerDevices();

/// Registers every back end's passes, for xcc-opt.
void registerBackendPasses();

} // namespace xcc

#endif // XCC_LIB_DRIVER_BACKENDS_H
