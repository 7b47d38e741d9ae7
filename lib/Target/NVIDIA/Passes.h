//===- Passes.h - Passes of the NVIDIA targets ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_NVIDIA_PASSES_H
#define XCC_LIB_TARGET_NVIDIA_PASSES_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace xcc::nvidia {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lib/Target/NVIDIA/Passes.h.inc"
} // namespace xcc::nvidia

#endif // XCC_LIB_TARGET_NVIDIA_PASSES_H
