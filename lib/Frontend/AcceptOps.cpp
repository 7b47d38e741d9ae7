//===- AcceptOps.cpp - Operations of other dialects that fx says better ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/AcceptOps.h"
#include "dialects/fx/Fx.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace xcc::frontend {

static void replace(IRRewriter &rewriter, Operation *op, Value value) {
  rewriter.replaceOp(op, value);
}

/// concat(x, y) -> cat(x, y)
static void acceptConcat(tensor::ConcatOp op, IRRewriter &rewriter) {
  replace(rewriter, op,
          fx::CatOp::create(rewriter, op.getLoc(), op.getResultType(),
                            op.getInputs(), op.getDim()));
}

/// pad(x) by constants with a constant -> fx.pad(x)
static void acceptPad(tensor::PadOp op, IRRewriter &rewriter) {
  Value padding = op.getConstantPaddingValue();
  FloatAttr number;
  IntegerAttr integer;
  bool isStatic = llvm::none_of(op.getStaticLow(), ShapedType::isDynamic) &&
                  llvm::none_of(op.getStaticHigh(), ShapedType::isDynamic);
  if (!padding || !isStatic)
    return;
  double value;
  if (matchPattern(padding, m_Constant(&number)))
    value = number.getValueAsDouble();
  else if (matchPattern(padding, m_Constant(&integer)))
    value = static_cast<double>(integer.getValue().getSExtValue());
  else
    return;
  replace(rewriter, op,
          fx::PadOp::create(rewriter, op.getLoc(), op.getResultType(),
                            op.getSource(), op.getStaticLow(),
                            op.getStaticHigh(), APFloat(value)));
}

/// extract_slice(x) with static sizes -> slices, and a view if it drops
/// dimensions
static void acceptSlice(tensor::ExtractSliceOp op, IRRewriter &rewriter) {
  MLIRContext *context = op.getContext();
  if (!op.getType().hasStaticShape() || !op.getSourceType().hasStaticShape() ||
      llvm::any_of(op.getStaticOffsets(), ShapedType::isDynamic) ||
      llvm::any_of(op.getStaticStrides(), ShapedType::isDynamic))
    return;
  Value value = op.getSource();
  SmallVector<int64_t> shape(op.getSourceType().getShape());
  auto single = [&](int64_t number) {
    return AffineMapAttr::get(
        AffineMap::get(0, 0, getAffineConstantExpr(number, context)));
  };
  for (unsigned dim = 0; dim < shape.size(); ++dim) {
    int64_t start = op.getStaticOffsets()[dim];
    int64_t size = op.getStaticSizes()[dim];
    int64_t step = op.getStaticStrides()[dim];
    if (size == shape[dim])
      continue;
    shape[dim] = size;
    int64_t end = size == 0 ? start : start + (size - 1) * step + 1;
    value = fx::SliceOp::create(
        rewriter, op.getLoc(),
        RankedTensorType::get(shape, op.getType().getElementType()), value,
        rewriter.getI64IntegerAttr(dim), single(start), single(end),
        rewriter.getI64IntegerAttr(step));
  }
  if (value.getType() != op.getType()) {
    SmallVector<AffineExpr> sizes;
    for (int64_t size : op.getType().getShape())
      sizes.push_back(getAffineConstantExpr(size, context));
    value = fx::ViewOp::create(
        rewriter, op.getLoc(), op.getType(), value,
        AffineMapAttr::get(AffineMap::get(0, 0, sizes, context)));
  }
  replace(rewriter, op, value);
}

/// A tensor constant -> fx.constant
static void acceptConstant(arith::ConstantOp op, IRRewriter &rewriter) {
  auto elements = dyn_cast<ElementsAttr>(op.getValue());
  if (elements && isa<RankedTensorType>(op.getType()))
    replace(
        rewriter, op,
        fx::ConstantOp::create(rewriter, op.getLoc(), op.getType(), elements));
}

static bool isZeroFill(Value value) {
  auto fill = value.getDefiningOp<linalg::FillOp>();
  return fill && (matchPattern(fill.getInputs().front(), m_AnyZeroFloat()));
}

static Value permute(IRRewriter &rewriter, Location loc, Value value,
                     ArrayRef<int64_t> dims) {
  if (llvm::equal(dims, llvm::seq<int64_t>(0, dims.size())))
    return value;
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape;
  for (int64_t dim : dims)
    shape.push_back(type.getDimSize(dim));
  return fx::PermuteOp::create(rewriter, loc, type.clone(shape), value, dims);
}

