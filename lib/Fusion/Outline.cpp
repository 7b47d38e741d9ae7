//===- Outline.cpp - A group of ops becomes a kernel function -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/Outline.h"

#include "dialects/plan/Plan.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace xcc::fusion {
namespace {

/// Builds one kernel function.
class Outliner {
public:
  Outliner(const Group &group, const Groups &groups, SizeAnalysis &sizes,
           OpBuilder &builder)
      : group(group), groups(groups), sizes(sizes), builder(builder) {}

  FailureOr<OutlinedKernel> run();

private:
  void collect(Operation *op);
  void collectOperand(Value operand, Operation *user);
  bool isInside(Value value) const;
  void collectOutputs();
  LogicalResult collectSymbols();
  void addSymbols(AffineMap map);
  func::FuncOp makeFunction();
  void fillBody(func::FuncOp kernel);
  Value makeSize(AffineExpr size, func::FuncOp kernel, Location loc);
  void renumberSymbols(Operation *op);
  AffineMap renumbered(AffineMap map);
  void setAttributes(func::FuncOp kernel);

  const Group &group;
  const Groups &groups;
  SizeAnalysis &sizes;
  OpBuilder &builder;
  llvm::SetVector<Operation *> body; // in the order in which they must come
  llvm::SetVector<Value> indices;    // sizes from outside
  llvm::SetVector<Value> inputs;
  OutlinedKernel result;
  llvm::DenseMap<AffineExpr, Value> madeSizes;
};

} // namespace

/// Whether the bytes of `value` are made in this kernel.
bool Outliner::isInside(Value value) const {
  Operation *op = skipViews(value).getDefiningOp();
  return op && (group.holds(op) || roleOf(op) == OpRole::Support);
}

void Outliner::collectOperand(Value operand, Operation *user) {
  Operation *producer = operand.getDefiningOp();
  if (producer && producer->getBlock() != user->getBlock())
    return; // Made in the op's own region.
  if (isa<BlockArgument>(operand) &&
      operand.getParentBlock() != user->getBlock())
    return;
  if (operand.getType().isIndex()) {
    indices.insert(operand);
    return;
  }
  if (producer && isInside(operand))
    collect(producer);
  else
    inputs.insert(operand);
}

void Outliner::collect(Operation *op) {
  if (body.contains(op))
    return;
  op->walk([&](Operation *nested) {
    for (Value operand : nested->getOperands())
      collectOperand(operand, op);
  });
  body.insert(op);
}

/// Whether someone outside of the group reads `value` or a view of it.
static bool isReadOutside(Value value, const Group &group,
                          const Groups &groups) {
  for (Operation *user : value.getUsers()) {
    Operation *top = value.getParentBlock()->findAncestorOpInBlock(*user);
    if (top->hasTrait<OpTrait::IsTerminator>())
      return true;
    if (isa<tensor::DimOp>(top))
      continue; // A size: known without the bytes.
    if (roleOf(top) != OpRole::Compute) {
      if (llvm::any_of(top->getResults(), [&](Value view) {
            return isReadOutside(view, group, groups);
          }))
        return true;
      continue;
    }
    if (groups.isComputedWithout(top, value.getDefiningOp(), group))
      return true;
  }
  return false;
}

void Outliner::collectOutputs() {
  for (Operation *op : group.ops)
    for (Value value : op->getResults())
      if (isReadOutside(value, group, groups))
        result.outputs.push_back(value);
}

void Outliner::addSymbols(AffineMap map) {
  for (AffineExpr expr : map.getResults())
    expr.walk([&](AffineExpr part) {
      if (auto symbol = dyn_cast<AffineSymbolExpr>(part))
        if (!llvm::is_contained(result.symbols, symbol.getPosition()))
          result.symbols.push_back(symbol.getPosition());
    });
}

LogicalResult Outliner::collectSymbols() {
  auto addShape = [&](Value tensor, Operation *where) -> LogicalResult {
    AffineMap shape = sizes.shapeMapOf(tensor, 64);
    if (!shape)
      return where->emitOpError("expects sizes that are expressions of the "
                                "size symbols, got ")
             << tensor.getType();
    addSymbols(shape);
    return success();
  };
  for (Value input : inputs)
    if (failed(addShape(input, group.ops.front())))
      return failure();
  for (Value output : result.outputs)
    if (failed(addShape(output, output.getDefiningOp())))
      return failure();
  for (Value index : indices) {
    AffineExpr value = sizes.valueOf(index);
    if (!value)
      return group.ops.front()->emitOpError(
          "expects sizes that are expressions of the size symbols");
    addSymbols(AffineMap::get(0, 64, value));
  }
  for (Operation *op : body)
    for (NamedAttribute attribute : op->getAttrs())
      if (auto map = dyn_cast<AffineMapAttr>(attribute.getValue()))
        addSymbols(map.getValue());
  llvm::sort(result.symbols);
  return success();
}

/// The map over the kernel's symbols instead of the function's.
AffineMap Outliner::renumbered(AffineMap map) {
  MLIRContext *context = builder.getContext();
  SmallVector<AffineExpr> symbols(std::max<unsigned>(map.getNumSymbols(), 64),
                                  getAffineConstantExpr(0, context));
  for (auto [number, symbol] : llvm::enumerate(result.symbols))
    symbols[symbol] = getAffineSymbolExpr(number, context);
  return map.replaceDimsAndSymbols({}, symbols, 0, result.symbols.size());
}

