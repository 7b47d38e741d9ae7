//===- ExpandConvolution.cpp - Convolutions as contractions ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   sums(n, g, o, p) = sum over c, k of
//       weight(g, o, c, k) * input(n, g, c, p * stride + k * dilation -
//       padding)
//
// with the input padded by zeros. A transposed convolution is one with stride 1
// for each phase r of its results p = q * stride + r, with every stride-th part
// of the kernel:
//
//   sums(n, g, o, q, r) = sum over c, t of
//       weight(g, c, o, t * stride + (r + padding) mod stride) *
//       input(n, g, c, q - t + (r + padding) floordiv stride)
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/LoopWriter.h"

#include "dialects/fx/Fx.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace xcc::schedule {

namespace {

class ConvolutionWriter {
public:
  ConvolutionWriter(func::FuncOp kernel, fx::ConvolutionOp op);
  void expand();

private:
  void addChannels();
  void addWindows();
  void addPhases();
  int64_t mostBeyond(unsigned i, int64_t phases);
  void spreadWeight();
  void padInput(ArrayRef<int64_t> low, ArrayRef<int64_t> high);
  Value multiply();
  void finish(Value sums);

  LoopWriter writer;
  fx::ConvolutionOp op;
  IndexList input, output; // shapes
  SmallVector<int64_t> kernelSize, stride, padding, dilation;
  int64_t groups, groupInputs, groupOutputs;
  unsigned rank;
  Type element, held;

  Loops loops;
  AffineExpr group, outputChannel;
  LoopRead weightRead, inputRead;
  // Where the convolution's dimensions begin among those of the sums.
  SmallVector<unsigned> firsts;
};

} // namespace

ConvolutionWriter::ConvolutionWriter(func::FuncOp kernel, fx::ConvolutionOp op)
    : writer(kernel, op), op(op) {
  input = writer.shapeOf(op.getInput());
  output = writer.shapeOf(op.getResult());
  ArrayRef<int64_t> weight = op.getWeight().getType().getShape();
  kernelSize.assign(weight.begin() + 2, weight.end());
  stride.assign(op.getStride().begin(), op.getStride().end());
  padding.assign(op.getPadding().begin(), op.getPadding().end());
  dilation.assign(op.getDilation().begin(), op.getDilation().end());
  rank = kernelSize.size();
  groups = op.getGroups();
  groupInputs = op.getTransposed() ? weight[0] / groups : weight[1];
  groupOutputs = op.getTransposed() ? weight[1] : weight[0] / groups;
  element = op.getType().getElementType();
  held = accumulatorType(element);
  weightRead.tensor = op.getWeight();
  inputRead.tensor = op.getInput();
}

void ConvolutionWriter::addChannels() {
  inputRead.place = {loops.addResult(input[0])};
  group = loops.addResult(writer.constant(groups));
  outputChannel = loops.addResult(writer.constant(groupOutputs));
  firsts = {0, 1};
}

void ConvolutionWriter::padInput(ArrayRef<int64_t> low,
                                 ArrayRef<int64_t> high) {
  SmallVector<int64_t> before(2, 0), after(2, 0);
  before.append(low.begin(), low.end());
  after.append(high.begin(), high.end());
  inputRead.tensor = writer.pad(inputRead.tensor, before, after, 0);
}

/// A window slides over the input.
void ConvolutionWriter::addWindows() {
  IndexList places;
  for (unsigned i = 0; i < rank; ++i) {
    firsts.push_back(loops.extents.size());
    places.push_back(loops.addResult(output[i + 2]) * stride[i]);
  }
  AffineExpr channel = loops.add(writer.constant(groupInputs));
  inputRead.place.push_back(group * groupInputs + channel);
  weightRead.place = {group * groupOutputs + outputChannel, channel};
  for (unsigned i = 0; i < rank; ++i) {
    AffineExpr offset = loops.add(writer.constant(kernelSize[i]));
    weightRead.place.push_back(offset);
    inputRead.place.push_back(places[i] + offset * dilation[i]);
  }
  padInput(padding, padding);
}

//===-- Transposed
//---------------------------------------------------------===//

/// Where a dimension has steps and is dilated, too, the kernel becomes a dense
/// one: weight(k) -> weight'(k * dilation), with zeros in between.
void ConvolutionWriter::spreadWeight() {
  bool isDense = llvm::all_of(llvm::zip_equal(stride, dilation), [](auto each) {
    auto [step, spread] = each;
    return step == 1 || spread == 1;
  });
  if (isDense)
    return;
  Loops spread;
  LoopRead read{op.getWeight(), {}};
  for (auto [i, size] : llvm::enumerate(op.getWeight().getType().getShape())) {
    if (i < 2) {
      read.place.push_back(spread.addResult(writer.constant(size)));
      continue;
    }
    kernelSize[i - 2] = (size - 1) * dilation[i - 2] + 1;
    AffineExpr place = spread.addResult(writer.constant(kernelSize[i - 2]));
    read.place.push_back(place.floorDiv(dilation[i - 2]));
  }
  spread.reads.push_back(read);
  auto body = [&](ScalarOps ops, ValueRange reads, Value) {
    Value value = reads[0], zero = ops.constant(element, 0);
    for (unsigned i = 0; i < rank; ++i) {
      Value place = linalg::IndexOp::create(ops.builder, ops.loc, i + 2);
      Value rest = arith::RemUIOp::create(ops.builder, ops.loc, place,
                                          ops.index(dilation[i]));
      value = ops.select(ops.isBelow(ops.index(0), rest), zero, value);
    }
    return value;
  };
  weightRead.tensor = writer.emit(spread, element, {}, body);
  dilation.assign(rank, 1);
}

