//===- SizeAnalysis.cpp - Sizes as expressions of the symbols -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/SizeAnalysis.h"

#include "dialects/plan/Plan.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace xcc::fusion {

unsigned numSymbolsOf(func::FuncOp function) {
  if (auto symbols = function->getAttrOfType<ArrayAttr>(fx::symbolsAttrName))
    return symbols.size();
  return llvm::count_if(function.getArgumentTypes(),
                        [](Type type) { return type.isIndex(); });
}

fx::SymbolicShape SizeAnalysis::shapeOf(Value tensor) {
  auto known = shapes.find(tensor);
  if (known != shapes.end())
    return known->second;
  fx::SymbolicShape shape = compute(tensor);
  auto type = cast<RankedTensorType>(tensor.getType());
  shape.resize(type.getRank());
  for (auto [dim, size] : llvm::enumerate(shape))
    if (!type.isDynamicDim(dim))
      size = getAffineConstantExpr(type.getDimSize(dim), type.getContext());
  return shapes.try_emplace(tensor, std::move(shape)).first->second;
}

AffineMap SizeAnalysis::shapeMapOf(Value tensor, unsigned numSymbols) {
  fx::SymbolicShape shape = shapeOf(tensor);
  if (llvm::is_contained(shape, AffineExpr()))
    return {};
  return AffineMap::get(0, numSymbols, shape, tensor.getContext());
}

AffineExpr SizeAnalysis::valueOf(Value index) {
  auto known = values.find(index);
  if (known != values.end())
    return known->second;
  AffineExpr value = computeIndex(index);
  return values.try_emplace(index, value).first->second;
}

AffineExpr SizeAnalysis::valueOf(OpFoldResult size, MLIRContext *context) {
  if (auto value = dyn_cast<Value>(size))
    return valueOf(value);
  return getAffineConstantExpr(
      cast<IntegerAttr>(cast<Attribute>(size)).getInt(), context);
}

fx::SymbolicShape SizeAnalysis::compute(Value tensor) {
  if (auto result = dyn_cast<OpResult>(tensor))
    return computeResult(result);
  auto argument = cast<BlockArgument>(tensor);
  auto function =
      dyn_cast<FunctionOpInterface>(argument.getOwner()->getParentOp());
  if (!function)
    return {};
  auto dims = function.getArgAttrOfType<AffineMapAttr>(argument.getArgNumber(),
                                                       fx::dimsAttrName);
  if (!dims)
    return {};
  return fx::SymbolicShape(dims.getValue().getResults());
}

fx::SymbolicShape SizeAnalysis::computeFx(fx::ShapedFxOp op, unsigned number) {
  SmallVector<fx::SymbolicShape> operands, results;
  for (Value operand : op->getOperands())
    operands.push_back(shapeOf(operand));
  if (failed(op.inferShapes(operands, results)) || number >= results.size())
    return {};
  return results[number];
}

/// The launch's result shape is the kernel's, with the sizes put in.
static fx::SymbolicShape launchShape(plan::LaunchOp launch, unsigned number,
                                     function_ref<AffineExpr(Value)> valueOf) {
  auto kernel = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      launch, launch.getKernelAttr());
  auto dims =
      kernel.getResultAttrOfType<AffineMapAttr>(number, fx::dimsAttrName);
  if (!dims)
    return {};
  SmallVector<AffineExpr> sizes;
  for (Value size : launch.getSizes()) {
    sizes.push_back(valueOf(size));
    if (!sizes.back())
      return {};
  }
  fx::SymbolicShape shape;
  for (AffineExpr expr : dims.getValue().getResults())
    shape.push_back(expr.replaceSymbols(sizes));
  return shape;
}

static fx::SymbolicShape collapse(tensor::CollapseShapeOp op,
                                  ArrayRef<AffineExpr> source) {
  fx::SymbolicShape shape;
  for (ArrayRef<int64_t> group : op.getReassociationIndices()) {
    AffineExpr size = getAffineConstantExpr(1, op.getContext());
    for (int64_t dim : group)
      size = size && source[dim] ? size * source[dim] : AffineExpr();
    shape.push_back(size);
  }
  return shape;
}

fx::SymbolicShape SizeAnalysis::computeResult(OpResult result) {
  Operation *op = result.getOwner();
  MLIRContext *context = op->getContext();
  auto fromSizes = [&](ArrayRef<OpFoldResult> sizes) {
    return llvm::map_to_vector<6>(
        sizes, [&](OpFoldResult size) { return valueOf(size, context); });
  };
  return llvm::TypeSwitch<Operation *, fx::SymbolicShape>(op)
      .Case([&](fx::ShapedFxOp op) {
        return computeFx(op, result.getResultNumber());
      })
      .Case([&](DestinationStyleOpInterface op) {
        return shapeOf(op.getTiedOpOperand(result)->get());
      })
      .Case([&](tensor::EmptyOp op) { return fromSizes(op.getMixedSizes()); })
      .Case([&](tensor::ExpandShapeOp op) {
        return fromSizes(op.getMixedOutputShape());
      })
      .Case([&](tensor::ExtractSliceOp op) {
        return op.getSourceType().getRank() == op.getType().getRank()
                   ? fromSizes(op.getMixedSizes())
                   : fx::SymbolicShape();
      })
      .Case([&](tensor::CollapseShapeOp op) {
        return collapse(op, shapeOf(op.getSrc()));
      })
      .Case([&](tensor::CastOp op) { return shapeOf(op.getSource()); })
      .Case([&](plan::CopyOp op) { return shapeOf(op.getSource()); })
      .Case([&](plan::LaunchOp op) {
        return launchShape(op, result.getResultNumber(),
                           [&](Value size) { return valueOf(size); });
      })
      .Default([](Operation *) { return fx::SymbolicShape(); });
}

AffineExpr SizeAnalysis::computeIndex(Value index) {
  MLIRContext *context = index.getContext();
  if (auto argument = dyn_cast<BlockArgument>(index)) {
    // A kernel's index arguments are its symbols, and come last.
    unsigned number = llvm::count_if(
        argument.getOwner()->getArguments().take_front(argument.getArgNumber()),
        [](BlockArgument other) { return other.getType().isIndex(); });
    return getAffineSymbolExpr(number, context);
  }
  return llvm::TypeSwitch<Operation *, AffineExpr>(index.getDefiningOp())
      .Case([&](arith::ConstantOp op) {
        return getAffineConstantExpr(cast<IntegerAttr>(op.getValue()).getInt(),
                                     context);
      })
      .Case([&](fx::SymOp op) {
        return getAffineSymbolExpr(op.getIndex(), context);
      })
      .Case([&](affine::AffineApplyOp op) {
        SmallVector<AffineExpr> operands;
        for (Value operand : op.getOperands()) {
          operands.push_back(valueOf(operand));
          if (!operands.back())
            return AffineExpr();
        }
        unsigned numDims = op.getAffineMap().getNumDims();
        return op.getAffineMap().getResult(0).replaceDimsAndSymbols(
            ArrayRef(operands).take_front(numDims),
            ArrayRef(operands).drop_front(numDims));
      })
      .Case([&](tensor::DimOp op) {
        std::optional<int64_t> dim = op.getConstantIndex();
        return dim ? shapeOf(op.getSource())[*dim] : AffineExpr();
      })
      .Default([](Operation *) { return AffineExpr(); });
}

} // namespace xcc::fusion
