//===- Updates.cpp - Elements replaced by index ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/Updates.h"

using namespace mlir;

namespace xcc::schedule {

Value combineUpdate(ScalarOps &ops, StringRef reduce, Value old, Value value) {
  if (reduce == "none")
    return value;
  if (reduce == "prod")
    return ops.mul(old, value);
  if (reduce == "amax")
    return ops.max(old, value);
  if (reduce == "amin")
    return ops.min(old, value);
  // Sums of bools are disjunctions.
  if (getElementTypeOrSelf(old.getType()).isInteger(1))
    return ops.either(old, value);
  return ops.add(old, value);
}

Value updateIdentity(ScalarOps &ops, StringRef reduce, Type type) {
  if (reduce == "amax")
    return ops.lowest(type);
  if (reduce == "amin")
    return ops.highest(type);
  return ops.constant(type, reduce == "prod" ? 1 : 0);
}

IndexPutPlaces::IndexPutPlaces(ElementEmitter &emitter, fx::IndexPutOp op) {
  AffineExpr one = emitter.indexSpace().constant(1);
  ArrayRef<int64_t> dims = op.getDims();
  for (unsigned i = 0; i < emitter.shapeOf(op.getResult()).size(); ++i)
    if (!llvm::is_contained(dims, int64_t(i)))
      keptDims.push_back(i);
  for (Value index : op.getIndices()) {
    IndexList shape = emitter.shapeOf(index);
    size_t rank = std::max(atExtents.size(), shape.size());
    IndexList joined(rank, one);
    for (size_t i = 0; i < rank; ++i)
      for (const IndexList &from : {atExtents, shape})
        if (i < from.size() && from[from.size() - 1 - i] != one)
          joined[rank - 1 - i] = from[from.size() - 1 - i];
    atExtents = joined;
  }
  // Adjacent dimensions leave the indices' shape where they were.
  bool isAdjacent = true;
  for (size_t i = 1; i < dims.size(); ++i)
    isAdjacent &= dims[i] == dims[i - 1] + 1;
  atPlace = isAdjacent && !dims.empty() ? dims[0] : 0;
}

IndexList IndexPutPlaces::valuePlace(Indices at, Indices kept) const {
  IndexList place(kept.take_front(atPlace));
  place.append(at.begin(), at.end());
  place.append(kept.begin() + atPlace, kept.end());
  return place;
}

Value readBroadcast(OpBuilder &b, Location loc, ElementEmitter &emitter,
                    Value tensor, Indices indices) {
  IndexList shape = emitter.shapeOf(tensor);
  IndexList own(indices.take_back(shape.size()));
  for (auto [index, size] : llvm::zip_equal(own, shape))
    if (size == emitter.indexSpace().constant(1))
      index = size - 1;
  return emitter.readElement(b, loc, tensor, own);
}

} // namespace xcc::schedule
