//===- Stages.h - The pipeline's table of contents ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_DRIVER_STAGES_H
#define XCC_LIB_DRIVER_STAGES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace xcc {

enum class Stage { Import, Normalize, Fuse, Schedule, Lower, Emit, Bundle };

/// A row of the table: what `--list-stages` prints and `--stop-after=` takes.
struct StageDescription {
  Stage stage;
  llvm::StringRef name;
  llvm::StringRef folder;
  llvm::StringRef leaving;  // the IR or file that leaves it
  llvm::StringRef sentence; // what it does
  /// Its IR can be printed by --stop-after.
  bool hasIr;
};

/// All stages, in order.
llvm::ArrayRef<StageDescription> allStages();

/// The stage called `name`, if there is one and its IR can be printed.
std::optional<Stage> findStage(llvm::StringRef name);

/// "unknown stage 'x'; stages: ...".
std::string unknownStageMessage(llvm::StringRef name);

} // namespace xcc

#endif // XCC_LIB_DRIVER_STAGES_H
