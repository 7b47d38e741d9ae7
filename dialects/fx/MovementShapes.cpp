//===- MovementShapes.cpp - Shapes of moving and indexing -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/ShapeChecks.h"

using namespace mlir;

namespace xcc::fx {

//===-- Scans and sorting -------------------------------------------------===//

LogicalResult TopkOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                  Shapes &results) {
  if (failed(checkDim(*this, getDim(), operands[0].size())))
    return failure();
  SymbolicShape result(operands[0]);
  if (std::optional<int64_t> size = constantOf(result[getDim()]);
      static_cast<int64_t>(getK()) < 0 ||
      (size && static_cast<int64_t>(getK()) > *size))
    return emitOpError("expects k between 0 and the size of dim ")
           << getDim() << ", got " << static_cast<int64_t>(getK());
  result[getDim()] = getAffineConstantExpr(getK(), getContext());
  results.assign(2, result);
  return success();
}

//===-- Movement ----------------------------------------------------------===//

LogicalResult PermuteOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                     Shapes &results) {
  const SymbolicShape &input = operands[0];
  if (failed(checkCount(*this, "dims", getDims().size(), input.size())))
    return failure();
  SymbolicShape result;
  llvm::SmallBitVector seen(input.size());
  for (int64_t dim : getDims()) {
    if (failed(checkDim(*this, dim, input.size())))
      return failure();
    if (seen.test(dim))
      return emitOpError("expects each dim once, got ") << dim << " twice";
    seen.set(dim);
    result.push_back(input[dim]);
  }
  results.push_back(std::move(result));
  return success();
}

/// The one size that `map` gives; fails when it is not one.
static FailureOr<AffineExpr> singleSize(Operation *op, StringRef name,
                                        AffineMap map) {
  if (map.getNumDims() == 0 && map.getNumResults() == 1)
    return map.getResult(0);
  return op->emitOpError("expects ")
         << name << " to be one expression of the size symbols, got "
         << AffineMapAttr::get(map);
}

LogicalResult SliceOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                   Shapes &results) {
  if (failed(checkDim(*this, getDim(), operands[0].size())))
    return failure();
  FailureOr<AffineExpr> start = singleSize(*this, "start", getStart());
  FailureOr<AffineExpr> end = singleSize(*this, "end", getEnd());
  if (failed(start) || failed(end))
    return failure();
  int64_t step = getStep();
  if (step < 1)
    return emitOpError("expects step of at least 1, got ") << step;
  SymbolicShape result(operands[0]);
  std::optional<int64_t> low = constantOf(*start), high = constantOf(*end),
                         size = constantOf(result[getDim()]);
  if ((low && *low < 0) || (low && high && *low > *high) ||
      (high && size && *high > *size))
    return emitOpError("expects 0 <= start <= end <= size of dim ") << getDim();
  result[getDim()] = (*end - *start).ceilDiv(step);
  results.push_back(std::move(result));
  return success();
}

LogicalResult SelectOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                    Shapes &results) {
  if (failed(checkDim(*this, getDim(), operands[0].size())))
    return failure();
  FailureOr<AffineExpr> index = singleSize(*this, "index", getIndex());
  if (failed(index))
    return failure();
  SymbolicShape result(operands[0]);
  std::optional<int64_t> at = constantOf(*index),
                         size = constantOf(result[getDim()]);
  if ((at && *at < 0) || (at && size && *at >= *size))
    return emitOpError("expects index below the size of dim ") << getDim();
  result.erase(result.begin() + getDim());
  results.push_back(std::move(result));
  return success();
}

LogicalResult RepeatOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                    Shapes &results) {
  const SymbolicShape &input = operands[0];
  if (getRepeats().size() < input.size())
    return emitOpError("expects at least ")
           << input.size() << " repeats, got " << getRepeats().size();
  size_t leading = getRepeats().size() - input.size();
  SymbolicShape result;
  for (auto [i, count] : llvm::enumerate(getRepeats())) {
    if (count < 0)
      return emitOpError("expects repeats of at least 0, got ") << count;
    result.push_back(i < leading ? getAffineConstantExpr(count, getContext())
                                 : times(input[i - leading], count));
  }
  results.push_back(std::move(result));
  return success();
}

