//===- ConvolutionWinograd.cpp - 3x3 convolutions with fewer products -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Winograd's F(2x2, 3x3). A tile of 2x2 results comes from 4x4 inputs. With
// transforms T of the inputs, U of the weights (once, when they are packed) and
// R of sums, all of them additions and halves,
//   results = R(sum over channels of U(weights) * T(inputs)),
// 16 products of matrices, one a place in the transformed tile: rows are output
// channels, columns tiles, k input channels.
//
// A work item has 32 tiles, one panel a place, and some output channels. It
// transforms the inputs of some channels, adds their products to its sums, and
// goes on with the next channels: panels and sums stay in the second-level
// cache.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/ConvolutionWinograd.h"

#include "lib/Schedule/Host/ContractTiling.h"
#include "lib/Schedule/Host/WinogradEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace xcc::schedule {

using namespace winograd;

// With these, panels take 128 KiB and sums 272 KiB.
static constexpr int64_t usualSteps = 64;
static constexpr int64_t usualRows = 128;
static constexpr int64_t fewestRows = 64;
static constexpr int64_t usefulItems = 8;
// Transforms cost some 20 additions a channel of either side and tile.
static constexpr int64_t fewestChannels = 16;

bool paysWinograd(const ConvolutionShape &shape) {
  auto all = [](ArrayRef<int64_t> list, int64_t number) {
    return llvm::all_of(list, [&](int64_t x) { return x == number; });
  };
  return shape.rank() == 2 && !shape.isTransposed && all(shape.kernel, 3) &&
         all(shape.stride, 1) && all(shape.dilation, 1) &&
         shape.groupInputs >= fewestChannels &&
         shape.groupOutputs >= fewestChannels &&
         llvm::all_of(shape.output,
                      [](AffineExpr e) { return known(e).value_or(0) > 2; });
}

void WinogradEmitter::chooseSizes() {
  tilesDown = llvm::divideCeilSigned(*known(shape.output[0]), tileSize);
  tilesAcross = llvm::divideCeilSigned(*known(shape.output[1]), tileSize);
  lines = kernel.space().simplify(shape.images * tilesDown);
  tiles = kernel.space().simplify(lines * tilesAcross);
  steps = evenPart(shape.groupInputs, usualSteps);
  int64_t wanted = usualRows;
  auto items = [&] {
    int64_t all = std::max<int64_t>(1, known(tiles).value_or(1));
    return shape.groups * llvm::divideCeilSigned(all, panelColumns) *
           llvm::divideCeilSigned(shape.groupOutputs,
                                  evenPart(shape.groupOutputs, wanted));
  };
  while (wanted > fewestRows && items() < usefulItems)
    wanted /= 2;
  rows = evenPart(shape.groupOutputs, wanted);
}

WinogradEmitter::WinogradEmitter(HostKernelBuilder &kernel,
                                 const ConvolutionShape &shape, unsigned weight,
                                 function_ref<Value(Indices)> readInput,
                                 MatrixProduct::Write write,
                                 const HostScheduleOptions &options)
    : kernel(kernel), shape(shape), readInput(readInput),
      write(std::move(write)) {
  Type element = kernel.builder().getF32Type();
  chooseSizes();
  tile = chooseMicroTile(element, element, options.vectorBits, rows);
  weights = prepareWeights(kernel, shape, weight, rows, steps);
  // What is transformed beyond a segment's end is overwritten by the next
  // segment or the next step; the last one needs room.
  panelPitch = (steps + 1) * panelColumns;
  sumPitch = (rows + tile.rows) * panelColumns;
  int64_t mostSegments =
      std::min(panelColumns, (panelColumns - 2) / tilesAcross + 2);
  linePitch = 2 * panelColumns + 2 * mostSegments + 4 * lanes;
  auto floats = [&](int64_t count) {
    return kernel.allocateScratch(element, constant(count));
  };
  panels = floats(places * panelPitch);
  sums = floats(places * sumPitch);
  downLines = floats(span * linePitch);
  results = floats(tileSize * tileSize * panelColumns);
  table = kernel.allocateScratch(kernel.builder().getIndexType(),
                                 constant(5 * mostSegments));
}

LogicalResult WinogradEmitter::run() {
  AffineExpr rowItems =
      constant(llvm::divideCeilSigned(shape.groupOutputs, rows));
  kernel.setWorkItems(tiles.ceilDiv(panelColumns) * rowItems * shape.groups);
  kernel.forWorkItems([&](AffineExpr item) { emitItem(item); });
  return success(ok);
}

void WinogradEmitter::emitItem(AffineExpr item) {
  OpBuilder &b = kernel.builder();
  IndexSpace &space = kernel.space();
  IndexList extents = {
      constant(shape.groups), space.simplify(tiles.ceilDiv(panelColumns)),
      constant(llvm::divideCeilSigned(shape.groupOutputs, rows))};
  IndexList place = space.delinearize(item, extents);
  for (auto [index, extent] : llvm::zip_equal(place, extents))
    index = fixIndex(kernel, index, extent);
  group = place[0];
  first = fixIndex(kernel, place[1] * panelColumns, tiles);
  end = minimum(value(first + panelColumns), value(tiles));
  columns = arith::SubIOp::create(b, kernel.loc(), end, value(first));
  m0 = fixIndex(kernel, place[2] * rows, constant(shape.groupOutputs));
  rowCount = minimum(value(rows), value(constant(shape.groupOutputs) - m0));
  noteSegments();
  Value zero =
      arith::ConstantOp::create(b, kernel.loc(), b.getZeroAttr(b.getF32Type()));
  // Padding beside the lines, for all channels.
  kernel.forExtent(constant(span * linePitch), [&](AffineExpr at) {
    memref::StoreOp::create(b, kernel.loc(), zero, downLines,
                            ValueRange(value(at)));
  });
  AffineExpr inputs = constant(shape.groupInputs);
  kernel.forLoop(
      value(int64_t(0)), value(inputs), inputs,
      [&](AffineExpr from) {
        Value isFirst =
            arith::CmpIOp::create(b, kernel.loc(), arith::CmpIPredicate::eq,
                                  value(from), value(int64_t(0)));
        emitSteps(from, isFirst);
      },
      steps);
  emitResults();
}

