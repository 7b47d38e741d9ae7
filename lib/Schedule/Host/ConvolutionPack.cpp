//===- ConvolutionPack.cpp - Panels of pixels -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/ConvolutionPack.h"

#include "lib/Schedule/Host/MicroKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace xcc::schedule {

namespace {

/// Emits the copies of one range of panels. The padded rows in scratch cover
/// the outermost spatial dimension from `base` on, the others wholly; what no
/// kernel position reads is left out. A row lies phase by phase, element
/// q * stride + phase at phase * phasePitch + q, so that neighbouring output
/// pixels are neighbours whatever the stride.
class PixelPacker {
public:
  PixelPacker(HostKernelBuilder &kernel, const ConvolutionShape &shape,
              function_ref<Value(Indices)> readInput, Indices batch,
              const PanelRange &range, Value flat);
  LogicalResult run();

private:
  Value value(AffineExpr expr) {
    return kernel.space().materialize(kernel.builder(), kernel.loc(), expr);
  }
  Value value(int64_t number) {
    return arith::ConstantIndexOp::create(kernel.builder(), kernel.loc(),
                                          number);
  }
  Value clamp(Value number, Value low, Value high);
  AffineExpr constant(int64_t number) {
    return kernel.space().constant(number);
  }
  AffineExpr rowStride(unsigned d);
  /// The last coordinate that a kernel reaches beyond its first.
  int64_t reach(unsigned d) const {
    return (shape.kernel[d] - 1) * shape.dilation[d];
  }
  /// Padded rows between neighbouring output pixels of an outer dimension.
  int64_t rowSteps(unsigned d) const {
    return shape.kernel[d] == 1 ? 1 : shape.stride[d];
  }
  /// Input rows between neighbouring padded ones.
  int64_t inputSteps(unsigned d) const { return shape.stride[d] / rowSteps(d); }
  AffineExpr kernelPlace(unsigned d, AffineExpr position);
  void copyInput();
  void copyRow(AffineExpr channel, IndexList &places);
  void fillRow(AffineExpr channel, Indices places, Value isInside);
  void fillPhase(AffineExpr channel, Indices places, Value isInside,
                 AffineExpr phase);
  void noteSegments(AffineExpr panel);
  void copyPanel(AffineExpr panel);
  void copySegment(Value source, Value target);

  HostKernelBuilder &kernel;
  const ConvolutionShape &shape;
  function_ref<Value(Indices)> readInput;
  Indices batch;
  const PanelRange &range;
  Value flat;

  Type element;
  AffineExpr pixels, innerPixels;
  AffineExpr firstOuter;  // first coordinate needed in the outermost dimension
  Value outerRows;        // rows needed in it
  int64_t phases, shifts; // of a row; kernel positions beside each other in one
  AffineExpr phasePitch;
  IndexList padded; // extents of the padded rows, one a dimension
  AffineExpr plane; // their product: elements of one channel
  Value rows;       // the padded rows
  Value sources, targets, segments; // of the panel being copied
  bool ok = true;
};

} // namespace

