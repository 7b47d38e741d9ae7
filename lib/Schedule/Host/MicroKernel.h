//===- MicroKernel.h - The register tile that matrix products share -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_MICROKERNEL_H
#define XCC_SCHEDULE_HOST_MICROKERNEL_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace xcc::schedule {

/// Columns of one packed panel of the right operand. The same for all ISA
/// levels, so that packed weights and work items are too.
constexpr int64_t panelColumns = 32;

/// Rows of the tallest tile of any ISA level.
constexpr int64_t tallestTile = 14;

/// Steps that packed rows of the left operand keep side by side.
constexpr int64_t rowRun = 8;

/// A tile of rows x columns accumulators, all of them in registers.
struct MicroTile {
  mlir::Type panel;       // what the panels hold; 16-bit floats are extended
  mlir::Type accumulator; // what the rows hold and the tile is summed in
  int64_t rows;
  int64_t columns; // divides panelColumns
  int64_t lanes;   // accumulators in a register

  /// Columns of a strip: element (k, j) of a panel is at
  /// (j / strip) * stripStride + k * strip + j % strip.
  int64_t strip = panelColumns;
  /// Rows come packed: element (r, k) of a tile's rows is at
  /// (k / rowRun * rows + r) * rowRun + k % rowRun.
  bool packedRows = false;
};

/// Columns of a strip that is one cache line wide: what a tile of 256-bit
/// registers reads lies side by side.
int64_t lineStrip(mlir::Type accumulator);

/// The tallest tile that leaves registers for one row of the panel and one
/// broadcast: 6x16 f32 with 16 registers of 256 bits, 14x32 with 32 of 512.
/// `rowsAtMost` (0: unknown) makes it flatter and wider, or splits that many
/// rows evenly.
MicroTile chooseMicroTile(mlir::Type panel, mlir::Type accumulator,
                          unsigned vectorBits, int64_t rowsAtMost);

/// The module's function that computes this tile, made at its first use:
/// (lhs, lhsOffset, lhsRowStride, rows, panel, panelOffset, stripStride, steps,
///  tile, tileOffset, tileRowStride, isFirst)
/// tile[r, j] = (isFirst ? 0 : tile[r, j]) + sum over k < steps of
/// lhs[r, k] * panel[k, j]. Memrefs are flat. Rows of the left operand at and
/// beyond `rows` are not read (packed ones are); their sums are of no meaning.
mlir::func::FuncOp getMicroKernel(mlir::ModuleOp module, const MicroTile &tile);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_MICROKERNEL_H
