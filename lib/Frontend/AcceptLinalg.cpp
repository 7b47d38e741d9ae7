//===- AcceptLinalg.cpp - tosa and named linalg to the same IR as fx ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/AcceptOps.h"
#include "lib/Frontend/Passes.h"

#include "mlir/Conversion/TosaToArith/TosaToArith.h"
#include "mlir/Conversion/TosaToLinalg/TosaToLinalg.h"
#include "mlir/Conversion/TosaToTensor/TosaToTensor.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace xcc::frontend {

#define GEN_PASS_DEF_ACCEPTLINALG
#include "lib/Frontend/Passes.h.inc"

/// The one public function is the entry, whatever its name.
static LogicalResult nameEntry(ModuleOp module) {
  SmallVector<func::FuncOp> entries;
  for (auto function : module.getOps<func::FuncOp>())
    if (function.isPublic() && !function.isExternal())
      entries.push_back(function);
  if (entries.size() == 1) {
    entries.front().setSymName("main");
    return success();
  }
  if (llvm::any_of(entries, [](func::FuncOp function) {
        return function.getSymName() == "main";
      }))
    return success();
  return module.emitError("expects one public function or one called 'main', "
                          "got ")
         << entries.size() << " public functions";
}

/// Gives each dynamic size of an argument a symbol of its own.
static void nameSizes(func::FuncOp function) {
  MLIRContext *context = function.getContext();
  SmallVector<Attribute> symbols;
  if (auto known = function->getAttrOfType<ArrayAttr>(fx::symbolsAttrName))
    symbols.assign(known.begin(), known.end());
  SmallVector<std::pair<unsigned, SmallVector<AffineExpr>>> dims;
  for (BlockArgument argument : function.getArguments()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    unsigned number = argument.getArgNumber();
    if (!type || type.hasStaticShape() ||
        function.getArgAttr(number, fx::dimsAttrName))
      continue;
    SmallVector<AffineExpr> sizes;
    for (auto [i, size] : llvm::enumerate(type.getShape())) {
      if (!ShapedType::isDynamic(size)) {
        sizes.push_back(getAffineConstantExpr(size, context));
        continue;
      }
      std::string name =
          "arg" + std::to_string(number) + "_" + std::to_string(i);
      sizes.push_back(getAffineSymbolExpr(symbols.size(), context));
      symbols.push_back(DictionaryAttr::get(
          context, NamedAttribute(StringAttr::get(context, "name"),
                                  StringAttr::get(context, name))));
    }
    dims.push_back({number, sizes});
  }
  if (dims.empty())
    return;
  function->setAttr(fx::symbolsAttrName, ArrayAttr::get(context, symbols));
  for (auto &[number, sizes] : dims)
    function.setArgAttr(
        number, fx::dimsAttrName,
        AffineMapAttr::get(AffineMap::get(0, symbols.size(), sizes, context)));
}

/// dim(argument, i) -> the symbol of that size
static void replaceDims(func::FuncOp function) {
  SmallVector<tensor::DimOp> dims;
  function.walk([&](tensor::DimOp op) { dims.push_back(op); });
  for (tensor::DimOp op : dims) {
    auto argument = dyn_cast<BlockArgument>(op.getSource());
    std::optional<int64_t> index = op.getConstantIndex();
    if (!argument || !index || argument.getOwner() != &function.front())
      continue;
    auto map = function.getArgAttrOfType<AffineMapAttr>(argument.getArgNumber(),
                                                        fx::dimsAttrName);
    if (!map)
      continue;
    auto symbol = dyn_cast<AffineSymbolExpr>(map.getValue().getResult(*index));
    if (!symbol)
      continue;
    OpBuilder builder(op);
    Value size = fx::SymOp::create(builder, op.getLoc(), builder.getIndexType(),
                                   symbol.getPosition());
    op.replaceAllUsesWith(size);
    op.erase();
  }
}

static bool holds(ModuleOp module, StringRef dialect) {
  return module
      .walk([&](Operation *op) {
        return op->getName().getDialectNamespace() == dialect
                   ? WalkResult::interrupt()
                   : WalkResult::advance();
      })
      .wasInterrupted();
}

/// Upstream's way from tosa to linalg, after what fx says better.
static void addTosaPasses(OpPassManager &manager) {
  TosaToLinalgOptions options;
  options.aggressiveReduceConstant = false;
  tosa::addTosaToLinalgPasses(manager, options, TosaToLinalgNamedOptions(),
                              std::nullopt);
  OpPassManager &functions = manager.nest<func::FuncOp>();
  functions.addPass(createTosaToArithPass());
  functions.addPass(createTosaToTensorPass());
  functions.addPass(createCanonicalizerPass());
  manager.addPass(memref::createResolveShapedTypeResultDimsPass());
}

/// Named linalg operations as linalg.generic.
static void generalise(func::FuncOp function) {
  SmallVector<linalg::LinalgOp> named;
  function.walk([&](linalg::LinalgOp op) {
    if (!isa<linalg::GenericOp, linalg::FillOp>(op))
      named.push_back(op);
  });
  IRRewriter rewriter(function.getContext());
  for (linalg::LinalgOp op : named) {
    rewriter.setInsertionPoint(op);
    // One that cannot be is reported by verify-normalized.
    (void)linalg::generalizeNamedOp(rewriter, op);
  }
}

namespace {
struct AcceptLinalg : impl::AcceptLinalgBase<AcceptLinalg> {
  using AcceptLinalgBase::AcceptLinalgBase;

  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<fx::FxDialect, linalg::LinalgDialect, tensor::TensorDialect,
                    arith::ArithDialect, math::MathDialect,
                    affine::AffineDialect>();
    OpPassManager probe(ModuleOp::getOperationName());
    addTosaPasses(probe);
    probe.getDependentDialects(registry);
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (failed(nameEntry(module)))
      return signalPassFailure();
    bool hasTosa = holds(module, "tosa"), hasLinalg = holds(module, "linalg");
    if (!hasTosa && !hasLinalg && !holds(module, "tensor"))
      return;
    for (auto function : module.getOps<func::FuncOp>())
      if (!function.isExternal())
        nameSizes(function);
    if (hasTosa && failed(lowerTosa()))
      return signalPassFailure();
    for (auto function : module.getOps<func::FuncOp>()) {
      if (function.isExternal())
        continue;
      acceptTensorOps(function);
      replaceDims(function);
      generalise(function);
    }
  }

  LogicalResult lowerTosa() {
    for (auto function : getOperation().getOps<func::FuncOp>())
      acceptTosaOps(function);
    OpPassManager manager(ModuleOp::getOperationName());
    addTosaPasses(manager);
    return runPipeline(manager, getOperation());
  }
};
} // namespace

} // namespace xcc::frontend
