//===- VerifyHost.cpp - What the host's back end could not select ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Host/Passes.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace xcc::host {
#define GEN_PASS_DEF_VERIFYHOST
#include "lib/Target/Host/Passes.h.inc"

/// f16 and bf16 have conversions, f8 and f4 are bytes and no more.
static bool isStorageOnly(Type type) {
  auto element = dyn_cast<FloatType>(getElementTypeOrSelf(type));
  return element && element.getWidth() < 16;
}

/// x86 has an instruction, or LLVM a few, for these; others would be calls.
static bool hasInstructions(Operation *op) {
  return isa<math::FmaOp, math::SqrtOp, math::AbsFOp, math::AbsIOp,
             math::CopySignOp, math::FloorOp, math::CeilOp, math::TruncOp,
             math::RoundEvenOp, math::CtPopOp, math::CountLeadingZerosOp,
             math::CountTrailingZerosOp>(op);
}

static LogicalResult verifyOp(Operation *op) {
  StringRef dialect = op->getName().getDialectNamespace();
  bool isArithmetic = isa<arith::ArithDialect>(op->getDialect()) ||
                      isa<math::MathDialect>(op->getDialect()) ||
                      isa<vector::FMAOp, vector::ReductionOp>(op);
  if (!isArithmetic &&
      !isa<func::FuncDialect, memref::MemRefDialect, scf::SCFDialect,
           vector::VectorDialect, affine::AffineDialect, LLVM::LLVMDialect>(
          op->getDialect()) &&
      !isa<ModuleOp>(op))
    return op->emitOpError("expects scheduled kernels, got an operation of '")
           << dialect << "'";
  if (isa<math::MathDialect>(op->getDialect()) && !hasInstructions(op))
    return op->emitOpError(
        "expects math expanded to arithmetic; the host has no library");
  if (!isArithmetic ||
      isa<arith::ConstantOp, arith::BitcastOp, arith::SelectOp>(op))
    return success();
  for (Type type : llvm::concat<Type>(SmallVector<Type>(op->getOperandTypes()),
                                      SmallVector<Type>(op->getResultTypes())))
    if (isStorageOnly(type))
      return op->emitOpError("has no instruction for ")
             << getElementTypeOrSelf(type)
             << " on the host; supported: f64, f32, f16, bf16";
    else if (getElementTypeOrSelf(type).isIntOrFloat() &&
             getElementTypeOrSelf(type).getIntOrFloatBitWidth() > 64)
      return op->emitOpError("has no instruction for ")
             << getElementTypeOrSelf(type) << " on the host; widest: 64 bits";
  return success();
}

namespace {
struct VerifyHost : impl::VerifyHostBase<VerifyHost> {
  using VerifyHostBase::VerifyHostBase;

  void runOnOperation() override {
    getOperation()->walk([&](Operation *op) {
      if (failed(verifyOp(op)))
        signalPassFailure();
    });
  }
};
} // namespace
} // namespace xcc::host
