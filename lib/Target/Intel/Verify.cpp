//===- Verify.cpp - What SPIR-V or the device cannot do -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Intel/Intel.h"
#include "lib/Target/Intel/Passes.h"

using namespace mlir;

namespace xcc::intel {
#define GEN_PASS_DEF_VERIFYINTEL
#include "lib/Target/Intel/Passes.h.inc"

/// SPIR-V specification 2.16.1: 2, 3 or 4 components; the Vector16 capability
/// adds 8 and 16.
static bool hasVectorLength(int64_t length) {
  return length == 2 || length == 3 || length == 4 || length == 8 ||
         length == 16;
}

static LogicalResult verifyType(Operation *op, Type type,
                                const TargetDescription &target) {
  if (auto vector = dyn_cast<VectorType>(type);
      vector && !hasVectorLength(vector.getNumElements()))
    return op->emitOpError("expects vectors of 2, 3, 4, 8 or 16 elements on ")
           << target.name << ", got " << type;
  Type element = getElementTypeOrSelf(type);
  auto number = dyn_cast<FloatType>(element);
  if (number && (number.getWidth() < 16 || number.isBF16()))
    return op->emitOpError("has no instruction for ")
           << number << " on " << target.name << "; supported: f32, f16"
           << (target.device->hasF64 ? ", f64" : "")
           << "; convert to f32 before it";
  if (element.isF64() && !target.device->hasF64)
    return op->emitOpError("has no instruction for f64 on ")
           << target.name << "; convert to f32 before it";
  if (element.isIntOrFloat() && element.getIntOrFloatBitWidth() > 64)
    return op->emitOpError("has no instruction for ")
           << element << " on " << target.name << "; widest: 64 bits";
  return success();
}

static LogicalResult verifyOp(Operation *op, const TargetDescription &target) {
  if (isa<ModuleOp>(op))
    return success();
  if (!isa<LLVM::LLVMDialect>(op->getDialect()))
    return op->emitOpError("expects the llvm dialect before SPIR-V is made, "
                           "got an operation of '")
           << op->getName().getDialectNamespace() << "'";
  for (Type type : llvm::concat<Type>(SmallVector<Type>(op->getOperandTypes()),
                                      SmallVector<Type>(op->getResultTypes())))
    if (failed(verifyType(op, type, target)))
      return failure();
  return success();
}

namespace {
struct VerifyIntel : impl::VerifyIntelBase<VerifyIntel> {
  using VerifyIntelBase::VerifyIntelBase;

  void runOnOperation() override {
    const auto *row = llvm::find_if(targets(), [&](const TargetDescription &t) {
      return t.name == target;
    });
    if (row == targets().end()) {
      getOperation().emitError("expects a target of this vendor, got '")
          << target << "'";
      return signalPassFailure();
    }
    getOperation()->walk([&](Operation *op) {
      if (failed(verifyOp(op, *row)))
        signalPassFailure();
    });
  }
};
} // namespace
} // namespace xcc::intel