PixelPacker::PixelPacker(HostKernelBuilder &kernel,
                         const ConvolutionShape &shape,
                         function_ref<Value(Indices)> readInput, Indices batch,
                         const PanelRange &range, Value flat)
    : kernel(kernel), shape(shape), readInput(readInput), batch(batch),
      range(range), flat(flat),
      element(cast<MemRefType>(flat.getType()).getElementType()) {
  IndexSpace &space = kernel.space();
  pixels = space.simplify(space.product(shape.output));
  innerPixels =
      space.simplify(space.product(Indices(shape.output).drop_front()));
  // Outermost coordinates that `most` panels can touch.
  AffineExpr touched = space.simplify(
      (innerPixels + (range.most * panelColumns - 2)).floorDiv(innerPixels) +
      1);
  auto most = dyn_cast<AffineConstantExpr>(touched);
  auto all = dyn_cast<AffineConstantExpr>(shape.output[0]);
  if (most && all && all.getValue() < most.getValue())
    touched = all;
  unsigned last = shape.rank() - 1;
  int64_t stride = shape.stride[last];
  phases = std::min(stride, reach(last) + 1);
  shifts = reach(last) / stride;
  for (unsigned d = 0; d < last; ++d) {
    AffineExpr count = d ? shape.output[d] : touched;
    padded.push_back(space.simplify((count - 1) * rowSteps(d) + reach(d) + 1));
  }
  phasePitch = space.simplify((last ? shape.output[last] : touched) + shifts);
  padded.push_back(space.simplify(phasePitch * phases));
  plane = space.simplify(space.product(padded));
  // A segment reads a whole panel's width from wherever it starts.
  rows =
      kernel.allocateScratch(element, plane * shape.groupInputs + panelColumns);
  Type index = kernel.builder().getIndexType();
  sources = kernel.allocateScratch(index, constant(panelColumns + 1));
  targets = kernel.allocateScratch(index, constant(panelColumns + 1));
}

Value PixelPacker::clamp(Value number, Value low, Value high) {
  OpBuilder &b = kernel.builder();
  Value above = arith::MaxSIOp::create(b, kernel.loc(), number, low);
  return arith::MinSIOp::create(b, kernel.loc(), above, high);
}

/// Elements of the padded rows between neighbours in dimension d.
AffineExpr PixelPacker::rowStride(unsigned d) {
  return kernel.space().product(Indices(padded).drop_front(d + 1));
}

//===-- Input to padded rows
//-----------------------------------------------===//

void PixelPacker::copyInput() {
  OpBuilder &b = kernel.builder();
  AffineExpr first = range.first * panelColumns;
  firstOuter = fixIndex(kernel, first.floorDiv(innerPixels), shape.output[0]);
  Value end = arith::AddIOp::create(
      b, kernel.loc(), value(first),
      arith::MulIOp::create(b, kernel.loc(), range.count, value(panelColumns)));
  end = arith::MinSIOp::create(b, kernel.loc(), end, value(pixels));
  AffineExpr last = kernel.space().declare(end, pixels + 1) - 1;
  AffineExpr lastOuter =
      fixIndex(kernel, last.floorDiv(innerPixels), shape.output[0]);
  AffineExpr touched = lastOuter - firstOuter;
  outerRows = value(shape.rank() == 1 ? touched + (shifts + 1)
                                      : touched * rowSteps(0) + (reach(0) + 1));
  kernel.forExtent(constant(shape.groupInputs), [&](AffineExpr channel) {
    IndexList places;
    copyRow(channel, places);
  });
}

/// Loops over all dimensions but the last.
void PixelPacker::copyRow(AffineExpr channel, IndexList &places) {
  unsigned d = places.size();
  OpBuilder &b = kernel.builder();
  if (d + 1 < shape.rank()) {
    Value count = d ? value(padded[d]) : outerRows;
    return kernel.forLoop(value(int64_t(0)), count, padded[d],
                          [&](AffineExpr place) {
                            places.push_back(place);
                            copyRow(channel, places);
                            places.pop_back();
                          });
  }
  Value isInside = arith::ConstantIntOp::create(b, kernel.loc(), 1, 1);
  IndexList input;
  for (auto [d, place] : llvm::enumerate(places)) {
    AffineExpr base = d ? constant(0) : firstOuter * shape.stride[0];
    Value coordinate = value(place * inputSteps(d) + base - shape.padding[d]);
    auto compare = [&](arith::CmpIPredicate predicate, Value rhs) {
      Value fits =
          arith::CmpIOp::create(b, kernel.loc(), predicate, coordinate, rhs);
      isInside = arith::AndIOp::create(b, kernel.loc(), isInside, fits);
    };
    compare(arith::CmpIPredicate::sge, value(int64_t(0)));
    compare(arith::CmpIPredicate::slt, value(shape.input[d]));
    input.push_back(kernel.space().declare(coordinate, shape.input[d]));
  }
  places.append(input);
  fillRow(channel, places, isInside);
  places.truncate(places.size() - input.size());
}