//===-- Tiles of a panel
//---------------------------------------------------===//

void WinogradEmitter::noteSegments() {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  IndexSpace &space = kernel.space();
  AffineExpr firstLine = fixIndex(kernel, first.floorDiv(tilesAcross), lines);
  AffineExpr last = space.declare(end, tiles + 1) - 1;
  segments = value(fixIndex(kernel, last.floorDiv(tilesAcross), lines) -
                   firstLine + 1);
  kernel.forLoop(value(int64_t(0)), segments, {}, [&](AffineExpr number) {
    AffineExpr line = fixIndex(kernel, firstLine + number, lines);
    Value start = maximum(value(first), value(line * tilesAcross));
    Value stop = minimum(end, value((line + 1) * tilesAcross));
    AffineExpr from = space.declare(start, tiles);
    AffineExpr fields[] = {line.floorDiv(tilesDown), line % tilesDown,
                           from - line * tilesAcross, from - first,
                           space.declare(stop, tiles + 1) - from};
    for (auto [i, field] : llvm::enumerate(fields))
      memref::StoreOp::create(b, loc, value(field), table,
                              ValueRange(value(number * 5 + i)));
  });
}

void WinogradEmitter::forSegments(function_ref<void(const Segment &)> inside) {
  kernel.forLoop(value(int64_t(0)), segments, {}, [&](AffineExpr number) {
    auto field = [&](int64_t i, AffineExpr extent) {
      Value loaded =
          memref::LoadOp::create(kernel.builder(), kernel.loc(), table,
                                 ValueRange(value(number * 5 + i)));
      return kernel.space().declare(loaded, extent);
    };
    Segment segment{field(0, shape.images),
                    field(1, constant(tilesDown)),
                    field(2, constant(tilesAcross)),
                    field(3, constant(panelColumns)),
                    field(4, constant(panelColumns + 1)),
                    {}};
    segment.base = segment.column * 2 + number * 2;
    inside(segment);
  });
}

/// Transforms the inputs of steps channels from `from` on and adds their
/// products.
void WinogradEmitter::emitSteps(AffineExpr from, Value isFirst) {
  Value count = value(steps);
  if (shape.groupInputs % steps)
    count = minimum(count, value(constant(shape.groupInputs) - from));
  kernel.forLoop(value(int64_t(0)), count, constant(steps),
                 [&](AffineExpr step) {
                   AffineExpr channel =
                       fixIndex(kernel, group * shape.groupInputs + from + step,
                                constant(shape.groups * shape.groupInputs));
                   forSegments([&](const Segment &segment) {
                     transformDown(segment, channel);
                     transformAcross(segment, step);
                   });
                 });
  AffineExpr height = kernel.space().declare(rowCount);
  AffineExpr depth = kernel.space().declare(count);
  AffineExpr block = (group * shape.groupOutputs + m0) * shape.groupInputs;
  AffineExpr weight = fixIndex(kernel, (block + from * height) * places, {});
  kernel.forExtent(constant(places), [&](AffineExpr place) {
    AffineExpr lhs = weight + place * height * depth;
    emitPanelProduct(kernel, tile,
                     {weights, fixIndex(kernel, lhs, {}), depth, panels,
                      fixIndex(kernel, place * panelPitch, {}), count, sums,
                      fixIndex(kernel, place * sumPitch, {}),
                      constant(panelColumns), rowCount, columns, isFirst});
  });
}

//===-- Results
//------------------------------------------------------------===//

void WinogradEmitter::emitResults() {
  kernel.forLoop(
      value(int64_t(0)), rowCount, constant(rows), [&](AffineExpr row) {
        kernel.forLoop(
            value(int64_t(0)), columns, constant(panelColumns),
            [&](AffineExpr column) { transformSums(row, column); }, lanes);
        writeRow(row);
      });
}

/// Hands the results of one output channel on.
void WinogradEmitter::writeRow(AffineExpr row) {
  AffineExpr m = fixIndex(kernel, m0 + row, constant(shape.groupOutputs));
  AffineExpr height = shape.output[0], width = shape.output[1];
  forSegments([&](const Segment &segment) {
    AffineExpr top = segment.line * tileSize, left = segment.tile * tileSize;
    Value low = value(left);
    Value high = minimum(value(left + segment.count * tileSize), value(width));
    Value below = minimum(value(top + tileSize), value(height));
    kernel.forLoop(value(top), below, height, [&](AffineExpr y) {
      AffineExpr from = fixIndex(kernel,
                                 (y - top) * (tileSize * panelColumns) +
                                     segment.column * tileSize - left,
                                 {});
      kernel.forLoop(low, high, width, [&](AffineExpr x) {
        Value sum = memref::LoadOp::create(kernel.builder(), kernel.loc(),
                                           results, value(from + x));
        ok &=
            succeeded(write({segment.image, group}, {m}, {y * width + x}, sum));
      });
    });
  });
}

LogicalResult scheduleWinograd(HostKernelBuilder &kernel,
                               const ConvolutionShape &shape, unsigned weight,
                               function_ref<Value(Indices)> readInput,
                               MatrixProduct::Write write,
                               const HostScheduleOptions &options) {
  return WinogradEmitter(kernel, shape, weight, readInput, std::move(write),
                         options)
      .run();
}

} // namespace xcc::schedule
