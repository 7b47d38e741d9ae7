//===- BlockReads.h - What is read across, turned in private memory -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_BLOCKREADS_H
#define XCC_SCHEDULE_HOST_BLOCKREADS_H

#include "lib/Schedule/Element/LoopGroups.h"
#include "lib/Schedule/Host/HostKernelBuilder.h"

namespace xcc::schedule {

/// A block of a nest that reads across: lines [firstLine, + lines) of elements
/// [first, + elements).
struct NestBlock {
  mlir::AffineExpr firstLine, first;
  mlir::Value lines, elements;
};

/// The inputs of a nest that are contiguous from line to line. A block of each
/// is copied, transposed, before the block's elements are computed.
class BlockReads {
public:
  /// Finds them: `accesses` of a nest whose lines are loop group `line`.
  BlockReads(HostKernelBuilder &builder, llvm::ArrayRef<AccessSteps> accesses,
             unsigned line);

  /// Lines and elements of a block.
  int64_t side() const { return blockSide; }

  /// Emits the copies; `body` emits an element at a line and an index.
  using Body = llvm::function_ref<void(mlir::OpBuilder &, mlir::AffineExpr,
                                       mlir::AffineExpr)>;
  void copy(const NestBlock &block, Body body);
  /// Reads at these variables come from the copies.
  void bind(mlir::AffineExpr line, mlir::AffineExpr index);
  void unbind();

private:
  struct Read {
    mlir::Value tensor, flat, copy;
    mlir::AffineExpr step;  // from element to element
    mlir::AffineExpr start; // of line 0, element 0; null: unknown
  };
  void findStarts(Body body);

  HostKernelBuilder &builder;
  llvm::SmallVector<Read> reads;
  int64_t blockSide;
  NestBlock current;
};

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_BLOCKREADS_H
