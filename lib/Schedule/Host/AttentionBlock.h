//===- AttentionBlock.h - A block of queries and its running softmax ------===//
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
  int64_t queries, keys; // of a block
  mlir::AffineExpr headSize, valueSize;
  mlir::Type accumulator;
  unsigned vectorBits;
};

/// Scratch memory and code of one work item; all names of rows and keys count
/// within the block.
class AttentionBlock {
public:
  using ReadKey =
      llvm::function_ref<mlir::Value(mlir::AffineExpr, mlir::AffineExpr)>;

  AttentionBlock(HostKernelBuilder &kernel, const AttentionSizes &sizes);

  int64_t queries() const { return sizes.queries; }
  mlir::Type accumulator() const { return sizes.accumulator; }
  mlir::Value rows() const { return rowCount; }
  void forRows(llvm::function_ref<void(mlir::AffineExpr)> inside);

  /// A new block of `rows` queries: nothing seen yet.
  void start(mlir::Value rows);
  void putQuery(mlir::AffineExpr row, mlir::AffineExpr element,
                mlir::Value scalar);
  /// Scores of `count` keys: packs the keys, then multiplies.
  void packKeys(mlir::Value count, ReadKey read);
  /// The same for keys that are rows from key `key` on in a buffer.
  void transposeKeys(
      mlir::Value count,
      llvm::function_ref<std::optional<RowSource>(mlir::AffineExpr key)> from);
  void multiplyKeys(mlir::Value count);
  /// Replaces the scores of the first `count` keys of a row.
  void forScores(
      mlir::AffineExpr row, mlir::Value count,
      llvm::function_ref<mlir::Value(mlir::AffineExpr, mlir::Value)> inside);
  /// Scores to weights, maximum and sum brought up to date; of `count` keys the
  /// row sees the first `seen`.
  void updateRow(mlir::AffineExpr row, mlir::AffineExpr key0, mlir::Value seen,
                 mlir::Value count);
  void packValues(mlir::Value count, ReadKey read);
  void multiplyValues(mlir::AffineExpr key0, mlir::Value count);
  /// 1 / the row's sum, or 0 if it saw nothing.
  mlir::Value rowFactor(mlir::AffineExpr row);
  mlir::Value result(mlir::AffineExpr row, mlir::AffineExpr column,
                     mlir::Value factor);

private:
  mlir::Value value(mlir::AffineExpr expr);
  mlir::Value value(int64_t number);
  mlir::AffineExpr constant(int64_t number);
  mlir::Value number(double scalar);
  mlir::Value spread(mlir::Value scalar);
  mlir::Value load(mlir::Value flat, mlir::AffineExpr place);
  void store(mlir::Value scalar, mlir::Value flat, mlir::AffineExpr place);
  /// A loop over whole vectors of [0, end), carrying one more.
  mlir::Value foldVectors(
      mlir::Value end, mlir::Value init,
      llvm::function_ref<mlir::Value(mlir::Value place, mlir::Value carried)>
          inside);
  mlir::Value rowPlace(mlir::AffineExpr row, mlir::Value shift);
  void fillUnseen(mlir::AffineExpr row, mlir::Value seen, mlir::Value end);
  mlir::Value weightOf(mlir::Value below);
  void rescaleRow(mlir::AffineExpr row, mlir::Value factor);

  HostKernelBuilder &kernel;
  AttentionSizes sizes;
  MicroTile tile;
  mlir::VectorType vector;
  int64_t lanes;
  mlir::AffineExpr valueColumns; // the value size, rounded up to panels
  mlir::Value packedQueries, packedKeys, packedValues;
  mlir::Value scores, results, maxima, totals;
  mlir::Value rowCount;
};

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_ATTENTIONBLOCK_H
