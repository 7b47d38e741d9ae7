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
  return success();
}

static std::optional<MatrixType> matrixType(NVVM::MMATypes type) {
  switch (type) {
  case NVVM::MMATypes::f16:
    return MatrixType::F16;
  case NVVM::MMATypes::bf16:
    return MatrixType::BF16;
  case NVVM::MMATypes::tf32:
    return MatrixType::TF32;
  case NVVM::MMATypes::f64:
    return MatrixType::F64;
  case NVVM::MMATypes::s8:
    return MatrixType::I8;
  case NVVM::MMATypes::e4m3:
    return MatrixType::F8E4M3;
  case NVVM::MMATypes::e5m2:
    return MatrixType::F8E5M2;
  default:
    return std::nullopt;
  }
}

/// The product is a row of the chip's table.
static LogicalResult verifyProduct(NVVM::MmaOp op, const Chip &chip) {
  NVVM::MMAShapeAttr shape = op.getShape();
  auto operand = op.getMultiplicandAPtxType();
  for (const MatrixInstruction &row : chip.device.matrixInstructions)
    if (operand && matrixType(*operand) == row.operand &&
        shape.getM() == int(row.m) && shape.getN() == int(row.n) &&
        shape.getK() == int(row.k))
      return success();
  InFlightDiagnostic error = op.emitOpError("has no instruction for m")
                             << shape.getM() << "n" << shape.getN() << "k"
                             << shape.getK();
  if (operand)
    error << " of " << NVVM::stringifyMMATypes(*operand);
  error << " on " << chip.name << "; supported:";
  for (const MatrixInstruction &row : chip.device.matrixInstructions)
    error << " " << row.name;
  return error;
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
  if (isa<LLVM::CallOp, LLVM::InlineAsmOp, NVVM::InlinePtxOp>(op))
    return op->emitOpError("expects kernels of plain instructions on ")
           << chip.name << "; inline the function or use an intrinsic";
  // Upstream knows from which chip on an operation of nvvm exists.
  auto later = dyn_cast<NVVM::RequiresSMInterface>(op);
  if (later &&
      !later.getRequiredMinSMVersion().isCompatibleWith(
          NVVM::NVVMCheckSMVersion::getTargetSMVersionFromStr(chip.name)))
    return op->emitOpError("has no instruction on ")
           << chip.name << "; it came with a later chip";
  if (auto product = dyn_cast<NVVM::MmaOp>(op))
    if (failed(verifyProduct(product, chip)))
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
    const Chip *chip = findChip(target);
    if (!chip) {
      getOperation().emitError("expects a chip of this vendor, got '")
          << target << "'";
      return signalPassFailure();
    }
    bool isAllKnown = true;
    getOperation()->walk(
        [&](Operation *op) { isAllKnown &= succeeded(verifyOp(op, *chip)); });
    if (!isAllKnown)
      signalPassFailure();
  }
};
} // namespace
} // namespace xcc::nvidia
