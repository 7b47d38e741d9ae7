//===- Targets.h - What a row of the table of targets says ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each vendor folder holds its rows; lib/Driver/Backends.h puts the table
// together.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_BASE_TARGETS_H
#define XCC_LIB_BASE_TARGETS_H

#include "lib/Base/Device.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace xcc {

/// One instruction-set level that a target's image is built for.
struct IsaLevel {
  llvm::StringRef name;     // as LLVM's -mcpu takes it
  unsigned vectorBits;      // widest register the schedule may use
  llvm::StringRef features; // what the processor must have, in LLVM's words
};

/// One row of the table of targets: what `-target=` takes.
struct TargetDescription {
  llvm::StringRef name;
  llvm::StringRef hardware;
  llvm::StringRef machine; // the processor's architecture
  /// What `--emit=` takes, text and objects.
  llvm::ArrayRef<llvm::StringRef> formats;
  /// Formats of the images a bundle holds, the preferred last.
  llvm::ArrayRef<llvm::StringRef> images;
  /// Of the host; devices have one image for all.
  llvm::ArrayRef<IsaLevel> levels = {};
  /// What the image's code is for, where that is less than the target's name
  /// says; runtimes choose images by it.
  llvm::StringRef isa = {};
  /// The target whose image a bundle holds beside this one's, which no other
  /// chip takes.
  llvm::StringRef portable = {};
  /// Null for the host, whose kernels are loops and not block programs.
  const DeviceDescription *device = nullptr;
};

} // namespace xcc

#endif // XCC_LIB_BASE_TARGETS_H
