//===- LowerContractions.cpp - Matrix products ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A product is one linalg.generic that accumulates in the compute type; what
// follows (scaling, bias, the one rounding) is a map, for fusion to take in.
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/LowerOps.h"

using namespace mlir;

namespace xcc::frontend {

namespace {
/// beta * bias + alpha * product
struct Epilogue {
  std::optional<Tensor> bias;
  double alpha = 1, beta = 1;
};
} // namespace

/// A transposing copy in front of a product is read through.
static Access readThroughPermute(Access access, Lowering &lowering) {
  auto copy = access.tensor.value.getDefiningOp<linalg::GenericOp>();
  if (!copy || copy.getNumDpsInputs() != 1 ||
      copy.getBody()->getOperations().size() != 1)
    return access;
  AffineMap map = copy.getIndexingMapsArray().front();
  if (!map.isPermutation())
    return access;
  Access source{{copy.getDpsInputs().front(), {}, access.tensor.element, {}},
                {}};
  for (AffineExpr result : map.getResults()) {
    unsigned position = cast<AffineDimExpr>(result).getPosition();
    source.exprs.push_back(access.exprs[position]);
    source.tensor.shape.push_back(access.tensor.shape[position]);
  }
  return source;
}

/// `factor`, an element of type `from`, in the type of the sum.
static Scalar widen(Scalar factor, Type from, Type sum) {
  if (factor.type() == storageType(sum))
    return factor;
  return factor.with(convertElement(factor, from, sum));
}

/// sum over the last loop of lhs * rhs in `element`.
static Tensor contract(Lowering &lowering, ArrayRef<AffineExpr> sizes,
                       Access lhs, Access rhs, Type element) {
  SmallVector<bool> reduced(sizes.size(), false);
  reduced.back() = true;
  TypedAttr zero = lowering.builder.getZeroAttr(storageType(element));
  return lowering.reduce(
      SymbolicShape(sizes), reduced,
      {readThroughPermute(lhs, lowering), readThroughPermute(rhs, lowering)},
      element, zero, [&](ArrayRef<Scalar> x) {
        return x[2] + widen(x[0], lhs.tensor.element, element) *
                          widen(x[1], rhs.tensor.element, element);
      });
}

/// What products of `element` are summed in, unless the operation says so.
static Type sumType(Type element) {
  return element.isUnsignedInteger() ? element : computeType(element);
}

static Tensor finish(Lowering &lowering, Tensor product, Type element,
                     const Epilogue &epilogue) {
  bool isPlain = !epilogue.bias && epilogue.alpha == 1;
  if (isPlain && product.element == element)
    return product;
  SmallVector<Access> inputs = {lowering.identity(product)};
  if (epilogue.bias)
    inputs.push_back(lowering.broadcast(*epilogue.bias, product.shape));
  return lowering.map(product.shape, inputs, element, [&](ArrayRef<Scalar> x) {
    Scalar result = epilogue.alpha == 1 ? x[0] : x[0] * epilogue.alpha;
    if (x.size() == 1)
      return result;
    return result + (epilogue.beta == 1 ? x[1] : x[1] * epilogue.beta);
  });
}

/// (batch..., m, k) x (batch..., k, n)
template <typename ProductOp>
static Tensor multiply(ProductOp op, Lowering &lowering, Type element) {
  Tensor lhs = lowering.getStored(op.getLhs());
  Tensor rhs = lowering.getStored(op.getRhs());
  unsigned rank = lhs.rank();
  SmallVector<AffineExpr> sizes(lhs.shape.begin(), lhs.shape.end() - 1);
  sizes.push_back(rhs.shape.back());
  sizes.push_back(lhs.shape.back());
  SmallVector<AffineExpr> m = lowering.dims(rank - 1), batch(m);
  batch.pop_back();
  AffineExpr n = lowering.dim(rank - 1), k = lowering.dim(rank);
  SmallVector<AffineExpr> lhsExprs(m), rhsExprs(batch);
  lhsExprs.push_back(k);
  rhsExprs.append({k, n});
  return contract(lowering, sizes, {lhs, lhsExprs}, {rhs, rhsExprs}, element);
}

template <typename ProductOp>
static LogicalResult lowerProduct(ProductOp op, Lowering &lowering,
                                  const Epilogue &epilogue) {
  Tensor product = multiply(op, lowering, sumType(elementOf(op.getLhs())));
  return setResult(
      op, lowering,
      finish(lowering, product, elementOf(op.getResult()), epilogue));
}

static LogicalResult lowerMm(fx::MmOp op, Lowering &lowering) {
  return lowerProduct(op, lowering, {});
}
static LogicalResult lowerBmm(fx::BmmOp op, Lowering &lowering) {
  return lowerProduct(op, lowering, {});
}

/// PyTorch ignores the bias, NaN and all, when beta is 0.
template <typename BiasedOp>
static LogicalResult lowerBiased(BiasedOp op, Lowering &lowering) {
  Epilogue epilogue;
  epilogue.alpha = op.getAlpha().convertToDouble();
  epilogue.beta = op.getBeta().convertToDouble();
  if (epilogue.beta != 0)
    epilogue.bias = lowering.get(op.getBias());
  return lowerProduct(op, lowering, epilogue);
}

/// linear(x (..., k), w (n, k)) -> view(x) (m, k) times w transposed
static LogicalResult lowerLinear(fx::LinearOp op, Lowering &lowering) {
  Tensor input = lowering.getStored(op.getInput());
  Tensor weight = lowering.getStored(op.getWeight());
  SymbolicShape resultShape = lowering.shapeOf(op.getResult());
  AffineExpr k = input.shape.back(), n = weight.shape.front();
  AffineExpr m = productOf(ArrayRef<AffineExpr>(input.shape).drop_back(),
                           lowering.context());
  Tensor rows = lowering.mustReshape(input, {m, k});
  SmallVector<AffineExpr> loops = lowering.dims(3);
  Tensor product =
      contract(lowering, {m, n, k}, {rows, {loops[0], loops[2]}},
               {weight, {loops[1], loops[2]}}, sumType(weight.element));
  Epilogue epilogue;
  if (op.getBias())
    epilogue.bias = lowering.get(op.getBias());
  Tensor result =
      finish(lowering, product, elementOf(op.getResult()), epilogue);
  return setResult(op, lowering, lowering.mustReshape(result, resultShape));
}

static LogicalResult lowerIntMm(fx::IntMmOp op, Lowering &lowering) {
  return setResult(op, lowering,
                   multiply(op, lowering, elementOf(op.getResult())));
}

/// The scales and the bias are a map behind the product.
static LogicalResult lowerScaledMm(fx::ScaledMmOp op, Lowering &lowering) {
  Tensor product = multiply(op, lowering, lowering.builder.getF32Type());
  SmallVector<Access> inputs = {lowering.identity(product)};
  for (Value operand : op->getOperands().drop_front(2))
    inputs.push_back(lowering.broadcast(lowering.get(operand), product.shape));
  Type element = elementOf(op.getResult());
  return setResult(
      op, lowering,
      lowering.map(product.shape, inputs, element, [](ArrayRef<Scalar> x) {
        Scalar result = x[0] * (x[1] * x[2]);
        return x.size() == 3 ? result : result + x[3];
      }));
}

void addContractionLowerings(LowerTable &table) {
  table.add<fx::MmOp>(lowerMm);
  table.add<fx::BmmOp>(lowerBmm);
  table.add<fx::AddmmOp>(lowerBiased<fx::AddmmOp>);
  table.add<fx::BaddbmmOp>(lowerBiased<fx::BaddbmmOp>);
  table.add<fx::LinearOp>(lowerLinear);
  table.add<fx::IntMmOp>(lowerIntMm);
  table.add<fx::ScaledMmOp>(lowerScaledMm);
}

} // namespace xcc::frontend
