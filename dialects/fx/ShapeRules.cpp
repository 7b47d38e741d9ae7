//===- ShapeRules.cpp - Shapes of products, windows, attention ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/ShapeChecks.h"

using namespace mlir;

namespace xcc::fx {

//===-- Matrix products ---------------------------------------------------===//

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

LogicalResult IntMmOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                   Shapes &results) {
  return inferProduct(*this, 2, operands[0], operands[1], results);
}

/// One number, or one for each place along `dim` of the product.
static LogicalResult checkScale(Operation *op, StringRef name,
                                const SymbolicShape &scale, unsigned dim,
                                const SymbolicShape &product) {
  auto isOne = [](AffineExpr size) { return constantOf(size) == 1; };
  if (llvm::all_of(scale, isOne))
    return success();
  if (scale.size() != 2 || !isOne(scale[1 - dim]))
    return op->emitOpError("expects ") << name << " of one number or of shape "
                                       << (dim == 0 ? "(m, 1)" : "(1, n)");
  StringRef what = dim == 0 ? "a scale for each row of lhs"
                            : "a scale for each column of rhs";
  return checkEqual(op, what, scale[dim], product[dim]);
}

LogicalResult ScaledMmOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                      Shapes &results) {
  if (failed(inferProduct(*this, 2, operands[0], operands[1], results)))
    return failure();
  const SymbolicShape &product = results[0];
  if (failed(checkScale(*this, "lhs_scale", operands[2], 0, product)) ||
      failed(checkScale(*this, "rhs_scale", operands[3], 1, product)))
    return failure();
  if (operands.size() < 5)
    return success();
  if (failed(checkRank(*this, "bias", operands[4], 1)))
    return failure();
  return checkEqual(*this, "rhs and bias to share n", product[1],
                    operands[4][0]);
}

//===-- Convolution and pooling -------------------------------------------===//

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

static LogicalResult checkWindows(ConvolutionOp op, size_t spatial) {
  if (failed(checkCount(op, "stride", op.getStride().size(), spatial)) ||
      failed(checkCount(op, "padding", op.getPadding().size(), spatial)) ||
      failed(checkCount(op, "dilation", op.getDilation().size(), spatial)))
    return failure();
  if (op.getTransposed() &&
      failed(checkCount(op, "output_padding", op.getOutputPadding().size(),
                        spatial)))
    return failure();
  auto isBelowOne = [](int64_t value) { return value < 1; };
  if (isBelowOne(op.getGroups()) || llvm::any_of(op.getStride(), isBelowOne) ||
      llvm::any_of(op.getDilation(), isBelowOne))
    return op.emitOpError("expects groups, stride and dilation of at least 1");
  return success();
}

/// The number of output channels; fails when channels do not fit together.
static FailureOr<AffineExpr>
convolutionChannels(ConvolutionOp op, ArrayRef<SymbolicShape> operands) {
  const SymbolicShape &input = operands[0], &weight = operands[1];
  int64_t groups = op.getGroups();
  AffineExpr from = weight[1], to = weight[0];
  if (op.getTransposed())
    std::swap(from, to);
  (op.getTransposed() ? to : from) = times(weight[1], groups);
  if (failed(
          checkEqual(op, "input and weight to share channels", input[1], from)))
    return failure();
  if (std::optional<int64_t> channels = constantOf(to);
      channels && *channels % groups != 0)
    return op.emitOpError("expects output channels divisible by groups, got ")
           << *channels << " and " << groups;
  if (operands.size() == 3 &&
      (failed(checkRank(op, "bias", operands[2], 1)) ||
       failed(checkEqual(op, "weight and bias to share output channels", to,
                         operands[2][0]))))
    return failure();
  return to;
}

LogicalResult ConvolutionOp::inferShapes(ArrayRef<SymbolicShape> operands,
                                         Shapes &results) {
  const SymbolicShape &input = operands[0], &weight = operands[1];
  if (input.size() < 3 || input.size() > 5)
    return emitOpError("expects input of rank 3, 4 or 5, got rank ")
           << input.size();
  size_t spatial = input.size() - 2;
  if (failed(checkRank(*this, "weight", weight, input.size())) ||
      failed(checkWindows(*this, spatial)))
    return failure();
  FailureOr<AffineExpr> channels = convolutionChannels(*this, operands);
  if (failed(channels))
    return failure();

  SymbolicShape result = {input[0], *channels};
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

//===-- Attention ---------------------------------------------------------===//

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

} // namespace xcc::fx
