//===- WinogradTransforms.cpp - To and from the products' domain ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/WinogradEmitter.h"

#include "dialects/plan/Plan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <array>

using namespace mlir;

namespace xcc::schedule::winograd {

//===-- Weights, once
//------------------------------------------------------===//

/// The four factors of three weights of a line.
static std::array<Value, 4> transformWeights(OpBuilder &b, Location loc,
                                             Value w0, Value w1, Value w2) {
  Value half =
      arith::ConstantOp::create(b, loc, b.getFloatAttr(w0.getType(), 0.5));
  auto halved = [&](Value sum) -> Value {
    return arith::MulFOp::create(b, loc, sum, half);
  };
  Value outer = arith::AddFOp::create(b, loc, w0, w2);
  return {w0, halved(arith::AddFOp::create(b, loc, outer, w1)),
          halved(arith::SubFOp::create(b, loc, outer, w1)), w2};
}

/// Stores the 16 factors of one output and one input channel, computed in f64
/// and rounded once.
static void prepareFactors(HostKernelBuilder &prepare, AffineExpr from,
                           AffineExpr to, AffineExpr placeStride) {
  OpBuilder &b = prepare.builder();
  Location loc = prepare.loc();
  auto value = [&](AffineExpr expr) {
    return prepare.space().materialize(b, loc, expr);
  };
  std::array<std::array<Value, 3>, 4> lines;
  for (int64_t x = 0; x < 3; ++x) {
    std::array<Value, 3> column;
    for (int64_t y = 0; y < 3; ++y) {
      Value loaded = memref::LoadOp::create(
          b, loc, prepare.flat(0), ValueRange(value(from + (3 * y + x))));
      column[y] = arith::ExtFOp::create(b, loc, b.getF64Type(), loaded);
    }
    auto factors = transformWeights(b, loc, column[0], column[1], column[2]);
    for (int64_t y = 0; y < span; ++y)
      lines[y][x] = factors[y];
  }
  for (int64_t y = 0; y < span; ++y) {
    auto factors =
        transformWeights(b, loc, lines[y][0], lines[y][1], lines[y][2]);
    for (int64_t x = 0; x < span; ++x)
      memref::StoreOp::create(
          b, loc, arith::TruncFOp::create(b, loc, b.getF32Type(), factors[x]),
          prepare.flat(1), value(to + placeStride * (span * y + x)));
  }
}

Value prepareWeights(HostKernelBuilder &kernel, const ConvolutionShape &shape,
                     unsigned number, int64_t rows, int64_t steps) {
  BlockArgument source = kernel.kernel().getArgument(number);
  Type element = getElementTypeOrSelf(source.getType());
  int64_t inputs = shape.groupInputs, outputs = shape.groupOutputs;
  int64_t size = shape.groups * places * outputs * inputs;
  AffineExpr packed = kernel.space().constant(size);
  std::string name =
      (kernel.kernel().getName() + "_pack_" + Twine(number)).str();
  HostKernelBuilder prepare(
      kernel.scheduled(), name,
      {{element, kernel.elements().shapeOf(source)}, {element, {packed}}}, 0);
  IndexSpace &space = prepare.space();
  prepare.setWorkItems(space.constant(shape.groups * outputs));
  auto part = [&](AffineExpr index, int64_t whole, int64_t block) {
    AffineExpr start = fixIndex(prepare, index.floorDiv(block) * block, {});
    Value count = arith::MinSIOp::create(
        prepare.builder(), prepare.loc(),
        space.materialize(prepare.builder(), prepare.loc(),
                          space.constant(block)),
        space.materialize(prepare.builder(), prepare.loc(), whole - start));
    return std::pair(start, space.declare(count));
  };
  prepare.forWorkItems([&](AffineExpr row) {
    AffineExpr group = fixIndex(prepare, row.floorDiv(outputs), {});
    AffineExpr m = fixIndex(prepare, row % outputs, {});
    auto [m0, rowCount] = part(m, outputs, rows);
    prepare.forExtent(space.constant(inputs), [&](AffineExpr channel) {
      auto [c0, stepCount] = part(channel, inputs, steps);
      AffineExpr to =
          fixIndex(prepare,
                   ((group * outputs + m0) * inputs + c0 * rowCount) * places +
                       (m - m0) * stepCount + channel - c0,
                   {});
      prepareFactors(prepare, (row * inputs + channel) * 9, to,
                     fixIndex(prepare, rowCount * stepCount, {}));
    });
  });
  func::FuncOp function = prepare.scheduled();
  prepare.finish();
  function.setPrivate();
  MLIRContext *context = function.getContext();
  function->setAttr(plan::kernelAttrName, UnitAttr::get(context));
  function->setAttr("plan.prepare", UnitAttr::get(context));
  function->setAttr(plan::familyAttrName,
                    StringAttr::get(context, "convolution"));
  return kernel.replaceInput(number, MemRefType::get({size}, element), {packed},
                             name, packed * 4);
}

//===-- Transforms
//---------------------------------------------------------===//

/// Four lines of input to the four lines of the transform down. Where all are
/// inside, no element asks whether it is: such selects are branches.
void WinogradEmitter::transformDown(const Segment &segment,
                                    AffineExpr channel) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  IndexSpace &space = kernel.space();
  AffineExpr height = shape.input[0];
  Value zero = value(int64_t(0)), bottom = value(height - 1);
  IndexList lines;
  SmallVector<Value> isInside;
  Value areInside = arith::ConstantIntOp::create(b, loc, 1, 1);
  for (int64_t i = 0; i < span; ++i) {
    Value y = value(segment.line * tileSize - shape.padding[0] + i);
    Value inside = maximum(minimum(y, bottom), zero);
    lines.push_back(space.declare(inside, height));
    isInside.push_back(
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, y, inside));
    areInside = arith::AndIOp::create(b, loc, areInside, isInside.back());
  }
  auto branch = scf::IfOp::create(b, loc, areInside, /*withElse=*/true);
  OpBuilder::InsertionGuard guard(b);
  for (bool isWhole : {true, false}) {
    b.setInsertionPointToStart(isWhole ? branch.thenBlock()
                                       : branch.elseBlock());
    ElementEmitter::Scope scope(kernel.elements());
    transformLines(segment, channel, lines,
                   isWhole ? ArrayRef<Value>() : isInside);
  }
}

