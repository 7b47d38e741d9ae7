//===- Verify.cpp - What the chip or its back end cannot do ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/AMD/AMD.h"
#include "lib/Target/AMD/Chips.h"
#include "lib/Target/AMD/Passes.h"
#include "lib/Target/Vendor.h"

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

static LogicalResult verifyOp(Operation *op, const TargetDescription &target,
                              const Chip &chip) {
  if (failed(verifyDialect(op)) || failed(verifyTypes(op, target.name)))
    return failure();
  if (isLibraryMath(op))
    return op->emitOpError("expects math expanded to arithmetic; ")
           << target.name << " has no library (pass expand-math)";
  StringRef name = op->getName().getStringRef();
  bool isMatrix = name.starts_with("rocdl.mfma") ||
                  name.starts_with("rocdl.smfmac") ||
                  name.starts_with("rocdl.wmma");
  if (isMatrix && !llvm::is_contained(chip.matrixOperations, name))
    return op->emitOpError("has no instruction on ")
           << target.name
           << "; supported: " << llvm::join(chip.matrixOperations, ", ");
  auto function = dyn_cast<LLVM::LLVMFuncOp>(op);
  if (function && function.isExternal())
    return op->emitOpError("expects a body: an image for ")
           << target.name << " takes nothing from outside";
  return success();
}

/// What a kernel uses of shared memory is what its module declares: each kernel
/// has its own.
static LogicalResult verifyShared(LLVM::GlobalOp global,
                                  const TargetDescription &target) {
  auto bytes = dyn_cast<LLVM::LLVMArrayType>(global.getGlobalType());
  if (global.getAddrSpace() != kSharedAddressSpace || !bytes ||
      bytes.getNumElements() <= target.device->sharedBytesPerBlock)
    return success();
  return global.emitOpError("expects at most ")
         << target.device->sharedBytesPerBlock
         << " bytes of shared memory a block on " << target.name << ", got "
         << bytes.getNumElements() << "; choose smaller tiles or fewer stages";
}

namespace {
struct VerifyAMD : impl::VerifyAMDBase<VerifyAMD> {
  using VerifyAMDBase::VerifyAMDBase;

  void runOnOperation() override {
    const TargetDescription *row = findTarget(target);
    if (!row) {
      getOperation().emitError("expects a target of this vendor, got '")
          << target << "'";
      return signalPassFailure();
    }
    const Chip &chip = findChip(row->name);
    getOperation()->walk([&](Operation *op) {
      if (failed(verifyOp(op, *row, chip)))
        signalPassFailure();
      auto global = dyn_cast<LLVM::GlobalOp>(op);
      if (global && failed(verifyShared(global, *row)))
        signalPassFailure();
    });
  }
};
} // namespace
} // namespace xcc::amd
