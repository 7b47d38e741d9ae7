//===- ElementShapes.cpp - Sizes of a kernel's tensors --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/Fx.h"
#include "lib/Schedule/Element/ElementEmitter.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace xcc::schedule {

AffineExpr ElementEmitter::sizeOf(Value size) {
  APInt number;
  if (matchPattern(size, m_ConstantInt(&number)))
    return space.constant(number.getSExtValue());
  if (auto argument = dyn_cast<BlockArgument>(size)) {
    unsigned symbol = 0;
    for (BlockArgument other : kernel.getArguments()) {
      if (other == argument)
        return getAffineSymbolExpr(symbol, kernel.getContext());
      symbol += other.getType().isIndex();
    }
    return {};
  }
  Operation *op = size.getDefiningOp();
  if (auto sym = dyn_cast<fx::SymOp>(op))
    return getAffineSymbolExpr(sym.getIndex(), op->getContext());
  if (auto apply = dyn_cast<affine::AffineApplyOp>(op)) {
    AffineMap map = apply.getAffineMap();
    SmallVector<AffineExpr> operands;
    for (Value operand : apply.getMapOperands()) {
      operands.push_back(sizeOf(operand));
      if (!operands.back())
        return {};
    }
    ArrayRef<AffineExpr> all(operands);
    return map.getResult(0).replaceDimsAndSymbols(
        all.take_front(map.getNumDims()), all.drop_front(map.getNumDims()));
  }
  if (auto dim = dyn_cast<tensor::DimOp>(op))
    if (std::optional<int64_t> index = dim.getConstantIndex())
      return shapeOf(dim.getSource())[*index];
  if (!isa<arith::AddIOp, arith::MulIOp, arith::SubIOp>(op))
    return {};
  AffineExpr lhs = sizeOf(op->getOperand(0)), rhs = sizeOf(op->getOperand(1));
  if (!lhs || !rhs)
    return {};
  if (isa<arith::AddIOp>(op))
    return lhs + rhs;
  return isa<arith::MulIOp>(op) ? lhs * rhs : lhs - rhs;
}

IndexList ElementEmitter::dimsAttrOf(BlockArgument argument) {
  if (auto map = kernel.getArgAttrOfType<AffineMapAttr>(argument.getArgNumber(),
                                                        fx::dimsAttrName))
    return IndexList(map.getValue().getResults());
  return {};
}

/// Sizes given half as attributes, half as operands.
static IndexList mixedSizes(ArrayRef<OpFoldResult> sizes, IndexSpace &space,
                            function_ref<AffineExpr(Value)> sizeOf) {
  IndexList result;
  for (OpFoldResult size : sizes) {
    if (auto attr = dyn_cast<Attribute>(size))
      result.push_back(space.constant(cast<IntegerAttr>(attr).getInt()));
    else
      result.push_back(sizeOf(cast<Value>(size)));
  }
  return result;
}

IndexList ElementEmitter::computeShape(Value tensor) {
  auto asSize = [&](Value size) { return sizeOf(size); };
  if (auto argument = dyn_cast<BlockArgument>(tensor))
    return dimsAttrOf(argument);
  Operation *op = tensor.getDefiningOp();
  if (auto empty = dyn_cast<tensor::EmptyOp>(op))
    return mixedSizes(empty.getMixedSizes(), space, asSize);
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
    IndexList sizes = mixedSizes(slice.getMixedSizes(), space, asSize), kept;
    llvm::SmallBitVector dropped = slice.getDroppedDims();
    for (auto [i, size] : llvm::enumerate(sizes))
      if (!dropped.test(i))
        kept.push_back(size);
    return kept;
  }
  if (auto dps = dyn_cast<DestinationStyleOpInterface>(op))
    return shapeOf(dps.getTiedOpOperand(cast<OpResult>(tensor))->get());
  if (auto cast = dyn_cast<tensor::CastOp>(op))
    return shapeOf(cast.getSource());
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    return mixedSizes(expand.getMixedOutputShape(), space, asSize);
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op)) {
    IndexList from = shapeOf(collapse.getSrc()), result;
    for (const ReassociationIndices &group :
         collapse.getReassociationIndices()) {
      AffineExpr size = space.constant(1);
      for (int64_t i : group)
        size = size * from[i];
      result.push_back(size);
    }
    return result;
  }
  if (auto shaped = dyn_cast<fx::ShapedFxOp>(op)) {
    SmallVector<fx::SymbolicShape> operands, results;
    for (Value operand : op->getOperands())
      operands.push_back(shapeOf(operand));
    if (succeeded(shaped.inferShapes(operands, results)))
      return results[cast<OpResult>(tensor).getResultNumber()];
  }
  return {};
}

AffineExpr ElementEmitter::reportUnknownSize(unsigned dim) {
  if (sizesAreKnown)
    kernel.emitError() << "expected the size of dimension " << dim
                       << " to be an expression of the kernel's sizes";
  sizesAreKnown = false;
  // Any size will do: the kernel is given up.
  return space.constant(1);
}

IndexList ElementEmitter::shapeOf(Value tensor) {
  if (auto known = shapes.find(tensor); known != shapes.end())
    return known->second;
  auto type = cast<RankedTensorType>(tensor.getType());
  IndexList shape = computeShape(tensor);
  shape.resize(type.getRank());
  for (auto [i, size] : llvm::enumerate(shape)) {
    if (!type.isDynamicDim(i))
      size = space.constant(type.getDimSize(i));
    else if (size)
      size = space.simplify(size);
    else
      size = reportUnknownSize(i);
  }
  return shapes[tensor] = shape;
}

IndexList ElementEmitter::loopExtents(linalg::GenericOp op) {
  IndexList extents(op.getNumLoops());
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<RankedTensorType>(operand.get().getType()))
      continue;
    AffineMap map = op.getMatchingIndexingMap(&operand);
    IndexList shape = shapeOf(operand.get());
    for (auto [expr, size] : llvm::zip_equal(map.getResults(), shape))
      if (auto dim = dyn_cast<AffineDimExpr>(expr))
        // A constant is more than a symbol that equals it.
        if (AffineExpr &extent = extents[dim.getPosition()];
            !extent || isa<AffineConstantExpr>(size))
          extent = size;
  }
  return extents;
}

} // namespace xcc::schedule
