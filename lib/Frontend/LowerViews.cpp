//===- LowerViews.cpp - Views, permutations, slices -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What has the same elements in the same order is a view; the rest is a copy
// whose reads are affine in the loops.
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/LowerOps.h"

using namespace mlir;

namespace xcc::frontend {

static Scalar first(ArrayRef<Scalar> x) { return x[0]; }

/// result[i...] = input[exprs(i...)]
static LogicalResult setCopy(Operation *op, Lowering &lowering, Access input) {
  SymbolicShape shape = lowering.shapeOf(op->getResult(0));
  if (input.tensor.splat)
    return setResult(
        op, lowering,
        lowering.splat(input.tensor.splat, shape, input.tensor.element));
  return setResult(op, lowering,
                   lowering.move(shape, {input}, input.tensor.element, first));
}

static LogicalResult lowerView(fx::ViewOp op, Lowering &lowering) {
  FailureOr<Tensor> view = lowering.reshape(lowering.get(op.getInput()),
                                            lowering.shapeOf(op.getResult()));
  if (failed(view))
    return op.emitOpError("expects a shape of as many elements as the input's "
                          "for all sizes, got ")
           << op.getShapeAttr();
  return setResult(op, lowering, *view);
}

static LogicalResult lowerExpand(fx::ExpandOp op, Lowering &lowering) {
  Tensor input = lowering.get(op.getInput());
  SymbolicShape shape = lowering.shapeOf(op.getResult());
  SymbolicShape unstretched;
  bool isStretched = false;
  size_t offset = shape.size() - input.rank();
  for (size_t i = 0; i < shape.size(); ++i) {
    AffineExpr size =
        i < offset ? lowering.constant(1) : input.shape[i - offset];
    isStretched |= isSize(size, 1) && !isSize(shape[i], 1);
    unstretched.push_back(size);
  }
  if (!isStretched)
    return setResult(op, lowering, lowering.mustReshape(input, unstretched));
  return setCopy(op, lowering, lowering.broadcast(input, shape));
}

static LogicalResult lowerPermute(fx::PermuteOp op, Lowering &lowering) {
  Tensor input = lowering.get(op.getInput());
  ArrayRef<int64_t> order = op.getDims();
  int64_t last = -1;
  bool isMoved = false;
  Access access{input, SmallVector<AffineExpr>(order.size())};
  for (auto [i, from] : llvm::enumerate(order)) {
    access.exprs[from] = lowering.dim(i);
    if (isSize(input.shape[from], 1))
      continue;
    isMoved |= from < last;
    last = from;
  }
  // Moving sizes of 1 moves no element.
  if (!isMoved)
    return setResult(
        op, lowering,
        lowering.mustReshape(input, lowering.shapeOf(op.getResult())));
  return setCopy(op, lowering, access);
}

/// A copy that reads element `start + i * step` of dimension `dim`, where start
/// is no constant.
static Tensor copyFrom(Lowering &lowering, Tensor input,
                       const SymbolicShape &shape, unsigned dim,
                       AffineExpr start, int64_t step, bool dropsDim) {
  Value offset = lowering.index(start);
  input = lowering.store(input);
  return lowering.move(
      shape, {}, input.element,
      [&](ArrayRef<Scalar> x) {
        ImplicitLocOpBuilder &b = *x[0].builder;
        SmallVector<Value> indices;
        unsigned loop = 0;
        for (unsigned i = 0; i < input.rank(); ++i) {
          if (i == dim && dropsDim) {
            indices.push_back(offset);
            continue;
          }
          Value index = linalg::IndexOp::create(b, loop++);
          if (i == dim && step != 1)
            index = arith::MulIOp::create(
                b, index, arith::ConstantIndexOp::create(b, step));
          if (i == dim && !isSize(start, 0))
            index = arith::AddIOp::create(b, index, offset);
          indices.push_back(index);
        }
        return extractElement(b, input, indices);
      },
      /*usesIndex=*/true);
}

/// The first n of k * n elements as part 0 of a view in k parts; null where the
/// sizes are not so.
static std::optional<Access> firstPart(Lowering &lowering, Tensor input,
                                       unsigned dim, AffineExpr length) {
  auto whole = dyn_cast<AffineConstantExpr>(input.shape[dim]);
  auto part = dyn_cast<AffineConstantExpr>(length);
  if (!whole || !part || part.getValue() == 0 ||
      whole.getValue() % part.getValue() != 0)
    return std::nullopt;
  SymbolicShape split(input.shape);
  split[dim] = length;
  split.insert(split.begin() + dim,
               lowering.constant(whole.getValue() / part.getValue()));
  Access access{lowering.mustReshape(input, split),
                lowering.dims(input.rank())};
  access.exprs.insert(access.exprs.begin() + dim, lowering.constant(0));
  return access;
}

static LogicalResult lowerSlice(fx::SliceOp op, Lowering &lowering) {
  Tensor input = lowering.get(op.getInput());
  SymbolicShape shape = lowering.shapeOf(op.getResult());
  AffineExpr start = op.getStart().getResult(0);
  if (shape == input.shape && op.getStep() == 1)
    return setResult(op, lowering, input);
  // A map that reads a whole number of elements from 0 on is taken for one that
  // reads all: only other slices can be maps.
  bool isFirst = isSize(start, 0) && op.getStep() == 1;
  if (isFirst && !input.splat)
    if (std::optional<Access> part =
            firstPart(lowering, input, op.getDim(), shape[op.getDim()]))
      return setCopy(op, lowering, *part);
  if ((isFirst || !isa<AffineConstantExpr>(start)) && !input.splat)
    return setResult(op, lowering,
                     copyFrom(lowering, input, shape, op.getDim(), start,
                              op.getStep(), /*dropsDim=*/false));
  Access access = lowering.identity(input);
  AffineExpr &expr = access.exprs[op.getDim()];
  expr = expr * static_cast<int64_t>(op.getStep()) + start;
  return setCopy(op, lowering, access);
}

static LogicalResult lowerSelect(fx::SelectOp op, Lowering &lowering) {
  Tensor input = lowering.get(op.getInput());
  SymbolicShape shape = lowering.shapeOf(op.getResult());
  AffineExpr index = op.getIndex().getResult(0);
  unsigned dim = op.getDim();
  if (!isa<AffineConstantExpr>(index) && !input.splat)
    return setResult(op, lowering,
                     copyFrom(lowering, input, shape, dim, index, 1,
                              /*dropsDim=*/true));
  if (isSize(input.shape[dim], 1))
    return setResult(op, lowering, lowering.mustReshape(input, shape));
  Access access{input, lowering.dims(shape.size())};
  access.exprs.insert(access.exprs.begin() + dim, index);
  return setCopy(op, lowering, access);
}

/// A size in an indexing map has to be a number.
static LogicalResult checkStatic(Operation *op, AffineExpr size, int64_t dim) {
  if (isa<AffineConstantExpr>(size))
    return success();
  return op->emitOpError("expects a static size of dimension ")
         << dim << ", got a symbolic one; export with that size fixed";
}

static LogicalResult lowerFlip(fx::FlipOp op, Lowering &lowering) {
  Access access = lowering.identity(lowering.get(op.getInput()));
  for (int64_t dim : op.getDims()) {
    AffineExpr size = access.tensor.shape[dim];
    if (failed(checkStatic(op, size, dim)))
      return failure();
    access.exprs[dim] = size - 1 - access.exprs[dim];
  }
  return setCopy(op, lowering, access);
}

static LogicalResult lowerRoll(fx::RollOp op, Lowering &lowering) {
  Access access = lowering.identity(lowering.get(op.getInput()));
  for (auto [shift, dim] : llvm::zip(op.getShifts(), op.getDims())) {
    AffineExpr size = access.tensor.shape[dim];
    if (failed(checkStatic(op, size, dim)))
      return failure();
    int64_t count = cast<AffineConstantExpr>(size).getValue();
    if (count == 0 || shift % count == 0)
      continue;
    int64_t back = ((-shift) % count + count) % count;
    access.exprs[dim] = (access.exprs[dim] + back) % count;
  }
  return setCopy(op, lowering, access);
}

/// repeat(x (n), r) -> view(copy over (r, n))
static LogicalResult lowerRepeat(fx::RepeatOp op, Lowering &lowering) {
  Tensor input = lowering.get(op.getInput());
  SymbolicShape whole = lowering.shapeOf(op.getResult());
  if (input.splat)
    return setResult(op, lowering,
                     lowering.splat(input.splat, whole, input.element));
  SymbolicShape split;
  Access access{input, {}};
  size_t fresh = op.getRepeats().size() - input.rank();
  for (auto [i, count] : llvm::enumerate(op.getRepeats())) {
    if (count != 1 || i < fresh)
      split.push_back(lowering.constant(count));
    if (i < fresh)
      continue;
    access.exprs.push_back(lowering.dim(split.size()));
    split.push_back(input.shape[i - fresh]);
  }
  Tensor copy = lowering.move(split, {access}, input.element, first);
  return setResult(op, lowering, lowering.mustReshape(copy, whole));
}

void addViewLowerings(LowerTable &table) {
  table.add<fx::ViewOp>(lowerView);
  table.add<fx::ExpandOp>(lowerExpand);
  table.add<fx::PermuteOp>(lowerPermute);
  table.add<fx::SliceOp>(lowerSlice);
  table.add<fx::SelectOp>(lowerSelect);
  table.add<fx::FlipOp>(lowerFlip);
  table.add<fx::RollOp>(lowerRoll);
  table.add<fx::RepeatOp>(lowerRepeat);
}

} // namespace xcc::frontend