/// One padded row. `places` holds the row's place in the padded rows, then its
/// place in the input.
void PixelPacker::fillRow(AffineExpr channel, Indices places, Value isInside) {
  if (phases == 1)
    return fillPhase(channel, places, isInside, constant(0));
  kernel.forExtent(constant(phases), [&](AffineExpr phase) {
    fillPhase(channel, places, isInside, phase);
  });
}

/// Zeros, every stride-th element of the input, zeros.
void PixelPacker::fillPhase(AffineExpr channel, Indices places, Value isInside,
                            AffineExpr phase) {
  OpBuilder &b = kernel.builder();
  unsigned last = shape.rank() - 1;
  Indices inPadded = places.take_front(last), inInput = places.drop_front(last);
  int64_t stride = shape.stride[last];
  // Where element 0 of the phase lies in the input.
  AffineExpr shift = phase - shape.padding[last];
  if (last == 0)
    shift = shift + firstOuter * stride;
  Value zero = value(int64_t(0));
  Value length = last ? value(phasePitch) : outerRows;
  auto beyond = [&](AffineExpr distance) {
    Value steps =
        arith::MaxSIOp::create(b, kernel.loc(), value(distance), zero);
    return value(kernel.space().declare(steps).ceilDiv(stride));
  };
  Value low = clamp(beyond(-shift), zero, length);
  Value high = clamp(beyond(shape.input[last] - shift), low, length);
  low = arith::SelectOp::create(b, kernel.loc(), isInside, low, length);
  high = arith::SelectOp::create(b, kernel.loc(), isInside, high, length);
  AffineExpr row = channel * plane + phase * phasePitch;
  for (auto [d, place] : llvm::enumerate(inPadded))
    row = row + place * rowStride(d);
  row = fixIndex(kernel, row, {});
  auto put = [&](AffineExpr place, Value scalar) {
    memref::StoreOp::create(b, kernel.loc(), scalar, rows,
                            ValueRange(value(row + place)));
  };
  Value nothing =
      arith::ConstantOp::create(b, kernel.loc(), b.getZeroAttr(element));
  auto zeros = [&](Value from, Value to) {
    kernel.forLoop(from, to, {}, [&](AffineExpr at) { put(at, nothing); });
  };
  zeros(zero, low);
  kernel.forLoop(low, high, {}, [&](AffineExpr at) {
    IndexList indices = {batch[0], batch[1] * shape.groupInputs + channel};
    llvm::append_range(indices, inInput);
    indices.push_back(at * stride + shift);
    Value scalar = readInput(indices);
    ok &= bool(scalar);
    if (scalar)
      put(at, scalar);
  });
  zeros(high, length);
}

//===-- Padded rows to panels
//----------------------------------------------===//

/// Notes, for each run of the panel's pixels that lie in one row of the
/// output, where it starts in the padded rows and in the panel.
void PixelPacker::noteSegments(AffineExpr panel) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  IndexSpace &space = kernel.space();
  AffineExpr first = panel * panelColumns;
  unsigned last = shape.rank() - 1;
  auto note = [&](Value number, AffineExpr source, AffineExpr target) {
    memref::StoreOp::create(b, loc, value(source), sources, number);
    memref::StoreOp::create(b, loc, value(target), targets, number);
  };
  if (last == 0) {
    segments = value(int64_t(1));
    return note(value(int64_t(0)), first - firstOuter, constant(0));
  }
  AffineExpr width = shape.output[last];
  AffineExpr lines = space.simplify(pixels.floorDiv(width));
  AffineExpr firstLine = fixIndex(kernel, first.floorDiv(width), lines);
  Value end = arith::MinSIOp::create(b, loc, value(first + panelColumns),
                                     value(pixels));
  AffineExpr lastPixel = space.declare(end, pixels + 1) - 1;
  segments =
      value(fixIndex(kernel, lastPixel.floorDiv(width), lines) - firstLine + 1);
  kernel.forLoop(value(int64_t(0)), segments, {}, [&](AffineExpr segment) {
    AffineExpr line = fixIndex(kernel, firstLine + segment, lines);
    Value start =
        arith::MaxSIOp::create(b, loc, value(first), value(line * width));
    AffineExpr pixel = space.declare(start, pixels);
    IndexList outer =
        space.delinearize(line, Indices(shape.output).drop_back());
    AffineExpr source = pixel - line * width;
    for (auto [d, place] : llvm::enumerate(outer))
      source = source +
               (d ? place : place - firstOuter) * rowSteps(d) * rowStride(d);
    note(value(segment), source, pixel - first);
  });
}

