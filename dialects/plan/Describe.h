//===- Describe.h - A plan as values to print ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_PLAN_DESCRIBE_H
#define XCC_DIALECTS_PLAN_DESCRIBE_H

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/JSON.h"

#include <string>
#include <vector>

namespace xcc::plan {

/// Units of formatCount: powers of 1024 with B, powers of 1000 without.
enum class CountUnit { Bytes, Operations };

/// A count as people write it: "384 KiB", "12.1 G", "256*batch B". `names` are
/// those of the symbols.
std::string formatCount(mlir::AffineExpr count,
                        llvm::ArrayRef<std::string> names, CountUnit unit);

/// The kernels of a planned module in order of first launch, each with what it
/// computes, reads, writes, and what was fused and refused; and totals. What
/// `xcc explain --json` prints.
llvm::json::Object describePlan(mlir::ModuleOp module);

} // namespace xcc::plan

#endif // XCC_DIALECTS_PLAN_DESCRIBE_H
