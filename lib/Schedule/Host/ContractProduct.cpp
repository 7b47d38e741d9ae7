//===- ContractProduct.cpp - A matrix product over any operands -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/ProductEmitter.h"

#include "lib/Schedule/Host/ContractTiles.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

static int64_t staticSize(AffineExpr size) { return known(size).value_or(-1); }

ProductEmitter::ProductEmitter(HostKernelBuilder &kernel,
                               const MatrixProduct &product,
                               const HostScheduleOptions &options)
    : kernel(kernel), product(product) {
  IndexSpace &space = kernel.space();
  auto count = [&](Indices extents) {
    return space.simplify(space.product(extents));
  };
  batch = count(product.batch);
  m = count(product.m);
  n = count(product.n);
  k = count(product.k);
  tiling = chooseTiling({staticSize(batch), staticSize(m), staticSize(n),
                         staticSize(k), !product.rows, !product.panels,
                         !product.packPanels});
  readsRows = product.rows && !tiling.sharesRows;
  panels = space.simplify(n.ceilDiv(panelColumns));
  tile = chooseMicroTile(product.panel, product.accumulator, options.vectorBits,
                         staticSize(m) < 0 ? 0 : tiling.rows);
  tile.packedRows = !readsRows;
  if (!product.packPanels)
    tile.strip = lineStrip(product.accumulator);
  int64_t groupColumns = tiling.panels * panelColumns;
  int64_t steps = staticSize(k);
  isSummedAtOnce = steps >= 0 && steps <= tiling.steps;
  sumColumns = isSummedAtOnce ? panelColumns : groupColumns;
  // The same for all levels.
  int64_t tileRows = tiling.rows + tallestTile;
  sums = kernel.allocateScratch(product.accumulator,
                                space.constant(tileRows * sumColumns));
  blockArea = tileRows * tiling.steps;
  if (!readsRows && !tiling.sharesRows)
    packedRows =
        kernel.allocateScratch(product.accumulator, space.constant(blockArea));
  if (!product.panels && !tiling.sharesPanels)
    packedPanels =
        kernel.allocateScratch(product.panel, k * groupColumns + panelColumns);
}

Value ProductEmitter::partSize(AffineExpr whole, AffineExpr start,
                               int64_t block) {
  int64_t size = staticSize(whole);
  if (size > 0 && size % block == 0)
    return value(block);
  return arith::MinSIOp::create(kernel.builder(), kernel.loc(), value(block),
                                value(whole - start));
}

/// The indices of element `linear` of dimensions `extents`, computed here.
IndexList ProductEmitter::fixedIndices(AffineExpr linear, Indices extents) {
  IndexList indices = kernel.space().delinearize(linear, extents);
  for (auto [index, extent] : llvm::zip_equal(indices, extents))
    index = fixed(index, extent);
  return indices;
}

LogicalResult ProductEmitter::run() {
  if (failed(probeWrites()))
    return failure();
  AffineExpr rowItems = m.ceilDiv(tiling.rows);
  AffineExpr groups = n.ceilDiv(tiling.panels * panelColumns);
  kernel.setWorkItems(batch * groups * rowItems);
  if (!tiling.sharesPanels && !tiling.sharesRows) {
    kernel.forWorkItems([&](AffineExpr item) { emitItem(item); });
    return success(ok);
  }
  reserveShared();
  AffineExpr count = constant(0);
  if (tiling.sharesPanels)
    count = count + sharedGroups();
  if (tiling.sharesRows)
    count = count + rowBlocks * stepBlocks;
  kernel.forPhases(
      count, [&](AffineExpr item) { emitPackItem(item); },
      [&](AffineExpr item) {
        if (tiling.sharesPanels)
          packedPanels = kernel.viewWorkspace(product.panel, sharedPanels,
                                              constant(0), sharedSize());
        if (tiling.sharesRows)
          packedRows =
              kernel.viewWorkspace(product.accumulator, sharedRows, constant(0),
                                   rowBlocks * stepBlocks * blockArea);
        emitItem(item);
      });
  return success(ok);
}

//===-- A work item
//--------------------------------------------------------===//