LogicalResult PadOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                 Shapes &results) {
  const SymbolicShape &input = operands[0];
  if (failed(checkCount(*this, "low", getLow().size(), input.size())) ||
      failed(checkCount(*this, "high", getHigh().size(), input.size())))
    return failure();
  SymbolicShape result;
  for (auto [i, size] : llvm::enumerate(input)) {
    result.push_back(plus(size, getLow()[i] + getHigh()[i]));
    if (std::optional<int64_t> known = constantOf(result.back());
        known && *known < 0)
      return emitOpError("expects sizes of at least 0, got ") << *known;
  }
  results.push_back(std::move(result));
  return success();
}

LogicalResult CatOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                 Shapes &results) {
  if (operands.empty())
    return emitOpError("expects at least one input");
  SymbolicShape result(operands[0]);
  if (failed(checkDim(*this, getDim(), result.size())))
    return failure();
  for (const SymbolicShape &shape : operands.drop_front()) {
    if (failed(checkRank(*this, "every input", shape, result.size())))
      return failure();
    for (auto [i, size] : llvm::enumerate(shape)) {
      if (static_cast<int64_t>(i) == static_cast<int64_t>(getDim())) {
        result[i] = result[i] && size ? result[i] + size : AffineExpr();
        continue;
      }
      if (failed(checkEqual(*this, "inputs to agree outside dim", result[i],
                            size)))
        return failure();
      if (!constantOf(result[i]) && size)
        result[i] = size;
    }
  }
  results.push_back(std::move(result));
  return success();
}

//===-- Indexing ----------------------------------------------------------===//

LogicalResult EmbeddingOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                       Shapes &results) {
  if (failed(checkRank(*this, "weight", operands[0], 2)))
    return failure();
  SymbolicShape result(operands[1]);
  result.push_back(operands[0][1]);
  results.push_back(std::move(result));
  return success();
}

LogicalResult IndexSelectOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                         Shapes &results) {
  if (failed(checkDim(*this, getDim(), operands[0].size())) ||
      failed(checkRank(*this, "indices", operands[1], 1)))
    return failure();
  SymbolicShape result(operands[0]);
  result[getDim()] = operands[1][0];
  results.push_back(std::move(result));
  return success();
}

LogicalResult GatherOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                    Shapes &results) {
  if (failed(checkDim(*this, getDim(), operands[0].size())) ||
      failed(checkRank(*this, "indices", operands[1], operands[0].size())))
    return failure();
  results.push_back(operands[1]);
  return success();
}

/// Checks `dims` against the input and broadcasts the indices.
static FailureOr<SymbolicShape> indexShape(Operation *op,
                                           ArrayRef<int64_t> dims,
                                           ArrayRef<SymbolicShape> indices,
                                           size_t rank) {
  if (dims.empty())
    return op->emitOpError("expects at least one index");
  if (failed(checkCount(op, "dims", dims.size(), indices.size())))
    return failure();
  for (auto [i, dim] : llvm::enumerate(dims))
    if (failed(checkDim(op, dim, rank)))
      return failure();
    else if (i && dims[i - 1] >= dim)
      return op->emitOpError("expects ascending dims, got ")
             << dims[i - 1] << " before " << dim;
  SmallVector<SymbolicShape> broadcast;
  if (failed(inferBroadcast(op, indices, broadcast)))
    return failure();
  return broadcast[0];
}

LogicalResult IndexOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                   Shapes &results) {
  ArrayRef<int64_t> dims = getDims();
  const SymbolicShape &input = operands[0];
  FailureOr<SymbolicShape> broadcast =
      indexShape(*this, dims, operands.drop_front(), input.size());
  if (failed(broadcast))
    return failure();
  bool isAdjacent =
      dims.back() - dims.front() + 1 == static_cast<int64_t>(dims.size());
  size_t position = isAdjacent ? dims.front() : 0;
  SymbolicShape result;
  for (auto [i, size] : llvm::enumerate(input))
    if (!llvm::is_contained(dims, static_cast<int64_t>(i)))
      result.push_back(size);
  result.insert(result.begin() + position, broadcast->begin(),
                broadcast->end());
  results.push_back(std::move(result));
  return success();
}

} // namespace xcc::fx
