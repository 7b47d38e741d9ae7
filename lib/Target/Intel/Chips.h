//===- Chips.h - What each chip is to the passes of this folder -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_INTEL_CHIPS_H
#define XCC_LIB_TARGET_INTEL_CHIPS_H

#include "lib/Base/Device.h"

#include "mlir/IR/BuiltinOps.h"

namespace xcc::intel {

/// A chip is a row: what the schedule reads, and what code generation needs.
struct Chip {
  llvm::StringRef name; // as -target= takes it
  llvm::StringRef hardware;
  DeviceDescription device;
  /// Blocks of two dimensions are loaded by one message.
  bool hasBlockLoads;
};

/// The chip called `name`; null, with an error at the module, if there is none.
const Chip *findChip(mlir::ModuleOp module, llvm::StringRef name);

/// The built-in function of a matrix instruction, by its mangled name.
llvm::StringRef matrixFunction(const MatrixInstruction &instruction);

} // namespace xcc::intel

#endif // XCC_LIB_TARGET_INTEL_CHIPS_H
