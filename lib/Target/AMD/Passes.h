//===- Passes.h - Passes of AMD's targets ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_AMD_PASSES_H
#define XCC_LIB_TARGET_AMD_PASSES_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/ROCDLDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace xcc::amd {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lib/Target/AMD/Passes.h.inc"
} // namespace xcc::amd

#endif // XCC_LIB_TARGET_AMD_PASSES_H
