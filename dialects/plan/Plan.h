//===- Plan.h - The plan dialect ------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_PLAN_PLAN_H
#define XCC_DIALECTS_PLAN_PLAN_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/plan/PlanDialect.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/plan/PlanAttributes.h.inc"

#define GET_OP_CLASSES
#include "dialects/plan/PlanOps.h.inc"

namespace xcc::plan {

//===-- Attributes of kernel functions ------------------------------------===//

/// Unit: the function is a kernel.
inline constexpr llvm::StringLiteral kernelAttrName = "plan.kernel";
/// String: which generator schedules it.
inline constexpr llvm::StringLiteral familyAttrName = "plan.family";
/// Strings: the model's operations that the kernel computes.
inline constexpr llvm::StringLiteral opsAttrName = "plan.ops";
/// Strings: what was fused, and why; what was not, and why not.
inline constexpr llvm::StringLiteral fusedAttrName = "plan.fused";
inline constexpr llvm::StringLiteral refusedAttrName = "plan.refused";
/// Strings: the model's source lines.
inline constexpr llvm::StringLiteral sourcesAttrName = "plan.sources";
/// Strings, one an op of plan.ops: its source line at the first launch.
inline constexpr llvm::StringLiteral linesAttrName = "plan.lines";
/// Map from the kernel's sizes to its arithmetic operations.
inline constexpr llvm::StringLiteral flopsAttrName = "plan.flops";
/// Map from the kernel's sizes to the bytes read of an argument, of several
/// results the least; absent where all of it is read.
inline constexpr llvm::StringLiteral readsAttrName = "plan.reads";
/// Unit, on an argument: a weight or a parameter at every launch.
inline constexpr llvm::StringLiteral weightAttrName = "plan.weight";

//===-- Attributes of the planned function --------------------------------===//

/// Map from the size symbols to the arena's bytes.
inline constexpr llvm::StringLiteral arenaAttrName = "plan.arena_bytes";

} // namespace xcc::plan

#endif // XCC_DIALECTS_PLAN_PLAN_H