void ProductEmitter::emitItem(AffineExpr item) {
  IndexSpace &space = kernel.space();
  OpBuilder &b = kernel.builder();
  AffineExpr rowItems = space.simplify(m.ceilDiv(tiling.rows));
  AffineExpr groups = space.simplify(n.ceilDiv(tiling.panels * panelColumns));
  // Work items side by side share a group of panels.
  IndexList place = fixedIndices(item, {batch, groups, rowItems});
  batchNumber = place[0];
  batchIndices = fixedIndices(batchNumber, product.batch);
  firstPanel = fixed(place[1] * tiling.panels, panels);
  panelCount = partSize(panels, firstPanel, tiling.panels);
  if (!product.panels && !tiling.sharesPanels) {
    // The call's first item and the first of each group pack for all.
    auto isEqual = [&](Value lhs, Value rhs) {
      return arith::CmpIOp::create(b, kernel.loc(), arith::CmpIPredicate::eq,
                                   lhs, rhs);
    };
    packItemPanels(arith::OrIOp::create(
        b, kernel.loc(), isEqual(value(item), kernel.begin()),
        isEqual(value(place[2]), value(int64_t(0)))));
  }
  rowBlock = place[2];
  m0 = fixed(rowBlock * tiling.rows, m);
  rowCount = partSize(m, m0, tiling.rows);
  emitRowBlock();
}

void ProductEmitter::packItemPanels(Value isNeeded) {
  OpBuilder &b = kernel.builder();
  auto branch =
      scf::IfOp::create(b, kernel.loc(), isNeeded, /*withElse=*/false);
  OpBuilder::InsertionGuard guard(b);
  ElementEmitter::Scope scope(kernel.elements());
  b.setInsertionPointToStart(branch.thenBlock());
  check(
      product.packPanels
          ? product.packPanels(batchIndices, firstPanel, panelCount,
                               tiling.panels, packedPanels)
          : packPanels(kernel, product, batchIndices,
                       {firstPanel, panelCount, tiling.panels, packedPanels}));
}

/// All results of the item's columns in rows [m0, m0 + rowCount).
void ProductEmitter::emitRowBlock() {
  OpBuilder &b = kernel.builder();
  if (isSummedAtOnce) {
    Value steps = value(k);
    Value isFirst = arith::ConstantIntOp::create(b, kernel.loc(), 1, 1);
    packItemRows(constant(0), steps);
    return forPanels([&](AffineExpr panel) {
      emitPanelTiles(panel, constant(0), steps, isFirst);
      emitPanelWrites(panel);
    });
  }
  // At least once: no steps at all still make sums, of zero.
  Value end = arith::MaxSIOp::create(b, kernel.loc(), value(k), value(1));
  kernel.forLoop(
      value(int64_t(0)), end, k,
      [&](AffineExpr k0) {
        Value steps = partSize(k, k0, tiling.steps);
        Value isFirst =
            arith::CmpIOp::create(b, kernel.loc(), arith::CmpIPredicate::eq,
                                  value(k0), value(int64_t(0)));
        packItemRows(k0, steps);
        forPanels([&](AffineExpr panel) {
          emitPanelTiles(panel, k0, steps, isFirst);
        });
      },
      tiling.steps);
  forPanels([&](AffineExpr panel) { emitPanelWrites(panel); });
}

/// The rows of the block in [k0, k0 + steps), if nobody has packed them.
void ProductEmitter::packItemRows(AffineExpr k0, Value steps) {
  if (!readsRows && !tiling.sharesRows)
    check(packRows(kernel, product, batchIndices, {m0, rowCount, k0, steps},
                   {packedRows, tile.rows, tiling.steps}));
}

void ProductEmitter::forPanels(function_ref<void(AffineExpr)> inside) {
  if (tiling.panels == 1)
    return inside(constant(0));
  kernel.forLoop(value(int64_t(0)), panelCount, constant(tiling.panels),
                 inside);
}

/// Where the sums of a panel begin.
AffineExpr ProductEmitter::sumPlace(AffineExpr panel) {
  return isSummedAtOnce ? constant(0) : panel * panelColumns;
}

