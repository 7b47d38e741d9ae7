//===- StructuralElements.cpp - Elements of structured operations ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/StructuralElements.h"

#include "lib/Schedule/Element/ReductionLoops.h"
#include "lib/Schedule/Element/ScalarOps.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace xcc::schedule {

static Value emitPad(OpBuilder &builder, ElementEmitter &emitter, fx::PadOp op,
                     Indices indices) {
  IndexSpace &space = emitter.indexSpace();
  IndexList shape = emitter.shapeOf(op.getInput()), source;
  SmallVector<IndexGuard> guards;
  for (auto [index, size, low, high] :
       llvm::zip_equal(indices, shape, op.getLow(), op.getHigh())) {
    AffineExpr moved = index - low;
    source.push_back(moved);
    if (low > 0 || high > 0)
      guards.push_back({moved, low > 0 ? space.constant(0) : AffineExpr(),
                        high > 0 ? size : AffineExpr()});
  }
  auto inside = [&](OpBuilder &b) {
    ElementEmitter::Scope scope(emitter);
    return emitter.readElement(b, op.getLoc(), op.getInput(), source);
  };
  if (guards.empty())
    return inside(builder);
  Type element = ElementEmitter::scalarType(
      cast<RankedTensorType>(op.getType()).getElementType());
  Value padding = ScalarOps{builder, op.getLoc()}.constant(
      element, op.getValue().convertToDouble());
  return emitter.elementForm().guarded(builder, op.getLoc(), guards, element,
                                       inside,
                                       [&](OpBuilder &) { return padding; });
}

/// The first input that reaches beyond the index has the element.
static Value emitCat(OpBuilder &builder, ElementEmitter &emitter, fx::CatOp op,
                     Indices indices, unsigned first, AffineExpr before) {
  IndexSpace &space = emitter.indexSpace();
  Value input = op.getInputs()[first];
  uint64_t dim = op.getDim();
  IndexList source(indices);
  source[dim] = indices[dim] - before;
  auto inside = [&](OpBuilder &b) {
    ElementEmitter::Scope scope(emitter);
    return emitter.readElement(b, op.getLoc(), input, source);
  };
  if (first + 1 == op.getInputs().size())
    return emitter.readElement(builder, op.getLoc(), input, source);
  AffineExpr after = space.simplify(before + emitter.shapeOf(input)[dim]);
  Type element = ElementEmitter::scalarType(
      cast<RankedTensorType>(op.getType()).getElementType());
  return emitter.elementForm().guarded(
      builder, op.getLoc(), IndexGuard{indices[dim], {}, after}, element,
      inside, [&](OpBuilder &b) {
        ElementEmitter::Scope scope(emitter);
        return emitCat(b, emitter, op, indices, first + 1, after);
      });
}

static Value emitSlice(OpBuilder &builder, ElementEmitter &emitter,
                       tensor::ExtractSliceOp op, Indices indices) {
  IndexSpace &space = emitter.indexSpace();
  llvm::SmallBitVector dropped = op.getDroppedDims();
  auto exprOf = [&](OpFoldResult value) {
    if (auto attr = dyn_cast<Attribute>(value))
      return space.constant(cast<IntegerAttr>(attr).getInt());
    return space.exprOf(emitter.emitScalar(builder, cast<Value>(value)));
  };
  IndexList source;
  unsigned next = 0;
  for (unsigned i = 0; i < dropped.size(); ++i) {
    AffineExpr index = exprOf(op.getMixedOffsets()[i]);
    if (!dropped.test(i))
      index = index + indices[next++] * exprOf(op.getMixedStrides()[i]);
    source.push_back(index);
  }
  return emitter.readElement(builder, op.getLoc(), op.getSource(), source);
}

namespace {
/// The place of the largest or smallest element of one row.
struct ArgReduction {
  ElementEmitter &emitter;
  Operation *op;
  Value input;
  std::optional<int64_t> dim;
  bool keepdim, isMaximum;
  IndexList indices; // of the result
  IndexList extents; // of what is searched
  Type declared;

