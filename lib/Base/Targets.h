//===- Targets.h - The devices xcc compiles for ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_BASE_TARGETS_H
#define XCC_LIB_BASE_TARGETS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace xcc {

/// One instruction-set level that a target's image is built for.
struct IsaLevel {
  llvm::StringRef name;     // as LLVM's -mcpu takes it
  unsigned vectorBits;      // widest register the schedule may use
  llvm::StringRef features; // what the processor must have, for people
};

/// One row of the table of targets: what `-target=` takes.
struct TargetDescription {
  llvm::StringRef name;
  llvm::StringRef hardware;
  llvm::StringRef machine; // the processor's architecture
  llvm::StringRef image;   // the image's format
  llvm::ArrayRef<IsaLevel> levels;
};

/// All targets, in the order in which `--list-targets` prints them.
llvm::ArrayRef<TargetDescription> allTargets();

/// The target called `name`, or null.
const TargetDescription *findTarget(llvm::StringRef name);

/// "unknown target 'x'; did you mean ...", naming the nearest known targets.
std::string unknownTargetMessage(llvm::StringRef name);

} // namespace xcc

#endif // XCC_LIB_BASE_TARGETS_H
