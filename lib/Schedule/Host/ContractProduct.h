//===- ContractProduct.h - A matrix product over any operands -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The loops around the register tile, for whoever can say what element
// (m, k) of the left operand, (k, n) of the right one and what to do with
// (m, n) of the sum is: matrix products, convolutions.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_CONTRACTPRODUCT_H
#define XCC_SCHEDULE_HOST_CONTRACTPRODUCT_H

#include "lib/Schedule/Host/HostKernelBuilder.h"

namespace xcc::schedule {

/// Rows that lie in a buffer as the register tile wants them: element (m, k) is
/// at offset + m * stride + k, m and k counted over all their dimensions.
struct LhsRows {
  mlir::Value flat;
  std::function<mlir::AffineExpr(Indices batch)> offset;
  mlir::AffineExpr stride;
};

/// Panels packed beforehand, b * panels + n / panelColumns of them before the
/// one of batch b and column n, in strips of lineStrip columns.
struct RhsPanels {
  mlir::Value flat;
  bool hasBatch;
};

struct MatrixProduct {
  using Read =
      std::function<mlir::Value(Indices batch, Indices row, Indices column)>;
  using Write = std::function<llvm::LogicalResult(Indices batch, Indices m,
                                                  Indices n, mlir::Value sum)>;
  /// Packs `count` panels from `first` on, at most `most`, into `flat`: element
  /// (k, j) of a panel to k * panelColumns + j. It may write panelColumns
  /// elements past their end.
  using PackPanels = std::function<llvm::LogicalResult(
      Indices batch, mlir::AffineExpr first, mlir::Value count, int64_t most,
      mlir::Value flat)>;

  // The extents of the dimensions of each kind, outermost first.
  IndexList batch, m, n, k;
  mlir::Type panel;       // what packed panels hold
  mlir::Type accumulator; // what sums, and rows of the left operand, are
  Read readLhs;           // (batch, m, k) -> accumulator
  Read readRhs;           // (batch, k, n) -> panel
  Write write;
  std::optional<LhsRows> rows;
  std::optional<RhsPanels> panels;
  PackPanels packPanels; // null: element by element, by readRhs
};

/// Fills the kernel with the product: work items, packing, register tiles and
/// `write` for each sum. Fails if an element cannot be read or written.
llvm::LogicalResult emitMatrixProduct(HostKernelBuilder &builder,
                                      const MatrixProduct &product,
                                      const HostScheduleOptions &options);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_CONTRACTPRODUCT_H