  Value emit(OpBuilder &builder);

private:
  bool isUnsigned() { return isUnsignedElement(op, declared); }
  Value read(OpBuilder &b, Indices at);
  Value emitOnePass(OpBuilder &builder, Type element);
  Value emitTwoPasses(OpBuilder &builder, Type element);
};
} // namespace

Value ArgReduction::read(OpBuilder &b, Indices at) {
  IndexList source(at);
  if (dim) {
    source = indices;
    if (keepdim)
      source[*dim] = at[0];
    else
      source.insert(source.begin() + *dim, at[0]);
  }
  return emitter.readElement(b, op->getLoc(), input, source);
}

/// Carries the best value and its place: scalar code.
Value ArgReduction::emitOnePass(OpBuilder &builder, Type element) {
  IndexSpace &space = emitter.indexSpace();
  Location loc = op->getLoc();
  ScalarOps outer{builder, loc, isUnsigned()};
  Scalars inits = {isMaximum ? outer.lowest(element) : outer.highest(element),
                   outer.index(0)};
  FailureOr<Scalars> best = emitReductionLoops(
      builder, loc, emitter, extents, inits,
      [&](OpBuilder &b, Indices at, ValueRange so) -> FailureOr<Scalars> {
        ScalarOps ops{b, loc, isUnsigned()};
        Value value = read(b, at);
        if (!value)
          return failure();
        // The first of equals stays; the first NaN wins and stays.
        Value isBetter =
            isMaximum ? ops.less(so[0], value) : ops.less(value, so[0]);
        if (isa<FloatType>(element)) {
          Value isFirstNan =
              ops.both(ops.isNan(value), ops.negate(ops.isNan(so[0])));
          isBetter = ops.either(isBetter, isFirstNan);
        }
        Value place = space.materialize(b, loc, space.linearize(at, extents));
        return Scalars{ops.select(isBetter, value, so[0]),
                       ops.select(isBetter, place, so[1])};
      });
  return failed(best) ? Value() : (*best)[1];
}

/// First the best value, then the first place that holds it: both loops are
/// ones that become vectors.
Value ArgReduction::emitTwoPasses(OpBuilder &builder, Type element) {
  IndexSpace &space = emitter.indexSpace();
  Location loc = op->getLoc();
  Type held = accumulatorType(element), i32 = builder.getI32Type();
  ScalarOps outer{builder, loc, isUnsigned()};
  Value first = isMaximum ? outer.lowest(held) : outer.highest(held);
  FailureOr<Scalars> best = emitReductionLoops(
      builder, loc, emitter, extents, first,
      [&](OpBuilder &b, Indices at, ValueRange so) -> FailureOr<Scalars> {
        ScalarOps ops{b, loc, isUnsigned()};
        Value value = read(b, at);
        if (!value)
          return failure();
        value = ops.convertFloat(value, held);
        return Scalars{isMaximum ? ops.max(so[0], value)
                                 : ops.min(so[0], value)};
      });
  if (failed(best))
    return {};
  Value wanted = (*best)[0];
  bool isFloat = isa<FloatType>(held);
  Value wantsNan = isFloat ? outer.isNan(wanted) : Value();
  Value nowhere = arith::ConstantIntOp::create(builder, loc, INT32_MAX, 32);
  FailureOr<Scalars> place = emitReductionLoops(
      builder, loc, emitter, extents, nowhere,
      [&](OpBuilder &b, Indices at, ValueRange so) -> FailureOr<Scalars> {
        ScalarOps ops{b, loc, isUnsigned()};
        Value value = ops.convertFloat(read(b, at), held);
        Value isIt;
        if (isFloat)
          isIt =
              ops.either(arith::CmpFOp::create(
                             b, loc, arith::CmpFPredicate::OEQ, value, wanted),
                         ops.both(ops.isNan(value), wantsNan));
        else
          isIt = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, value,
                                       wanted);
        Value here = arith::IndexCastOp::create(
            b, loc, i32,
            space.materialize(b, loc, space.linearize(at, extents)));
        return Scalars{arith::MinSIOp::create(b, loc, so[0],
                                              ops.select(isIt, here, nowhere))};
      });
  if (failed(place))
    return {};
  return arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                    (*place)[0]);
}

