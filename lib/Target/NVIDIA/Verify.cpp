//===- Verify.cpp - What the PTX back end or the chip cannot do -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/NVIDIA/Chips.h"
#include "lib/Target/NVIDIA/Passes.h"

using namespace mlir;

namespace xcc::nvidia {
#define GEN_PASS_DEF_VERIFYNVIDIA
#include "lib/Target/NVIDIA/Passes.h.inc"

/// The back end makes a call of each of these and then finds no library.
static bool isLibraryFunction(Operation *op) {
  if (auto exp2 = dyn_cast<LLVM::Exp2Op>(op))
    return getElementTypeOrSelf(exp2.getType()).isF64();
  return isa<LLVM::SinOp, LLVM::CosOp, LLVM::TanOp, LLVM::ASinOp, LLVM::ACosOp,
             LLVM::ATanOp, LLVM::ATan2Op, LLVM::SinhOp, LLVM::CoshOp,
             LLVM::TanhOp, LLVM::ExpOp, LLVM::Exp10Op, LLVM::LogOp,
             LLVM::Log2Op, LLVM::Log10Op, LLVM::PowOp, LLVM::PowIOp>(op);
}

static LogicalResult verifyType(Operation *op, Type type, const Chip &chip) {
  Type element = getElementTypeOrSelf(type);
  if (element.isIntOrFloat() && element.getIntOrFloatBitWidth() > 64)
    return op->emitOpError("has no instruction for ")
           << element << " on " << chip.name << "; widest: 64 bits";
  if (element.isBF16() && !chip.device.hasBF16Arithmetic)
    return op->emitOpError("has no instruction for ")
           << element << " on " << chip.name
           << "; carry it as a 16-bit integer and compute in f32";
  return success();
}

/// Fails at an intrinsic of a product that is no row of the chip's table.
static LogicalResult verifyIntrinsic(LLVM::CallIntrinsicOp op,
                                     const Chip &chip) {
  if (!op.getIntrin().starts_with("llvm.nvvm.mma."))
    return success();
  ArrayRef<MatrixInstruction> rows = chip.device.matrixInstructions;
  for (const MatrixInstruction &row : rows)
    if (findForm(row).intrinsic == op.getIntrin())
      return success();
  InFlightDiagnostic error = op.emitOpError("has no instruction for ")
                             << op.getIntrin() << " on " << chip.name
                             << "; supported:";
  for (const MatrixInstruction &row : rows)
    error << " " << findForm(row).intrinsic;
  if (rows.empty())
    error << " fma";
  return error;
}

/// Whether the operation came with a later chip.
static bool isOfLaterChip(Operation *op, const Chip &chip) {
  if (isa<NVVM::CpAsyncOp, NVVM::CpAsyncCommitGroupOp,
          NVVM::CpAsyncWaitGroupOp>(op))
    return !chip.hasAsyncCopies();
  if (isa<NVVM::LdMatrixOp>(op))
    return !chip.device.hasFragmentLoads;
  // Of some, upstream knows from which chip on they exist.
  auto later = dyn_cast<NVVM::RequiresSMInterface>(op);
  return later && !later.getRequiredMinSMVersion().isCompatibleWith(
                      NVVM::NVVMCheckSMVersion::getTargetSMVersionFromStr(
                          chip.architecture));
}

static LogicalResult verifyOp(Operation *op, const Chip &chip) {
  if (isa<ModuleOp>(op))
    return success();
  if (!isa<LLVM::LLVMDialect, NVVM::NVVMDialect>(op->getDialect()))
    return op->emitOpError("expects the llvm and nvvm dialects before PTX is "
                           "made, got an operation of '")
           << op->getName().getDialectNamespace() << "'";
  if (isLibraryFunction(op))
    return op->emitOpError("is a library function, and ")
           << chip.name << " has no library; expand it to arithmetic before";
  auto text = dyn_cast<LLVM::InlineAsmOp>(op);
  bool isProduct = text && text.getAsmString().contains("wgmma.") &&
                   !chip.device.groupInstructions.empty();
  if (isa<LLVM::CallOp, LLVM::InlineAsmOp, NVVM::InlinePtxOp>(op) && !isProduct)
    return op->emitOpError("expects kernels of plain instructions on ")
           << chip.name << "; inline the function or use an intrinsic";
  if (isOfLaterChip(op, chip))
    return op->emitOpError("has no instruction on ")
           << chip.name << "; it came with a later chip";
  if (isa<NVVM::MmaOp>(op))
    return op->emitOpError("expects an intrinsic of the chip's table of "
                           "products in place of this operation on ")
           << chip.name;
  if (auto intrinsic = dyn_cast<LLVM::CallIntrinsicOp>(op))
    if (failed(verifyIntrinsic(intrinsic, chip)))
      return failure();
  for (Type type : llvm::concat<Type>(SmallVector<Type>(op->getOperandTypes()),
                                      SmallVector<Type>(op->getResultTypes())))
    if (failed(verifyType(op, type, chip)))
      return failure();
  return success();
}

namespace {
struct VerifyNvidia : impl::VerifyNvidiaBase<VerifyNvidia> {
  using VerifyNvidiaBase::VerifyNvidiaBase;

  void runOnOperation() override {
    const Chip *chip = findChip(getOperation(), target);
    if (!chip)
      return signalPassFailure();
    bool isAllKnown = true;
    getOperation()->walk(
        [&](Operation *op) { isAllKnown &= succeeded(verifyOp(op, *chip)); });
    if (!isAllKnown)
      signalPassFailure();
  }
};
} // namespace
} // namespace xcc::nvidia
