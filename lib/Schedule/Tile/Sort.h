//===- Sort.h - sort and topk for blocks of threads -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A row that fits is sorted in registers. Else so are its parts, which then
// are merged, two runs into one: each element looks in the other run for the
// place where it belongs. If the length is known each pass is a launch; if not,
// a block makes all passes over a row.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_TILE_SORT_H
#define XCC_SCHEDULE_TILE_SORT_H

#include "lib/Schedule/Element/SortedRows.h"
#include "lib/Schedule/Tile/RowBlocks.h"
#include "lib/Schedule/Tile/SortWords.h"

namespace xcc::schedule {

class TileSort : private SortedRows {
public:
  TileSort(TileKernelBuilder &builder, mlir::Operation *op);

  llvm::LogicalResult run();

private:
  llvm::LogicalResult runElementwise();
  llvm::LogicalResult chooseTiles();
  llvm::LogicalResult runInRegisters();
  llvm::LogicalResult sortParts();
  llvm::LogicalResult mergeByLaunches();
  llvm::LogicalResult mergeByRows();
  llvm::LogicalResult mergePass(const TileFrame &frame, Indices row,
                                mlir::Value width, mlir::Value from,
                                mlir::Value to);
  llvm::LogicalResult storeRow(const TileFrame &frame, Indices row,
                               mlir::Value half);
  llvm::LogicalResult storeMerged(int64_t numPasses);

  llvm::FailureOr<SortWords> sortTile(Indices row, mlir::AffineExpr index);
  llvm::LogicalResult store(Indices row, mlir::AffineExpr rank,
                            const SortWords &words);
  llvm::LogicalResult merge(Indices row, mlir::AffineExpr index,
                            mlir::Value width, int64_t steps, mlir::Value from,
                            mlir::Value to);
  mlir::Value rankIn(Indices row, const SortWords &words, mlir::Value low,
                     mlir::Value high, int64_t steps, mlir::Value from);
  SortWords loadWords(Indices row, mlir::AffineExpr index, mlir::Value half);
  void storeWords(Indices row, mlir::AffineExpr index, Indices exists,
                  mlir::Value half, const SortWords &words);
  mlir::AffineExpr placeInWorkspace(Indices row, mlir::AffineExpr index,
                                    mlir::Value half);
  mlir::Value workspace(unsigned word);
  mlir::Value tileOf(mlir::AffineExpr expr);
  mlir::Value tileOf(mlir::Value index);
  mlir::AffineExpr asIndex(mlir::Value tile, mlir::AffineExpr extent);
  std::pair<TileFrame, IndexList> makeFrame(Indices ids);
  /// What a launch does whose blocks share the first `count` of a row's
  /// elements: `emit` gets the block's rows and its elements' index in them.
  llvm::LogicalResult inParts(
      mlir::AffineExpr count,
      llvm::function_ref<llvm::LogicalResult(Indices, mlir::AffineExpr)> emit);

  TileKernelBuilder &builder;
  IndexSpace &space;
  mlir::Operation *op;
  mlir::Location loc;
  std::unique_ptr<RowBlocks> rows;
  std::unique_ptr<SortOrder> order;
  int64_t tileLength = 1;
};

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_SORT_H
