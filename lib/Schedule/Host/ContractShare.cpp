//===- ContractShare.cpp - Operands packed once for all work items -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/ProductEmitter.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

/// Elements from a group of panels packed together to the next: packPanels may
/// write past its end, while others write there.
AffineExpr ProductEmitter::sharedGroup() {
  AffineExpr size = k * (tiling.packedPanels * panelColumns);
  return product.packPanels ? size + panelColumns : size;
}

AffineExpr ProductEmitter::sharedGroups() {
  return kernel.space().simplify(panels.ceilDiv(tiling.packedPanels));
}

AffineExpr ProductEmitter::sharedSize() {
  return kernel.space().simplify(sharedGroups() * sharedGroup());
}

/// Where panel `number` is.
AffineExpr ProductEmitter::sharedPlace(AffineExpr number) {
  if (!product.packPanels)
    return number * k * panelColumns;
  int64_t most = tiling.packedPanels;
  return number.floorDiv(most) * sharedGroup() +
         number % most * k * panelColumns;
}

void ProductEmitter::reserveShared() {
  IndexSpace &space = kernel.space();
  rowBlocks = space.simplify(m.ceilDiv(tiling.rows));
  stepBlocks = space.simplify(k.ceilDiv(tiling.steps));
  if (tiling.sharesPanels)
    sharedPanels = kernel.reserveWorkspace(product.panel, sharedSize());
  if (tiling.sharesRows)
    sharedRows = kernel.reserveWorkspace(product.accumulator,
                                         rowBlocks * stepBlocks * blockArea);
}

/// Panels first, then blocks of rows.
void ProductEmitter::emitPackItem(AffineExpr item) {
  batchIndices.assign(product.batch.size(), constant(0));
  if (!tiling.sharesRows)
    return packSharedPanels(item);
  if (!tiling.sharesPanels)
    return packSharedRows(item);
  OpBuilder &b = kernel.builder();
  AffineExpr groups = sharedGroups();
  Value isPanel = arith::CmpIOp::create(
      b, kernel.loc(), arith::CmpIPredicate::slt, value(item), value(groups));
  auto branch = scf::IfOp::create(b, kernel.loc(), isPanel, /*withElse=*/true);
  OpBuilder::InsertionGuard guard(b);
  {
    ElementEmitter::Scope scope(kernel.elements());
    b.setInsertionPointToStart(branch.thenBlock());
    packSharedPanels(fixed(item, groups));
  }
  ElementEmitter::Scope scope(kernel.elements());
  b.setInsertionPointToStart(branch.elseBlock());
  packSharedRows(fixed(item - groups, rowBlocks * stepBlocks));
}

void ProductEmitter::packSharedPanels(AffineExpr group) {
  int64_t most = tiling.packedPanels;
  AffineExpr first = fixed(group * most, panels);
  Value count = partSize(panels, first, most);
  Value flat = kernel.viewWorkspace(product.panel, sharedPanels,
                                    group * sharedGroup(), sharedGroup());
  check(product.packPanels
            ? product.packPanels(batchIndices, first, count, most, flat)
            : packPanels(kernel, product, batchIndices,
                         {first, count, most, flat}));
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
