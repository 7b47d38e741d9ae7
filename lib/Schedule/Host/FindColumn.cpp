//===- FindColumn.cpp - Which reductions run along columns ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/LoopGroups.h"
#include "lib/Schedule/Host/Reduce.h"

using namespace mlir;

namespace xcc::schedule {

std::optional<unsigned> findColumn(ElementEmitter &emitter,
                                   const RowAnalysis &rows) {
  IndexSpace &space = emitter.indexSpace();
  OpResult first = rows.reductions.front();
  auto op = dyn_cast<linalg::GenericOp>(first.getOwner());
  if (!op || rows.rowExtents.empty())
    return std::nullopt;
  IndexList extents = rows.rowExtents;
  SmallVector<unsigned> reduced;
  for (auto [i, extent, type] :
       llvm::enumerate(emitter.loopExtents(op), op.getIteratorTypesArray()))
    if (type == utils::IteratorType::reduction) {
      reduced.push_back(i);
      extents.push_back(extent);
    }
  unsigned rank = rows.rowExtents.size();
  FailureOr<SmallVector<AccessSteps>> accesses =
      probeAccesses(emitter, extents, [&](OpBuilder &b, Indices indices) {
        FailureOr<IndexList> loops = emitter.loopsOfResult(
            op, first.getResultNumber(), indices.take_front(rank));
        if (failed(loops))
          return failure();
        for (auto [loop, index] :
             llvm::zip_equal(reduced, indices.drop_front(rank)))
          (*loops)[loop] = index;
        return LogicalResult(emitter.readInputs(b, op, *loops));
      });
  if (failed(accesses))
    return std::nullopt;
  AffineExpr one = space.constant(1);
  std::optional<unsigned> column;
  for (const AccessSteps &access : *accesses)
    for (auto [i, step] : llvm::enumerate(access.steps)) {
      if (step != one || extents[i] == one)
        continue;
      if (i >= rank)
        return std::nullopt;
      column = i;
    }
  return column;
}

} // namespace xcc::schedule
