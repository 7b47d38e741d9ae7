//===- ContractRows.cpp - Rows of the left operand in runs of steps -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/ContractPack.h"
#include "lib/Schedule/Host/ContractTranspose.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace xcc::schedule {

namespace {

/// Packs one block of rows.
class RowPacker {
public:
  RowPacker(HostKernelBuilder &kernel, const MatrixProduct &product,
            Indices batch, const RowBlock &block, const PackedRows &target)
      : kernel(kernel), product(product), batch(batch), block(block),
        target(target), m(kernel.space().product(product.m)),
        k(kernel.space().product(product.k)) {}
  LogicalResult run();

private:
  Value value(AffineExpr expr) {
    return kernel.space().materialize(kernel.builder(), kernel.loc(),
                                      kernel.space().simplify(expr));
  }
  AffineExpr constant(int64_t number) {
    return kernel.space().constant(number);
  }
  AffineExpr rowPlace(AffineExpr row) {
    return row.floorDiv(target.tileRows) * (target.tileRows * target.depth) +
           row % target.tileRows * rowRun;
  }
  AffineExpr runPlace(AffineExpr run) {
    return run * (target.tileRows * rowRun);
  }
  IndexList rowIndices(AffineExpr row);
  void forRuns(function_ref<void(AffineExpr, Value)> inside);
  void copyRun(Indices row, AffineExpr rowStart, AffineExpr run, Value width);
  void copyRunOfTile(const RowSource &rows, AffineExpr tile, AffineExpr run);
  void copyTiles(const RowSource &rows, Value tiles);
  void copyByRows(Value from);
  void copyBySteps();

  HostKernelBuilder &kernel;
  const MatrixProduct &product;
  Indices batch;
  const RowBlock &block;
  const PackedRows &target;
  AffineExpr m, k;
  bool ok = true;
};

} // namespace

IndexList RowPacker::rowIndices(AffineExpr row) {
  IndexList indices = kernel.space().delinearize(
      fixIndex(kernel, block.m0 + row, m), product.m);
  for (auto [index, extent] : llvm::zip_equal(indices, product.m))
    index = fixIndex(kernel, index, extent);
  return indices;
}

/// Calls `inside` with each run of steps and its width: whole ones, then what
/// is left.
void RowPacker::forRuns(function_ref<void(AffineExpr, Value)> inside) {
  IndexSpace &space = kernel.space();
  AffineExpr steps = space.exprOf(block.steps);
  Value zero = value(constant(0)), whole = value(steps.floorDiv(rowRun));
  kernel.forLoop(zero, whole, {},
                 [&](AffineExpr run) { inside(run, value(constant(rowRun))); });
  auto known = dyn_cast<AffineConstantExpr>(steps);
  if (known && known.getValue() % rowRun == 0)
    return;
  // At most one run.
  Value all = value(steps.ceilDiv(rowRun));
  kernel.forLoop(whole, all, {}, [&](AffineExpr run) {
    inside(run, value(steps - run * rowRun));
  });
}

/// One row's elements of one run. If runs do not cross the innermost of
/// several dimensions of k, no division is left in the loop.
void RowPacker::copyRun(Indices row, AffineExpr rowStart, AffineExpr run,
                        Value width) {
  IndexSpace &space = kernel.space();
  AffineExpr start = fixIndex(kernel, block.k0 + run * rowRun, k);
  AffineExpr place = fixIndex(kernel, rowStart + runPlace(run), {});
  IndexList steps = space.delinearize(start, product.k);
  auto inner = steps.empty() ? AffineConstantExpr()
                             : dyn_cast<AffineConstantExpr>(product.k.back());
  bool staysInside = inner && inner.getValue() % rowRun == 0;
  if (staysInside)
    for (auto [step, extent] : llvm::zip_equal(steps, product.k))
      step = fixIndex(kernel, step, extent);
  kernel.forLoop(
      value(constant(0)), width, constant(rowRun), [&](AffineExpr step) {
        IndexList at = steps;
        if (staysInside)
          at.back() = at.back() + step;
        else
          at = space.delinearize(start + step, product.k);
        Value scalar = product.readLhs(batch, row, at);
        ok &= bool(scalar);
        if (scalar)
          memref::StoreOp::create(kernel.builder(), kernel.loc(), scalar,
                                  target.flat, ValueRange(value(place + step)));
      });
}

