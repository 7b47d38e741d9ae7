//===- Combiner.cpp - What a reduction combines with ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/Combiner.h"

#include "lib/Schedule/Element/ScalarOps.h"
#include "lib/Schedule/Tile/TileForm.h"

#include "dialects/fx/Fx.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace xcc::schedule {

Combiner::~Combiner() = default;

//===-- linalg.generic ----------------------------------------------------===//

/// What changes nothing; none for operations that do not combine.
static std::optional<TypedAttr> identityOf(Operation *op) {
  Builder b(op->getContext());
  Type type = op->getResult(0).getType();
  auto number = [&](APInt value) -> TypedAttr {
    return b.getIntegerAttr(type, value);
  };
  auto infinity = [&](bool isNegative) -> TypedAttr {
    auto floats = cast<FloatType>(type);
    return FloatAttr::get(
        floats, APFloat::getInf(floats.getFloatSemantics(), isNegative));
  };
  unsigned bits =
      isa<FloatType, IntegerType>(type) ? type.getIntOrFloatBitWidth() : 64;
  using Identity = std::optional<TypedAttr>;
  return llvm::TypeSwitch<Operation *, Identity>(op)
      .Case<arith::AddFOp>(
          // x + -0.0 is x, of zeros, too.
          [&](auto) { return Identity(b.getFloatAttr(type, -0.0)); })
      .Case<arith::MulFOp>(
          [&](auto) { return Identity(b.getFloatAttr(type, 1.0)); })
      .Case<arith::MaximumFOp, arith::MaxNumFOp>(
          [&](auto) { return Identity(infinity(true)); })
      .Case<arith::MinimumFOp, arith::MinNumFOp>(
          [&](auto) { return Identity(infinity(false)); })
      .Case<arith::AddIOp, arith::OrIOp, arith::XOrIOp, arith::MaxUIOp>(
          [&](auto) { return Identity(number(APInt::getZero(bits))); })
      .Case<arith::MulIOp>(
          [&](auto) { return Identity(number(APInt(bits, 1))); })
      .Case<arith::AndIOp, arith::MinUIOp>(
          [&](auto) { return Identity(number(APInt::getAllOnes(bits))); })
      .Case<arith::MaxSIOp>([&](auto) {
        return Identity(number(APInt::getSignedMinValue(bits)));
      })
      .Case<arith::MinSIOp>([&](auto) {
        return Identity(number(APInt::getSignedMaxValue(bits)));
      })
      .Default([](Operation *) { return Identity(); });
}

namespace {
class GenericCombiner : public Combiner {
public:
  GenericCombiner(ElementEmitter &emitter, linalg::GenericOp op)
      : Combiner(op), emitter(emitter), op(op) {}

  LogicalResult analyze();

  IndexList extents() override;
  FailureOr<SmallVector<Value>> terms(ElementEmitter &emitter, OpBuilder &b,
                                      Indices place, Indices inner) override;
  SmallVector<Value> identity(OpBuilder &b) override;
  SmallVector<Value> combine(OpBuilder &b, ValueRange lhs,
                             ValueRange rhs) override;
  FailureOr<SmallVector<Value>> finish(ElementEmitter &emitter, TileForm &form,
                                       OpBuilder &b, Indices place,
                                       ArrayRef<Value> combined) override;

private:
  ElementEmitter &emitter;
  linalg::GenericOp op;
  SmallVector<Operation *> combiners; // one a result
  SmallVector<Value> termValues;      // of the body
};
} // namespace

LogicalResult GenericCombiner::analyze() {
  Operation *yield = op.getBody()->getTerminator();
  for (auto [yielded, argument] :
       llvm::zip_equal(yield->getOperands(), op.getRegionOutputArgs())) {
    Operation *combiner = yielded.getDefiningOp();
    bool isCombiner = combiner && combiner->getNumOperands() == 2 &&
                      argument.hasOneUse() &&
                      llvm::is_contained(combiner->getOperands(), argument) &&
                      identityOf(combiner);
    if (!isCombiner)
      return op.emitOpError()
             << "expects each result to be reduced by a sum, a product, an "
                "extreme or a logical operation for blocks of threads, got "
             << (combiner ? combiner->getName().getStringRef() : "a constant");
    unsigned other = combiner->getOperand(0) == argument ? 1 : 0;
    combiners.push_back(combiner);
    termValues.push_back(combiner->getOperand(other));
    types.push_back(yielded.getType());
  }
  return success();
}

IndexList GenericCombiner::extents() {
  IndexList result;
  for (auto [extent, type] :
       llvm::zip_equal(emitter.loopExtents(op), op.getIteratorTypesArray()))
    if (type == utils::IteratorType::reduction)
      result.push_back(extent);
  return result;
}