/// A 2-d convolution into zeros, or onto what it is added to, in any layout ->
/// convolution; `toInput`, `toWeight` and `fromResult` permute to and from
/// (n, c, h, w) and (o, c, h, w).
template <typename ConvolutionOp>
static void acceptConvolution(ConvolutionOp op, IRRewriter &rewriter,
                              ArrayRef<int64_t> toInput,
                              ArrayRef<int64_t> toWeight,
                              ArrayRef<int64_t> fromResult) {
  Location loc = op.getLoc();
  auto type = cast<RankedTensorType>(op.getResult(0).getType());
  Value input = op.getInputs()[0], weight = op.getInputs()[1];
  if (!isa<FloatType>(type.getElementType()) ||
      getElementTypeOrSelf(input.getType()) != type.getElementType())
    return;
  SmallVector<int64_t> stride(op.getStrides().template getValues<int64_t>());
  SmallVector<int64_t> dilation(
      op.getDilations().template getValues<int64_t>());
  SmallVector<int64_t> shape(4);
  for (auto [to, from] : llvm::enumerate(fromResult))
    shape[from] = type.getDimSize(to);
  Value result = fx::ConvolutionOp::create(
      rewriter, loc, type.clone(shape), permute(rewriter, loc, input, toInput),
      permute(rewriter, loc, weight, toWeight), Value(), stride,
      ArrayRef<int64_t>{0, 0}, dilation, /*transposed=*/false,
      ArrayRef<int64_t>{}, /*groups=*/1);
  result = permute(rewriter, loc, result, fromResult);
  Value start = op.getOutputs().front();
  if (!isZeroFill(start))
    result = fx::AddOp::create(rewriter, loc, type, result, start);
  replace(rewriter, op, result);
}

static void acceptConvolutions(Operation *op, IRRewriter &rewriter) {
  if (auto nchw = dyn_cast<linalg::Conv2DNchwFchwOp>(op))
    return acceptConvolution(nchw, rewriter, {0, 1, 2, 3}, {0, 1, 2, 3},
                             {0, 1, 2, 3});
  if (auto fhwc = dyn_cast<linalg::Conv2DNhwcFhwcOp>(op))
    return acceptConvolution(fhwc, rewriter, {0, 3, 1, 2}, {0, 3, 1, 2},
                             {0, 2, 3, 1});
  acceptConvolution(cast<linalg::Conv2DNhwcHwcfOp>(op), rewriter, {0, 3, 1, 2},
                    {3, 2, 0, 1}, {0, 2, 3, 1});
}

/// What a reduction by addition adds to: acc + term, one term a step.
static bool isSum(linalg::LinalgOp op) {
  if (op.getNumReductionLoops() == 0 || op.getNumDpsInits() != 1)
    return false;
  Block *body = op.getBlock();
  Value yielded = body->getTerminator()->getOperand(0);
  Operation *add = yielded.getDefiningOp();
  return isa_and_nonnull<arith::AddFOp, arith::AddIOp>(add) &&
         llvm::is_contained(add->getOperands(), body->getArguments().back());
}

/// sum onto x -> sum onto zeros, plus x: only a constant may start a reduction
static void startFromZero(linalg::LinalgOp op, IRRewriter &rewriter) {
  Value start = op.getDpsInits().front();
  if (start.getDefiningOp<linalg::FillOp>() || !isSum(op))
    return;
  auto type = cast<RankedTensorType>(start.getType());
  Location loc = op.getLoc();
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(rewriter, loc, start);
  Value zero = arith::ConstantOp::create(
      rewriter, loc, rewriter.getZeroAttr(type.getElementType()));
  Value empty =
      tensor::EmptyOp::create(rewriter, loc, sizes, type.getElementType());
  Value zeros = linalg::FillOp::create(rewriter, loc, zero, empty).getResult(0);
  rewriter.modifyOpInPlace(op, [&] { op.setDpsInitOperand(0, zeros); });
  rewriter.setInsertionPointAfter(op);
  Value result = op->getResult(0);
  Value sum = fx::AddOp::create(rewriter, loc, type, result, start);
  rewriter.replaceAllUsesExcept(result, sum, sum.getDefiningOp());
}

void acceptTensorOps(func::FuncOp function) {
  IRRewriter rewriter(function.getContext());
  for (Operation &op :
       llvm::make_early_inc_range(function.front().getOperations())) {
    rewriter.setInsertionPoint(&op);
    llvm::TypeSwitch<Operation *>(&op)
        .Case([&](tensor::ConcatOp concat) { acceptConcat(concat, rewriter); })
        .Case([&](tensor::PadOp pad) { acceptPad(pad, rewriter); })
        .Case(
            [&](tensor::ExtractSliceOp slice) { acceptSlice(slice, rewriter); })
        .Case([&](arith::ConstantOp constant) {
          acceptConstant(constant, rewriter);
        })
        .Case<linalg::Conv2DNchwFchwOp, linalg::Conv2DNhwcFhwcOp,
              linalg::Conv2DNhwcHwcfOp>([&](Operation *convolution) {
          acceptConvolutions(convolution, rewriter);
        })
        .Case([&](linalg::LinalgOp sum) { startFromZero(sum, rewriter); });
  }
}

void acceptTosaOps(func::FuncOp function) {
  IRRewriter rewriter(function.getContext());
  SmallVector<tosa::ConcatOp> concats;
  function.walk([&](tosa::ConcatOp op) { concats.push_back(op); });
  for (tosa::ConcatOp op : concats) {
    rewriter.setInsertionPoint(op);
    if (isa<RankedTensorType>(op.getType()))
      replace(rewriter, op,
              fx::CatOp::create(rewriter, op.getLoc(), op.getType(),
                                op.getInput1(), op.getAxis()));
  }
}

} // namespace xcc::frontend
