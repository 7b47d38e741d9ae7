//===- SortedRows.h - What sort and topk put in order ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_ELEMENT_SORTEDROWS_H
#define XCC_SCHEDULE_ELEMENT_SORTEDROWS_H

#include "lib/Schedule/Element/ElementEmitter.h"

namespace xcc::schedule {

/// The rows of a sort or topk, along one dimension of its input.
struct SortedRows {
  SortedRows(ElementEmitter &elements, IndexSpace &space, mlir::Operation *op);

  mlir::Value input;
  unsigned dim;
  bool isDescending;
  IndexList shape;               // the input's; empty: a scalar
  mlir::AffineExpr length, kept; // of a row; of its sorted elements
  mlir::Type declared, element;  // as the model has it; as it is computed
};

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_ELEMENT_SORTEDROWS_H
