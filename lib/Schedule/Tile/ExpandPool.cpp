//===- ExpandPool.cpp - Pools as loops over their windows -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A reduction over the window at each place of the input, which is padded with
// what counts for nothing, and a map that divides and rounds.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/PoolWindow.h"
#include "lib/Schedule/Tile/LoopWriter.h"

#include "dialects/fx/Fx.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace xcc::schedule {

namespace {

/// What pools of all kinds are expanded with.
class PoolWriter {
public:
  PoolWriter(func::FuncOp kernel, Operation *op, bool isMaximum)
      : writer(kernel, op), op(op), isMaximum(isMaximum) {
    Value input = op->getOperand(0);
    element = cast<RankedTensorType>(input.getType()).getElementType();
    held = accumulatorType(element);
    isUnsigned = isUnsignedElement(op, element);
    sizes = writer.shapeOf(input);
    shape = writer.shapeOf(op->getResult(0));
  }

  void expand(const PoolWindow &window);
  void expandAdaptive(ArrayRef<int64_t> given);

private:
  /// Counts the elements of a window where the result's indices are `indices`.
  using Counter = llvm::function_ref<Value(ScalarOps ops)>;

  unsigned lead() const { return shape.size() - rank; }
  ScalarOps outside() { return {writer.builder, writer.loc, isUnsigned}; }
  Value start();
  Value combine(ScalarOps ops, Value value, Value sum);
  Value apply(ScalarOps ops, AffineExpr expr, ValueRange sizes = {});
  Value pad(const PoolWindow &window);
  std::optional<double> wholeCount(const PoolWindow &window);
  Value countWithin(ScalarOps ops, const PoolWindow &window);
  void finish(Value total, Counter count);
  void expandWhole();
  void expandUneven(ArrayRef<int64_t> counts);
  std::pair<Value, Value> unevenBounds(ScalarOps ops, unsigned i,
                                       int64_t count);
  AffineExpr unevenExtent(unsigned i, int64_t count);

  LoopWriter writer;
  Operation *op;
  bool isMaximum;
  bool isUnsigned = false;
  Type element, held;
  IndexList sizes, shape; // of the input and of the result
  unsigned rank = 0;      // of a window
};

} // namespace

Value PoolWriter::start() {
  return isMaximum ? outside().lowest(held) : outside().constant(held, 0);
}

Value PoolWriter::combine(ScalarOps ops, Value value, Value sum) {
  ops.isUnsigned = isUnsigned;
  return combineWindow(ops, isMaximum, sum, value);
}

/// An expression of the loops, and of sizes as symbols.
Value PoolWriter::apply(ScalarOps ops, AffineExpr expr, ValueRange values) {
  SmallVector<Value> operands;
  for (unsigned i = 0; i < shape.size(); ++i)
    operands.push_back(linalg::IndexOp::create(ops.builder, ops.loc, i));
  llvm::append_range(operands, values);
  return affine::AffineApplyOp::create(
      ops.builder, ops.loc, AffineMap::get(shape.size(), values.size(), expr),
      operands);
}

/// Divides, rounds, and stands for the operation.
void PoolWriter::finish(Value total, Counter count) {
  Value result = total;
  if (held != element || !isMaximum) {
    Loops loops;
    LoopRead read{total, {}};
    for (AffineExpr extent : writer.shapeOf(total))
      read.place.push_back(loops.addResult(extent));
    loops.reads.push_back(read);
    auto body = [&](ScalarOps ops, ValueRange reads, Value) -> Value {
      Value value = reads[0];
      if (!isMaximum)
        value = arith::DivFOp::create(ops.builder, ops.loc, value, count(ops));
      return ops.roundImplied(value, element);
    };
    result = writer.emit(loops, element, {}, body);
  }
  if (result.getType() != op->getResult(0).getType()) {
    // The windows' dimensions are of one element each.
    SmallVector<ReassociationIndices> groups;
    for (unsigned i = 0; i < lead(); ++i)
      groups.push_back({i});
    for (unsigned i = lead(); i < shape.size(); ++i)
      groups.back().push_back(i);
    SmallVector<OpFoldResult> extents;
    for (AffineExpr extent : shape)
      extents.push_back(getAsOpFoldResult(writer.size(extent)));
    result = tensor::ExpandShapeOp::create(writer.builder, writer.loc,
                                           op->getResult(0).getType(), result,
                                           groups, extents);
  }
  op->getResult(0).replaceAllUsesWith(result);
  op->erase();
}

//===-- Windows of one size
//------------------------------------------------===//