FailureOr<SmallVector<Value>> GenericCombiner::terms(ElementEmitter &emitter,
                                                     OpBuilder &b,
                                                     Indices place,
                                                     Indices inner) {
  FailureOr<IndexList> loops = emitter.loopsOfResult(op, 0, place);
  if (failed(loops))
    return failure();
  unsigned next = 0;
  for (auto [i, type] : llvm::enumerate(op.getIteratorTypesArray())) {
    AffineExpr &loop = (*loops)[i];
    if (type == utils::IteratorType::reduction)
      loop = inner[next++];
    // A loop over one element that no result has.
    if (!loop)
      loop = emitter.indexSpace().constant(0);
  }
  FailureOr<SmallVector<Value>> operands = emitter.readInputs(b, op, *loops);
  if (failed(operands))
    return failure();
  // The combination in the body is dead: only its other operand is wanted.
  operands->append(identity(b));
  return emitter.emitBodyValues(b, op, *loops, *operands, termValues);
}

SmallVector<Value> GenericCombiner::identity(OpBuilder &b) {
  SmallVector<Value> result;
  for (Operation *combiner : combiners)
    result.push_back(
        arith::ConstantOp::create(b, op.getLoc(), *identityOf(combiner)));
  return result;
}

SmallVector<Value> GenericCombiner::combine(OpBuilder &b, ValueRange lhs,
                                            ValueRange rhs) {
  SmallVector<Value> result;
  for (auto [combiner, left, right] : llvm::zip_equal(combiners, lhs, rhs)) {
    Operation *copy = combiner->cloneWithoutRegions();
    copy->setOperands({left, right});
    copy->getResult(0).setType(left.getType());
    b.insert(copy);
    result.push_back(copy->getResult(0));
  }
  return result;
}

FailureOr<SmallVector<Value>>
GenericCombiner::finish(ElementEmitter &emitter, TileForm &form, OpBuilder &b,
                        Indices place, ArrayRef<Value> combined) {
  SmallVector<Value> result;
  for (auto [init, total] : llvm::zip_equal(op.getDpsInits(), combined)) {
    Value value = total;
    Value start = emitter.readElement(b, op.getLoc(), init, place);
    if (!start)
      return failure();
    FrameDims dims = form.dimsOf(start) | form.dimsOf(value);
    if (isa<RankedTensorType>(value.getType()) || dims.any()) {
      start = form.widen(b, op.getLoc(), start, dims);
      value = form.widen(b, op.getLoc(), value, dims);
    }
    Operation *combiner = combiners[result.size()];
    Operation *copy = combiner->cloneWithoutRegions();
    copy->setOperands({start, value});
    copy->getResult(0).setType(start.getType());
    b.insert(copy);
    result.push_back(copy->getResult(0));
  }
  return result;
}

//===-- argmax, argmin ----------------------------------------------------===//

namespace {
/// Terms are values with their row-major index among those reduced. A larger
/// value wins; of equals the first; NaN before all, the first of them.
class ArgCombiner : public Combiner {
public:
  ArgCombiner(ElementEmitter &emitter, Operation *op, Value input,
              std::optional<int64_t> dim, bool keepdim);

  IndexList extents() override;
  FailureOr<SmallVector<Value>> terms(ElementEmitter &emitter, OpBuilder &b,
                                      Indices place, Indices inner) override;
  SmallVector<Value> identity(OpBuilder &b) override;
  SmallVector<Value> combine(OpBuilder &b, ValueRange lhs,
                             ValueRange rhs) override;
  FailureOr<SmallVector<Value>> finish(ElementEmitter &, TileForm &,
                                       OpBuilder &, Indices,
                                       ArrayRef<Value> combined) override {
    return SmallVector<Value>{combined[1]};
  }

private:
  ElementEmitter &emitter;
  Value input;
  std::optional<int64_t> dim;
  bool keepdim;
  bool isUnsigned;
};
} // namespace

ArgCombiner::ArgCombiner(ElementEmitter &emitter, Operation *op, Value input,
                         std::optional<int64_t> dim, bool keepdim)
    : Combiner(op), emitter(emitter), input(input), dim(dim), keepdim(keepdim) {
  Type declared = cast<RankedTensorType>(input.getType()).getElementType();
  isUnsigned = isUnsignedElement(op, declared);
  types = {accumulatorType(ElementEmitter::scalarType(declared)),
           IntegerType::get(op->getContext(), 64)};
}

