//===- ShapeRules.cpp - Shape functions of the structured operations ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A null expression (a size that is not known) stays null through arithmetic.
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/Fx.h"

using namespace mlir;

namespace xcc::fx {

using Shapes = SmallVectorImpl<SymbolicShape>;

static std::optional<int64_t> constantOf(AffineExpr expr) {
  if (auto constant = llvm::dyn_cast_or_null<AffineConstantExpr>(expr))
    return constant.getValue();
  return std::nullopt;
}

static AffineExpr plus(AffineExpr size, int64_t value) {
  return size ? size + value : size;
}
static AffineExpr times(AffineExpr size, int64_t value) {
  return size ? size * value : size;
}

/// Fails, naming both, when two sizes are known and differ.
static LogicalResult checkEqual(Operation *op, StringRef what, AffineExpr lhs,
                                AffineExpr rhs) {
  std::optional<int64_t> a = constantOf(lhs), b = constantOf(rhs);
  if (a && b && *a != *b)
    return op->emitOpError("expects ")
           << what << ", got " << *a << " and " << *b;
  return success();
}

static LogicalResult checkRank(Operation *op, StringRef name,
                               const SymbolicShape &shape, size_t rank) {
  if (shape.size() == rank)
    return success();
  return op->emitOpError("expects ")
         << name << " of rank " << rank << ", got rank " << shape.size();
}

static LogicalResult checkDim(Operation *op, int64_t dim, size_t rank) {
  if (dim >= 0 && dim < static_cast<int64_t>(rank))
    return success();
  return op->emitOpError("expects dim below the rank ")
         << rank << ", got " << dim;
}

static LogicalResult checkCount(Operation *op, StringRef name, size_t count,
                                size_t expected) {
  if (count == expected)
    return success();
  return op->emitOpError("expects ")
         << expected << " entries in " << name << ", got " << count;
}

//===-- Matrix products
//----------------------------------------------------===//

/// (batch..., m, k) x (batch..., k, n) with `rank` dimensions each.
static LogicalResult inferProduct(Operation *op, size_t rank,
                                  const SymbolicShape &lhs,
                                  const SymbolicShape &rhs, Shapes &results) {
  if (failed(checkRank(op, "lhs", lhs, rank)) ||
      failed(checkRank(op, "rhs", rhs, rank)) ||
      failed(checkEqual(op, "lhs and rhs to share k", lhs[rank - 1],
                        rhs[rank - 2])))
    return failure();
  SymbolicShape result;
  if (rank == 3) {
    if (failed(
            checkEqual(op, "lhs and rhs to share the batch", lhs[0], rhs[0])))
      return failure();
    result.push_back(lhs[0] ? lhs[0] : rhs[0]);
  }
  result.push_back(lhs[rank - 2]);
  result.push_back(rhs[rank - 1]);
  results.push_back(std::move(result));
  return success();
}

/// As inferProduct, and the bias must broadcast to the product.
static LogicalResult inferBiasedProduct(Operation *op, size_t rank,
                                        ArrayRef<SymbolicShape> operands,
                                        Shapes &results) {
  if (failed(inferProduct(op, rank, operands[1], operands[2], results)))
    return failure();
  SmallVector<SymbolicShape> both = {operands[0], results[0]}, broadcast;
  if (failed(inferBroadcast(op, both, broadcast)))
    return failure();
  if (broadcast[0].size() != rank)
    return op->emitOpError("expects bias of rank at most ")
           << rank << ", got rank " << operands[0].size();
  return success();
}

LogicalResult MmOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                Shapes &results) {
  return inferProduct(*this, 2, operands[0], operands[1], results);
}
LogicalResult BmmOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                 Shapes &results) {
  return inferProduct(*this, 3, operands[0], operands[1], results);
}
LogicalResult AddmmOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                   Shapes &results) {
  return inferBiasedProduct(*this, 2, operands, results);
}
LogicalResult BaddbmmOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                     Shapes &results) {
  return inferBiasedProduct(*this, 3, operands, results);
}

