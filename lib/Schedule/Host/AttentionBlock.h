//===- AttentionBlock.h - Blocks of queries and their running softmax -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_ATTENTIONBLOCK_H
#define XCC_SCHEDULE_HOST_ATTENTIONBLOCK_H

#include "dialects/fx/Fx.h"
#include "lib/Schedule/Host/ContractPack.h"
#include "lib/Schedule/Host/ContractTiles.h"
#include "lib/Schedule/Host/ContractTranspose.h"

#include "mlir/Dialect/Math/IR/Math.h"

namespace xcc::schedule {

struct AttentionSizes {
  int64_t itemRows;  // of a work item: a multiple of blockRows
  int64_t blockRows; // whose scores are in memory at a time
  int64_t keys;      // of a block
  mlir::AffineExpr headSize, valueSize;
  mlir::Type accumulator;
  unsigned vectorBits;
  /// Keys and values are read where they lie: few rows, whole vectors.
  bool isDirect;
};

/// Scratch memory and code of one work item. Its rows are computed in blocks
/// that share the packed keys and values; rows and keys count within a block.
class AttentionBlock {
public:
  using ReadKey =
      llvm::function_ref<mlir::Value(mlir::AffineExpr, mlir::AffineExpr)>;

  AttentionBlock(HostKernelBuilder &kernel, const AttentionSizes &sizes);

  int64_t itemRows() const { return sizes.itemRows; }
  int64_t blockRows() const { return sizes.blockRows; }
  mlir::Type accumulator() const { return sizes.accumulator; }

  /// A new work item of `rows` rows: nothing seen yet.
  void start(mlir::Value rows, bool hasKeys);
  mlir::Value rowsOfItem() const { return itemCount; }
  /// The blocks from number `first` on; null: all.
  void forBlocks(mlir::Value first, llvm::function_ref<void()> inside);
  /// The block's rows.
  void forRows(llvm::function_ref<void(mlir::AffineExpr)> inside);
  mlir::Value rows() const { return rowCount; }
  /// Where a row of the block stands in the item.
  mlir::AffineExpr inItem(mlir::AffineExpr row) {
    return number * sizes.blockRows + row;
  }

  void putQuery(mlir::AffineExpr row, mlir::AffineExpr element,
                mlir::Value scalar);
  /// Keys in the register tile's order: element by element, or from rows.
  void packKeys(mlir::Value count, ReadKey read);
  void transposeKeys(
      mlir::Value count,
      llvm::function_ref<std::optional<RowSource>(mlir::AffineExpr key)> from);
  void packValues(mlir::Value count, ReadKey read);
  /// Scores of `count` keys.
  void multiplyKeys(mlir::Value count);
  void multiplyKeys(const RowSource &keys, mlir::Value count);
  /// Replaces the scores of the first `count` keys of a row.
  void forScores(
      mlir::AffineExpr row, mlir::Value count,
      llvm::function_ref<mlir::Value(mlir::AffineExpr, mlir::Value)> inside);
  /// Scores, as powers of two, to weights; maximum and sum brought up to date.
  /// Of `count` keys the row sees the first `seen`.
  void updateRow(mlir::AffineExpr row, mlir::AffineExpr key0, mlir::Value seen,
                 mlir::Value count);
  void multiplyValues(mlir::AffineExpr key0, mlir::Value count);
  void multiplyValues(const RowSource &values, mlir::Value count);
  /// 1 / the row's sum, or 0 if it saw nothing.
  mlir::Value rowFactor(mlir::AffineExpr row);
  mlir::Value result(mlir::AffineExpr row, mlir::AffineExpr column,
                     mlir::Value factor);

private:
  using Combine = llvm::function_ref<mlir::Value(mlir::Value, mlir::Value)>;

  mlir::Value value(mlir::AffineExpr expr);
  mlir::Value value(int64_t number);
  mlir::AffineExpr constant(int64_t number);
  mlir::Value scalarOf(double scalar);
  mlir::Value spread(double scalar);
  mlir::Value spread(mlir::Value scalar);
  mlir::Value loadVector(mlir::Value flat, mlir::AffineExpr place);
  void storeVector(mlir::Value vector, mlir::Value flat,
                   mlir::AffineExpr place);
  void store(mlir::Value scalar, mlir::Value flat, mlir::AffineExpr place);
  void fill(mlir::AffineExpr row, mlir::Value from, mlir::Value to,
            double scalar);

  /// Rows of results, maxima and totals: the register tile writes whole tiles,
  /// so that blocks lie a tile apart.
  mlir::AffineExpr stateRow(mlir::AffineExpr row) {
    return number * (sizes.blockRows + tile.rows) + row;
  }
  /// A loop over whole vectors of [0, end), carrying one more.
  mlir::Value foldVectors(
      mlir::Value end, mlir::Value init,
      llvm::function_ref<mlir::Value(mlir::AffineExpr, mlir::Value)> inside);
  mlir::Value larger(mlir::Value lhs, mlir::Value rhs);
  mlir::Value sumOf(mlir::Value lhs, mlir::Value rhs);
  /// All lanes combined, in each lane.
  mlir::Value acrossLanes(mlir::Value vector, Combine combine);
  mlir::Value powerOfTwo(mlir::Value exponent);
  mlir::Value weightOf(mlir::Value below);
  mlir::Value emitWeights(mlir::AffineExpr row, mlir::Value end,
                          mlir::Value base);
  void rescaleRow(mlir::AffineExpr row, mlir::AffineExpr key0,
                  mlir::Value factor);
  mlir::Value loadRow(const RowSource &source, mlir::AffineExpr row,
                      mlir::AffineExpr element);
  void emitDots(const RowSource &keys, mlir::AffineExpr key, int64_t count);
  void emitWeighed(const RowSource &values, mlir::AffineExpr key,
                   int64_t count);

  HostKernelBuilder &kernel;
  AttentionSizes sizes;
  MicroTile tile;
  mlir::VectorType vector;
  int64_t lanes;
  mlir::AffineExpr valueColumns; // the value size, rounded up to panels
  mlir::Value packedQueries, packedKeys, packedValues;
  mlir::Value scores, results, maxima, totals; // the last two: a vector a row
  mlir::Value itemCount, rowCount;
  mlir::AffineExpr number; // of the block in the item
};

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_ATTENTIONBLOCK_H
