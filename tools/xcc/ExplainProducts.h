//===- ExplainProducts.h - How a device multiplies ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TOOLS_XCC_EXPLAINPRODUCTS_H
#define XCC_TOOLS_XCC_EXPLAINPRODUCTS_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/JSON.h"

namespace xcc::tool {

/// Adds to each kernel of `plan` what its block program in `scheduled`
/// multiplies by: "products": ["mma.m16n8k32.s32.s8 of i8"].
void addProducts(mlir::ModuleOp scheduled, llvm::json::Object &plan);

} // namespace xcc::tool

#endif // XCC_TOOLS_XCC_EXPLAINPRODUCTS_H
