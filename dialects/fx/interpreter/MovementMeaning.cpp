//===- MovementMeaning.cpp - Making, viewing and moving tensors -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/interpreter/Evaluation.h"
#include "dialects/fx/weights/Elements.h"

using namespace mlir;

namespace xcc::fx {

using Index = ArrayRef<int64_t>;

//===-- Strided reads -----------------------------------------------------===//

// The result reads operand 0 from `offset` on with a stride per dimension.
static LogicalResult readStrided(Evaluation &e, int64_t offset,
                                 ArrayRef<int64_t> readStrides) {
  Tensor &result = e.results[0];
  SmallVector<int64_t> strides[] = {SmallVector<int64_t>(readStrides),
                                    rowMajorStrides(result.shape())};
  int64_t step = readStrides.empty() ? 0 : readStrides.back();
  visitElements(result, [&](auto kind) {
    using T = decltype(kind);
    auto from = e.operands[0].template values<T>();
    auto to = result.mutableValues<T>();
    forEachRow(result.shape(), strides, [&](Index at, int64_t n) {
      for (int64_t i = 0; i < n; ++i)
        to[at[1] + i] = from[offset + at[0] + i * step];
    });
  });
  return success();
}

static LogicalResult runExpand(Evaluation &e) {
  return readStrided(
      e, 0, broadcastStrides(e.operands[0].shape(), e.results[0].shape()));
}

static LogicalResult runPermute(Evaluation &e) {
  SmallVector<int64_t> own = rowMajorStrides(e.operands[0].shape()), strides;
  for (int64_t dim : cast<PermuteOp>(e.op).getDims())
    strides.push_back(own[dim]);
  return readStrided(e, 0, strides);
}

static LogicalResult runSlice(Evaluation &e) {
  auto op = cast<SliceOp>(e.op);
  SmallVector<int64_t> strides = rowMajorStrides(e.operands[0].shape());
  int64_t offset = constantResults(op.getStart())[0] * strides[op.getDim()];
  strides[op.getDim()] *= static_cast<int64_t>(op.getStep());
  return readStrided(e, offset, strides);
}

static LogicalResult runSelect(Evaluation &e) {
  auto op = cast<SelectOp>(e.op);
  SmallVector<int64_t> strides = rowMajorStrides(e.operands[0].shape());
  int64_t offset = constantResults(op.getIndex())[0] * strides[op.getDim()];
  strides.erase(strides.begin() + op.getDim());
  return readStrided(e, offset, strides);
}

static LogicalResult runFlip(Evaluation &e) {
  ArrayRef<int64_t> shape = e.operands[0].shape();
  SmallVector<int64_t> strides = rowMajorStrides(shape);
  int64_t offset = 0;
  for (int64_t dim : cast<FlipOp>(e.op).getDims()) {
    offset += (shape[dim] - 1) * strides[dim];
    strides[dim] = -strides[dim];
  }
  return readStrided(e, offset, strides);
}

static LogicalResult runView(Evaluation &e) {
  e.results[0] = e.operands[0].reshaped(e.results[0].shape());
  return success();
}

//===-- Reads by index ----------------------------------------------------===//

// Each result element is the operand's element that `sourceOf` names, or
// `fill` where it names none.
template <typename SourceOf>
static LogicalResult readByIndex(Evaluation &e, SourceOf sourceOf,
                                 double fill = 0) {
  Tensor &result = e.results[0];
  bool isBool = result.elementType().isInteger(1);
  visitElements(result, [&](auto kind) {
    using T = decltype(kind);
    auto from = e.operands[0].template values<T>();
    auto to = result.mutableValues<T>();
    T otherwise = isBool ? T(fill != 0) : T(fill);
    forEachIndex(result.shape(), [&](Index index, int64_t number) {
      std::optional<int64_t> source = sourceOf(index);
      to[number] = source ? from[*source] : otherwise;
    });
  });
  return success();
}

static int64_t moduloOf(int64_t x, int64_t size) {
  return (x % size + size) % size;
}

static LogicalResult runRoll(Evaluation &e) {
  auto op = cast<RollOp>(e.op);
  ArrayRef<int64_t> shape = e.operands[0].shape();
  SmallVector<int64_t> strides = rowMajorStrides(shape);
  SmallVector<int64_t> shifts(shape.size(), 0);
  for (auto [dim, shift] : llvm::zip(op.getDims(), op.getShifts()))
    shifts[dim] += shift;
  return readByIndex(e, [&](Index index) {
    int64_t source = 0;
    for (size_t d = 0; d < shape.size(); ++d)
      source += moduloOf(index[d] - shifts[d], shape[d]) * strides[d];
    return std::optional(source);
  });
}

static LogicalResult runRepeat(Evaluation &e) {
  ArrayRef<int64_t> shape = e.operands[0].shape();
  SmallVector<int64_t> strides = rowMajorStrides(shape);
  return readByIndex(e, [&](Index index) {
    Index own = index.take_back(shape.size());
    int64_t source = 0;
    for (size_t d = 0; d < shape.size(); ++d)
      source += own[d] % shape[d] * strides[d];
    return std::optional(source);
  });
}

static LogicalResult runPad(Evaluation &e) {
  auto op = cast<PadOp>(e.op);
  ArrayRef<int64_t> shape = e.operands[0].shape();
  SmallVector<int64_t> strides = rowMajorStrides(shape);
  auto sourceOf = [&](Index index) -> std::optional<int64_t> {
    int64_t source = 0;
    for (size_t d = 0; d < shape.size(); ++d) {
      int64_t x = index[d] - op.getLow()[d];
      if (x < 0 || x >= shape[d])
        return std::nullopt;
      source += x * strides[d];
    }
    return source;
  };
  return readByIndex(e, sourceOf, op.getValue().convertToDouble());
}

template <typename Op, bool keepsLower>
static LogicalResult runTriangle(Evaluation &e) {
  int64_t diagonal = cast<Op>(e.op).getDiagonal();
  int64_t rank = e.operands[0].rank();
  SmallVector<int64_t> strides = rowMajorStrides(e.operands[0].shape());
  return readByIndex(e, [&](Index index) -> std::optional<int64_t> {
    int64_t above = index[rank - 1] - index[rank - 2];
    if (keepsLower ? above > diagonal : above < diagonal)
      return std::nullopt;
    return offsetOf(index, strides);
  });
}

//===-- Making and joining ------------------------------------------------===//

// start + i * step along the only dimension.
template <typename T>
static void fillProgression(Tensor &tensor, T start, T step) {
  auto to = tensor.mutableValues<T>();
  for (int64_t i = 0, size = to.size(); i < size; ++i) {
    if constexpr (std::is_same_v<T, double>)
      to[i] = start + double(i) * step;
    else
      to[i] = wrapToType(uint64_t(start) + uint64_t(i) * uint64_t(step),
                         tensor.elementType());
  }
}

static LogicalResult runArange(Evaluation &e) {
  auto op = cast<ArangeOp>(e.op);
  visitElements(e.results[0], [&](auto kind) {
    using T = decltype(kind);
    fillProgression<T>(e.results[0], T(op.getStart().convertToDouble()),
                       T(op.getStep().convertToDouble()));
  });
  return success();
}

static LogicalResult runIota(Evaluation &e) {
  auto op = cast<IotaOp>(e.op);
  fillProgression<int64_t>(e.results[0], op.getStart(), op.getStep());
  return success();
}

static LogicalResult runCat(Evaluation &e) {
  int64_t dim = cast<CatOp>(e.op).getDim();
  DimSplit whole = splitAt(e.results[0].shape(), dim);
  visitElements(e.results[0], [&](auto kind) {
    using T = decltype(kind);
    auto to = e.results[0].template mutableValues<T>();
    int64_t before = 0;
    for (const Tensor &input : e.operands) {
      DimSplit part = splitAt(input.shape(), dim);
      auto from = input.values<T>();
      int64_t run = part.size * part.inner;
      for (int64_t i = 0; i < part.outer; ++i)
        llvm::copy(from.slice(i * run, run),
                   to.begin() + (i * whole.size + before) * whole.inner);
      before += part.size;
    }
  });
  return success();
}

static const Meaning rows[] = {
    {"fx.full", runExpand},
    {"fx.arange", runArange},
    {"fx.iota", runIota},
    {"fx.tril", runTriangle<TrilOp, true>},
    {"fx.triu", runTriangle<TriuOp, false>},
    {"fx.view", runView},
    {"fx.expand", runExpand},
    {"fx.permute", runPermute},
    {"fx.slice", runSlice},
    {"fx.select", runSelect},
    {"fx.flip", runFlip},
    {"fx.roll", runRoll},
    {"fx.repeat", runRepeat},
    {"fx.pad", runPad},
    {"fx.cat", runCat},
};

ArrayRef<Meaning> movementMeanings() { return rows; }

} // namespace xcc::fx