/// A line of output pixels, or a panel's width, from `source` on; what is too
/// much at its end is overwritten by the next segment or the next row.
void PixelPacker::copySegment(Value source, Value target) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  auto at = [&](Value base, int64_t shift) -> Value {
    return arith::AddIOp::create(b, loc, base, value(shift));
  };
  constexpr int64_t lanes = 8;
  auto vector = VectorType::get({lanes}, element);
  auto width = dyn_cast<AffineConstantExpr>(shape.output.back());
  int64_t longest = shape.rank() > 1 && width
                        ? std::min(width.getValue(), panelColumns)
                        : panelColumns;
  for (int64_t j = 0; j < longest; j += lanes) {
    Value run =
        vector::LoadOp::create(b, loc, vector, rows, ValueRange(at(source, j)));
    vector::StoreOp::create(b, loc, run, flat, ValueRange(at(target, j)));
  }
}

/// What kernel position `position` adds to a pixel's place in the padded rows.
AffineExpr PixelPacker::kernelPlace(unsigned d, AffineExpr position) {
  AffineExpr shift = position * shape.dilation[d];
  if (d + 1 < shape.rank())
    return shift * rowStride(d);
  int64_t stride = shape.stride[d];
  return shift % stride * phasePitch + shift.floorDiv(stride);
}

void PixelPacker::copyPanel(AffineExpr panel) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  AffineExpr number = fixIndex(kernel, range.first + panel, {});
  noteSegments(number);
  // Kernel positions in row-major order, as the rows of the left operand.
  SmallVector<int64_t> sizes = {shape.groupInputs};
  llvm::append_range(sizes, shape.kernel);
  int64_t k = 1;
  for (int64_t size : sizes)
    k *= size;
  IndexList step;
  std::function<void()> nest = [&] {
    if (step.size() < sizes.size())
      return kernel.forExtent(constant(sizes[step.size()]),
                              [&](AffineExpr index) {
                                step.push_back(index);
                                nest();
                                step.pop_back();
                              });
    AffineExpr source = step[0] * plane, row = step[0];
    for (unsigned d = 0; d < shape.rank(); ++d) {
      source = source + kernelPlace(d, step[d + 1]);
      row = row * shape.kernel[d] + step[d + 1];
    }
    Value from = value(source);
    Value to = value((panel * k + row) * panelColumns);
    kernel.forLoop(value(int64_t(0)), segments, {}, [&](AffineExpr segment) {
      Value number = value(segment);
      Value source = memref::LoadOp::create(b, loc, sources, number);
      Value target = memref::LoadOp::create(b, loc, targets, number);
      copySegment(arith::AddIOp::create(b, loc, from, source),
                  arith::AddIOp::create(b, loc, to, target));
    });
  };
  nest();
}

LogicalResult PixelPacker::run() {
  copyInput();
  kernel.forLoop(value(int64_t(0)), range.count, constant(range.most),
                 [&](AffineExpr panel) { copyPanel(panel); });
  return success(ok);
}

LogicalResult packPixelPanels(HostKernelBuilder &kernel,
                              const ConvolutionShape &shape,
                              function_ref<Value(Indices)> readInput,
                              Indices batch, const PanelRange &range,
                              Value flat) {
  return PixelPacker(kernel, shape, readInput, batch, range, flat).run();
}

} // namespace xcc::schedule
