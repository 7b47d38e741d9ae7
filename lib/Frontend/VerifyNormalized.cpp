//===- VerifyNormalized.cpp - What may leave the front end ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace xcc::frontend {

#define GEN_PASS_DEF_VERIFYNORMALIZED
#include "lib/Frontend/Passes.h.inc"

/// fx operations with a structure of their own.
static bool isStructural(Operation *op) {
  return isa<fx::ScaledDotProductAttentionOp, fx::ConvolutionOp, fx::MaxPoolOp,
             fx::AvgPoolOp, fx::AdaptiveAvgPoolOp, fx::AdaptiveMaxPoolOp,
             fx::CatOp, fx::PadOp, fx::SortOp, fx::TopkOp, fx::CumsumOp,
             fx::CumprodOp, fx::ScatterOp, fx::IndexPutOp, fx::ArgmaxOp,
             fx::ArgminOp>(op);
}

static bool isAllowed(Operation *op) {
  if (isa<fx::FxDialect>(op->getDialect()))
    return isStructural(op) ||
           isa<fx::SymOp, fx::WeightOp, fx::GetWeightOp, fx::ConstantOp>(op);
  if (isa<linalg::LinalgDialect>(op->getDialect()))
    return isa<linalg::GenericOp, linalg::FillOp, linalg::YieldOp,
               linalg::IndexOp>(op);
  if (isa<tensor::TensorDialect>(op->getDialect()))
    return isa<tensor::EmptyOp, tensor::ExpandShapeOp, tensor::CollapseShapeOp,
               tensor::CastOp, tensor::ExtractOp>(op);
  return isa<ModuleOp, func::FuncOp, func::ReturnOp, affine::AffineApplyOp>(
             op) ||
         isa<arith::ArithDialect, math::MathDialect>(op->getDialect());
}

/// Unsigned or unranked values have no place in the normalised IR.
static LogicalResult checkTypes(Operation *op) {
  for (Type type : op->getResultTypes()) {
    if (auto tensor = dyn_cast<TensorType>(type); tensor && !tensor.hasRank())
      return op->emitError("'") << op->getName() << "' has an unranked result "
                                << type << "; give it a rank";
    if (getElementTypeOrSelf(type).isUnsignedInteger())
      return op->emitError("'")
             << op->getName() << "' expects signless elements after "
             << "normalisation, got " << type;
  }
  return success();
}

static LogicalResult checkArguments(func::FuncOp function) {
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes()))
    if (!isa<RankedTensorType>(type))
      return function.emitOpError("expects argument ")
             << i << " to be a ranked tensor, got " << type;
  return success();
}

static LogicalResult check(Operation *op) {
  if (auto function = dyn_cast<func::FuncOp>(op))
    return checkArguments(function);
  if (isAllowed(op))
    return checkTypes(op);
  return op->emitError("'")
         << op->getName()
         << "' expects a form in linalg, fx or tosa that xcc lowers, got none; "
            "write it with those operations or keep it out of the compiled "
            "part";
}

namespace {
struct VerifyNormalized : impl::VerifyNormalizedBase<VerifyNormalized> {
  void runOnOperation() override {
    bool isFine = true;
    // All of them at once: one run tells what is missing.
    getOperation().walk([&](Operation *op) { isFine &= succeeded(check(op)); });
    if (!isFine)
      signalPassFailure();
  }
};
} // namespace

} // namespace xcc::frontend
