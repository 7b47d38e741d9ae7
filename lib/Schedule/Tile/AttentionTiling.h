//===- AttentionTiling.h - How blocks share out an attention --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_TILE_ATTENTIONTILING_H
#define XCC_SCHEDULE_TILE_ATTENTIONTILING_H

#include "lib/Schedule/Tile/OperandLayouts.h"

namespace xcc::schedule {

/// Part sizes of a dimension that is worked on in several pieces.
struct Chunks {
  int64_t size = 0, count = 0; // size * count covers the dimension
};

struct AttentionShape {
  std::optional<int64_t> queries; // of one head
  int64_t headSize, valueSize;
  unsigned elementBytes, elementBits;
  bool hasMask = false; // a tile beside the scores
};

/// A block has some queries of one head and walks the keys step by step:
///   scores = queries x head * head x keys
///   results += scores x keys * keys x values
struct AttentionTiling {
  // None: products within threads. The second one is that which finds the
  // scores nearest to where it wants them.
  const MatrixInstruction *forScores = nullptr, *forResults = nullptr;
  int64_t queries = 0, keys = 0; // of a block, of a step
  Chunks head, value;
  int64_t warps = 1;
  unsigned stages = 2;

  bool isOfGroups() const { return forScores && forScores->groupWarps > 1; }
  ProductTiling scores() const;
  ProductTiling results() const;
};

AttentionTiling chooseAttentionTiling(const DeviceDescription &device,
                                      MatrixType operand, MatrixType sum,
                                      const AttentionShape &shape);

/// The same by groups of warps, with queries and slots of keys and values in
/// shared memory; none where that does not pay or does not fit.
std::optional<AttentionTiling>
chooseGroupAttention(const DeviceDescription &device,
                     const MatrixInstruction &instruction,
                     const AttentionShape &shape);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_ATTENTIONTILING_H