/// How far behind the input the last phases read.
int64_t ConvolutionWriter::mostBeyond(unsigned i, int64_t phases) {
  int64_t skipped = (phases - 1 + padding[i]) / stride[i];
  auto in = dyn_cast<AffineConstantExpr>(input[i + 2]);
  auto out = dyn_cast<AffineConstantExpr>(output[i + 2]);
  if (in && out)
    return llvm::divideCeil(out.getValue(), phases) + skipped - in.getValue();
  // By the size that the result of any input has.
  ArrayRef<int64_t> more = op.getOutputPadding();
  int64_t added = (kernelSize[i] - 1) * dilation[i] +
                  (more.empty() ? 0 : more[i]) - 2 * padding[i];
  return llvm::divideFloorSigned(added, stride[i]) + skipped;
}

void ConvolutionWriter::addPhases() {
  spreadWeight();
  SmallVector<int64_t> low, high, none(rank + 2, 0), beyond(2, 0);
  IndexList places, kernelPlaces;
  for (unsigned i = 0; i < rank; ++i) {
    firsts.push_back(loops.extents.size());
    auto size = dyn_cast<AffineConstantExpr>(output[i + 2]);
    // Of fewer results than phases, each is a phase.
    int64_t phases =
        size ? std::clamp<int64_t>(size.getValue(), 1, stride[i]) : stride[i];
    AffineExpr row =
        loops.addResult(writer.simplify(output[i + 2].ceilDiv(phases)));
    AffineExpr phase = loops.addResult(writer.constant(phases)) + padding[i];
    int64_t steps = llvm::divideCeil(kernelSize[i], stride[i]);
    int64_t back = (steps - 1) * dilation[i];
    low.push_back(std::max<int64_t>(0, back - padding[i] / stride[i]));
    high.push_back(std::max<int64_t>(0, mostBeyond(i, phases)));
    beyond.push_back(steps * stride[i] - kernelSize[i]);
    places.push_back(row + phase.floorDiv(stride[i]) + low.back());
    kernelPlaces.push_back(phase % stride[i]);
  }
  AffineExpr channel = loops.add(writer.constant(groupInputs));
  inputRead.place.push_back(group * groupInputs + channel);
  weightRead.place = {group * groupInputs + channel, outputChannel};
  for (unsigned i = 0; i < rank; ++i) {
    int64_t steps = llvm::divideCeil(kernelSize[i], stride[i]);
    AffineExpr step = loops.add(writer.constant(steps));
    inputRead.place.push_back(places[i] - step * dilation[i]);
    weightRead.place.push_back(step * stride[i] + kernelPlaces[i]);
  }
  padInput(low, high);
  weightRead.tensor = writer.pad(weightRead.tensor, none, beyond, 0);
}

//===-- Results
//------------------------------------------------------------===//

Value ConvolutionWriter::multiply() {
  loops.reads = {weightRead, inputRead};
  Value zero = ScalarOps{writer.builder, writer.loc}.constant(held, 0);
  auto body = [&](ScalarOps ops, ValueRange reads, Value sum) {
    Value weight = ops.convertFloat(reads[0], held);
    Value pixel = ops.convertFloat(reads[1], held);
    return ops.add(sum, ops.mul(weight, pixel));
  };
  return writer.emit(loops, held, zero, body);
}

/// Adds the bias, rounds, and stands for the operation.
void ConvolutionWriter::finish(Value sums) {
  Value result = writer.cut(writer.collapse(sums, firsts), output);
  if (op.getBias() || element != held) {
    Loops each;
    LoopRead read{result, {}};
    for (AffineExpr extent : output)
      read.place.push_back(each.addResult(extent));
    each.reads.push_back(read);
    if (op.getBias())
      each.reads.push_back({op.getBias(), {read.place[1]}});
    auto body = [&](ScalarOps ops, ValueRange reads, Value) {
      Value value = reads[0];
      if (op.getBias())
        value = ops.add(value, ops.convertFloat(reads[1], held));
      return ops.roundImplied(value, element);
    };
    result = writer.emit(each, element, {}, body);
  }
  op.getResult().replaceAllUsesWith(result);
  op.erase();
}

void ConvolutionWriter::expand() {
  addChannels();
  if (op.getTransposed())
    addPhases();
  else
    addWindows();
  finish(multiply());
}

void expandConvolution(func::FuncOp kernel, Operation *convolution) {
  ConvolutionWriter(kernel, cast<fx::ConvolutionOp>(convolution)).expand();
}

} // namespace xcc::schedule
