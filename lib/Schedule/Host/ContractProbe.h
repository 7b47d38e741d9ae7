//===- ContractProbe.h - Where an element would be read or written --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_CONTRACTPROBE_H
#define XCC_SCHEDULE_HOST_CONTRACTPROBE_H

#include "lib/Schedule/Host/HostKernelBuilder.h"

namespace xcc::schedule {

/// One access of a piece of code with some index variables.
struct ProbedAccess {
  mlir::Value flat;
  bool isStore;
  /// The place, over variables that are gone.
  mlir::AffineExpr place;
  /// How far the place moves with each variable; null: not linearly.
  IndexList steps;
  /// The place over dimensions 0, 1, ... for the variables; null if there are
  /// others.
  mlir::AffineExpr offset;
};

struct Probe {
  llvm::SmallVector<ProbedAccess> accesses;
  /// The code is one load and nothing done to its value.
  bool isPlainLoad = false;
  /// The code is one load whose value is extended to a wider float.
  bool isExtendedLoad = false;
};

/// Emits code with one index variable for each extent, to be thrown away, and
/// says what it accesses. Fails if the code cannot be emitted. `emit` gives the
/// value computed, if any.
llvm::FailureOr<Probe>
probe(HostKernelBuilder &builder, Indices extents,
      llvm::function_ref<llvm::FailureOr<mlir::Value>(Indices)> emit);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_CONTRACTPROBE_H
