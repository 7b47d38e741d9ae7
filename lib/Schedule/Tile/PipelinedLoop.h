//===- PipelinedLoop.h - Loops that load ahead of what they compute -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each step of the loop reads operands from its slot of shared memory while
// operands of later steps are on their way: copied in the background, or loaded
// into registers one step ahead and stored when the step is done.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_TILE_PIPELINEDLOOP_H
#define XCC_SCHEDULE_TILE_PIPELINEDLOOP_H

#include "dialects/tile/Tile.h"

#include <functional>

namespace xcc::schedule {

/// What one operand of a step is and how it gets to shared memory: by `copy`,
/// or, if that is empty, by `load`. Both are also called for steps behind the
/// last one and must not read memory that is not there.
struct StagedOperand {
  tile::SharedType slice;                                        // of one step
  std::function<void(mlir::Value step, mlir::Value slice)> copy; // async_copy
  std::function<mlir::Value(mlir::Value step)> load;             // a tile
};

class PipelinedLoop {
public:
  /// Computes one step from the operands' slices, in order, and what the loop
  /// carries, which comes back.
  using Body = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::Value step, llvm::ArrayRef<mlir::Value> slices,
      mlir::ValueRange carried)>;

  /// `stages` slots of shared memory for each operand; one step less may be
  /// under way if it is copied in the background. Everything is emitted where
  /// `builder` stands.
  PipelinedLoop(mlir::OpBuilder &builder, mlir::Location loc,
                llvm::ArrayRef<StagedOperand> operands, unsigned stages)
      : builder(builder), loc(loc), operands(operands), stages(stages) {}

  /// Steps [begin, end); gives what the last one carried. Ends in a barrier:
  /// the shared memory is free again.
  llvm::SmallVector<mlir::Value> emit(mlir::Value begin, mlir::Value end,
                                      mlir::ValueRange carried, Body body);

private:
  bool anyAsync() const;
  void allocate();
  void fill(mlir::Value begin);
  void copyAll(mlir::Value step, mlir::Value slot);
  llvm::SmallVector<mlir::Value> loadAll(mlir::Value step);
  void storeAll(llvm::ArrayRef<mlir::Value> tiles, mlir::Value slot);
  llvm::SmallVector<mlir::Value> emitStep(mlir::Value step, mlir::Value slot,
                                          mlir::ValueRange carried, Body body);
  mlir::Value index(int64_t number);
  mlir::Value add(mlir::Value lhs, int64_t rhs);
  mlir::Value neighbour(mlir::Value slot, bool next);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  llvm::ArrayRef<StagedOperand> operands;
  unsigned stages;
  llvm::SmallVector<mlir::Value> memory; // of all slots, one for each operand
};

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_PIPELINEDLOOP_H
