//===- Shapes.cpp - Symbolic shapes of fx operations ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/ShapeChecks.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace xcc::fx {

AffineExpr broadcastSizes(AffineExpr lhs, AffineExpr rhs) {
  std::optional<int64_t> lhsSize = constantOf(lhs), rhsSize = constantOf(rhs);
  if (lhsSize == 1)
    return rhs;
  if (rhsSize == 1)
    return lhs;
  if (lhsSize && rhsSize)
    return *lhsSize == *rhsSize ? lhs : AffineExpr();
  // A symbolic size never broadcasts: it equals what it meets.
  if (lhsSize)
    return lhs;
  if (rhsSize)
    return rhs;
  return lhs ? lhs : rhs;
}

/// "2x?x768", for error texts.
static std::string toString(const SymbolicShape &shape) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleave(
      shape, os,
      [&](AffineExpr size) {
        if (std::optional<int64_t> constant = constantOf(size))
          os << *constant;
        else
          os << '?';
      },
      "x");
  return shape.empty() ? "scalar" : text;
}

LogicalResult inferBroadcast(Operation *op, ArrayRef<SymbolicShape> operands,
                             SmallVectorImpl<SymbolicShape> &results) {
  SymbolicShape result;
  for (const SymbolicShape &shape : operands) {
    if (shape.size() > result.size())
      result.insert(result.begin(), shape.size() - result.size(),
                    getAffineConstantExpr(1, op->getContext()));
    size_t offset = result.size() - shape.size();
    for (auto [i, size] : llvm::enumerate(shape)) {
      std::optional<int64_t> have = constantOf(result[offset + i]);
      std::optional<int64_t> want = constantOf(size);
      if (have && want && *have != *want && *have != 1 && *want != 1)
        return op->emitOpError("expects operand shapes that broadcast, got ")
               << toString(operands[0]) << " and " << toString(shape);
      result[offset + i] = broadcastSizes(result[offset + i], size);
    }
  }
  results.push_back(std::move(result));
  return success();
}

LogicalResult inferReduce(Operation *op, const SymbolicShape &input,
                          ArrayRef<int64_t> dims, bool keepdim,
                          SmallVectorImpl<SymbolicShape> &results) {
  llvm::SmallBitVector reduced(input.size(), dims.empty());
  for (int64_t dim : dims) {
    if (dim < 0 || dim >= static_cast<int64_t>(input.size()))
      return op->emitOpError("expects dims below the rank ")
             << input.size() << ", got " << dim;
    if (reduced.test(dim))
      return op->emitOpError("expects each dim once, got ") << dim << " twice";
    reduced.set(dim);
  }
  SymbolicShape result;
  for (auto [i, size] : llvm::enumerate(input)) {
    if (!reduced.test(i))
      result.push_back(size);
    else if (keepdim)
      result.push_back(getAffineConstantExpr(1, op->getContext()));
  }
  results.push_back(std::move(result));
  return success();
}

LogicalResult inferAlongDim(Operation *op, const SymbolicShape &input,
                            int64_t dim,
                            SmallVectorImpl<SymbolicShape> &results) {
  // A scalar counts as one dimension, as in PyTorch.
  if (failed(checkDim(op, dim, std::max<size_t>(input.size(), 1))))
    return failure();
  results.assign(op->getNumResults(), input);
  return success();
}

LogicalResult inferFromMap(Operation *op, AffineMap shape,
                           SmallVectorImpl<SymbolicShape> &results) {
  if (shape.getNumDims() != 0)
    return op->emitOpError("expects a shape over size symbols alone, got ")
           << AffineMapAttr::get(shape);
  for (AffineExpr size : shape.getResults())
    if (std::optional<int64_t> constant = constantOf(size);
        constant && *constant < 0)
      return op->emitOpError("expects sizes of at least 0, got ") << *constant;
  results.emplace_back(shape.getResults());
  return success();
}

LogicalResult inferAdaptivePool(Operation *op, const SymbolicShape &input,
                                ArrayRef<int64_t> outputSize,
                                SmallVectorImpl<SymbolicShape> &results) {
  if (outputSize.size() > input.size())
    return op->emitOpError("expects at most ")
           << input.size() << " output sizes, got " << outputSize.size();
  SymbolicShape result(input);
  size_t leading = input.size() - outputSize.size();
  for (auto [i, size] : llvm::enumerate(outputSize)) {
    if (size < 0)
      return op->emitOpError("expects sizes of at least 0, got ") << size;
    result[leading + i] = getAffineConstantExpr(size, op->getContext());
  }
  results.push_back(std::move(result));
  return success();
}

LogicalResult verifySameElementType(Operation *op) {
  Type expected = getElementTypeOrSelf(op->getResult(0));
  for (Value operand : op->getOperands()) {
    Type found = getElementTypeOrSelf(operand);
    if (found != expected)
      return op->emitOpError("expects operands of the result's element type ")
             << expected << ", got " << found << "; convert with fx.to";
  }
  return success();
}

SymbolicShape staticShape(Value value) {
  SymbolicShape shape;
  for (int64_t size : cast<RankedTensorType>(value.getType()).getShape())
    shape.push_back(ShapedType::isDynamic(size)
                        ? AffineExpr()
                        : getAffineConstantExpr(size, value.getContext()));
  return shape;
}

LogicalResult verifyInferredShapes(Operation *op) {
  SmallVector<SymbolicShape> operands, results;
  for (Value operand : op->getOperands())
    operands.push_back(staticShape(operand));
  if (failed(cast<ShapedFxOp>(op).inferShapes(operands, results)))
    return failure();
  for (auto [i, value, shape] : llvm::enumerate(op->getResults(), results)) {
    SymbolicShape declared = staticShape(value);
    bool fits = declared.size() == shape.size();
    for (size_t dim = 0; fits && dim < shape.size(); ++dim) {
      std::optional<int64_t> have = constantOf(declared[dim]);
      std::optional<int64_t> want = constantOf(shape[dim]);
      // A constant size must be declared as such, so that types tell the truth.
      fits = !want ? true : have == want;
    }
    if (!fits)
      return op->emitOpError("expects result #")
             << i << " of shape " << toString(shape) << ", got "
             << toString(declared);
  }
  return success();
}

const SymbolicShape &ShapeAnalysis::shapeOf(Value value) {
  auto found = shapes.find(value);
  if (found != shapes.end())
    return found->second;
  // Computing recurs into this map: insert after.
  SymbolicShape shape = compute(value);
  return shapes[value] = std::move(shape);
}

SymbolicShape ShapeAnalysis::compute(Value value) {
  SymbolicShape declared = staticShape(value);
  if (!llvm::is_contained(declared, AffineExpr()))
    return declared;
  SymbolicShape found;
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    auto function =
        dyn_cast<FunctionOpInterface>(argument.getOwner()->getParentOp());
    auto dims = function ? function.getArgAttrOfType<AffineMapAttr>(
                               argument.getArgNumber(), dimsAttrName)
                         : AffineMapAttr();
    if (dims)
      found.assign(dims.getValue().getResults().begin(),
                   dims.getValue().getResults().end());
  } else if (auto op = dyn_cast<ShapedFxOp>(value.getDefiningOp())) {
    SmallVector<SymbolicShape> operands, results;
    for (Value operand : op->getOperands())
      operands.push_back(shapeOf(operand));
    if (succeeded(op.inferShapes(operands, results)))
      found = results[cast<OpResult>(value).getResultNumber()];
  }
  for (auto [size, known] : llvm::zip(declared, found))
    if (!size)
      size = known;
  return declared;
}

} // namespace xcc::fx
