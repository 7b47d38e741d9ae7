//===- Tensor.cpp - A tensor of the interpreter ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/interpreter/Tensor.h"

#include "dialects/fx/weights/Elements.h"

using namespace mlir;

namespace xcc::fx {

int64_t productOf(ArrayRef<int64_t> sizes) {
  int64_t product = 1;
  for (int64_t size : sizes)
    product *= size;
  return product;
}

Tensor::Tensor(Type elementType, ArrayRef<int64_t> shape)
    : type(elementType), sizes(shape), elements(productOf(shape)) {
  if (isFloat())
    floats = std::make_shared<std::vector<double>>(elements);
  else
    ints = std::make_shared<std::vector<int64_t>>(elements);
}

Tensor Tensor::fromBytes(Type elementType, ArrayRef<int64_t> shape,
                         ArrayRef<char> bytes) {
  Tensor tensor;
  tensor.type = elementType;
  tensor.sizes.assign(shape.begin(), shape.end());
  tensor.elements = productOf(shape);
  if (tensor.isFloat())
    tensor.floats =
        std::make_shared<std::vector<double>>(decodeFloats(bytes, elementType));
  else
    tensor.ints =
        std::make_shared<std::vector<int64_t>>(decodeInts(bytes, elementType));
  return tensor;
}

Tensor Tensor::fromAttribute(ElementsAttr attribute) {
  ShapedType shaped = attribute.getShapedType();
  Tensor tensor(shaped.getElementType(), shaped.getShape());
  if (tensor.isFloat()) {
    for (auto [to, from] : llvm::zip(tensor.mutableValues<double>(),
                                     attribute.getValues<llvm::APFloat>()))
      to = from.convertToDouble();
    return tensor;
  }
  bool isUnsigned = tensor.type.isUnsignedInteger() || tensor.type.isInteger(1);
  for (auto [to, from] : llvm::zip(tensor.mutableValues<int64_t>(),
                                   attribute.getValues<llvm::APInt>()))
    to = isUnsigned ? from.getZExtValue() : from.getSExtValue();
  return tensor;
}

std::vector<char> Tensor::toBytes(Type as) const {
  if (!as)
    as = type;
  return isFloat() ? encodeFloats(*floats, as) : encodeInts(*ints, as);
}

Tensor Tensor::reshaped(ArrayRef<int64_t> shape) const {
  Tensor result = *this;
  result.sizes.assign(shape.begin(), shape.end());
  assert(productOf(shape) == elements && "a view keeps the elements");
  return result;
}

int64_t offsetOf(ArrayRef<int64_t> index, ArrayRef<int64_t> strides) {
  int64_t offset = 0;
  for (auto [i, stride] : llvm::zip(index, strides))
    offset += i * stride;
  return offset;
}

SmallVector<int64_t> rowMajorStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (int64_t dim = int64_t(shape.size()) - 2; dim >= 0; --dim)
    strides[dim] = strides[dim + 1] * shape[dim + 1];
  return strides;
}

SmallVector<int64_t> broadcastStrides(ArrayRef<int64_t> from,
                                      ArrayRef<int64_t> to) {
  SmallVector<int64_t> own = rowMajorStrides(from), strides(to.size(), 0);
  size_t lead = to.size() - from.size();
  for (size_t dim = 0; dim < from.size(); ++dim)
    if (from[dim] == to[lead + dim])
      strides[lead + dim] = own[dim];
  return strides;
}

} // namespace xcc::fx
