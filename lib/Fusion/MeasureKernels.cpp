//===- MeasureKernels.cpp - Count the arithmetic and reads of a kernel ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/Fusion.h"
#include "lib/Fusion/OpKinds.h"
#include "lib/Fusion/SizeAnalysis.h"

#include "dialects/fx/Fx.h"
#include "dialects/plan/Plan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace xcc::fusion {

#define GEN_PASS_DEF_MEASUREKERNELS
#include "lib/Fusion/Passes.h.inc"

//===-- Arithmetic
//---------------------------------------------------------===//

static AffineExpr product(ArrayRef<AffineExpr> sizes, MLIRContext *context) {
  AffineExpr result = getAffineConstantExpr(1, context);
  for (AffineExpr size : sizes)
    result = result && size ? result * size : AffineExpr();
  return result;
}

/// Operations of one element; places are computed, too, but not counted.
static int64_t arithmeticOf(Operation &op) {
  if (isa<arith::ConstantOp, arith::SelectOp, CastOpInterface>(op) ||
      llvm::any_of(op.getOperandTypes(), llvm::IsaPred<IndexType>))
    return 0;
  if (isa<math::FmaOp>(op))
    return 2;
  return isa_and_nonnull<arith::ArithDialect, math::MathDialect>(
      op.getDialect());
}

/// How often each loop runs; null where no operand tells.
static SmallVector<AffineExpr> extentsOf(linalg::GenericOp op,
                                         SizeAnalysis &sizes) {
  SmallVector<AffineExpr> extents(op.getNumLoops());
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<RankedTensorType>(operand.get().getType()))
      continue;
    AffineMap map = op.getMatchingIndexingMap(&operand);
    for (auto [expr, size] :
         llvm::zip(map.getResults(), sizes.shapeOf(operand.get())))
      if (auto dim = dyn_cast<AffineDimExpr>(expr))
        extents[dim.getPosition()] = size;
  }
  return extents;
}

/// Loops times what the body does.
static AffineExpr operationsOf(linalg::GenericOp op, SizeAnalysis &sizes) {
  int64_t each = 0;
  for (Operation &inner : *op.getBody())
    each += arithmeticOf(inner);
  AffineExpr loops = product(extentsOf(op, sizes), op.getContext());
  return loops ? loops * each : AffineExpr();
}

/// Each output element takes a window of the weight; transposed, each input
/// element gives one.
static AffineExpr operationsOf(fx::ConvolutionOp op, SizeAnalysis &sizes) {
  fx::SymbolicShape weight = sizes.shapeOf(op.getWeight());
  AffineExpr window = product(ArrayRef(weight).drop_front(), op.getContext());
  AffineExpr elements = product(
      sizes.shapeOf(op.getTransposed() ? op.getInput() : op.getResult()),
      op.getContext());
  return window && elements ? elements * window * 2 : AffineExpr();
}

/// The (query, key) pairs of one head that a causal attention looks at: query i
/// sees keys 0..i. All of them where the sizes cannot be compared.
static AffineExpr pairsOf(AffineExpr queries, AffineExpr keys, bool isCausal) {
  AffineExpr all = queries * keys;
  if (!isCausal)
    return all;
  auto numQueries = dyn_cast<AffineConstantExpr>(queries);
  auto numKeys = dyn_cast<AffineConstantExpr>(keys);
  if (queries != keys && !(numQueries && numKeys))
    return all;
  AffineExpr triangle = (queries * (queries + 1)).floorDiv(2);
  if (queries == keys || numQueries.getValue() < numKeys.getValue())
    return triangle;
  return (keys * (keys + 1)).floorDiv(2) + (queries - keys) * keys;
}

/// For each query and key two products and a softmax: scale, maximum,
/// difference, exponential and sum.
static AffineExpr operationsOf(fx::ScaledDotProductAttentionOp op,
                               SizeAnalysis &sizes) {
  fx::SymbolicShape query = sizes.shapeOf(op.getQuery());
  fx::SymbolicShape value = sizes.shapeOf(op.getValue());
  AffineExpr keys = value[value.size() - 2];
  AffineExpr heads = product(ArrayRef(query).drop_back(2), op.getContext());
  AffineExpr queries = query[query.size() - 2];
  if (!queries || !keys || !heads || !query.back() || !value.back())
    return {};
  int64_t softmax = op.getMask() ? 6 : 5;
  return heads * pairsOf(queries, keys, op.getIsCausal()) *
         ((query.back() + value.back()) * 2 + softmax);
}

template <typename PoolOp>
static AffineExpr windowsOf(PoolOp op, SizeAnalysis &sizes) {
  int64_t window = 1;
  for (int64_t size : op.getKernelSize())
    window *= size;
  AffineExpr elements = product(sizes.shapeOf(op.getResult()), op.getContext());
  return elements ? elements * window : AffineExpr();
}

