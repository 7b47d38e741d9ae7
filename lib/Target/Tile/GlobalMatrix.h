//===- GlobalMatrix.h - A tile in global memory as part of a matrix -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_TILE_GLOBALMATRIX_H
#define XCC_LIB_TARGET_TILE_GLOBALMATRIX_H

#include "lib/Target/Tile/KernelLowering.h"

#include "llvm/ADT/MapVector.h"

namespace xcc::thread {

/// constant + the sum of factor * expression; the expressions are dims, symbols
/// or what is not linear in them.
struct LinearTerms {
  llvm::MapVector<mlir::AffineExpr, int64_t> factors;
  int64_t constant = 0;

  static LinearTerms of(mlir::AffineExpr expr);
  int64_t factorOf(mlir::AffineExpr expr) const { return factors.lookup(expr); }
};

/// A two-dimensional tile as a box in a row-major matrix whose zeros outside
/// are those that the bounds ask for. What moves in a loop moves the box; the
/// matrix stays.
class MatrixView {
public:
  /// nullopt if the elements do not lie so. A hint's bounds may be left out.
  static std::optional<MatrixView> of(KernelLowering &lowering, tile::LoadOp op,
                                      mlir::RankedTensorType tile);
  static std::optional<MatrixView> of(KernelLowering &lowering,
                                      tile::PrefetchOp op,
                                      mlir::RankedTensorType tile);

  /// Whether the tile's first dimension runs along the matrix's rows.
  bool isTransposed() const { return lineDim == 1; }
  /// The matrix but for the values that have to be computed.
  VendorLowering::GlobalMatrix shape() const;
  VendorLowering::GlobalMatrix materialize(mlir::Location loc);
  /// i32: where `within` of the tile's `dim` lies in the matrix.
  mlir::Value coordinate(mlir::Location loc, unsigned dim,
                         const IndexSum &within);

private:
  MatrixView(KernelLowering &lowering, mlir::Value buffer,
             mlir::ValueRange scalars, mlir::RankedTensorType tile);

  bool analyze(mlir::AffineMap map, mlir::IntegerSet bounds, bool isHint);
  bool splitPlace(const LinearTerms &place);
  bool readBounds(mlir::IntegerSet bounds, bool isHint);
  bool placeColumns();
  void placeRows();
  Facts factsOf(const LinearTerms &terms) const;
  IndexSum sumOf(mlir::Location loc, const LinearTerms &terms);

  KernelLowering &lowering;
  mlir::Value buffer;
  mlir::ValueRange scalars;
  mlir::RankedTensorType tile;
  unsigned lineDim = 0; // of the tile: steps from line to line
  int64_t stride = 0, columns = 0;
  // From the tile's lines and columns to the buffer's: split between where the
  // matrix begins and where in it the tile lies.
  LinearTerms lines, across;
  LinearTerms base, row, column, rows;
  std::optional<LinearTerms> lastRow, lastColumn; // of the tile, by the bounds
};

} // namespace xcc::thread

#endif // XCC_LIB_TARGET_TILE_GLOBALMATRIX_H
