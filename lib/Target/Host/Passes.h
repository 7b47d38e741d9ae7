//===- Passes.h - Passes of the host target -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_HOST_PASSES_H
#define XCC_LIB_TARGET_HOST_PASSES_H

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace xcc::host {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lib/Target/Host/Passes.h.inc"
} // namespace xcc::host

#endif // XCC_LIB_TARGET_HOST_PASSES_H
