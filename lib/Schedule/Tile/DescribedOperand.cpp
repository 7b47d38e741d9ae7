//===- DescribedOperand.cpp - Operands that described copies bring --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/DescribedOperand.h"

#include "dialects/tile/Panels.h"

using namespace mlir;

namespace xcc::schedule {

// What descriptions of tensors allow.
static constexpr int64_t strideAlignBytes = 16, mostBoxSize = 256;
static constexpr unsigned mostDims = 5;

namespace {

/// How far apart a matrix's elements are, in elements.
struct MatrixStrides {
  BlockArgument buffer;
  SmallVector<AffineExpr> batch;
  AffineExpr outer, depth;
  int64_t offset;
};

} // namespace

/// Sees how the elements lie by reading one to nowhere.
static std::optional<MatrixStrides> findStrides(TileKernelBuilder &kernel,
                                                const OperandMatrix &matrix) {
  IndexSpace &space = kernel.space();
  IndexSpace::Mark mark = space.mark();
  MatrixPlace any;
  IndexList variables;
  auto variable = [&](AffineExpr extent) {
    variables.push_back(space.placeholder(extent));
    return variables.back();
  };
  for (AffineExpr size : matrix.batch)
    any.batch.push_back(variable(size));
  any.outer = variable(matrix.outer);
  any.depth = variable(matrix.depth);
  std::optional<MatrixStrides> result;
  std::optional<ElementAccess> access =
      kernel.plainAccessOf(matrix.tensor, matrix.indices(any), variables);
  if (access) {
    AffineExpr rest = space.simplify(space.resolve(access->offset));
    SmallVector<AffineExpr> strides;
    for (AffineExpr dim : variables) {
      AffineExpr stride = space.coefficient(rest, dim);
      strides.push_back(stride);
      if (stride)
        rest = space.simplify(rest - dim * stride);
    }
    auto offset = dyn_cast<AffineConstantExpr>(rest);
    auto buffer = dyn_cast<BlockArgument>(access->buffer);
    bool isLinear = llvm::all_of(strides, [](AffineExpr stride) {
      return stride && stride.isSymbolicOrConstant();
    });
    if (offset && buffer && isLinear) {
      AffineExpr depth = strides.pop_back_val();
      AffineExpr outer = strides.pop_back_val();
      result = {buffer, strides, outer, depth, offset.getValue()};
    }
  }
  space.release(mark);
  return result;
}

static bool isNumber(AffineExpr expr, int64_t number) {
  auto constant = dyn_cast<AffineConstantExpr>(expr);
  return constant && constant.getValue() == number;
}

namespace {

/// Dimensions of a description, the fastest first, and how far apart elements
/// are along all but that one, in bytes.
struct DescribedDims {
  SmallVector<AffineExpr> sizes, distances;
  SmallVector<unsigned> batch; // those of the batch that are dimensions
};

} // namespace

/// None where there is no fastest dimension, or distances are not known to be
/// what copies take.
static std::optional<DescribedDims> findDims(IndexSpace &space,
                                             const OperandMatrix &matrix,
                                             const MatrixStrides &strides,
                                             bool alongDepth, unsigned bytes) {
  if (!isNumber(alongDepth ? strides.depth : strides.outer, 1))
    return std::nullopt;
  DescribedDims dims;
  dims.sizes = {alongDepth ? matrix.depth : matrix.outer,
                alongDepth ? matrix.outer : matrix.depth};
  dims.distances = {alongDepth ? strides.outer : strides.depth};
  // A batch of one, or one that shares the matrix, is no dimension.
  for (auto [i, stride] : llvm::enumerate(strides.batch)) {
    if (isNumber(stride, 0))
      continue;
    dims.sizes.push_back(matrix.batch[i]);
    dims.distances.push_back(stride);
    dims.batch.push_back(i);
  }
  for (AffineExpr &distance : dims.distances) {
    distance = space.simplify(distance * bytes);
    if (isNumber(distance, 0) || !distance.isMultipleOf(strideAlignBytes))
      return std::nullopt;
  }
  bool isKnown = llvm::all_of(
      dims.sizes, [](AffineExpr size) { return size.isSymbolicOrConstant(); });
  if (!isKnown || dims.sizes.size() > mostDims ||
      strides.offset * bytes % strideAlignBytes != 0)
    return std::nullopt;
  return dims;
}

std::optional<DescribedOperand>
DescribedOperand::find(TileKernelBuilder &kernel, const OperandMatrix &matrix,
                       bool isLhs, int64_t outer, int64_t depth) {
  std::optional<MatrixStrides> strides = findStrides(kernel, matrix);
  unsigned bytes = matrix.element.getIntOrFloatBitWidth() / 8;
  if (!strides ||
      cast<MemRefType>(strides->buffer.getType()).getElementType() !=
          matrix.element)
    return std::nullopt;
  DescribedOperand result;
  result.alongDepth = isNumber(strides->depth, 1);
  IndexSpace &space = kernel.space();
  std::optional<DescribedDims> dims =
      findDims(space, matrix, *strides, result.alongDepth, bytes);
  if (!dims)
    return std::nullopt;
  result.batchDims = dims->batch;

  SmallVector<int64_t> shape = {outer, depth};
  unsigned contiguous = result.alongDepth ? 1 : 0;
  if (!isLhs) {
    std::swap(shape[0], shape[1]);
    contiguous = 1 - contiguous;
  }
  tile::Panels panels = tile::choosePanels(shape, contiguous, bytes);
  if (panels.lines > mostBoxSize)
    return std::nullopt;
  MLIRContext *context = kernel.builder().getContext();
  result.part =
      tile::SharedType::get(context, shape, matrix.element,
                            tile::makePanels(shape, contiguous, bytes));
  SmallVector<int64_t> box(dims->sizes.size(), 1);
  box[0] = panels.lineBytes / bytes;
  box[1] = panels.lines;
  unsigned symbols = space.getSymbols().size();
  result.map = tile::TensorMapAttr::get(
      context, strides->buffer.getArgNumber(), matrix.element,
      AffineMap::get(0, symbols, dims->sizes, context),
      AffineMap::get(0, symbols, dims->distances, context), box,
      panels.lineBytes, strides->offset * bytes);
  return result;
}

void DescribedOperand::describe(TileKernelBuilder &kernel) {
  number = kernel.addTensorMap(map);
}

void DescribedOperand::copy(TileKernelBuilder &kernel, const MatrixPlace &place,
                            Value destination, Value barriers, Value slot) {
  SmallVector<AffineExpr> exprs = {place.depth, place.outer};
  if (!alongDepth)
    std::swap(exprs[0], exprs[1]);
  for (unsigned dim : batchDims)
    exprs.push_back(place.batch[dim]);
  OpBuilder &b = kernel.builder();
  IndexSpace &space = kernel.space();
  SmallVector<Value> coordinates;
  for (AffineExpr expr : exprs)
    coordinates.push_back(
        space.materialize(b, kernel.loc(), space.simplify(expr)));
  tile::TensorCopyOp::create(b, kernel.loc(), uint64_t(number), coordinates,
                             destination, barriers, slot);
}

} // namespace xcc::schedule
