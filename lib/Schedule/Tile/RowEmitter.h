//===- RowEmitter.h - Blocks that reduce rows -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_TILE_ROWEMITTER_H
#define XCC_SCHEDULE_TILE_ROWEMITTER_H

#include "lib/Schedule/Element/RowAnalysis.h"
#include "lib/Schedule/Tile/Combiner.h"
#include "lib/Schedule/Tile/RowTiling.h"

namespace xcc::schedule {

/// Dependent reductions of one kernel over the same rows, with the results that
/// lie in these rows.
class RowEmitter {
public:
  using Values = llvm::SmallVector<mlir::Value>;

  RowEmitter(TileKernelBuilder &builder, RowAnalysis analysis)
      : builder(builder), emitter(builder.elements()), space(builder.space()),
        rows(std::move(analysis)) {}

  /// Finds the loops; false if reductions or results do not share rows, none
  /// after an error.
  std::optional<bool> analyze();
  const RowTiling &tiling() const { return tiles; }
  Combiner &first() { return *combiners.front(); }
  size_t numReductions() const { return combiners.size(); }
  /// Some result has elements for what is reduced.
  bool hasWideResults();

  /// All reductions and results of the block of rows `number`.
  llvm::LogicalResult emitBlock(mlir::AffineExpr number);
  mlir::AffineExpr numBlocks();

  /// How many blocks should share a block of rows' first reduction.
  int64_t chooseSplits();
  /// Partial results of the first reduction by `splits` blocks for each block
  /// of rows, then a launch that adds them up. It stores the kernel's results
  /// if they need no more than that; else reads of the reduction come from the
  /// workspace from then on.
  llvm::LogicalResult emitParts(int64_t splits, bool storesResults);

private:
  // Which loops there are.
  bool collectReductions();
  bool hasRowPlaces();
  IndexList declareProbes(mlir::Block &block, Indices extents);
  llvm::LogicalResult probe(mlir::OpBuilder &b, Indices row, Indices inner);
  llvm::LogicalResult groupAll();
  std::optional<IndexList> innerVariables(mlir::Value tensor);

  // One tile.
  IndexList rowsAt(const TileFrame &frame, Indices blocks);
  IndexList innerAt(const TileFrame &frame, Indices steps);
  IndexList splitSteps(mlir::AffineExpr step, mlir::AffineExpr bound);
  llvm::FailureOr<Values> maskedTerms(Combiner &combiner,
                                      const TileFrame &frame, Indices row,
                                      Indices steps);
  Values reduceDims(Combiner &combiner, Values values, unsigned begin);

  // A row.
  llvm::FailureOr<Values> accumulate(Combiner &combiner, const TileFrame &frame,
                                     Indices row, mlir::AffineExpr first,
                                     mlir::AffineExpr count,
                                     mlir::AffineExpr bound);
  llvm::LogicalResult setResults(Combiner &combiner, Indices row,
                                 llvm::ArrayRef<mlir::Value> combined);
  llvm::LogicalResult storeResults(const TileFrame &frame, Indices row,
                                   Indices steps, bool isWide);
  llvm::LogicalResult storeAllResults(const TileFrame &frame, Indices row);

  // Partial results.
  llvm::LogicalResult storeParts(int64_t splits);
  llvm::LogicalResult combineParts(int64_t splits, bool storesResults);
  llvm::LogicalResult storeValues(Indices row);
  void readValuesFromWorkspace();
  std::string nameOf(llvm::StringRef what, unsigned result);

  TileKernelBuilder &builder;
  ElementEmitter &emitter;
  IndexSpace &space;
  RowAnalysis rows;
  llvm::SmallVector<std::unique_ptr<Combiner>> combiners;
  RowLoops loops;
  RowTiling tiles;
  struct InOrder {
    bool operator()(const IndexList &lhs, const IndexList &rhs) const {
      return std::lexicographical_compare(
          lhs.begin(), lhs.end(), rhs.begin(), rhs.end(),
          [](mlir::AffineExpr a, mlir::AffineExpr b) {
            return a.getAsOpaquePointer() < b.getAsOpaquePointer();
          });
    }
  };
  std::map<IndexList, IndexList, InOrder> innerIndices;
};

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_ROWEMITTER_H
