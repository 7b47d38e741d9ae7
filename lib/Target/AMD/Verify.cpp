//===- Verify.cpp - What the chip or its back end cannot do ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/AMD/Chips.h"
#include "lib/Target/AMD/Passes.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace xcc::amd {
#define GEN_PASS_DEF_VERIFYAMD
#include "lib/Target/AMD/Passes.h.inc"

static LogicalResult verifyDialect(Operation *op) {
  if (isa<ModuleOp>(op) ||
      isa_and_nonnull<LLVM::LLVMDialect, ROCDL::ROCDLDialect>(op->getDialect()))
    return success();
  return op->emitOpError("expects the llvm and rocdl dialects before code is "
                         "made, got an operation of '")
         << op->getName().getDialectNamespace() << "'";
}

/// The LLVM dialect itself has no floats of 8 bits; they come as integers.
static LogicalResult verifyTypes(Operation *op, StringRef target) {
  if (isa<LLVM::LLVMFuncOp, LLVM::GlobalOp, LLVM::ConstantOp, LLVM::UndefOp,
          LLVM::PoisonOp, LLVM::ZeroOp>(op))
    return success();
  for (Type type :
       llvm::concat<Type>(SmallVector<Type>(op->getOperandTypes()),
                          SmallVector<Type>(op->getResultTypes()))) {
    Type element = getElementTypeOrSelf(type);
    if (element.isIntOrFloat() && element.getIntOrFloatBitWidth() > 64)
      return op->emitOpError("has no instruction for ")
             << element << " on " << target << "; widest: 64 bits";
  }
  return success();
}

/// Of LLVM's math the back end selects these; others are functions of a library
/// that is not there, or, in f64, end the process.
static bool isLibraryMath(Operation *op) {
  return isa<LLVM::SinOp, LLVM::CosOp, LLVM::TanOp, LLVM::SinhOp, LLVM::CoshOp,
             LLVM::TanhOp, LLVM::ASinOp, LLVM::ACosOp, LLVM::ATanOp,
             LLVM::ATan2Op, LLVM::PowOp, LLVM::PowIOp, LLVM::ExpOp,
             LLVM::Exp2Op, LLVM::Exp10Op, LLVM::LogOp, LLVM::Log2Op,
             LLVM::Log10Op, LLVM::FRemOp>(op);
}

/// The operation of a chip's own that this is, by its name in rocdl or as an
/// intrinsic; empty if it is none.
static StringRef ownOperation(Operation *op) {
  if (auto call = dyn_cast<LLVM::CallIntrinsicOp>(op))
    return call.getIntrin().starts_with("llvm.amdgcn.") ? call.getIntrin()
                                                        : StringRef();
  return op->getName().getStringRef();
}

static LogicalResult verifyMatrix(Operation *op, const Chip &chip) {
  StringRef name = ownOperation(op);
  bool isMatrix =
      name.starts_with("rocdl.mfma") || name.starts_with("rocdl.smfmac") ||
      name.starts_with("rocdl.wmma") || name.starts_with("llvm.amdgcn.");
  if (!isMatrix)
    return success();
  llvm::SmallSetVector<StringRef, 16> supported;
  for (const Matrix &matrix : chip.matrices)
    supported.insert(matrix.form.operation);
  if (supported.contains(name))
    return success();
  return op->emitOpError("has no instruction on ")
         << chip.name
         << "; supported: " << llvm::join(supported.getArrayRef(), ", ");
}

/// Moves between lanes that only some chips have.
static LogicalResult verifyLaneMove(Operation *op, const Chip &chip) {
  auto refuse = [&](StringRef what) {
    return op->emitOpError("has no ") << what << " on " << chip.name
                                      << "; ds_bpermute moves any lane to any";
  };
  bool hasMasks = chip.laneMoves == LaneMoves::Masks;
  if (isa<ROCDL::PermlaneX16Op>(op) && !hasMasks)
    return refuse("move from the other row");
  if (isa<ROCDL::Permlane16SwapOp, ROCDL::Permlane32SwapOp>(op) &&
      chip.laneMoves != LaneMoves::Swaps)
    return refuse("exchange of rows");
  auto pattern = dyn_cast<ROCDL::DPPUpdateOp>(op);
  // From 0x150 on: shares and masks of a row. Before, from 0x130 on: moves
  // across rows, but for the two mirrors.
  if (!pattern)
    return success();
  uint32_t control = pattern.getDppCtrl();
  bool isMirror = control == 0x140 || control == 0x141;
  bool isAcross = control >= 0x130 && control < 0x150 && !isMirror;
  if ((control >= 0x160 && !hasMasks) || (isAcross && hasMasks))
    return refuse("such pattern of lanes");
  return success();
}

static LogicalResult verifyOp(Operation *op, const Chip &chip) {
  if (failed(verifyDialect(op)) || failed(verifyTypes(op, chip.name)) ||
      failed(verifyMatrix(op, chip)) || failed(verifyLaneMove(op, chip)))
    return failure();
  if (isLibraryMath(op))
    return op->emitOpError("expects math expanded to arithmetic; ")
           << chip.name << " has no library (pass expand-math)";
  auto function = dyn_cast<LLVM::LLVMFuncOp>(op);
  if (function && function.isExternal())
    return op->emitOpError("expects a body: an image for ")
           << chip.name << " takes nothing from outside";
  return success();
}

/// What a kernel uses of shared memory is what its module declares: each kernel
/// has its own.
static LogicalResult verifyShared(LLVM::GlobalOp global, const Chip &chip) {
  auto bytes = dyn_cast<LLVM::LLVMArrayType>(global.getGlobalType());
  if (global.getAddrSpace() != kSharedAddressSpace || !bytes ||
      bytes.getNumElements() <= chip.device.sharedBytesPerBlock)
    return success();
  return global.emitOpError("expects at most ")
         << chip.device.sharedBytesPerBlock
         << " bytes of shared memory a block on " << chip.name << ", got "
         << bytes.getNumElements() << "; choose smaller tiles or fewer stages";
}

namespace {
struct VerifyAMD : impl::VerifyAMDBase<VerifyAMD> {
  using VerifyAMDBase::VerifyAMDBase;

  void runOnOperation() override {
    const Chip *chip = findChip(getOperation(), target);
    if (!chip)
      return signalPassFailure();
    getOperation()->walk([&](Operation *op) {
      if (failed(verifyOp(op, *chip)))
        signalPassFailure();
      auto global = dyn_cast<LLVM::GlobalOp>(op);
      if (global && failed(verifyShared(global, *chip)))
        signalPassFailure();
    });
  }
};
} // namespace
} // namespace xcc::amd