/// The input with so much around it that all windows lie within.
Value PoolWriter::pad(const PoolWindow &window) {
  SmallVector<int64_t> low(lead(), 0), high(lead(), 0);
  for (unsigned i = 0; i < rank; ++i) {
    // The last window begins within the input or the padding before it.
    int64_t most = (window.kernel[i] - 1) * window.dilation[i];
    AffineExpr last = (shape[lead() + i] - 1) * window.stride[i] + most;
    AffineExpr beyond =
        writer.simplify(last - window.padding[i] - sizes[lead() + i] + 1);
    auto number = dyn_cast<AffineConstantExpr>(beyond);
    low.push_back(window.padding[i]);
    high.push_back(number ? std::max<int64_t>(number.getValue(), 0) : most);
  }
  // Infinity, or the least integer, which f64 holds.
  double value = 0;
  if (isMaximum && isa<FloatType>(element))
    value = -std::numeric_limits<double>::infinity();
  else if (isMaximum && !isUnsigned)
    value = -std::ldexp(1.0, element.getIntOrFloatBitWidth() - 1);
  return writer.pad(window.input, low, high, value);
}

/// What every mean divides by, if it is the same for all.
std::optional<double> PoolWriter::wholeCount(const PoolWindow &window) {
  if (window.divisor)
    return double(*window.divisor);
  double count = 1;
  for (unsigned i = 0; i < rank; ++i) {
    int64_t counted = window.countsPadding ? window.padding[i] : 0;
    AffineExpr last = (shape[lead() + i] - 1) * window.stride[i] -
                      window.padding[i] + window.kernel[i];
    auto beyond = dyn_cast<AffineConstantExpr>(
        writer.simplify(last - sizes[lead() + i] - counted));
    if (counted != window.padding[i] || !beyond || beyond.getValue() > 0)
      return std::nullopt;
    count *= window.kernel[i];
  }
  return count;
}

Value PoolWriter::countWithin(ScalarOps ops, const PoolWindow &window) {
  Value count;
  for (unsigned i = 0; i < rank; ++i) {
    AffineExpr position =
        getAffineDimExpr(lead() + i, writer.builder.getContext());
    AffineExpr begin = position * window.stride[i] - window.padding[i];
    int64_t beyond = window.countsPadding ? window.padding[i] : 0;
    Value first = apply(ops, begin);
    if (!window.countsPadding)
      first = arith::MaxSIOp::create(ops.builder, ops.loc, first, ops.index(0));
    Value end = writer.size(writer.simplify(sizes[lead() + i] + beyond));
    Value last = arith::MinSIOp::create(
        ops.builder, ops.loc, apply(ops, begin + window.kernel[i]), end);
    Value here = arith::SubIOp::create(ops.builder, ops.loc, last, first);
    count = count ? arith::MulIOp::create(ops.builder, ops.loc, count, here)
                        .getResult()
                  : here;
  }
  return ops.indexToFloat(count, held);
}

void PoolWriter::expand(const PoolWindow &window) {
  rank = window.kernel.size();
  Loops loops;
  LoopRead read{pad(window), {}};
  for (AffineExpr extent : shape)
    read.place.push_back(loops.addResult(extent));
  for (unsigned i = 0; i < rank; ++i) {
    AffineExpr offset = loops.add(writer.constant(window.kernel[i]));
    AffineExpr &place = read.place[lead() + i];
    place = place * window.stride[i] + offset * window.dilation[i];
  }
  loops.reads.push_back(read);
  Value total = writer.emit(loops, held, start(),
                            [&](ScalarOps ops, ValueRange reads, Value sum) {
                              return combine(ops, reads[0], sum);
                            });
  finish(total, [&](ScalarOps ops) {
    if (std::optional<double> count = wholeCount(window))
      return ops.constant(held, *count);
    return countWithin(ops, window);
  });
}

void expandPool(func::FuncOp kernel, Operation *pool) {
  PoolWindow window = windowOf(pool);
  PoolWriter(kernel, pool, window.isMaximum).expand(window);
}

//===-- Windows that tile the input
//----------------------------------------===//

/// One window for all: a reduction of rows.
void PoolWriter::expandWhole() {
  Loops loops;
  LoopRead read{op->getOperand(0), {}};
  for (unsigned i = 0; i < shape.size(); ++i)
    read.place.push_back(i < lead() ? loops.addResult(sizes[i])
                                    : loops.add(sizes[i]));
  loops.reads.push_back(read);
  Value total = writer.emit(loops, held, start(),
                            [&](ScalarOps ops, ValueRange reads, Value sum) {
                              return combine(ops, reads[0], sum);
                            });
  finish(total, [&](ScalarOps ops) {
    OpBuilder::InsertionGuard guard(writer.builder);
    writer.builder.setInsertionPoint(total.getDefiningOp());
    AffineExpr count = writer.constant(1);
    for (AffineExpr size : Indices(sizes).drop_front(lead()))
      count = count * size;
    return ops.indexToFloat(writer.size(writer.simplify(count)), held);
  });
}

