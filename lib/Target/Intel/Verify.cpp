//===- Verify.cpp - What SPIR-V or the device cannot do -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Intel/Chips.h"
#include "lib/Target/Intel/Passes.h"

#include "llvm/ADT/DenseSet.h"

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

static LogicalResult verifyType(Operation *op, Type type, const Chip &chip) {
  if (auto vector = dyn_cast<VectorType>(type);
      vector && !hasVectorLength(vector.getNumElements()))
    return op->emitOpError("expects vectors of 2, 3, 4, 8 or 16 elements on ")
           << chip.name << ", got " << type;
  Type element = getElementTypeOrSelf(type);
  bool hasF64 = chip.device.hasF64;
  auto number = dyn_cast<FloatType>(element);
  if (number && (number.getWidth() < 16 || number.isBF16() ||
                 (number.isF64() && !hasF64)))
    return op->emitOpError("has no instruction for ")
           << number << " on " << chip.name << "; supported: f32, f16"
           << (hasF64 ? ", f64" : "") << "; convert to f32 before it";
  if (element.isIntOrFloat() && element.getIntOrFloatBitWidth() > 64)
    return op->emitOpError("has no instruction for ")
           << element << " on " << chip.name << "; widest: 64 bits";
  return success();
}

namespace {
/// Looks at operations in order; a value that was complained of is passed over
/// where it is used again.
class Verifier {
public:
  explicit Verifier(const Chip &chip) : chip(chip) {}

  WalkResult visit(Operation *op) {
    if (isa<ModuleOp>(op))
      return WalkResult::advance();
    if (!isa<LLVM::LLVMDialect>(op->getDialect())) {
      op->emitOpError("expects the llvm dialect before SPIR-V is made, got an "
                      "operation of '")
          << op->getName().getDialectNamespace() << "'";
      isClean = false;
      // What it holds has not been lowered either.
      return WalkResult::skip();
    }
    for (ValueRange values :
         {ValueRange(op->getOperands()), ValueRange(op->getResults())})
      for (Value value : values)
        if (!told.contains(value) &&
            failed(verifyType(op, value.getType(), chip))) {
          isClean = false;
          told.insert_range(op->getOperands());
          told.insert_range(op->getResults());
          return WalkResult::advance();
        }
    return WalkResult::advance();
  }

  bool isClean = true;

private:
  const Chip &chip;
  DenseSet<Value> told;
};

struct VerifyIntel : impl::VerifyIntelBase<VerifyIntel> {
  using VerifyIntelBase::VerifyIntelBase;

  void runOnOperation() override {
    const Chip *chip = findChip(getOperation(), target);
    if (!chip)
      return signalPassFailure();
    Verifier verifier(*chip);
    getOperation()->walk<WalkOrder::PreOrder>(
        [&](Operation *op) { return verifier.visit(op); });
    if (!verifier.isClean)
      signalPassFailure();
  }
};
} // namespace
} // namespace xcc::intel
