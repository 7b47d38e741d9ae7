//===- Passes.h - Passes from the program of one thread to LLVM -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_TILE_PASSES_H
#define XCC_LIB_TARGET_TILE_PASSES_H

#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Pass/Pass.h"

namespace xcc::thread {

#define GEN_PASS_DECL
#include "lib/Target/Tile/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "lib/Target/Tile/Passes.h.inc"

} // namespace xcc::thread

#endif // XCC_LIB_TARGET_TILE_PASSES_H
