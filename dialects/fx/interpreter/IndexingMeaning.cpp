//===- IndexingMeaning.cpp - Gathers and scatters -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/interpreter/Evaluation.h"
#include "dialects/fx/weights/Elements.h"

using namespace mlir;

namespace xcc::fx {

using Index = ArrayRef<int64_t>;

static LogicalResult reportRange(Operation *op, int64_t index, int64_t dim,
                                 int64_t size) {
  return op->emitOpError("reads index ")
         << index << " out of range for dimension " << dim << " of size "
         << size;
}

// Fails on the first index outside [low, size).
static LogicalResult checkIndices(Evaluation &e, const Tensor &indices,
                                  int64_t dim, int64_t low) {
  int64_t size = e.operands[0].shape()[dim];
  for (int64_t index : indices.values<int64_t>())
    if (index < low || index >= size)
      return reportRange(e.op, index, dim, size);
  return success();
}

//===-- One tensor of indices ---------------------------------------------===//

// result[outer, i, inner] = input[outer, indices[i], inner].
static LogicalResult gatherSlices(Evaluation &e, const Tensor &indices,
                                  int64_t dim) {
  if (failed(checkIndices(e, indices, dim, 0)))
    return failure();
  DimSplit n = splitAt(e.operands[0].shape(), dim);
  auto chosen = indices.values<int64_t>();
  visitElements(e.results[0], [&](auto kind) {
    using T = decltype(kind);
    auto from = e.operands[0].template values<T>();
    auto to = e.results[0].template mutableValues<T>().begin();
    for (int64_t outer = 0; outer < n.outer; ++outer)
      for (int64_t i : chosen)
        to =
            llvm::copy(from.slice((outer * n.size + i) * n.inner, n.inner), to);
  });
  return success();
}

static LogicalResult runEmbedding(Evaluation &e) {
  return gatherSlices(e, e.operands[1], 0);
}
static LogicalResult runIndexSelect(Evaluation &e) {
  return gatherSlices(e, e.operands[1], cast<IndexSelectOp>(e.op).getDim());
}

// The number of the element at `index` with its place along `dim` replaced.
static int64_t offsetWith(Index index, ArrayRef<int64_t> strides, int64_t dim,
                          int64_t place) {
  return offsetOf(index, strides) + (place - index[dim]) * strides[dim];
}

static LogicalResult runGather(Evaluation &e) {
  int64_t dim = cast<GatherOp>(e.op).getDim();
  if (failed(checkIndices(e, e.operands[1], dim, 0)))
    return failure();
  SmallVector<int64_t> strides = rowMajorStrides(e.operands[0].shape());
  auto chosen = e.operands[1].values<int64_t>();
  visitElements(e.results[0], [&](auto kind) {
    using T = decltype(kind);
    auto from = e.operands[0].template values<T>();
    auto to = e.results[0].template mutableValues<T>();
    forEachIndex(e.results[0].shape(), [&](Index index, int64_t number) {
      to[number] = from[offsetWith(index, strides, dim, chosen[number])];
    });
  });
  return success();
}

// What an element becomes when `x` meets it.
template <typename T>
static T combine(StringRef reduce, T old, T x, Type type) {
  // Sums and products of integers wrap.
  using Wrapping =
      std::conditional_t<std::is_same_v<T, double>, double, uint64_t>;
  T result = x;
  if (reduce == "sum")
    result = T(Wrapping(old) + Wrapping(x));
  else if (reduce == "prod")
    result = T(Wrapping(old) * Wrapping(x));
  else if (reduce == "amax")
    result = old != old || old > x ? old : x;
  else if (reduce == "amin")
    result = old != old || old < x ? old : x;
  if constexpr (std::is_same_v<T, double>)
    return result;
  else
    return wrapToType(result, type);
}

static LogicalResult runScatter(Evaluation &e) {
  auto op = cast<ScatterOp>(e.op);
  int64_t dim = op.getDim();
  const Tensor &indices = e.operands[1], &source = e.operands[2];
  if (failed(checkIndices(e, indices, dim, 0)))
    return failure();
  SmallVector<int64_t> strides = rowMajorStrides(e.operands[0].shape());
  SmallVector<int64_t> sourceStrides = rowMajorStrides(source.shape());
  auto chosen = indices.values<int64_t>();
  visitElements(e.results[0], [&](auto kind) {
    using T = decltype(kind);
    auto to = e.results[0].template mutableValues<T>();
    llvm::copy(e.operands[0].template values<T>(), to.begin());
    std::vector<bool> isFresh(to.size(), op.getExcludeSelf());
    forEachIndex(indices.shape(), [&](Index index, int64_t number) {
      int64_t at = offsetWith(index, strides, dim, chosen[number]);
      T x = source.values<T>()[offsetOf(index, sourceStrides)];
      to[at] = isFresh[at]
                   ? x
                   : combine(op.getReduce(), to[at], x, source.elementType());
      isFresh[at] = false;
    });
  });
  return success();
}

//===-- Advanced indexing -------------------------------------------------===//

namespace {
/// Which input element each element of input[indices] is.
struct AdvancedIndex {
  SmallVector<int64_t> shape;   // of input[indices]
  SmallVector<int64_t> offsets; // into input, in row-major order of shape
};
} // namespace

static SmallVector<int64_t> broadcastShape(ArrayRef<Tensor> tensors) {
  SmallVector<int64_t> shape;
  for (const Tensor &tensor : tensors) {
    while (shape.size() < tensor.shape().size())
      shape.insert(shape.begin(), 1);
    for (int64_t d = 0; d < tensor.rank(); ++d) {
      int64_t &size = shape[shape.size() - tensor.rank() + d];
      size = size == 1 ? tensor.shape()[d] : size;
    }
  }
  return shape;
}

static AdvancedIndex resolve(ArrayRef<int64_t> inputShape, Index dims,
                             ArrayRef<Tensor> indices) {
  SmallVector<int64_t> chosenShape = broadcastShape(indices);
  SmallVector<int64_t> strides = rowMajorStrides(inputShape);
  bool isAdjacent = true;
  for (size_t i = 1; i < dims.size(); ++i)
    isAdjacent &= dims[i] == dims[i - 1] + 1;
  // Where the indices' shape stands among the other dimensions.
  int64_t place = isAdjacent && !dims.empty() ? dims[0] : 0;
  SmallVector<int64_t> otherStrides;
  AdvancedIndex result;
  for (int64_t d = 0, rank = inputShape.size(); d < rank; ++d)
    if (!llvm::is_contained(dims, d)) {
      result.shape.push_back(inputShape[d]);
      otherStrides.push_back(strides[d]);
    }
  result.shape.insert(result.shape.begin() + place, chosenShape.begin(),
                      chosenShape.end());
  SmallVector<SmallVector<int64_t>> indexStrides;
  for (const Tensor &tensor : indices)
    indexStrides.push_back(broadcastStrides(tensor.shape(), chosenShape));
  forEachIndex(result.shape, [&](Index index, int64_t) {
    Index chosen = index.slice(place, chosenShape.size());
    int64_t offset = 0;
    for (size_t d = 0; d < otherStrides.size(); ++d)
      offset += otherStrides[d] *
                index[int64_t(d) < place ? d : d + chosenShape.size()];
    for (size_t k = 0; k < indices.size(); ++k) {
      int64_t at = offsetOf(chosen, indexStrides[k]);
      int64_t i = indices[k].values<int64_t>()[at];
      offset += strides[dims[k]] * (i < 0 ? i + inputShape[dims[k]] : i);
    }
    result.offsets.push_back(offset);
  });
  return result;
}

// Negative indices count from the end.
static LogicalResult checkAdvanced(Evaluation &e, Index dims,
                                   ArrayRef<Tensor> indices) {
  for (auto [dim, tensor] : llvm::zip(dims, indices))
    if (failed(checkIndices(e, tensor, dim, -e.operands[0].shape()[dim])))
      return failure();
  return success();
}

static LogicalResult runIndex(Evaluation &e) {
  Index dims = cast<IndexOp>(e.op).getDims();
  ArrayRef<Tensor> indices = ArrayRef(e.operands).drop_front(1);
  if (failed(checkAdvanced(e, dims, indices)))
    return failure();
  AdvancedIndex places = resolve(e.operands[0].shape(), dims, indices);
  visitElements(e.results[0], [&](auto kind) {
    using T = decltype(kind);
    auto from = e.operands[0].template values<T>();
    auto to = e.results[0].template mutableValues<T>();
    for (auto [x, offset] : llvm::zip(to, places.offsets))
      x = from[offset];
  });
  return success();
}

static LogicalResult runIndexPut(Evaluation &e) {
  auto op = cast<IndexPutOp>(e.op);
  ArrayRef<Tensor> indices = ArrayRef(e.operands).drop_front(2);
  if (failed(checkAdvanced(e, op.getDims(), indices)))
    return failure();
  const Tensor &values = e.operands[1];
  AdvancedIndex places = resolve(e.operands[0].shape(), op.getDims(), indices);
  SmallVector<int64_t> strides = broadcastStrides(values.shape(), places.shape);
  StringRef reduce = op.getAccumulate() ? "sum" : "none";
  visitElements(e.results[0], [&](auto kind) {
    using T = decltype(kind);
    auto to = e.results[0].template mutableValues<T>();
    llvm::copy(e.operands[0].template values<T>(), to.begin());
    forEachIndex(places.shape, [&](Index index, int64_t number) {
      T x = values.values<T>()[offsetOf(index, strides)];
      T &element = to[places.offsets[number]];
      element = combine(reduce, element, x, values.elementType());
    });
  });
  return success();
}

static const Meaning rows[] = {
    {"fx.embedding", runEmbedding}, {"fx.index_select", runIndexSelect},
    {"fx.gather", runGather},       {"fx.index", runIndex},
    {"fx.index_put", runIndexPut},  {"fx.scatter", runScatter},
};

ArrayRef<Meaning> indexingMeanings() { return rows; }

} // namespace xcc::fx