/// A vector of each row of a tile: written side by side. The same of the next
/// tile is asked for, as prefetchers give up at the end of each row.
void RowPacker::copyRunOfTile(const RowSource &rows, AffineExpr tile,
                              AffineExpr run) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  auto from = VectorType::get(
      {rowRun}, cast<MemRefType>(rows.flat.getType()).getElementType());
  auto to = VectorType::get({rowRun}, product.accumulator);
  AffineExpr place = rowPlace(tile * target.tileRows) + runPlace(run);
  for (int64_t r = 0; r < target.tileRows; ++r) {
    auto at = [&](AffineExpr row) {
      return value(rows.offset + row * rows.stride + block.k0 + run * rowRun);
    };
    AffineExpr row = tile * target.tileRows + r;
    Value loaded =
        vector::LoadOp::create(b, loc, from, rows.flat, ValueRange(at(row)));
    vector::StoreOp::create(b, loc, kernel.extend(loaded, to), target.flat,
                            ValueRange(value(place + r * rowRun)));
    kernel.prefetch(rows.flat, at(row + target.tileRows));
  }
}

/// Tiles that have all their rows.
void RowPacker::copyTiles(const RowSource &rows, Value tiles) {
  Value zero = value(constant(0));
  kernel.forLoop(zero, tiles, {}, [&](AffineExpr tile) {
    AffineExpr steps = kernel.space().exprOf(block.steps);
    kernel.forLoop(zero, value(steps.floorDiv(rowRun)), {},
                   [&](AffineExpr run) { copyRunOfTile(rows, tile, run); });
    kernel.forLoop(
        value(steps.floorDiv(rowRun) * rowRun), block.steps, {},
        [&](AffineExpr step) {
          kernel.forExtent(constant(target.tileRows), [&](AffineExpr r) {
            AffineExpr row = tile * target.tileRows + r;
            Value scalar = memref::LoadOp::create(
                kernel.builder(), kernel.loc(), rows.flat,
                ValueRange(
                    value(rows.offset + row * rows.stride + block.k0 + step)));
            memref::StoreOp::create(
                kernel.builder(), kernel.loc(),
                kernel.extend(scalar, product.accumulator), target.flat,
                ValueRange(value(rowPlace(row) +
                                 runPlace(step.floorDiv(rowRun)) +
                                 step % rowRun)));
          });
        });
  });
}

/// The rows from `from` on.
void RowPacker::copyByRows(Value from) {
  kernel.forLoop(from, block.rows, {}, [&](AffineExpr row) {
    IndexList indices = rowIndices(row);
    AffineExpr start = fixIndex(kernel, rowPlace(row), {});
    forRuns([&](AffineExpr run, Value width) {
      copyRun(indices, start, run, width);
    });
  });
}

/// What lies along the rows is read so: a few lines stay in the first-level
/// cache while the rows pass.
void RowPacker::copyBySteps() {
  forRuns([&](AffineExpr run, Value width) {
    kernel.forLoop(value(constant(0)), block.rows, {}, [&](AffineExpr row) {
      copyRun(rowIndices(row), fixIndex(kernel, rowPlace(row), {}), run, width);
    });
  });
}

LogicalResult RowPacker::run() {
  FailureOr<Probe> found =
      probeOperand(kernel, product, product.m, /*isLhs=*/true);
  if (failed(found))
    return failure();
  if (auto lines = asColumns(kernel, *found, batch, block.m0, block.k0)) {
    emitTransposedCopy(kernel, *lines, block.steps, block.rows, target.flat,
                       [&](AffineExpr step, AffineExpr row) {
                         return rowPlace(row) +
                                runPlace(step.floorDiv(rowRun)) + step % rowRun;
                       });
    return success();
  }
  Value first = value(constant(0));
  if (auto rows = asRows(kernel, *found, batch, block.m0)) {
    AffineExpr tiles =
        kernel.space().exprOf(block.rows).floorDiv(target.tileRows);
    copyTiles(*rows, value(tiles));
    first = value(tiles * target.tileRows);
  }
  if (runsAlongSteps(*found))
    copyByRows(first);
  else
    copyBySteps();
  return success(ok);
}

LogicalResult packRows(HostKernelBuilder &kernel, const MatrixProduct &product,
                       Indices batch, const RowBlock &block,
                       const PackedRows &target) {
  return RowPacker(kernel, product, batch, block, target).run();
}

} // namespace xcc::schedule