LogicalResult LinearOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                    Shapes &results) {
  const SymbolicShape &input = operands[0], &weight = operands[1];
  if (input.empty())
    return emitOpError("expects input of rank at least 1, got a scalar");
  if (failed(checkRank(*this, "weight", weight, 2)) ||
      failed(checkEqual(*this, "input and weight to share k", input.back(),
                        weight[1])))
    return failure();
  if (operands.size() == 3 &&
      (failed(checkRank(*this, "bias", operands[2], 1)) ||
       failed(checkEqual(*this, "weight and bias to share n", weight[0],
                         operands[2][0]))))
    return failure();
  SymbolicShape result(input);
  result.back() = weight[0];
  results.push_back(std::move(result));
  return success();
}

//===-- Convolution and pooling
//--------------------------------------------===//

/// floor((in + 2 padding - dilation (kernel - 1) - 1) / stride) + 1.
static AffineExpr windowCount(AffineExpr in, int64_t kernel, int64_t stride,
                              int64_t padding, int64_t dilation,
                              bool ceilMode = false) {
  if (!in)
    return in;
  AffineExpr span = in + (2 * padding - dilation * (kernel - 1) - 1);
  if (!ceilMode)
    return span.floorDiv(stride) + 1;
  AffineExpr count = span.ceilDiv(stride) + 1;
  // A window must start inside the input or its left padding (PyTorch's rule).
  std::optional<int64_t> known = constantOf(count), size = constantOf(in);
  if (known && size && (*known - 1) * stride >= *size + padding)
    return count - 1;
  return count;
}

LogicalResult ConvolutionOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                         Shapes &results) {
  const SymbolicShape &input = operands[0], &weight = operands[1];
  if (input.size() < 3 || input.size() > 5)
    return emitOpError("expects input of rank 3, 4 or 5, got rank ")
           << input.size();
  size_t spatial = input.size() - 2;
  if (failed(checkRank(*this, "weight", weight, input.size())) ||
      failed(checkCount(*this, "stride", getStride().size(), spatial)) ||
      failed(checkCount(*this, "padding", getPadding().size(), spatial)) ||
      failed(checkCount(*this, "dilation", getDilation().size(), spatial)))
    return failure();
  if (getTransposed() && failed(checkCount(*this, "output_padding",
                                           getOutputPadding().size(), spatial)))
    return failure();
  int64_t groups = getGroups();
  if (groups < 1 ||
      llvm::any_of(
          getStride(), [](int64_t s) { return s < 1; }) ||
      llvm::any_of(getDilation(), [](int64_t d) { return d < 1; }))
    return emitOpError("expects groups, stride and dilation of at least 1");

  AffineExpr inputChannels =
      getTransposed() ? weight[0] : times(weight[1], groups);
  AffineExpr outputChannels =
      getTransposed() ? times(weight[1], groups) : weight[0];
  if (failed(checkEqual(*this, "input and weight to share channels", input[1],
                        inputChannels)))
    return failure();
  if (std::optional<int64_t> channels = constantOf(outputChannels);
      channels && *channels % groups != 0)
    return emitOpError("expects output channels divisible by groups, got ")
           << *channels << " and " << groups;
  if (operands.size() == 3 &&
      (failed(checkRank(*this, "bias", operands[2], 1)) ||
       failed(checkEqual(*this, "weight and bias to share output channels",
                         outputChannels, operands[2][0]))))
    return failure();

  SymbolicShape result = {input[0], outputChannels};
  for (size_t i = 0; i < spatial; ++i) {
    std::optional<int64_t> kernel = constantOf(weight[i + 2]);
    if (!kernel)
      return emitOpError("expects a static kernel size");
    int64_t reach = getDilation()[i] * (*kernel - 1);
    AffineExpr in = input[i + 2];
    if (getTransposed())
      in = plus(times(plus(in, -1), getStride()[i]),
                reach + 1 - 2 * getPadding()[i] + getOutputPadding()[i]);
    else
      in = windowCount(in, *kernel, getStride()[i], getPadding()[i],
                       getDilation()[i]);
    if (std::optional<int64_t> size = constantOf(in); size && *size < 0)
      return emitOpError("expects a kernel that fits the padded input in ")
             << "spatial dimension " << i;
    result.push_back(in);
  }
  results.push_back(std::move(result));
  return success();
}

