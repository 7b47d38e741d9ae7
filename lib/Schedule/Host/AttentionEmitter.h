//===- AttentionEmitter.h - An attention as a host kernel -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_ATTENTIONEMITTER_H
#define XCC_SCHEDULE_HOST_ATTENTIONEMITTER_H

#include "lib/Schedule/Host/AttentionBlock.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace xcc::schedule {

/// Reads the operation's operands and hands its results on.
class AttentionEmitter {
public:
  AttentionEmitter(HostKernelBuilder &kernel,
                   fx::ScaledDotProductAttentionOp op,
                   const HostScheduleOptions &options);
  llvm::LogicalResult run();

private:
  mlir::Value value(mlir::AffineExpr expr) {
    return kernel.space().materialize(kernel.builder(), kernel.loc(), expr);
  }
  mlir::Value value(int64_t number) {
    return mlir::arith::ConstantIndexOp::create(kernel.builder(), kernel.loc(),
                                                number);
  }
  mlir::Value number(double scalar) {
    mlir::OpBuilder &b = kernel.builder();
    return mlir::arith::ConstantOp::create(b, kernel.loc(),
                                           b.getFloatAttr(accumulator, scalar));
  }
  mlir::Value least(mlir::Value lhs, mlir::Value rhs) {
    return mlir::arith::MinSIOp::create(kernel.builder(), kernel.loc(), lhs,
                                        rhs);
  }
  mlir::AffineExpr constant(int64_t number) {
    return kernel.space().constant(number);
  }
  llvm::LogicalResult chooseForm();
  bool isVectorSize(mlir::AffineExpr size) {
    return known(size).value_or(-1) % 16 == 0;
  }
  int64_t chooseGroup();
  std::optional<RowSource> rowsOf(const Probe &found, mlir::AffineExpr row);
  mlir::Value read(mlir::Value tensor, Indices indices);
  mlir::AffineExpr queryOf(mlir::AffineExpr row);
  IndexList queryIndices(mlir::AffineExpr row, mlir::AffineExpr element);
  IndexList keyIndices(mlir::AffineExpr key, mlir::AffineExpr element);
  llvm::FailureOr<Probe> probeRows(mlir::Value tensor,
                                   mlir::AffineExpr columns);
  mlir::AffineExpr balanced(mlir::AffineExpr place, mlir::AffineExpr blocks);
  void emitItem(mlir::AffineExpr item);
  mlir::Value queryFactor();
  void packQueries();
  void packKeys(mlir::AffineExpr key0, mlir::Value count);
  mlir::Value firstBlock(mlir::AffineExpr key0);
  void emitKeyBlock(mlir::AffineExpr key0, mlir::Value end);
  void emitRow(mlir::AffineExpr key0, mlir::AffineExpr row, mlir::Value count);
  void emitDirectBlock(mlir::AffineExpr key0, mlir::Value end);
  void emitSoftCap(mlir::AffineExpr row, mlir::Value count);
  void emitMask(mlir::AffineExpr key0, mlir::AffineExpr row, mlir::Value count);
  void emitResults();

  HostKernelBuilder &kernel;
  fx::ScaledDotProductAttentionOp op;
  mlir::Type accumulator;
  IndexList heads; // extents before queries; the last in groups of `group`
  mlir::AffineExpr queries, keys, headSize, valueSize;
  int64_t shared = 1; // heads of queries for one of keys
  int64_t group = 1;  // of these, in one work item: rows are (head, query)
  Probe keyProbe, valueProbe;
  AttentionSizes sizes;
  std::optional<AttentionBlock> block;

  // Of the work item being emitted.
  IndexList headIndices;
  mlir::AffineExpr query0;
  bool ok = true;
};

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_ATTENTIONEMITTER_H
