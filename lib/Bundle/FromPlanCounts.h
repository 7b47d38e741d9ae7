//===- FromPlanCounts.h - What a launch computes and moves ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_BUNDLE_FROMPLANCOUNTS_H
#define XCC_LIB_BUNDLE_FROMPLANCOUNTS_H

#include "lib/Bundle/Program.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xcc::bundle {

/// The operations and bytes of a launch of the fused `kernel` with these sizes;
/// nothing when the plan does not tell.
std::optional<Counts> countsOf(mlir::func::FuncOp kernel,
                               llvm::ArrayRef<ExprId> sizes, ExprPool &pool);

} // namespace xcc::bundle

#endif // XCC_LIB_BUNDLE_FROMPLANCOUNTS_H
