//===- Passes.h - The passes of the front end -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_FRONTEND_PASSES_H
#define XCC_LIB_FRONTEND_PASSES_H

#include "dialects/fx/Fx.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace xcc::frontend {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lib/Frontend/Passes.h.inc"

} // namespace xcc::frontend

#endif // XCC_LIB_FRONTEND_PASSES_H
