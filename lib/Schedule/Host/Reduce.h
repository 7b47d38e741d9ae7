//===- Reduce.h - Parts of the reduce family ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_REDUCE_H
#define XCC_SCHEDULE_HOST_REDUCE_H

#include "lib/Schedule/Element/RowAnalysis.h"
#include "lib/Schedule/Host/LoopNest.h"

namespace xcc::schedule {

/// What `indices`, a place of a tensor, say of the variables `wanted` in its
/// `place`; none if they differ elsewhere from `here`, the current row's place.
std::optional<IndexList> matchPlace(IndexSpace &space, Indices place,
                                    Indices here, Indices indices,
                                    Indices wanted);

/// The item range for rows whose elements are far apart while neighbouring
/// rows are contiguous: many rows side by side. None if they are not.
std::optional<ItemRange> planColumns(HostKernelBuilder &builder,
                                     std::shared_ptr<RowAnalysis> rows,
                                     llvm::SmallVector<unsigned> results);

/// The row variable along which inputs of the first reduction are contiguous,
/// if none is contiguous along what is reduced.
std::optional<unsigned> findColumn(ElementEmitter &emitter,
                                   const RowAnalysis &rows);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_REDUCE_H
