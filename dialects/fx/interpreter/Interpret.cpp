//===- Interpret.cpp - Running an fx function in float64 ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/interpreter/Interpret.h"

#include "dialects/fx/interpreter/Evaluation.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace xcc::fx {

static const Meaning *meaningOf(Operation *op) {
  static const auto byName = [] {
    llvm::StringMap<const Meaning *> map;
    for (ArrayRef<Meaning> rows :
         {convolutionMeanings(), indexingMeanings(), matrixMeanings(),
          movementMeanings(), normalizationMeanings(), poolingMeanings(),
          reductionMeanings(), scanMeanings()})
      for (const Meaning &row : rows)
        map[row.op] = &row;
    return map;
  }();
  return byName.lookup(op->getName().getStringRef());
}

SmallVector<int64_t> constantResults(AffineMap map) {
  SmallVector<int64_t> results;
  for (AffineExpr expr : map.getResults())
    results.push_back(cast<AffineConstantExpr>(expr).getValue());
  return results;
}

// A copy of the function in which every affine map of the symbols is constant.
static OwningOpRef<func::FuncOp> specialize(func::FuncOp function,
                                            ArrayRef<int64_t> symbols) {
  SmallVector<AffineExpr> constants;
  for (int64_t symbol : symbols)
    constants.push_back(getAffineConstantExpr(symbol, function.getContext()));
  OwningOpRef<func::FuncOp> copy(function.clone());
  copy->getBody().walk([&](Operation *op) {
    for (NamedAttribute attr : op->getAttrDictionary()) {
      auto map = dyn_cast<AffineMapAttr>(attr.getValue());
      if (!map || map.getValue().getNumSymbols() > constants.size())
        continue;
      op->setAttr(attr.getName(),
                  AffineMapAttr::get(map.getValue().replaceDimsAndSymbols(
                      {}, constants, 0, 0)));
    }
  });
  return copy;
}

namespace {
/// Runs the operations of one function body.
class Interpreter {
public:
  Interpreter(func::FuncOp original, const InterpretOptions &options)
      : original(original), options(options), weights(options.moduleDirectory) {
  }

  FailureOr<SmallVector<Tensor>> run(func::FuncOp function,
                                     ArrayRef<Tensor> inputs);

private:
  LogicalResult runOp(Operation *op);
  LogicalResult runMeaning(Operation *op);
  FailureOr<Tensor> loadTensor(GetWeightOp op);
  LogicalResult makeResults(Evaluation &evaluation);
  void define(Value value, Tensor tensor);
  void dropOperands(Operation *op);

  func::FuncOp original; // its module holds the weights
  const InterpretOptions &options;
  WeightLoader weights;
  DenseMap<Value, Tensor> tensors;
  DenseMap<Value, int64_t> usesLeft;
};
} // namespace

void Interpreter::define(Value value, Tensor tensor) {
  int64_t uses = std::distance(value.use_begin(), value.use_end());
  if (uses == 0)
    return;
  usesLeft[value] = uses;
  tensors[value] = std::move(tensor);
}

// A model's values in float64 are large: each goes after its last use.
void Interpreter::dropOperands(Operation *op) {
  for (Value operand : op->getOperands())
    if (--usesLeft[operand] == 0)
      tensors.erase(operand);
}

FailureOr<Tensor> Interpreter::loadTensor(GetWeightOp op) {
  auto weight = SymbolTable::lookupNearestSymbolFrom<WeightOp>(
      original, op.getNameAttr().getAttr());
  FailureOr<WeightBytes> loaded =
      options.loadWeight ? options.loadWeight(weight) : weights.load(weight);
  if (failed(loaded))
    return failure();
  auto type = cast<RankedTensorType>(weight.getType());
  return Tensor::fromBytes(type.getElementType(), type.getShape(),
                           loaded->bytes);
}

LogicalResult Interpreter::makeResults(Evaluation &evaluation) {
  Operation *op = evaluation.op;
  SmallVector<SymbolicShape> operandShapes, resultShapes;
  for (const Tensor &operand : evaluation.operands) {
    SymbolicShape &shape = operandShapes.emplace_back();
    for (int64_t size : operand.shape())
      shape.push_back(getAffineConstantExpr(size, op->getContext()));
  }
  if (failed(cast<ShapedFxOp>(op).inferShapes(operandShapes, resultShapes)))
    return failure();
  for (auto [result, inferred] : llvm::zip(op->getResults(), resultShapes)) {
    auto type = cast<RankedTensorType>(result.getType());
    SmallVector<int64_t> shape;
    for (AffineExpr size : inferred)
      shape.push_back(cast<AffineConstantExpr>(size).getValue());
    evaluation.results.emplace_back(type.getElementType(), shape);
  }
  return success();
}

LogicalResult Interpreter::runMeaning(Operation *op) {
  const Meaning *meaning = meaningOf(op);
  if (!meaning && !hasElementwiseMeaning(op))
    return op->emitOpError("has no meaning in the interpreter");
  Evaluation evaluation{op, {}, {}};
  for (Value operand : op->getOperands())
    evaluation.operands.push_back(tensors.lookup(operand));
  if (failed(makeResults(evaluation)))
    return failure();
  if (failed(meaning ? meaning->run(evaluation) : runElementwise(evaluation)))
    return failure();
  for (auto [value, tensor] : llvm::zip(op->getResults(), evaluation.results))
    define(value, std::move(tensor));
  dropOperands(op);
  return success();
}

LogicalResult Interpreter::runOp(Operation *op) {
  if (isa<SymOp>(op))
    return success();
  if (auto constant = dyn_cast<ConstantOp>(op)) {
    define(constant.getResult(), Tensor::fromAttribute(constant.getValue()));
    return success();
  }
  if (auto getWeight = dyn_cast<GetWeightOp>(op)) {
    // A bundle has the weights that its kernels read, and no others.
    if (getWeight->use_empty())
      return success();
    FailureOr<Tensor> tensor = loadTensor(getWeight);
    if (failed(tensor))
      return failure();
    define(getWeight.getResult(), std::move(*tensor));
    return success();
  }
  return runMeaning(op);
}

FailureOr<SmallVector<Tensor>> Interpreter::run(func::FuncOp function,
                                                ArrayRef<Tensor> inputs) {
  Block &body = function.getBody().front();
  for (auto [argument, input] : llvm::zip(body.getArguments(), inputs))
    define(argument, input);
  for (Operation &op : body.without_terminator())
    if (failed(runOp(&op)))
      return failure();
  SmallVector<Tensor> results;
  for (Value result : body.getTerminator()->getOperands())
    results.push_back(tensors.lookup(result));
  return results;
}

FailureOr<SmallVector<Tensor>> interpret(func::FuncOp function,
                                         ArrayRef<Tensor> inputs,
                                         const InterpretOptions &options) {
  FailureOr<SmallVector<int64_t>> symbols = bindSymbols(function, inputs);
  if (failed(symbols))
    return failure();
  OwningOpRef<func::FuncOp> specialized = specialize(function, *symbols);
  return Interpreter(function, options).run(*specialized, inputs);
}

void loadInterpreterDialects(MLIRContext &context) {
  context.loadDialect<FxDialect, func::FuncDialect>();
}

} // namespace xcc::fx
