//===- AttentionBlock.h - A block of queries and its running softmax ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_TILE_ATTENTIONBLOCK_H
#define XCC_SCHEDULE_TILE_ATTENTIONBLOCK_H

#include "dialects/fx/Fx.h"
#include "lib/Schedule/Tile/AttentionTiling.h"
#include "lib/Schedule/Tile/DescribedOperand.h"
#include "lib/Schedule/Tile/MatrixOperand.h"
#include "lib/Schedule/Tile/SlotRing.h"

#include <deque>

namespace xcc::schedule {

/// What a query has seen so far; one number for each query of the block.
struct RunningSoftmax {
  mlir::Value maximum, sum;
};

/// One step more: what the results before it shrink by, what its values weigh.
struct SoftmaxStep {
  RunningSoftmax seen;
  mlir::Value weights, shrink;
};

// Scores are (query, key), results (query, value).
class TileAttentionBlock {
public:
  TileAttentionBlock(TileKernelBuilder &kernel,
                     fx::ScaledDotProductAttentionOp op,
                     const AttentionTiling &tiling);
  llvm::LogicalResult emit();
  /// Whether described copies can bring what a tiling for groups needs.
  bool canBeDescribed();

private:
  // Operands (AttentionOperands.cpp).
  IndexList keyHead();
  enum class Role { Query, Key, Value };
  OperandSource source(Role role, int64_t chunk);
  void makeOperands();
  llvm::SmallVector<mlir::Value> loadQueries();

  // One step (AttentionStep.cpp).
  llvm::SmallVector<mlir::Value> emitStep(mlir::Value step,
                                          llvm::ArrayRef<mlir::Value> slices,
                                          mlir::ValueRange carried);
  mlir::Value emitScores(mlir::Value step, llvm::ArrayRef<mlir::Value> slices);
  mlir::Value capAndScale(mlir::Value scores);
  SoftmaxStep goOn(mlir::Value step, mlir::Value scores, RunningSoftmax old);
  bool isScaledLate();
  mlir::Value baseOf(mlir::Value maximum);
  mlir::Value emitWeights(mlir::Value scores, mlir::Value offset);
  mlir::Value addMask(mlir::Value step, mlir::Value scores);
  mlir::Value hideKeys(mlir::Value step, mlir::Value scores);
  mlir::Value hideWhereNeeded(mlir::Value step, mlir::Value scores);
  mlir::Value handOver(mlir::Value weights);

  // By groups of warps (AttentionGroup.cpp).
  std::optional<DescribedOperand> described(Role role);
  llvm::LogicalResult emitOfGroups();
  void emitProducer(llvm::MutableArrayRef<DescribedOperand> operands,
                    llvm::MutableArrayRef<SlotRing> rings, mlir::Value end);
  llvm::SmallVector<mlir::Value>
  emitWorkers(llvm::MutableArrayRef<SlotRing> rings, mlir::Value end);
  llvm::SmallVector<mlir::Value>
  emitGroupStep(mlir::Value step, llvm::MutableArrayRef<SlotRing> rings,
                mlir::Value queryTile, mlir::ValueRange carried);
  mlir::Value multiplyKeys(SlotRing &ring, RingPlace at, mlir::Value queryTile);
  mlir::Value waitFor(mlir::Value sums, int64_t pending);
  mlir::Value weigh(SlotRing &ring, RingPlace at, mlir::Value weights,
                    mlir::Value results);

  // Rows of queries against tiles.
  mlir::Value constant(mlir::Type tileType, double number);
  mlir::Value constantLike(mlir::Value tile, double number);
  mlir::Value reduceKeys(mlir::Value scores, bool isMaximum);
  /// A number for each query as a tile like `tile`.
  mlir::Value spread(mlir::Value row, mlir::Value tile);

  llvm::SmallVector<mlir::Value> emitLoop();
  mlir::Value lastStep();
  llvm::LogicalResult writeResults(llvm::ArrayRef<mlir::Value> results,
                                   mlir::Value sum);
  mlir::Value index(int64_t number);
  mlir::Value value(mlir::AffineExpr expr);
  double scale() const;
  double scoreFactor() const;
  TileKernelBuilder &kernel;
  fx::ScaledDotProductAttentionOp op;
  AttentionTiling tiling;
  mlir::Location loc;
  mlir::OpBuilder &b;
  mlir::Type element, accumulator;
  IndexList heads; // extents of all dimensions before queries
  mlir::AffineExpr queries, keys, headSize, valueSize, steps;
  tile::DotLayouts scoreLayouts, resultLayouts;

  // Of this block.
  IndexList headIndices;
  mlir::AffineExpr query0;
  std::deque<MatrixOperand> queryOperands, keyOperands, valueOperands;
  llvm::SmallVector<mlir::Value> queryFragments;
  bool ok = true;
};

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_ATTENTIONBLOCK_H
