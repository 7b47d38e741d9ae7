//===- Describe.h - A plan as values to print ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_PLAN_DESCRIBE_H
#define XCC_DIALECTS_PLAN_DESCRIBE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/JSON.h"

#include <optional>
#include <string>
#include <vector>

namespace xcc::plan {

/// Units of formatCount: powers of 1024 with B, powers of 1000 without.
enum class CountUnit { Bytes, Operations };

/// A count as people write it: "384 KiB", "12.1 G", "256*batch B". `names` are
/// those of the symbols.
std::string formatCount(mlir::AffineExpr count,
                        llvm::ArrayRef<std::string> names, CountUnit unit);

/// What a kernel moves, over its sizes.
struct KernelBytes {
  mlir::AffineExpr reads;
  /// To be added to `reads`: of each map the least result.
  llvm::SmallVector<mlir::AffineMap> least;
  mlir::AffineExpr writes;
};

/// Each operand read once, as far as it is read at all, and each result written
/// once. Nothing when a size is not known.
std::optional<KernelBytes> bytesOf(mlir::func::FuncOp kernel);

/// The kernels of a planned module in order of first launch, each with what it
/// computes, reads, writes, and what was fused and refused; and totals. What
/// `xcc explain --json` prints.
llvm::json::Object describePlan(mlir::ModuleOp module);

} // namespace xcc::plan

#endif // XCC_DIALECTS_PLAN_DESCRIBE_H