/// The same, of lines that hold zeros where `isInside` is false; it is empty if
/// none does.
void WinogradEmitter::transformLines(const Segment &segment, AffineExpr channel,
                                     Indices lines, ArrayRef<Value> isInside) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  AffineExpr width = shape.input[1];
  Value nothing =
      arith::ConstantOp::create(b, loc, b.getZeroAttr(b.getF32Type()));
  AffineExpr left = segment.tile * tileSize - shape.padding[1];
  Value low = maximum(value(left), value(int64_t(0)));
  Value high =
      minimum(value(left + segment.count * tileSize + 2), value(width));
  kernel.forLoop(low, high, width, [&](AffineExpr x) {
    SmallVector<Value> line;
    for (auto [i, y] : llvm::enumerate(lines)) {
      Value scalar = readInput({segment.image, channel, y, x});
      ok &= bool(scalar);
      if (!scalar)
        return;
      if (!isInside.empty())
        scalar = arith::SelectOp::create(b, loc, isInside[i], scalar, nothing);
      line.push_back(scalar);
    }
    Value down[] = {subtract(line[0], line[2]), add(line[1], line[2]),
                    subtract(line[2], line[1]), subtract(line[1], line[3])};
    for (auto [i, scalar] : llvm::enumerate(down))
      memref::StoreOp::create(
          b, loc, scalar, downLines,
          ValueRange(value(segment.base + x - left + i * linePitch)));
  });
}

/// From there to the panels, transformed across.
void WinogradEmitter::transformAcross(const Segment &segment, AffineExpr step) {
  static constexpr int64_t even[] = {0, 2, 4, 6, 8, 10, 12, 14};
  static constexpr int64_t odd[] = {1, 3, 5, 7, 9, 11, 13, 15};
  AffineExpr target =
      fixIndex(kernel, step * panelColumns + segment.column, {});
  AffineExpr source = fixIndex(kernel, segment.base, {});
  kernel.forLoop(
      value(int64_t(0)), value(segment.count), constant(panelColumns),
      [&](AffineExpr at) {
        for (int64_t i = 0; i < span; ++i) {
          AffineExpr line = source + at * 2 + i * linePitch;
          auto load = [&](int64_t shift) {
            return loadLanes(downLines, line + shift);
          };
          Value near[] = {load(0), load(lanes)};
          Value far[] = {load(2), load(lanes + 2)};
          Value d0 = pick(near[0], near[1], even);
          Value d1 = pick(near[0], near[1], odd);
          Value d2 = pick(far[0], far[1], even);
          Value d3 = pick(far[0], far[1], odd);
          Value across[] = {subtract(d0, d2), add(d1, d2), subtract(d2, d1),
                            subtract(d1, d3)};
          for (auto [j, lane] : llvm::enumerate(across))
            storeLanes(lane, panels,
                       target + at + int64_t(i * span + j) * panelPitch);
        }
      },
      lanes);
}

/// The results of 8 tiles of an output channel, two lines of 16 pixels.
void WinogradEmitter::transformSums(AffineExpr row, AffineExpr column) {
  static constexpr int64_t low[] = {0, 8, 1, 9, 2, 10, 3, 11};
  static constexpr int64_t high[] = {4, 12, 5, 13, 6, 14, 7, 15};
  Value down[tileSize][span];
  AffineExpr from = row * panelColumns + column;
  for (int64_t x = 0; x < span; ++x) {
    Value sum[span];
    for (int64_t y = 0; y < span; ++y)
      sum[y] = loadLanes(sums, from + (y * span + x) * sumPitch);
    down[0][x] = add(add(sum[0], sum[1]), sum[2]);
    down[1][x] = subtract(subtract(sum[1], sum[2]), sum[3]);
  }
  for (int64_t y = 0; y < tileSize; ++y) {
    ArrayRef<Value> line(down[y]);
    Value left = add(add(line[0], line[1]), line[2]);
    Value right = subtract(subtract(line[1], line[2]), line[3]);
    AffineExpr to = column * tileSize + y * tileSize * panelColumns;
    storeLanes(pick(left, right, low), results, to);
    storeLanes(pick(left, right, high), results, to + lanes);
  }
}

} // namespace xcc::schedule::winograd
