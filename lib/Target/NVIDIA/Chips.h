//===- Chips.h - What each chip is to the passes of this folder -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_NVIDIA_CHIPS_H
#define XCC_LIB_TARGET_NVIDIA_CHIPS_H

#include "lib/Base/Device.h"
#include "lib/Base/Targets.h"

#include "mlir/IR/BuiltinOps.h"

namespace xcc::nvidia {

/// How a row of a device's table of matrix instructions is computed: by one
/// intrinsic for each piece of the fragments. A lane's elements of a piece have
/// neighbouring numbers.
struct MatrixForm {
  llvm::StringRef instruction; // the row's name
  llvm::StringRef intrinsic;
  unsigned lhsElements, rhsElements, sums; // of a lane, in one piece
  unsigned ptxVersion;                     // that has the intrinsic
};

/// The form of a row of one of our tables.
const MatrixForm &findForm(const MatrixInstruction &instruction);
/// All forms of all chips.
llvm::ArrayRef<MatrixForm> matrixForms();

/// A chip is a row: what users see of it, what the schedule reads, and what
/// code generation needs.
struct Chip {
  llvm::StringRef name; // as -target= takes it
  llvm::StringRef hardware;
  llvm::StringRef architecture; // as LLVM and ptxas take it
  DeviceDescription device;
  /// The lowest PTX version that the architecture and plain kernels need: the
  /// lower, the older the driver that takes the image. 78 is 7.8.
  unsigned ptxVersion;
  llvm::ArrayRef<llvm::StringRef> formats, images; // as in the table of targets

  /// Code that no later chip takes, as "sm_90a".
  bool isForItselfAlone() const { return architecture.ends_with("a"); }
  bool hasAsyncCopies() const {
    return device.operandPath == OperandPath::AsyncShared;
  }
};

/// The chip called `name`; null, with an error at the module, if there is none.
const Chip *findChip(mlir::ModuleOp module, llvm::StringRef name);

/// Shared memory that a kernel may declare by itself; more is asked for at
/// launch.
inline constexpr unsigned kStaticSharedBytes = 48 * 1024;

} // namespace xcc::nvidia

#endif // XCC_LIB_TARGET_NVIDIA_CHIPS_H
