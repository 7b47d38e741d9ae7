//===- Images.h - From kernels on tensors to images -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_DRIVER_IMAGES_H
#define XCC_LIB_DRIVER_IMAGES_H

#include "lib/Driver/Compiler.h"
#include "lib/Driver/StageTimer.h"

namespace xcc {

/// What one target, or one level of it, makes of the kernels.
struct ImageBuild {
  const TargetDescription *target;
  const IsaLevel *level; // null for targets without levels
  /// The kernels as far as they have come.
  mlir::OwningOpRef<mlir::ModuleOp> module = {};
  /// The scheduled functions without bodies: what the plan asks of them.
  mlir::OwningOpRef<mlir::ModuleOp> signatures = {};
  /// (format, bytes), in the target's order.
  std::vector<std::pair<std::string, std::string>> code = {};
  /// Formats left out because the tool that makes them is missing.
  std::vector<std::string> missing = {};
  StageTimer timer = {};
  bool isBuilt = false;

  /// "x86-64-v3", or the target's name.
  llvm::StringRef name() const { return level ? level->name : target->name; }
  /// What a runtime compares with the device it has.
  llvm::StringRef isa() const {
    return target->isa.empty() ? name() : target->isa;
  }
};

/// The images that `options` ask for: all levels of all targets for a bundle,
/// one otherwise.
std::vector<ImageBuild> chooseImages(const CompileOptions &options);

/// Schedules, lowers and emits all images from the kernels of `fused`, side by
/// side on the threads of `options`; stops where they say. What comes out, and
/// the order of diagnostics, is the same for any number of threads.
mlir::LogicalResult buildImages(mlir::ModuleOp fused,
                                const CompileOptions &options,
                                std::vector<ImageBuild> &images);

} // namespace xcc

#endif // XCC_LIB_DRIVER_IMAGES_H