IndexList ArgCombiner::extents() {
  IndexList shape = emitter.shapeOf(input);
  return dim && !shape.empty() ? IndexList{shape[*dim]} : shape;
}

FailureOr<SmallVector<Value>> ArgCombiner::terms(ElementEmitter &emitter,
                                                 OpBuilder &b, Indices place,
                                                 Indices inner) {
  IndexList source(inner);
  if (dim && !emitter.shapeOf(input).empty()) {
    source.assign(place.begin(), place.end());
    if (keepdim)
      source[*dim] = inner[0];
    else
      source.insert(source.begin() + *dim, inner[0]);
  }
  Location loc = op->getLoc();
  Value value = emitter.readElement(b, loc, input, source);
  if (!value)
    return failure();
  Type element = getElementTypeOrSelf(value);
  if (element != types[0]) {
    Type wide = types[0];
    if (auto tile = dyn_cast<RankedTensorType>(value.getType()))
      wide = tile.clone(types[0]);
    value = arith::ExtFOp::create(b, loc, wide, value);
  }
  AffineExpr number = emitter.indexSpace().linearize(inner, extents());
  Value index = emitter.elementForm().index(b, loc, number);
  Type from = getElementTypeOrSelf(index);
  if (from.isIndex())
    index = arith::IndexCastOp::create(b, loc, types[1], index);
  else if (from != types[1])
    index = arith::ExtSIOp::create(
        b, loc, cast<RankedTensorType>(index.getType()).clone(types[1]), index);
  return SmallVector<Value>{value, index};
}

SmallVector<Value> ArgCombiner::identity(OpBuilder &b) {
  ScalarOps ops{b, op->getLoc(), isUnsigned};
  bool isMaximum = isa<fx::ArgmaxOp>(op);
  Value last = arith::ConstantOp::create(
      b, op->getLoc(),
      b.getI64IntegerAttr(std::numeric_limits<int64_t>::max()));
  return {isMaximum ? ops.lowest(types[0]) : ops.highest(types[0]), last};
}

SmallVector<Value> ArgCombiner::combine(OpBuilder &b, ValueRange lhs,
                                        ValueRange rhs) {
  Location loc = op->getLoc();
  bool isFloat = isa<FloatType>(types[0]);
  bool isMaximum = isa<fx::ArgmaxOp>(op);
  auto both = [&](Value x, Value y) -> Value {
    return arith::AndIOp::create(b, loc, x, y);
  };
  auto either = [&](Value x, Value y) -> Value {
    return arith::OrIOp::create(b, loc, x, y);
  };
  auto compare = [&](Value x, Value y, arith::CmpFPredicate floats,
                     arith::CmpIPredicate integers) -> Value {
    if (isFloat)
      return arith::CmpFOp::create(b, loc, floats, x, y);
    return arith::CmpIOp::create(b, loc, integers, x, y);
  };
  using F = arith::CmpFPredicate;
  using I = arith::CmpIPredicate;
  Value x = lhs[0], y = rhs[0];
  I below = isUnsigned ? I::ult : I::slt, above = isUnsigned ? I::ugt : I::sgt;
  Value isFirst = arith::CmpIOp::create(b, loc, I::slt, rhs[1], lhs[1]);
  Value isBetter =
      isMaximum ? compare(y, x, F::OGT, above) : compare(y, x, F::OLT, below);
  Value isEqual = compare(y, x, F::OEQ, I::eq);
  Value takes = either(isBetter, both(isEqual, isFirst));
  if (isFloat) {
    Value rightIsNan = compare(y, y, F::UNO, I::ne);
    // Only one NaN: that side. Two: the first.
    Value leftIsNumber = compare(x, x, F::ORD, I::eq);
    takes = either(takes, both(rightIsNan, either(leftIsNumber, isFirst)));
  }
  return {arith::SelectOp::create(b, loc, takes, y, x),
          arith::SelectOp::create(b, loc, takes, rhs[1], lhs[1])};
}

std::unique_ptr<Combiner> makeCombiner(ElementEmitter &emitter, Operation *op) {
  if (auto generic = dyn_cast<linalg::GenericOp>(op)) {
    auto combiner = std::make_unique<GenericCombiner>(emitter, generic);
    if (failed(combiner->analyze()))
      return nullptr;
    return combiner;
  }
  auto make = [&](auto arg) {
    return std::make_unique<ArgCombiner>(emitter, op, arg.getInput(),
                                         arg.getDim(), arg.getKeepdim());
  };
  if (auto most = dyn_cast<fx::ArgmaxOp>(op))
    return make(most);
  return make(cast<fx::ArgminOp>(op));
}

} // namespace xcc::schedule