Value ArgReduction::emit(OpBuilder &builder) {
  Type element = ElementEmitter::scalarType(declared);
  auto count = dyn_cast<AffineConstantExpr>(
      emitter.indexSpace().simplify(emitter.indexSpace().product(extents)));
  // What is not just loaded would be computed twice.
  bool isTwice = isa<BlockArgument>(input) && !element.isInteger(1) && count &&
                 count.getValue() > 0 && count.getValue() < INT32_MAX;
  Value place =
      isTwice ? emitTwoPasses(builder, element) : emitOnePass(builder, element);
  if (!place)
    return {};
  return arith::IndexCastOp::create(builder, op->getLoc(), builder.getI64Type(),
                                    place);
}

Value emitArgReduction(OpBuilder &builder, ElementEmitter &emitter,
                       Operation *op, Value input, std::optional<int64_t> dim,
                       bool keepdim, bool isMaximum, Indices indices) {
  IndexList shape = emitter.shapeOf(input), extents = shape;
  if (dim)
    extents = {shape[*dim]};
  Type declared = cast<RankedTensorType>(input.getType()).getElementType();
  return ArgReduction{
      emitter, op,      input, dim, keepdim, isMaximum, IndexList(indices),
      extents, declared}
      .emit(builder);
}

static Value reportStructured(Operation *op) {
  op->emitOpError("cannot be computed element by element; it must be the first "
                  "operation of a kernel of its family");
  return {};
}

Value ElementEmitter::emitStructural(OpBuilder &builder, OpResult result,
                                     Indices indices) {
  Operation *op = result.getOwner();
  if (!form->readsStructured() &&
      !isa<tensor::CastOp, tensor::ExtractSliceOp, fx::PadOp, fx::CatOp>(op))
    return reportStructured(op);
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case<tensor::CastOp>([&](auto cast) {
        return readElement(builder, op->getLoc(), cast.getSource(), indices);
      })
      .Case<tensor::ExtractSliceOp>(
          [&](auto slice) { return emitSlice(builder, *this, slice, indices); })
      .Case<fx::PadOp>(
          [&](auto pad) { return emitPad(builder, *this, pad, indices); })
      .Case<fx::CatOp>([&](auto cat) {
        return emitCat(builder, *this, cat, indices, 0, space.constant(0));
      })
      .Case<fx::ArgmaxOp, fx::ArgminOp>([&](auto arg) {
        return emitArgReduction(builder, *this, op, arg.getInput(),
                                arg.getDim(), arg.getKeepdim(),
                                isa<fx::ArgmaxOp>(op), indices);
      })
      .Case<fx::MaxPoolOp, fx::AvgPoolOp>(
          [&](auto) { return emitWindow(builder, *this, op, indices); })
      .Case<fx::AdaptiveAvgPoolOp, fx::AdaptiveMaxPoolOp>([&](auto pool) {
        return emitAdaptiveWindow(builder, *this, op, pool.getOutputSize(),
                                  isa<fx::AdaptiveMaxPoolOp>(op), indices);
      })
      .Default([](Operation *op) { return reportStructured(op); });
}

LogicalResult checkWeight(fx::ConvolutionOp op) {
  if (op.getWeight().getType().hasStaticShape())
    return success();
  return op.emitOpError("expects a weight whose sizes are known, got ")
         << op.getWeight().getType();
}

} // namespace xcc::schedule
