//===- ShapeChecks.cpp - What shape functions check -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/ShapeChecks.h"

using namespace mlir;

namespace xcc::fx {

std::optional<int64_t> constantOf(AffineExpr expr) {
  if (auto constant = llvm::dyn_cast_or_null<AffineConstantExpr>(expr))
    return constant.getValue();
  return std::nullopt;
}

AffineExpr plus(AffineExpr size, int64_t value) {
  return size ? size + value : size;
}
AffineExpr times(AffineExpr size, int64_t value) {
  return size ? size * value : size;
}

LogicalResult checkEqual(Operation *op, StringRef what, AffineExpr lhs,
                         AffineExpr rhs) {
  std::optional<int64_t> a = constantOf(lhs), b = constantOf(rhs);
  if (a && b && *a != *b)
    return op->emitOpError("expects ")
           << what << ", got " << *a << " and " << *b;
  return success();
}

LogicalResult checkRank(Operation *op, StringRef name,
                        const SymbolicShape &shape, size_t rank) {
  if (shape.size() == rank)
    return success();
  return op->emitOpError("expects ")
         << name << " of rank " << rank << ", got rank " << shape.size();
}

LogicalResult checkDim(Operation *op, int64_t dim, size_t rank) {
  if (dim >= 0 && dim < static_cast<int64_t>(rank))
    return success();
  return op->emitOpError("expects dim below the rank ")
         << rank << ", got " << dim;
}

LogicalResult checkCount(Operation *op, StringRef name, size_t count,
                         size_t expected) {
  if (count == expected)
    return success();
  return op->emitOpError("expects ")
         << expected << " entries in " << name << ", got " << count;
}

} // namespace xcc::fx
