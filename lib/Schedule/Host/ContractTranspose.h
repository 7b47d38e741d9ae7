//===- ContractTranspose.h - Rows to panels, eight by eight ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_CONTRACTTRANSPOSE_H
#define XCC_SCHEDULE_HOST_CONTRACTTRANSPOSE_H

#include "lib/Schedule/Host/ContractProbe.h"

namespace xcc::schedule {

/// Rows in a buffer: element (row, k) is at offset + row * stride + k.
struct RowSource {
  mlir::Value flat;
  mlir::AffineExpr offset, stride;
};

/// The rows that an operand's elements (..., row, k) lie in, if reading one is
/// a load, perhaps extended, that moves by 1 with k and linearly with the row;
/// `at` are the values of the variables before the row.
std::optional<RowSource> asRows(HostKernelBuilder &kernel, const Probe &found,
                                Indices at, mlir::AffineExpr firstRow);

/// The same of an operand whose rows lie across: element (row, k) is at
/// offset + k * stride + row.
std::optional<RowSource> asColumns(HostKernelBuilder &kernel,
                                   const Probe &found, Indices at,
                                   mlir::AffineExpr firstRow,
                                   mlir::AffineExpr firstStep);

/// Where element (row, column) of a copy goes. Eight rows from a multiple of
/// eight on must lie side by side.
using TargetPlace =
    llvm::function_ref<mlir::AffineExpr(mlir::AffineExpr, mlir::AffineExpr)>;

/// target[place(row, column)] = source(row, column) for row < `rows`, column <
/// `columns`: blocks of 8 x 8 in registers, what is left one by one. 16-bit
/// floats become what the target holds.
void emitTransposedCopy(HostKernelBuilder &kernel, const RowSource &source,
                        mlir::Value rows, mlir::Value columns,
                        mlir::Value target, TargetPlace place);

/// The same to target[offset + k * panelColumns + row] for row < `rows` <=
/// panelColumns.
void emitTransposedCopy(HostKernelBuilder &kernel, const RowSource &source,
                        mlir::Value rows, mlir::AffineExpr k,
                        mlir::Value target, mlir::AffineExpr offset);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_CONTRACTTRANSPOSE_H
