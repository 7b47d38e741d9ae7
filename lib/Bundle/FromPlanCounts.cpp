//===- FromPlanCounts.cpp - What a launch computes and moves --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Bundle/FromPlanCounts.h"

#include "lib/Bundle/FromPlanDevices.h"

#include "dialects/plan/Describe.h"
#include "dialects/plan/Plan.h"

using namespace mlir;

namespace xcc::bundle {

std::optional<Counts> countsOf(func::FuncOp kernel, ArrayRef<ExprId> sizes,
                               ExprPool &pool) {
  if (!kernel)
    return std::nullopt;
  auto flops = kernel->getAttrOfType<AffineMapAttr>(plan::flopsAttrName);
  std::optional<plan::KernelBytes> bytes = plan::bytesOf(kernel);
  if (!flops || !bytes)
    return std::nullopt;
  Counts counts{addExpr(pool, flops.getValue().getResult(0), sizes),
                addExpr(pool, bytes->reads, sizes),
                addExpr(pool, bytes->writes, sizes)};
  for (AffineMap map : bytes->least) {
    ExprId least = addExpr(pool, map.getResult(0), sizes);
    for (AffineExpr other : map.getResults().drop_front())
      least = pool.min(least, addExpr(pool, other, sizes));
    counts.readBytes = pool.add(counts.readBytes, least);
  }
  return counts;
}

} // namespace xcc::bundle
