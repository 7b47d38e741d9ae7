//===- Reductions.cpp - Sums and extremes over some dimensions ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Reductions.h"

using namespace mlir;

namespace xcc::frontend {

/// An integer type's end of range, or an infinity.
static TypedAttr extremeValue(Type element, bool isLeast) {
  if (auto type = dyn_cast<FloatType>(element))
    return FloatAttr::get(type,
                          APFloat::getInf(type.getFloatSemantics(), isLeast));
  unsigned bits = element.getIntOrFloatBitWidth();
  bool isUnsigned = element.isUnsignedInteger() || bits == 1;
  APInt value =
      isUnsigned ? (isLeast ? APInt::getZero(bits) : APInt::getMaxValue(bits))
                 : (isLeast ? APInt::getSignedMinValue(bits)
                            : APInt::getSignedMaxValue(bits));
  return IntegerAttr::get(storageType(element), value);
}
TypedAttr leastValue(Type element) { return extremeValue(element, true); }
TypedAttr greatestValue(Type element) { return extremeValue(element, false); }

Scalar ElementCount::in(Scalar like) const {
  if (!dynamic)
    return like.constant(
        static_cast<double>(cast<AffineConstantExpr>(expr).getValue()));
  return like.with(dynamic);
}

Reduction::Reduction(Lowering &lowering, SymbolicShape full,
                     ArrayRef<int64_t> dims)
    : lowering(lowering), shape(std::move(full)),
      reduced(shape.size(), dims.empty()) {
  // PyTorch lets a scalar have a dimension 0, which holds it all.
  for (int64_t dim : dims)
    if (!shape.empty())
      reduced[dim] = true;
  for (size_t i = 0; i < shape.size(); ++i)
    if (!reduced[i])
      kept.push_back(shape[i]);
}

ElementCount Reduction::count(Type computeType) const {
  AffineExpr product = lowering.constant(1);
  for (size_t i = 0; i < shape.size(); ++i)
    if (reduced[i])
      product = product * shape[i];
  if (isa<AffineConstantExpr>(product))
    return {product, Value()};
  return {product, lowering.floatSize(product, computeType)};
}

Access Reduction::spread(Tensor rest) const {
  Access access{std::move(rest), {}};
  for (size_t i = 0; i < shape.size(); ++i)
    if (!reduced[i])
      access.exprs.push_back(lowering.dim(i));
  return access;
}

/// Accumulators have the compute type, unsigned where the elements are.
static Type accumulatorType(Type element) {
  return isa<FloatType>(element) ? computeType(element) : element;
}

Tensor Reduction::fold(ArrayRef<Access> inputs, Type element, TypedAttr init,
                       ScalarFn fn) {
  return lowering.reduce(shape, reduced, inputs, element, init, fn);
}

Tensor Reduction::sum(ArrayRef<Access> inputs, Type element, ScalarFn fn) {
  Type accumulator = accumulatorType(element);
  TypedAttr zero = lowering.builder.getZeroAttr(storageType(accumulator));
  return fold(inputs, accumulator, zero,
              [&](ArrayRef<Scalar> x) { return x.back() + fn(x.drop_back()); });
}

Tensor Reduction::maximum(Access input) {
  Type accumulator = accumulatorType(input.tensor.element);
  return fold({input}, accumulator, leastValue(accumulator),
              [](ArrayRef<Scalar> x) { return frontend::maximum(x[1], x[0]); });
}

Tensor Reduction::mean(Access input) {
  Type type = computeType(input.tensor.element);
  Tensor total = sum({input}, type, [](ArrayRef<Scalar> x) { return x[0]; });
  ElementCount n = count(type);
  return after({total}, type,
               [&](ArrayRef<Scalar> x) { return x[0] / n.in(x[0]); });
}

Tensor Reduction::squaredDeviations(Access input, Tensor mean) {
  return sum({input, spread(mean)}, computeType(input.tensor.element),
             [](ArrayRef<Scalar> x) {
               Scalar deviation = x[0] - x[1];
               return deviation * deviation;
             });
}

Tensor Reduction::after(ArrayRef<Tensor> rests, Type element, ScalarFn fn) {
  SmallVector<Access> inputs;
  for (const Tensor &rest : rests)
    inputs.push_back(lowering.identity(rest));
  return lowering.map(kept, inputs, element, fn);
}

} // namespace xcc::frontend
