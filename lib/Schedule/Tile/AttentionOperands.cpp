//===- AttentionOperands.cpp - Queries, keys and values of a block --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/AttentionBlock.h"

using namespace mlir;

namespace xcc::schedule {

static int64_t knownOr(AffineExpr size, int64_t otherwise) {
  auto number = dyn_cast<AffineConstantExpr>(size);
  return number ? number.getValue() : otherwise;
}

/// Several heads of queries share one of keys when there are fewer of those.
IndexList TileAttentionBlock::keyHead() {
  IndexList indices = headIndices;
  if (heads.empty())
    return indices;
  IndexList shape = kernel.elements().shapeOf(op.getKey());
  int64_t all = knownOr(heads.back(), 0);
  int64_t shared = knownOr(shape[shape.size() - 3], 0);
  if (all > 0 && shared > 0 && all != shared)
    indices.back() = kernel.within(indices.back().floorDiv(all / shared),
                                   kernel.space().constant(shared));
  return indices;
}

/// Queries and keys are summed over the head, values over the keys.
OperandSource TileAttentionBlock::source(Role role, int64_t chunk) {
  bool isQuery = role == Role::Query, isValue = role == Role::Value;
  const Chunks &chunks = isValue ? tiling.value : tiling.head;
  int64_t line = isQuery ? tiling.queries : tiling.keys;
  int64_t outer = isValue ? chunks.size : line;
  int64_t depth = isValue ? line : chunks.size;
  OperandSource result;
  result.tensor = isQuery   ? op.getQuery()
                  : isValue ? op.getValue()
                            : op.getKey();
  result.element = element;
  result.depthDim = isQuery ? 1 : 0;
  result.shape = isQuery ? SmallVector<int64_t, 2>{outer, depth}
                         : SmallVector<int64_t, 2>{depth, outer};
  result.indices = [this, isQuery, isValue, start = chunk * chunks.size](
                       AffineExpr step, Indices coordinates) {
    AffineExpr outer = coordinates[isQuery ? 0 : 1];
    AffineExpr depth = coordinates[isQuery ? 1 : 0];
    AffineExpr lineIndex = isValue ? depth : outer;
    AffineExpr along = (isValue ? outer : depth) + start;
    IndexList indices = isQuery ? headIndices : keyHead();
    if (isQuery)
      indices.push_back(kernel.within(query0 + lineIndex, queries));
    else
      indices.push_back(kernel.within(step * tiling.keys + lineIndex, keys));
    indices.push_back(kernel.within(along, isValue ? valueSize : headSize));
    return indices;
  };
  result.depth = [this, isQuery, isValue, start = chunk * chunks.size](
                     AffineExpr step, Indices coordinates) {
    AffineExpr depth = coordinates[isQuery ? 1 : 0];
    return isValue ? kernel.within(step * tiling.keys + depth, keys)
                   : kernel.within(depth + start, headSize);
  };
  return result;
}

void TileAttentionBlock::makeOperands() {
  auto make = [&](std::deque<MatrixOperand> &list, Role role, int64_t count) {
    for (int64_t chunk = 0; chunk < count; ++chunk)
      list.emplace_back(kernel, source(role, chunk), steps, tiling.warps,
                        role == Role::Value ? tiling.forResults
                                            : tiling.forScores);
  };
  make(queryOperands, Role::Query, tiling.head.count);
  make(keyOperands, Role::Key, tiling.head.count);
  make(valueOperands, Role::Value, tiling.value.count);
}

SmallVector<Value> TileAttentionBlock::loadQueries() {
  Value first = index(0);
  SmallVector<Value> fragments;
  for (MatrixOperand &operand : queryOperands)
    fragments.push_back(operand.fragment(first, {}, scoreLayouts.lhs));
  return fragments;
}

} // namespace xcc::schedule
