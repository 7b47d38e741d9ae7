//===- ContractShare.cpp - Operands packed once for all work items -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/ProductEmitter.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

void ProductEmitter::reserveShared() {
  IndexSpace &space = kernel.space();
  rowBlocks = space.simplify(m.ceilDiv(tiling.rows));
  stepBlocks = space.simplify(k.ceilDiv(tiling.steps));
  if (tiling.sharesPanels)
    sharedPanels =
        kernel.reserveWorkspace(product.panel, panels * k * panelColumns);
  if (tiling.sharesRows)
    sharedRows = kernel.reserveWorkspace(product.accumulator,
                                         rowBlocks * stepBlocks * blockArea);
}

/// Panels first, then blocks of rows.
void ProductEmitter::emitPackItem(AffineExpr item) {
  batchIndices.assign(product.batch.size(), constant(0));
  if (!tiling.sharesRows)
    return packSharedPanel(item);
  if (!tiling.sharesPanels)
    return packSharedRows(item);
  OpBuilder &b = kernel.builder();
  Value isPanel = arith::CmpIOp::create(
      b, kernel.loc(), arith::CmpIPredicate::slt, value(item), value(panels));
  auto branch = scf::IfOp::create(b, kernel.loc(), isPanel, /*withElse=*/true);
  OpBuilder::InsertionGuard guard(b);
  {
    ElementEmitter::Scope scope(kernel.elements());
    b.setInsertionPointToStart(branch.thenBlock());
    packSharedPanel(fixed(item, panels));
  }
  ElementEmitter::Scope scope(kernel.elements());
  b.setInsertionPointToStart(branch.elseBlock());
  packSharedRows(fixed(item - panels, rowBlocks * stepBlocks));
}

void ProductEmitter::packSharedPanel(AffineExpr panel) {
  AffineExpr area = kernel.space().simplify(k * panelColumns);
  Value flat =
      kernel.viewWorkspace(product.panel, sharedPanels, panel * area, area);
  check(packPanels(kernel, product, batchIndices, panel, value(1), flat));
}

void ProductEmitter::packSharedRows(AffineExpr block) {
  AffineExpr first = fixed(block.floorDiv(stepBlocks) * tiling.rows,
                           kernel.space().simplify(m));
  AffineExpr k0 = fixed(block % stepBlocks * tiling.steps, k);
  Value flat = kernel.viewWorkspace(product.accumulator, sharedRows,
                                    block * blockArea, constant(blockArea));
  check(packRows(kernel, product, batchIndices,
                 {first, partSize(m, first, tiling.rows), k0,
                  partSize(k, k0, tiling.steps)},
                 {flat, tile.rows, tiling.steps}));
}

} // namespace xcc::schedule
