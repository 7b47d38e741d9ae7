//===- ContractTiles.h - One panel times a block of rows ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_CONTRACTTILES_H
#define XCC_SCHEDULE_HOST_CONTRACTTILES_H

#include "lib/Schedule/Host/HostKernelBuilder.h"
#include "lib/Schedule/Host/MicroKernel.h"

namespace xcc::schedule {

/// sums[r, j] (+)= sum over k < steps of lhs[r, k] * panel[k, j], for r < rows
/// and j < columns <= panelColumns. All are flat, with offset and row stride.
struct PanelProduct {
  mlir::Value lhs;
  mlir::AffineExpr lhsOffset, lhsStride;
  mlir::Value panel;
  mlir::AffineExpr panelOffset;
  mlir::Value steps;
  mlir::Value sums;
  mlir::AffineExpr sumOffset, sumStride;
  mlir::Value rows, columns;
  mlir::Value isFirst; // start from zero
  /// From a strip of the panel to the next; null: it has one.
  mlir::AffineExpr stripStride = {};
};

/// Emits the calls of the register tile: strips of columns that stay in the
/// first-level cache while the rows pass by.
void emitPanelProduct(HostKernelBuilder &kernel, const MicroTile &tile,
                      const PanelProduct &product);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_CONTRACTTILES_H
