//===- ProductEmitter.h - The loops of one matrix product ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_PRODUCTEMITTER_H
#define XCC_SCHEDULE_HOST_PRODUCTEMITTER_H

#include "lib/Schedule/Host/ContractPack.h"
#include "lib/Schedule/Host/ContractTiling.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace xcc::schedule {

/// Emits the loops of one product.
class ProductEmitter {
public:
  ProductEmitter(HostKernelBuilder &kernel, const MatrixProduct &product,
                 const HostScheduleOptions &options);
  llvm::LogicalResult run();

private:
  // The phase that packs for all work items.
  void reserveShared();
  mlir::AffineExpr sharedGroups();
  mlir::AffineExpr sharedGroup();
  mlir::AffineExpr sharedSize();
  mlir::AffineExpr sharedPlace(mlir::AffineExpr number);
  void emitPackItem(mlir::AffineExpr item);
  void packSharedPanels(mlir::AffineExpr group);
  void packSharedRows(mlir::AffineExpr block);

  // One work item.
  void emitItem(mlir::AffineExpr item);
  void packItemPanels(mlir::Value isNeeded);
  void emitRowBlock();
  void packItemRows(mlir::AffineExpr k0, mlir::Value steps);
  void forPanels(llvm::function_ref<void(mlir::AffineExpr)> inside);
  mlir::AffineExpr sumPlace(mlir::AffineExpr panel);
  void emitPanelTiles(mlir::AffineExpr panel, mlir::AffineExpr k0,
                      mlir::Value steps, mlir::Value isFirst);
  llvm::LogicalResult probeWrites();
  void emitPanelWrites(mlir::AffineExpr panel);

  // Small pieces of code.
  mlir::Value value(mlir::AffineExpr expr) {
    return kernel.space().materialize(kernel.builder(), kernel.loc(), expr);
  }
  mlir::Value value(int64_t number) {
    return mlir::arith::ConstantIndexOp::create(kernel.builder(), kernel.loc(),
                                                number);
  }
  /// `expr` computed here and from now on a variable in [0, extent).
  mlir::AffineExpr fixed(mlir::AffineExpr expr, mlir::AffineExpr extent) {
    return fixIndex(kernel, expr, extent);
  }
  /// min(block, whole - start), a constant if that is known.
  mlir::Value partSize(mlir::AffineExpr whole, mlir::AffineExpr start,
                       int64_t block);
  IndexList fixedIndices(mlir::AffineExpr linear, Indices extents);
  mlir::AffineExpr constant(int64_t number) {
    return kernel.space().constant(number);
  }
  void check(llvm::LogicalResult result) { ok &= llvm::succeeded(result); }

  HostKernelBuilder &kernel;
  const MatrixProduct &product;
  ProductTiling tiling;
  MicroTile tile;
  mlir::AffineExpr batch, m, n, k, panels;
  mlir::Value sums, packedRows, packedPanels;
  // In the workspace, if they are shared: first bytes.
  mlir::AffineExpr sharedRows, sharedPanels;
  mlir::AffineExpr rowBlocks, stepBlocks;
  int64_t blockArea = 0; // elements of a block of packed rows
  int64_t sumColumns;    // of the sums that are kept: a panel's or a group's
  bool isSummedAtOnce; // one block of steps: a panel's sums are written at once
  bool readsRows;      // where they lie
  bool writesRunAlongRows = false;
  int64_t writePeriod = panelColumns;

  // Of the work item being emitted.
  IndexList batchIndices;
  mlir::AffineExpr batchNumber, firstPanel, rowBlock, m0;
  mlir::Value rowCount, panelCount;
  bool ok = true;
};

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_PRODUCTEMITTER_H
