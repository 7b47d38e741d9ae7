//===- SortedRows.cpp - What sort and topk put in order -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/SortedRows.h"

#include "dialects/fx/Fx.h"

using namespace mlir;

namespace xcc::schedule {

SortedRows::SortedRows(ElementEmitter &elements, IndexSpace &space,
                       Operation *op) {
  if (auto sort = dyn_cast<fx::SortOp>(op)) {
    input = sort.getInput();
    dim = sort.getDim();
    isDescending = sort.getDescending();
  } else {
    auto topk = cast<fx::TopkOp>(op);
    input = topk.getInput();
    dim = topk.getDim();
    isDescending = topk.getLargest();
  }
  shape = elements.shapeOf(input);
  bool isScalar = shape.empty();
  length = isScalar ? space.constant(1) : shape[dim];
  kept = isScalar ? length : elements.shapeOf(op->getResult(0))[dim];
  declared = cast<RankedTensorType>(input.getType()).getElementType();
  element = ElementEmitter::scalarType(declared);
}

} // namespace xcc::schedule
