//===- Chips.h - What each chip is to the passes of this folder -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_AMD_CHIPS_H
#define XCC_LIB_TARGET_AMD_CHIPS_H

#include "lib/Base/Targets.h"
#include "lib/Target/Vendor.h"

#include "mlir/IR/BuiltinOps.h"

#include <memory>

namespace xcc::amd {

/// The kinds of matrix operations, by how they are called.
enum class MatrixKind {
  Mfma,        // rocdl.mfma.*: right operand first, no modifiers
  Wmma,        // rocdl.wmma.*: right operand first
  WmmaInteger, // as Wmma, with signs
  Dot          // llvm.amdgcn.*dot*: each lane its own sum, as operands come
};

/// As what an operand's elements are handed over.
enum class Carrier {
  Elements, // themselves: one, or a vector
  Bits16,   // a vector of i16
  Words,    // i32, one or a vector
  Long      // i64
};

/// A matrix operation as LLVM has it.
struct MatrixForm {
  MatrixKind kind;
  llvm::StringRef operation; // of rocdl, or an intrinsic
  Carrier carrier;
  /// Machine instructions one after another along k: each takes the next
  /// registers of both operands. A lane then holds that many times more
  /// neighbours along k, and reads them with wider loads.
  unsigned pieces;
};

/// What schedules see of a matrix instruction, and what it is made of.
struct Matrix {
  MatrixInstruction row;
  MatrixForm form;
};

/// How values move between lanes beside the crossbar that all chips have.
enum class LaneMoves {
  Rows,  // patterns within 16 lanes, a fixed pattern within 32
  Swaps, // and exchanges of rows of 16 and halves of 32 lanes
  Masks  // lane xor anything within 16 lanes; any lane of the other row
};

/// A chip is a row: what schedules read, and what code generation needs.
struct Chip {
  llvm::StringRef name; // as -target= and LLVM's -mcpu take it
  llvm::StringRef hardware;
  DeviceDescription device;
  llvm::ArrayRef<Matrix> matrices; // as device.matrixInstructions
  unsigned codeObject;  // version of the image: 5 is read by older drivers too
  uint32_t bufferFlags; // last word of a buffer resource
  LaneMoves laneMoves;
  bool hasUnifiedRegisters; // sums of matrix instructions in any register
  bool hasPackedF32;        // two multiply-adds of f32 an instruction
  bool hasBF16Conversions;  // f32 to bf16 is an instruction
  llvm::StringRef features; // of LLVM's, beside the chip's own
};

/// The chip called `name`; null, with an error at the module, if there is none.
const Chip *findChip(mlir::ModuleOp module, llvm::StringRef name);

/// All chips, in the order of their rows.
llvm::ArrayRef<Chip> allChips();

/// How the chip's instruction called `name`, which it has, is made.
const MatrixForm &formOf(const Chip &chip, llvm::StringRef name);

/// What the lowering of tiles asks for, in rocdl.
std::unique_ptr<VendorLowering> createLowering(const Chip &chip);

} // namespace xcc::amd

#endif // XCC_LIB_TARGET_AMD_CHIPS_H
