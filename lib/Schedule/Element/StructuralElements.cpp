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

Value emitArgReduction(OpBuilder &builder, ElementEmitter &emitter,
                       Operation *op, Value input, std::optional<int64_t> dim,
                       bool keepdim, bool isMaximum, Indices indices) {
  IndexSpace &space = emitter.indexSpace();
  Location loc = op->getLoc();
  IndexList shape = emitter.shapeOf(input), extents;
  if (dim)
    extents.push_back(shape[*dim]);
  else
    extents = shape;
  Type declared = cast<RankedTensorType>(input.getType()).getElementType();
  Type element = ElementEmitter::scalarType(declared);
  ScalarOps outer{builder, loc, isUnsignedElement(op, declared)};
  Scalars inits = {isMaximum ? outer.lowest(element) : outer.highest(element),
                   outer.index(0)};
  FailureOr<Scalars> best = emitReductionLoops(
      builder, loc, emitter, extents, inits,
      [&](OpBuilder &b, Indices at, ValueRange so) -> FailureOr<Scalars> {
        ScalarOps ops{b, loc, isUnsignedElement(op, declared)};
        IndexList source;
        if (dim) {
          source.append(indices.begin(), indices.end());
          if (keepdim)
            source[*dim] = at[0];
          else
            source.insert(source.begin() + *dim, at[0]);
        } else {
          source.append(at.begin(), at.end());
        }
        Value value = emitter.readElement(b, loc, input, source);
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
  if (failed(best))
    return {};
  return arith::IndexCastOp::create(builder, loc, builder.getI64Type(),
                                    (*best)[1]);
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