template <typename PoolOp>
static LogicalResult inferPool(PoolOp op, ArrayRef<int64_t> dilation,
                               const SymbolicShape &input, Shapes &results) {
  size_t spatial = op.getKernelSize().size();
  if (spatial < 1 || spatial > 3 || input.size() < spatial + 1)
    return op.emitOpError("expects 1 to 3 window dimensions below the rank ")
           << input.size() << ", got " << spatial;
  if (failed(checkCount(op, "stride", op.getStride().size(), spatial)) ||
      failed(checkCount(op, "padding", op.getPadding().size(), spatial)) ||
      failed(checkCount(op, "dilation", dilation.size(), spatial)))
    return failure();
  SymbolicShape result(input);
  size_t leading = input.size() - spatial;
  for (size_t i = 0; i < spatial; ++i) {
    if (op.getKernelSize()[i] < 1 || op.getStride()[i] < 1 || dilation[i] < 1)
      return op.emitOpError(
          "expects kernel_size, stride and dilation of at least 1");
    if (2 * op.getPadding()[i] > op.getKernelSize()[i])
      return op.emitOpError("expects padding of at most half the kernel size ")
             << op.getKernelSize()[i] << ", got " << op.getPadding()[i];
    result[leading + i] = windowCount(input[leading + i], op.getKernelSize()[i],
                                      op.getStride()[i], op.getPadding()[i],
                                      dilation[i], op.getCeilMode());
  }
  results.push_back(std::move(result));
  return success();
}

LogicalResult MaxPoolOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                     Shapes &results) {
  return inferPool(*this, getDilation(), operands[0], results);
}
LogicalResult AvgPoolOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                     Shapes &results) {
  SmallVector<int64_t> dense(getKernelSize().size(), 1);
  return inferPool(*this, dense, operands[0], results);
}

//===-- Attention
//----------------------------------------------------------===//

LogicalResult
ScaledDotProductAttentionOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                         Shapes &results) {
  const SymbolicShape &query = operands[0], &key = operands[1],
                      &value = operands[2];
  size_t rank = query.size();
  if (rank < 2)
    return emitOpError("expects query of rank at least 2, got rank ") << rank;
  if (failed(checkRank(*this, "key", key, rank)) ||
      failed(checkRank(*this, "value", value, rank)) ||
      failed(checkEqual(*this, "query and key to share the head size",
                        query[rank - 1], key[rank - 1])) ||
      failed(checkEqual(*this, "key and value to share the length",
                        key[rank - 2], value[rank - 2])))
    return failure();
  for (size_t i = 0; i + 2 < rank; ++i) {
    std::optional<int64_t> heads = constantOf(query[i]),
                           keyHeads = constantOf(key[i]);
    if (failed(checkEqual(*this, "key and value to share leading dimensions",
                          key[i], value[i])))
      return failure();
    bool isHeads = i + 3 == rank;
    bool divides =
        heads && keyHeads && *keyHeads > 0 && *heads % *keyHeads == 0;
    if (heads && keyHeads && *heads != *keyHeads && !(isHeads && divides))
      return emitOpError("expects query and key to share leading dimensions "
                         "(heads may be a multiple), got ")
             << *heads << " and " << *keyHeads;
  }
  if (operands.size() == 4) {
    SymbolicShape scores(query.begin(), query.end());
    scores.back() = key[rank - 2];
    SmallVector<SymbolicShape> both = {operands[3], scores}, broadcast;
    if (failed(inferBroadcast(*this, both, broadcast)))
      return failure();
    if (broadcast[0].size() != rank)
      return emitOpError("expects mask of rank at most ")
             << rank << ", got rank " << operands[3].size();
  }
  SymbolicShape result(query);
  result.back() = value.back();
  results.push_back(std::move(result));
  return success();
}

//===-- Scans and sorting
//--------------------------------------------------===//

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

//===-- Movement
//-----------------------------------------------------------===//

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

//===-- Indexing
//-----------------------------------------------------------===//

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