/// One panel times the rows of the block, from step k0 on.
void ProductEmitter::emitPanelTiles(AffineExpr panel, AffineExpr k0,
                                    Value steps, Value isFirst) {
  Value columns =
      partSize(n, (firstPanel + panel) * panelColumns, panelColumns);
  Value rhs = packedPanels;
  AffineExpr start = panel * k * panelColumns;
  if (tiling.sharesPanels)
    start = sharedPlace(firstPanel + panel);
  if (product.panels) {
    rhs = product.panels->flat;
    AffineExpr number = firstPanel + panel;
    if (product.panels->hasBatch)
      number = number + batchNumber * panels;
    start = number * k * panelColumns;
  }
  AffineExpr panelStart = fixed(start + k0 * tile.strip, {});
  Value lhs = packedRows;
  AffineExpr lhsStart = constant(0), lhsStride = constant(tiling.steps);
  if (tiling.sharesRows)
    lhsStart = (rowBlock * stepBlocks + k0.floorDiv(tiling.steps)) * blockArea;
  if (readsRows) {
    lhs = product.rows->flat;
    lhsStride = product.rows->stride;
    lhsStart = product.rows->offset(batchIndices) + m0 * lhsStride + k0;
  }
  emitPanelProduct(kernel, tile,
                   {lhs, fixed(lhsStart, {}), lhsStride, rhs, panelStart, steps,
                    sums, sumPlace(panel), constant(sumColumns), rowCount,
                    columns, isFirst, k * tile.strip});
}

//===-- Results
//------------------------------------------------------------===//

/// Finds whether the stores of the results are contiguous along m rather than
/// n, and how they take n apart.
LogicalResult ProductEmitter::probeWrites() {
  IndexSpace &space = kernel.space();
  IndexList extents(product.batch);
  extents.append({m, n});
  FailureOr<Probe> written =
      probe(kernel, extents, [&](Indices all) -> FailureOr<Value> {
        Value sum = arith::ConstantOp::create(
            kernel.builder(), kernel.loc(),
            kernel.builder().getZeroAttr(product.accumulator));
        if (failed(
                product.write(all.drop_back(2),
                              space.delinearize(all[all.size() - 2], product.m),
                              space.delinearize(all.back(), product.n), sum)))
          return failure();
        return Value();
      });
  if (failed(written))
    return failure();
  writePeriod = columnPeriod(written->accesses, product.n);
  for (const ProbedAccess &access : written->accesses)
    writesRunAlongRows |= access.isStore &&
                          access.steps.back() != constant(1) &&
                          access.steps[extents.size() - 2] == constant(1);
  return success();
}

/// Hands the sums of one panel on, element by element.
void ProductEmitter::emitPanelWrites(AffineExpr panel) {
  IndexSpace &space = kernel.space();
  AffineExpr number = fixed(firstPanel + panel, panels);
  Value columns = partSize(n, number * panelColumns, panelColumns);
  PanelIndices nIndices(kernel, product.n, number, writePeriod);
  auto writeOne = [&](Indices mIndices, AffineExpr row, AffineExpr column) {
    Value place = value(row * sumColumns + sumPlace(panel) + column);
    Value sum = memref::LoadOp::create(kernel.builder(), kernel.loc(), sums,
                                       ValueRange(place));
    check(product.write(batchIndices, mIndices, nIndices.at(column), sum));
  };
  auto eachRow = [&](function_ref<void(AffineExpr)> inside) {
    kernel.forLoop(value(int64_t(0)), rowCount, constant(tiling.rows), inside);
  };
  auto eachColumn = [&](function_ref<void(AffineExpr)> inside) {
    kernel.forLoop(value(int64_t(0)), columns, constant(panelColumns), inside);
  };
  if (writesRunAlongRows)
    return eachColumn([&](AffineExpr column) {
      eachRow([&](AffineExpr row) {
        writeOne(space.delinearize(fixed(m0 + row, m), product.m), row, column);
      });
    });
  eachRow([&](AffineExpr row) {
    IndexList mIndices = fixedIndices(m0 + row, product.m);
    eachColumn([&](AffineExpr column) { writeOne(mIndices, row, column); });
  });
}

LogicalResult emitMatrixProduct(HostKernelBuilder &kernel,
                                const MatrixProduct &product,
                                const HostScheduleOptions &options) {
  return ProductEmitter(kernel, product, options).run();
}

} // namespace xcc::schedule
