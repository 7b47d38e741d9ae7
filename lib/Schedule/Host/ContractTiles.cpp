//===- ContractTiles.cpp - One panel times a block of rows ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/ContractTiles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace xcc::schedule {

/// The buffer as the register tile's function takes it.
static Value withoutSize(HostKernelBuilder &kernel, Value buffer) {
  auto type =
      MemRefType::get({ShapedType::kDynamic},
                      cast<MemRefType>(buffer.getType()).getElementType());
  return kernel.builder().createOrFold<memref::CastOp>(kernel.loc(), type,
                                                       buffer);
}

static void emitStrip(HostKernelBuilder &kernel, const MicroTile &tile,
                      const PanelProduct &product, AffineExpr column) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  auto module = kernel.scheduled()->getParentOfType<ModuleOp>();
  func::FuncOp micro = getMicroKernel(module, tile);
  auto value = [&](AffineExpr expr) {
    return kernel.space().materialize(b, loc, expr);
  };
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  AffineExpr stripStride =
      product.stripStride ? product.stripStride : kernel.space().constant(0);
  AffineExpr start = product.panelOffset +
                     column.floorDiv(tile.strip) * stripStride +
                     column % tile.strip;
  kernel.forLoop(
      zero, product.rows, {},
      [&](AffineExpr row) {
        Value rows = arith::SubIOp::create(b, loc, product.rows, value(row));
        SmallVector<Value> operands = {
            withoutSize(kernel, product.lhs),
            value(product.lhsOffset + row * product.lhsStride),
            value(product.lhsStride),
            rows,
            withoutSize(kernel, product.panel),
            value(start),
            value(stripStride),
            product.steps,
            withoutSize(kernel, product.sums),
            value(product.sumOffset + row * product.sumStride + column),
            value(product.sumStride),
            product.isFirst};
        func::CallOp::create(b, loc, micro, operands);
      },
      tile.rows);
}

void emitPanelProduct(HostKernelBuilder &kernel, const MicroTile &tile,
                      const PanelProduct &product) {
  if (tile.columns == panelColumns)
    return emitStrip(kernel, tile, product, kernel.space().constant(0));
  Value zero =
      arith::ConstantIndexOp::create(kernel.builder(), kernel.loc(), 0);
  kernel.forLoop(
      zero, product.columns, kernel.space().constant(panelColumns),
      [&](AffineExpr column) { emitStrip(kernel, tile, product, column); },
      tile.columns);
}

} // namespace xcc::schedule
