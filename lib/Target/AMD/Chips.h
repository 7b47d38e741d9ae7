//===- Chips.h - What this folder knows of a chip beyond its row ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_AMD_CHIPS_H
#define XCC_LIB_TARGET_AMD_CHIPS_H

#include "lib/Base/Targets.h"
#include "lib/Target/Vendor.h"

#include <memory>

namespace xcc::amd {

/// A matrix instruction as this vendor's dialect has it.
struct MatrixForm {
  llvm::StringRef instruction; // name in MatrixInstruction
  llvm::StringRef operation;   // of rocdl
  /// Machine instructions one after another along k: each takes the next
  /// registers of both operands. A lane then holds that many times more
  /// neighbours along k, and reads them with wider loads.
  unsigned pieces;
};

/// The operations that `instruction` stands for, or null.
const MatrixForm *findMatrixForm(llvm::StringRef instruction);

struct Chip {
  llvm::StringRef name; // as -target= and LLVM's -mcpu take it
  unsigned codeObject;  // version of the image: 5 is read by older drivers too
  /// Matrix operations of rocdl that it selects; others end the process.
  llvm::ArrayRef<llvm::StringRef> matrixOperations;
};

/// The chip called `name`, which has a row.
const Chip &findChip(llvm::StringRef name);

/// This vendor's row called `name`, or null.
const TargetDescription *findTarget(llvm::StringRef name);

/// What the lowering of tiles asks for, in rocdl.
std::unique_ptr<VendorLowering> createLowering();

} // namespace xcc::amd

#endif // XCC_LIB_TARGET_AMD_CHIPS_H