func::FuncOp Outliner::makeFunction() {
  SmallVector<Type> arguments, results;
  for (Value input : inputs)
    arguments.push_back(input.getType());
  arguments.append(result.symbols.size(), builder.getIndexType());
  for (Value output : result.outputs)
    results.push_back(output.getType());
  SmallVector<Location> locations = llvm::map_to_vector(
      group.ops, [](Operation *op) { return op->getLoc(); });
  auto kernel =
      func::FuncOp::create(builder, builder.getFusedLoc(locations), "kernel",
                           builder.getFunctionType(arguments, results));
  kernel.setPrivate();
  for (auto [number, input] : llvm::enumerate(inputs))
    kernel.setArgAttr(
        number, fx::dimsAttrName,
        AffineMapAttr::get(renumbered(sizes.shapeMapOf(input, 64))));
  for (auto [number, output] : llvm::enumerate(result.outputs))
    kernel.setResultAttr(
        number, fx::dimsAttrName,
        AffineMapAttr::get(renumbered(sizes.shapeMapOf(output, 64))));
  return kernel;
}

Value Outliner::makeSize(AffineExpr size, func::FuncOp kernel, Location loc) {
  Value &made = madeSizes[size];
  if (made)
    return made;
  ValueRange symbols = kernel.getArguments().drop_front(inputs.size());
  if (auto constant = dyn_cast<AffineConstantExpr>(size))
    return made = arith::ConstantIndexOp::create(builder, loc,
                                                 constant.getValue());
  if (auto symbol = dyn_cast<AffineSymbolExpr>(size))
    return made = symbols[symbol.getPosition()];
  auto map = AffineMap::get(0, symbols.size(), size);
  return made = affine::AffineApplyOp::create(builder, loc, map, symbols);
}

/// Attributes of fx ops speak of the function's symbols.
void Outliner::renumberSymbols(Operation *op) {
  for (NamedAttribute attribute : llvm::to_vector(op->getAttrs())) {
    auto map = dyn_cast<AffineMapAttr>(attribute.getValue());
    if (map && map.getValue().getNumSymbols() && !map.getValue().getNumDims())
      op->setAttr(attribute.getName(),
                  AffineMapAttr::get(renumbered(map.getValue())));
  }
}

void Outliner::fillBody(func::FuncOp kernel) {
  Block *block = kernel.addEntryBlock();
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(block);
  IRMapping mapping;
  for (auto [input, argument] : llvm::zip(inputs, block->getArguments()))
    mapping.map(input, argument);
  for (Value index : indices) {
    AffineMap value = AffineMap::get(0, 64, sizes.valueOf(index));
    mapping.map(index, makeSize(renumbered(value).getResult(0), kernel,
                                index.getLoc()));
  }
  for (Operation *op : body)
    renumberSymbols(builder.clone(*op, mapping));
  SmallVector<Value> results = llvm::map_to_vector(
      result.outputs, [&](Value value) { return mapping.lookup(value); });
  func::ReturnOp::create(builder, kernel.getLoc(), results);
}

void Outliner::setAttributes(func::FuncOp kernel) {
  SmallVector<StringRef> fused(group.fused.begin(), group.fused.end());
  SmallVector<StringRef> refused(group.refused.begin(), group.refused.end());
  SmallVector<std::string> names, lines;
  for (Operation *op : group.ops) {
    if (!body.contains(op))
      continue;
    std::string name = modelOpOf(op), line = sourceOf(op->getLoc());
    // An op of the model may have become several here.
    if (names.empty() || names.back() != name || lines.back() != line) {
      names.push_back(name);
      lines.push_back(line);
    }
  }
  SmallVector<StringRef> ops(names.begin(), names.end());
  SmallVector<StringRef> allLines(lines.begin(), lines.end()), sources;
  for (StringRef line : allLines)
    if (!line.empty() && !llvm::is_contained(sources, line))
      sources.push_back(line);
  kernel->setAttr(plan::kernelAttrName, builder.getUnitAttr());
  kernel->setAttr(plan::familyAttrName,
                  builder.getStringAttr(nameOf(group.family)));
  kernel->setAttr(plan::opsAttrName, builder.getStrArrayAttr(ops));
  kernel->setAttr(plan::linesAttrName, builder.getStrArrayAttr(allLines));
  kernel->setAttr(plan::sourcesAttrName, builder.getStrArrayAttr(sources));
  if (!fused.empty())
    kernel->setAttr(plan::fusedAttrName, builder.getStrArrayAttr(fused));
  if (!refused.empty())
    kernel->setAttr(plan::refusedAttrName, builder.getStrArrayAttr(refused));
}

FailureOr<OutlinedKernel> Outliner::run() {
  // Inwards from the results: a member that was copied to all its readers is
  // not computed here.
  collectOutputs();
  for (Value output : result.outputs)
    collect(output.getDefiningOp());
  if (failed(collectSymbols()))
    return failure();
  result.inputs = SmallVector<Value>(inputs.begin(), inputs.end());
  result.kernel = makeFunction();
  fillBody(result.kernel);
  setAttributes(result.kernel);
  return result;
}

FailureOr<OutlinedKernel> outline(const Group &group, const Groups &groups,
                                  SizeAnalysis &sizes, OpBuilder &builder) {
  return Outliner(group, groups, sizes, builder).run();
}

} // namespace xcc::fusion