/// Window i is [floor(i * in / out), ceil((i + 1) * in / out)).
std::pair<Value, Value> PoolWriter::unevenBounds(ScalarOps ops, unsigned i,
                                                 int64_t count) {
  MLIRContext *context = writer.builder.getContext();
  AffineExpr index = getAffineDimExpr(lead() + i, context);
  AffineExpr in = sizes[lead() + i];
  SmallVector<Value> values;
  if (!isa<AffineConstantExpr>(in)) {
    values.push_back(writer.size(in));
    in = getAffineSymbolExpr(0, context);
  }
  return {apply(ops, (index * in).floorDiv(count), values),
          apply(ops, ((index + 1) * in).ceilDiv(count), values)};
}

/// The most elements that a window has.
AffineExpr PoolWriter::unevenExtent(unsigned i, int64_t count) {
  AffineExpr in = sizes[lead() + i];
  auto number = dyn_cast<AffineConstantExpr>(in);
  if (!number)
    return count == 1 ? in : writer.simplify(in.ceilDiv(count) + 1);
  int64_t most = 0;
  for (int64_t index = 0; index < count; ++index) {
    int64_t first = index * number.getValue() / count;
    int64_t end = llvm::divideCeil((index + 1) * number.getValue(), count);
    most = std::max(most, end - first);
  }
  return writer.constant(most);
}

/// Windows of different sizes: as many steps as the largest has.
void PoolWriter::expandUneven(ArrayRef<int64_t> counts) {
  Loops loops;
  for (AffineExpr extent : shape)
    loops.addResult(extent);
  for (unsigned i = 0; i < rank; ++i)
    loops.add(unevenExtent(i, counts[i]));
  Value init = start(), input = op->getOperand(0);
  auto body = [&](ScalarOps ops, ValueRange, Value sum) {
    Value isInside;
    SmallVector<Value> place;
    for (unsigned i = 0; i < lead(); ++i)
      place.push_back(linalg::IndexOp::create(ops.builder, ops.loc, i));
    for (unsigned i = 0; i < rank; ++i) {
      auto [first, end] = unevenBounds(ops, i, counts[i]);
      Value step =
          linalg::IndexOp::create(ops.builder, ops.loc, shape.size() + i);
      MLIRContext *context = ops.builder.getContext();
      Value at = affine::AffineApplyOp::create(
          ops.builder, ops.loc,
          AffineMap::get(2, 0,
                         getAffineDimExpr(0, context) +
                             getAffineDimExpr(1, context)),
          ValueRange{first, step});
      Value fits = ops.isBelow(at, end);
      isInside = isInside ? ops.both(isInside, fits) : fits;
      place.push_back(at);
    }
    auto branch = scf::IfOp::create(
        ops.builder, ops.loc, isInside,
        [&](OpBuilder &b, Location at) {
          Value value = tensor::ExtractOp::create(b, at, input, place);
          scf::YieldOp::create(b, at, combine(ScalarOps{b, at}, value, sum));
        },
        [&](OpBuilder &b, Location at) { scf::YieldOp::create(b, at, sum); });
    return branch.getResult(0);
  };
  Value total = writer.emit(loops, held, init, body);
  finish(total, [&](ScalarOps ops) {
    Value count;
    for (unsigned i = 0; i < rank; ++i) {
      auto [first, end] = unevenBounds(ops, i, counts[i]);
      Value here = arith::SubIOp::create(ops.builder, ops.loc, end, first);
      count = count ? arith::MulIOp::create(ops.builder, ops.loc, count, here)
                          .getResult()
                    : here;
    }
    return ops.indexToFloat(count, held);
  });
}

void PoolWriter::expandAdaptive(ArrayRef<int64_t> given) {
  rank = given.size();
  // No window has no size.
  SmallVector<int64_t> counts;
  for (int64_t count : given)
    counts.push_back(std::max<int64_t>(count, 1));
  if (lead() && llvm::all_of(counts, [](int64_t n) { return n == 1; }))
    return expandWhole();
  SmallVector<int64_t> kernel;
  for (unsigned i = 0; i < rank; ++i) {
    auto in = dyn_cast<AffineConstantExpr>(sizes[lead() + i]);
    if (!in || in.getValue() % counts[i] || !in.getValue())
      return expandUneven(counts);
    kernel.push_back(in.getValue() / counts[i]);
  }
  SmallVector<int64_t> zeros(rank, 0), ones(rank, 1);
  PoolWindow window{op->getOperand(0), kernel, kernel, zeros, ones,
                    isMaximum,         false,  {}};
  expand(window);
}

void expandAdaptivePool(func::FuncOp kernel, Operation *pool) {
  PoolWriter writer(kernel, pool, isa<fx::AdaptiveMaxPoolOp>(pool));
  auto counts = pool->getAttrOfType<DenseI64ArrayAttr>("output_size");
  writer.expandAdaptive(counts.asArrayRef());
}

} // namespace xcc::schedule
