//===- ReduceColumns.cpp - Reductions of outer dimensions -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/Reduce.h"

using namespace mlir;

namespace xcc::schedule {

std::optional<ItemRange> planColumns(HostKernelBuilder &builder,
                                     std::shared_ptr<RowAnalysis> rows,
                                     SmallVector<unsigned> results) {
  return std::nullopt;
}

} // namespace xcc::schedule
