//===- ContractTiling.h - How a matrix product is cut into work -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_CONTRACTTILING_H
#define XCC_SCHEDULE_HOST_CONTRACTTILING_H

#include "lib/Schedule/Element/IndexSpace.h"

namespace xcc::schedule {

/// What the cut depends on: sizes (negative: known at run time only) and which
/// operands must be packed by the work item that reads them.
struct ProductSizes {
  int64_t batch, m, n, k;
  bool packsLhs, packsRhs;
};

/// A work item makes `rows` x (`panels` * panelColumns) results and sums
/// `steps` values of k at a time. The same for all ISA levels.
struct ProductTiling {
  int64_t rows;
  int64_t panels;
  int64_t steps;
};

/// About `usual`, so that the parts of `whole` are equal; of a negative
/// `whole`, known at run time only, `usual` itself.
int64_t evenPart(int64_t whole, int64_t usual);

ProductTiling chooseTiling(const ProductSizes &sizes);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_CONTRACTTILING_H
