//===- FxToLinalg.cpp - Lower fx to linalg on tensors ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One walk in program order: each operation is rebuilt, from its lowered
// operands, in a second entry block that then replaces the first.
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/ElementwiseTable.h"
#include "lib/Frontend/LowerOps.h"
#include "lib/Frontend/Passes.h"

using namespace mlir;

namespace xcc::frontend {

#define GEN_PASS_DEF_FXTOLINALG
#include "lib/Frontend/Passes.h.inc"

static constexpr llvm::StringLiteral dtypeAttrName = "fx.dtype";

LowerTable::LowerTable() {
  addCreationLowerings(*this);
  addViewLowerings(*this);
  addMovementLowerings(*this);
  addResizeLowerings(*this);
  addIndexingLowerings(*this);
  addReductionLowerings(*this);
  addSoftmaxLowerings(*this);
  addNormLowerings(*this);
  addContractionLowerings(*this);
}

static Type storedType(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? tensor.clone(storageType(tensor.getElementType())) : type;
}
static bool isUnsignedTensor(Type type) {
  return getElementTypeOrSelf(type).isUnsignedInteger();
}

static LogicalResult lowerElementwise(Operation *op, const ElementwiseRow &row,
                                      Lowering &lowering) {
  SymbolicShape shape = lowering.shapeOf(op->getResult(0));
  SmallVector<Access> inputs;
  for (Value operand : op->getOperands())
    inputs.push_back(lowering.broadcast(lowering.get(operand), shape));
  auto body = [&](ArrayRef<Scalar> x) { return row.body(op, x); };
  Type element = elementOf(op->getResult(0));
  return setResult(op, lowering,
                   row.isMove ? lowering.move(shape, inputs, element, body)
                              : lowering.map(shape, inputs, element, body));
}

/// Copies an operation that stays, on lowered operands.
static void keepOp(Operation *op, Lowering &lowering) {
  for (Value operand : op->getOperands())
    if (isa<RankedTensorType>(operand.getType()))
      lowering.getStored(operand);
  Operation *kept = lowering.builder.clone(*op, lowering.mapping);
  auto isUnsigned = [](Value value) {
    return isUnsignedTensor(value.getType());
  };
  bool hasUnsigned = llvm::any_of(op->getOperands(), isUnsigned) ||
                     llvm::any_of(op->getResults(), isUnsigned);
  if (isa<fx::ShapedFxOp>(op) && hasUnsigned)
    kept->setAttr(dtypeAttrName, lowering.builder.getStringAttr("u8"));
  for (auto [before, after] : llvm::zip(op->getResults(), kept->getResults())) {
    after.setType(storedType(after.getType()));
    if (isa<RankedTensorType>(before.getType()))
      lowering.set(before, lowering.wrap(after, lowering.shapeOf(before),
                                         elementOf(before)));
  }
}

/// Fails with the operation's error when a result has a size nobody can tell.
static LogicalResult checkSizes(Operation *op, Lowering &lowering) {
  for (Value result : op->getResults()) {
    if (!isa<RankedTensorType>(result.getType()))
      continue;
    for (auto [i, size] : llvm::enumerate(lowering.shapeOf(result)))
      if (!size)
        return op->emitOpError("expects a size for dimension ")
               << i << " over the function's symbols, got none; give its "
               << "inputs fx.dims";
  }
  return success();
}

static LogicalResult lowerOp(Operation *op, const LowerTable &table,
                             Lowering &lowering) {
  // The model's operation is kept beside its line, for names and remarks.
  lowering.builder.setLoc(FusedLoc::get(
      op->getContext(), {op->getLoc()},
      StringAttr::get(op->getContext(), op->getName().getStringRef())));
  if (!isa<fx::ShapedFxOp, fx::ConstantOp>(op)) {
    keepOp(op, lowering);
    return success();
  }
  if (failed(checkSizes(op, lowering)))
    return failure();
  if (const ElementwiseRow *row = findElementwiseRow(op))
    return lowerElementwise(op, *row, lowering);
  if (const LowerFn *lower = table.find(op))
    return (*lower)(op, lowering);
  keepOp(op, lowering);
  return success();
}

/// Erases what nothing uses, last first.
static void eraseDead(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (isOpTriviallyDead(&op))
      op.erase();
}

static void convertSignature(func::FuncOp function, Block &entry) {
  auto u8 = StringAttr::get(function.getContext(), "u8");
  FunctionType type = function.getFunctionType();
  SmallVector<Type> inputs, results;
  for (auto [i, input] : llvm::enumerate(type.getInputs())) {
    inputs.push_back(storedType(input));
    if (isUnsignedTensor(input))
      function.setArgAttr(i, dtypeAttrName, u8);
  }
  for (auto [i, result] : llvm::enumerate(type.getResults())) {
    results.push_back(storedType(result));
    if (isUnsignedTensor(result))
      function.setResultAttr(i, dtypeAttrName, u8);
  }
  function.setFunctionType(
      FunctionType::get(function.getContext(), inputs, results));
}

static LogicalResult lowerFunction(func::FuncOp function,
                                   const LowerTable &table) {
  Block &before = function.front();
  if (llvm::none_of(before, [](Operation &op) {
        return op.getName().getDialectNamespace() == "fx";
      }))
    return success();
  auto *after = new Block();
  function.getBody().push_back(after);
  Lowering lowering(function, after);
  for (BlockArgument argument : before.getArguments()) {
    BlockArgument lowered =
        after->addArgument(storedType(argument.getType()), argument.getLoc());
    lowering.mapping.map(argument, lowered);
    if (isa<RankedTensorType>(argument.getType()))
      lowering.set(argument, lowering.wrap(lowered, lowering.shapeOf(argument),
                                           elementOf(argument)));
  }
  LogicalResult result = success();
  for (Operation &op : before)
    if (failed(lowerOp(&op, table, lowering))) {
      result = failure();
      break;
    }
  if (failed(result)) {
    after->erase();
    return failure();
  }
  convertSignature(function, *after);
  before.erase();
  eraseDead(*after);
  return success();
}

namespace {
struct FxToLinalg : impl::FxToLinalgBase<FxToLinalg> {
  void runOnOperation() override {
    LowerTable table;
    auto u8 = StringAttr::get(&getContext(), "u8");
    for (auto weight : getOperation().getOps<fx::WeightOp>())
      if (isUnsignedTensor(weight.getType())) {
        weight->setAttr(dtypeAttrName, u8);
        weight.setType(storedType(weight.getType()));
      }
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal() && failed(lowerFunction(function, table)))
        return signalPassFailure();
  }
};
} // namespace

} // namespace xcc::frontend
