//===- AcceptOps.h - Operations of other dialects that fx says better -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_FRONTEND_ACCEPTOPS_H
#define XCC_LIB_FRONTEND_ACCEPTOPS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xcc::frontend {

/// tosa operations that have their like in fx and would become loops over
/// slices: concat.
void acceptTosaOps(mlir::func::FuncOp function);

/// tensor and linalg operations that have their like in fx: concat, pad,
/// static slices, constants, plain convolutions.
void acceptTensorOps(mlir::func::FuncOp function);

} // namespace xcc::frontend

#endif // XCC_LIB_FRONTEND_ACCEPTOPS_H