static AffineExpr operationsOf(Operation *op, SizeAnalysis &sizes) {
  MLIRContext *context = op->getContext();
  AffineExpr none = getAffineConstantExpr(0, context);
  return llvm::TypeSwitch<Operation *, AffineExpr>(op)
      .Case<linalg::GenericOp, fx::ConvolutionOp,
            fx::ScaledDotProductAttentionOp>(
          [&](auto op) { return operationsOf(op, sizes); })
      .Case<fx::MaxPoolOp, fx::AvgPoolOp>(
          [&](auto op) { return windowsOf(op, sizes); })
      .Case<fx::AdaptiveAvgPoolOp, fx::AdaptiveMaxPoolOp, fx::CumsumOp,
            fx::CumprodOp, fx::ArgmaxOp, fx::ArgminOp>(
          // One for each element that is read.
          [&](auto op) {
            return product(sizes.shapeOf(op.getInput()), context);
          })
      .Case<fx::ScatterOp>([&](auto op) {
        return op.getReduce() == "none"
                   ? none
                   : product(sizes.shapeOf(op.getIndices()), context);
      })
      .Case<fx::IndexPutOp>([&](auto op) {
        return op.getAccumulate()
                   ? product(sizes.shapeOf(op.getValues()), context)
                   : none;
      })
      // What is left moves elements, sorts compare them.
      .Default([&](Operation *) { return none; });
}

//===-- Bytes
//--------------------------------------------------------------===//

/// Elements that the op reads of its operand; null: all of them.
static AffineExpr readsOf(OpOperand &operand, SizeAnalysis &sizes) {
  auto generic = dyn_cast<linalg::GenericOp>(operand.getOwner());
  if (!generic || !generic.isDpsInput(&operand))
    return {};
  MLIRContext *context = generic.getContext();
  if (generic.getMatchingBlockArgument(&operand).use_empty())
    return getAffineConstantExpr(0, context);
  SmallVector<AffineExpr> extents = extentsOf(generic, sizes);
  AffineExpr elements = getAffineConstantExpr(1, context);
  AffineMap map = generic.getMatchingIndexingMap(&operand);
  for (unsigned loop = 0; loop < map.getNumDims(); ++loop) {
    if (!map.isFunctionOfDim(loop))
      continue;
    if (!extents[loop])
      return {};
    elements = elements * extents[loop];
  }
  return elements;
}

/// Elements that a body reads at computed places; null where that is unknown.
static AffineExpr readsOf(tensor::ExtractOp extract, SizeAnalysis &sizes) {
  auto generic = dyn_cast<linalg::GenericOp>(extract->getParentOp());
  return generic ? product(extentsOf(generic, sizes), extract.getContext())
                 : AffineExpr();
}

/// Elements that are read of `tensor` or of a view of it, reads through
/// different operations added up; null: all of them.
static AffineExpr elementsRead(Value tensor, SizeAnalysis &sizes) {
  AffineExpr total = getAffineConstantExpr(0, tensor.getContext());
  for (OpOperand &use : tensor.getUses()) {
    Operation *user = use.getOwner();
    AffineExpr elements;
    if (roleOf(user) == OpRole::View)
      elements = elementsRead(user->getResult(0), sizes);
    else if (isa<tensor::DimOp>(user))
      continue;
    else if (auto extract = dyn_cast<tensor::ExtractOp>(user))
      elements = readsOf(extract, sizes);
    else
      elements = readsOf(use, sizes);
    if (!elements)
      return {};
    total = total + elements;
  }
  return total;
}

/// Bytes read of an argument of which less than the whole may be: the least
/// result holds. Null when it is the whole.
static AffineMap bytesRead(BlockArgument argument, unsigned numSymbols,
                           SizeAnalysis &sizes) {
  auto type = dyn_cast<RankedTensorType>(argument.getType());
  if (!type)
    return {};
  AffineExpr whole = product(sizes.shapeOf(argument), type.getContext());
  AffineExpr read = elementsRead(argument, sizes);
  if (!whole || !read || read == whole)
    return {};
  int64_t bytes = llvm::divideCeil(type.getElementTypeBitWidth(), 8);
  auto wholeCount = dyn_cast<AffineConstantExpr>(whole);
  auto readCount = dyn_cast<AffineConstantExpr>(read);
  if (!wholeCount || !readCount)
    return AffineMap::get(0, numSymbols, {whole * bytes, read * bytes},
                          type.getContext());
  if (readCount.getValue() >= wholeCount.getValue())
    return {};
  return AffineMap::get(0, numSymbols, read * bytes);
}

namespace {

struct MeasureKernels : impl::MeasureKernelsBase<MeasureKernels> {
  void runOnOperation() override {
    func::FuncOp kernel = getOperation();
    if (!kernel->hasAttr(plan::kernelAttrName))
      return;
    SizeAnalysis sizes;
    AffineExpr total = getAffineConstantExpr(0, &getContext());
    for (Operation &op : kernel.getBody().front()) {
      if (roleOf(&op) != OpRole::Compute ||
          op.hasTrait<OpTrait::IsTerminator>())
        continue;
      AffineExpr operations = operationsOf(&op, sizes);
      total = total && operations ? total + operations : AffineExpr();
    }
    unsigned numSymbols = numSymbolsOf(kernel);
    if (total)
      kernel->setAttr(plan::flopsAttrName,
                      AffineMapAttr::get(AffineMap::get(0, numSymbols, total)));
    for (BlockArgument argument : kernel.getArguments())
      if (AffineMap bytes = bytesRead(argument, numSymbols, sizes))
        kernel.setArgAttr(argument.getArgNumber(), plan::readsAttrName,
                          AffineMapAttr::get(bytes));
  }
};

} // namespace
} // namespace xcc::fusion
