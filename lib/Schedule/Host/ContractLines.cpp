//===- ContractLines.cpp - Panels from lines that run along columns -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/ContractPack.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace xcc::schedule {

// Lines lie a row of the operand apart, mostly on pages of their own, where no
// prefetcher of the processor looks: this many cache lines ahead are asked for,
// about as many as a core has under way to memory.
static constexpr int64_t linesAhead = 64;
static constexpr int64_t lineBytes = 64;

namespace {

/// Copies some panels of one operand.
class LinePacker {
public:
  LinePacker(HostKernelBuilder &kernel, const RowSource &lines, AffineExpr n,
             AffineExpr k, int64_t strip, const PanelGroup &group)
      : kernel(kernel), space(kernel.space()), lines(lines), n(n), k(k),
        strip(strip), group(group),
        from(cast<MemRefType>(lines.flat.getType()).getElementType()),
        to(cast<MemRefType>(group.flat.getType()).getElementType()) {}
  void run();

private:
  Value value(AffineExpr expr) {
    return space.materialize(kernel.builder(), kernel.loc(), expr);
  }
  Value minimum(Value lhs, Value rhs) {
    return arith::MinSIOp::create(kernel.builder(), kernel.loc(), lhs, rhs);
  }
  Value countWhole();
  AffineExpr place(AffineExpr panel, AffineExpr step, int64_t column);
  void copyWhole(AffineExpr panel, AffineExpr step, AffineExpr stepAhead);
  void copyPart(AffineExpr panel);

  HostKernelBuilder &kernel;
  IndexSpace &space;
  const RowSource &lines;
  AffineExpr n, k;
  int64_t strip;
  const PanelGroup &group;
  Type from, to;
};

} // namespace

/// How many of the panels have all their columns.
Value LinePacker::countWhole() {
  auto known = dyn_cast<AffineConstantExpr>(n);
  if (known && known.getValue() % panelColumns == 0)
    return group.count;
  return minimum(group.count,
                 value(space.simplify(n.floorDiv(panelColumns)) - group.first));
}

/// Where column `column`, the first of a strip or a constant within one, is.
AffineExpr LinePacker::place(AffineExpr panel, AffineExpr step,
                             int64_t column) {
  return (panel * panelColumns + column / strip * strip) * k + step * strip +
         column % strip;
}

void LinePacker::copyWhole(AffineExpr panel, AffineExpr step,
                           AffineExpr stepAhead) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  AffineExpr column = lines.offset + panel * panelColumns;
  for (int64_t j = 0; j < panelColumns; j += strip) {
    Value loaded = vector::LoadOp::create(
        b, loc, VectorType::get({strip}, from), lines.flat,
        ValueRange(value(column + step * lines.stride + j)));
    vector::StoreOp::create(
        b, loc, kernel.extend(loaded, VectorType::get({strip}, to)), group.flat,
        ValueRange(value(place(panel, step, j))));
  }
  int64_t lineElements = lineBytes * 8 / from.getIntOrFloatBitWidth();
  for (int64_t j = 0; j < panelColumns; j += lineElements)
    kernel.prefetch(lines.flat, value(column + stepAhead * lines.stride + j));
}

/// The last panel of the operand, which has fewer columns.
void LinePacker::copyPart(AffineExpr panel) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  Value zero = value(space.constant(0));
  AffineExpr width = space.simplify(n % panelColumns);
  kernel.forLoop(zero, value(k), k, [&](AffineExpr step) {
    for (int64_t j = 0; j < panelColumns; j += strip) {
      Value left = arith::MaxSIOp::create(b, loc, value(width - j), zero);
      Value columns = minimum(left, value(space.constant(strip)));
      kernel.forLoop(
          zero, columns, space.constant(strip), [&](AffineExpr column) {
            Value loaded = memref::LoadOp::create(
                b, loc, lines.flat,
                ValueRange(value(lines.offset + panel * panelColumns + j +
                                 column + step * lines.stride)));
            memref::StoreOp::create(
                b, loc, kernel.extend(loaded, to), group.flat,
                ValueRange(value(place(panel, step, j) + column)));
          });
    }
  });
}

void LinePacker::run() {
  Value zero = value(space.constant(0));
  Value whole = countWhole();
  int64_t columns = panelColumns * group.most;
  int64_t columnBytes = columns * from.getIntOrFloatBitWidth() / 8;
  int64_t stepLines = llvm::divideCeil(columnBytes, lineBytes);
  int64_t ahead = std::max<int64_t>(1, linesAhead / stepLines);
  kernel.forLoop(zero, value(k), k, [&](AffineExpr step) {
    Value last = value(k - 1);
    AffineExpr stepAhead = space.declare(minimum(value(step + ahead), last), k);
    kernel.forLoop(
        zero, whole, space.constant(group.most),
        [&](AffineExpr panel) { copyWhole(panel, step, stepAhead); });
  });
  if (whole == group.count)
    return;
  kernel.forLoop(whole, group.count, space.constant(group.most),
                 [&](AffineExpr panel) { copyPart(panel); });
}

void packLines(HostKernelBuilder &kernel, const RowSource &lines, AffineExpr n,
               AffineExpr k, int64_t strip, const PanelGroup &group) {
  LinePacker(kernel, lines, n, k, strip, group).run();
}

} // namespace xcc::schedule
