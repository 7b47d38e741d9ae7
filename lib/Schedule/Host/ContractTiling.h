//===- ContractTiling.h - How a matrix product is cut into work -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_CONTRACTTILING_H
#define XCC_SCHEDULE_HOST_CONTRACTTILING_H

#include "lib/Schedule/Element/IndexSpace.h"

namespace xcc::schedule {

/// What the cut depends on: sizes (negative: known at run time only), which
/// operands must be packed before they are read, and whether panels can be
/// packed in any groups rather than in a work item's.
struct ProductSizes {
  int64_t batch, m, n, k;
  bool packsLhs, packsRhs;
  bool packsAnyPanels;
};

/// A work item makes `rows` x (`panels` * panelColumns) results and sums
/// `steps` values of k at a time. The same for all ISA levels.
struct ProductTiling {
  int64_t rows;
  int64_t panels;
  int64_t steps;
  /// Packed once for all work items, in a phase before them: the right operand,
  /// the left one.
  bool sharesPanels = false;
  bool sharesRows = false;
  /// Panels that an item of that phase packs, at most.
  int64_t packedPanels = 1;
};

/// About `usual`, so that the parts of `whole` are equal; of a negative
/// `whole`, known at run time only, `usual` itself.
int64_t evenPart(int64_t whole, int64_t usual);

ProductTiling chooseTiling(const ProductSizes &sizes);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_CONTRACTTILING_H
