//===- FuseKernels.cpp - Group operations, outline each group -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/Decisions.h"
#include "lib/Fusion/Fusion.h"
#include "lib/Fusion/Outline.h"

#include "dialects/plan/Plan.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace xcc::fusion {

#define GEN_PASS_DEF_FUSEKERNELS
#include "lib/Fusion/Passes.h.inc"

namespace {

/// Builds the new body of the function: launches instead of ops.
class LaunchBuilder {
public:
  LaunchBuilder(func::FuncOp function, SymbolTable &symbols)
      : function(function), symbols(symbols), builder(function.getContext()) {}

  LogicalResult run(Groups &groups);

private:
  LogicalResult addLaunch(const Group &group, const Groups &groups,
                          SizeAnalysis &sizes);
  Value rebuilt(Value value);
  Value symbol(unsigned number);

  func::FuncOp function;
  SymbolTable &symbols;
  OpBuilder builder;
  Block *body = nullptr;
  IRMapping mapping;
  llvm::SmallDenseMap<unsigned, Value> symbolValues;
};

struct FuseKernels : impl::FuseKernelsBase<FuseKernels> {
  using FuseKernelsBase::FuseKernelsBase;

  void runOnOperation() override;
};

} // namespace

/// `value` in the new body; views, weights, constants and sizes are made anew.
Value LaunchBuilder::rebuilt(Value value) {
  if (Value known = mapping.lookupOrNull(value))
    return known;
  Operation *op = value.getDefiningOp();
  for (Value operand : op->getOperands())
    rebuilt(operand);
  builder.clone(*op, mapping);
  return mapping.lookup(value);
}

Value LaunchBuilder::symbol(unsigned number) {
  Value &value = symbolValues[number];
  if (!value) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(body);
    value = fx::SymOp::create(builder, function.getLoc(),
                              builder.getIndexType(), number);
  }
  return value;
}

LogicalResult LaunchBuilder::addLaunch(const Group &group, const Groups &groups,
                                       SizeAnalysis &sizes) {
  OpBuilder kernelBuilder(function);
  auto made = outline(group, groups, sizes, kernelBuilder);
  if (failed(made))
    return failure();
  symbols.insert(made->kernel);
  auto inputs = llvm::map_to_vector(
      made->inputs, [&](Value value) { return rebuilt(value); });
  auto sizeValues = llvm::map_to_vector(
      made->symbols, [&](unsigned number) { return symbol(number); });
  auto launch = plan::LaunchOp::create(
      builder, made->kernel.getLoc(), made->kernel.getResultTypes(),
      FlatSymbolRefAttr::get(made->kernel.getSymNameAttr()), inputs, sizeValues,
      /*places=*/ArrayAttr());
  for (auto [output, result] : llvm::zip(made->outputs, launch.getResults()))
    mapping.map(output, result);
  return success();
}

LogicalResult LaunchBuilder::run(Groups &groups) {
  Block &old = function.getBody().front();
  body = new Block();
  function.getBody().push_back(body);
  for (BlockArgument argument : old.getArguments())
    mapping.map(argument,
                body->addArgument(argument.getType(), argument.getLoc()));
  builder.setInsertionPointToEnd(body);
  SizeAnalysis sizes;
  for (const Group *group : groups.inOrder())
    if (failed(addLaunch(*group, groups, sizes)))
      return failure();
  Operation *terminator = old.getTerminator();
  for (Value value : terminator->getOperands())
    rebuilt(value);
  builder.clone(*terminator, mapping);
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(old)))
    op.erase();
  // The entry block's arguments were looked up by shape; now it can go.
  old.erase();
  return success();
}

void FuseKernels::runOnOperation() {
  auto main = getOperation().lookupSymbol<func::FuncOp>("main");
  if (!main) {
    getOperation()->emitError("expects a function @main, found none");
    return signalPassFailure();
  }
  Groups groups(main);
  if (fuse) {
    Decisions decisions(main, groups);
    fuseEpilogues(decisions);
    fuseRows(decisions);
    fusePrologues(decisions);
    fuseMaps(decisions);
    decisions.report();
  }
  SymbolTable symbols(getOperation());
  if (failed(LaunchBuilder(main, symbols).run(groups)))
    return signalPassFailure();
}

} // namespace xcc::fusion
