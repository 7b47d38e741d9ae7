//===- Convolution.cpp - Convolutions as matrix products ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// m: output channels of a group, n: output pixels, k: input channels of the
// group and kernel positions. Rows are the weights as they lie; panels of 32
// pixels are packed by the work item that uses them, or once for all.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/StructuralElements.h"
#include "lib/Schedule/Host/ConvolutionPack.h"
#include "lib/Schedule/Host/ConvolutionWinograd.h"

#include "dialects/plan/Plan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

static ConvolutionShape shapeOf(HostKernelBuilder &kernel,
                                fx::ConvolutionOp op) {
  ElementEmitter &elements = kernel.elements();
  IndexList input = elements.shapeOf(op.getInput());
  IndexList output = elements.shapeOf(op.getResult());
  ArrayRef<int64_t> weight = op.getWeight().getType().getShape();
  ConvolutionShape shape;
  shape.input = IndexList(llvm::drop_begin(input, 2));
  shape.output = IndexList(llvm::drop_begin(output, 2));
  shape.kernel = SmallVector<int64_t>(weight.drop_front(2));
  shape.stride = SmallVector<int64_t>(op.getStride());
  shape.padding = SmallVector<int64_t>(op.getPadding());
  shape.dilation = SmallVector<int64_t>(op.getDilation());
  shape.images = input[0];
  shape.groups = op.getGroups();
  shape.isTransposed = op.getTransposed();
  shape.groupInputs = shape.isTransposed ? weight[0] / shape.groups : weight[1];
  shape.groupOutputs =
      shape.isTransposed ? weight[1] : weight[0] / shape.groups;
  return shape;
}

namespace {

/// Says what a convolution's operands and results are.
class ConvolutionReader {
public:
  ConvolutionReader(HostKernelBuilder &kernel, fx::ConvolutionOp op)
      : kernel(kernel), op(op), shape(shapeOf(kernel, op)) {
    Type element = op.getInput().getType().getElementType();
    accumulator = element.isF64() ? element : kernel.builder().getF32Type();
  }
  void describe(MatrixProduct &product);
  /// The argument that holds the weights, if they may be packed beforehand and
  /// in f32.
  std::optional<unsigned> packableWeight();
  LogicalResult scheduleTiles(unsigned weight,
                              const HostScheduleOptions &options);
  const ConvolutionShape &getShape() const { return shape; }

private:
  Value extend(Value scalar) {
    if (!scalar || scalar.getType() == accumulator)
      return scalar;
    return arith::ExtFOp::create(kernel.builder(), kernel.loc(), accumulator,
                                 scalar);
  }
  Value readWeight(Indices batch, Indices m, Indices k);
  Value readInput(Indices indices) {
    return extend(kernel.elements().readElement(kernel.builder(), kernel.loc(),
                                                op.getInput(), indices));
  }
  Value readPixel(Indices batch, Indices k, Indices n);
  Value readTransposed(Indices batch, Indices k, Indices n);
  LogicalResult write(Indices batch, Indices m, Indices n, Value sum);
  void useWeightInPlace(MatrixProduct &product);

  HostKernelBuilder &kernel;
  fx::ConvolutionOp op;
  ConvolutionShape shape;
  Type accumulator;
};

} // namespace

Value ConvolutionReader::readWeight(Indices batch, Indices m, Indices k) {
  IndexList indices;
  if (shape.isTransposed)
    indices = {batch[1] * shape.groupInputs + k[0], m[0]};
  else
    indices = {batch[1] * shape.groupOutputs + m[0], k[0]};
  llvm::append_range(indices, k.drop_front());
  return extend(kernel.elements().readElement(kernel.builder(), kernel.loc(),
                                              op.getWeight(), indices));
}

/// An input pixel, where no padding comes in between.
Value ConvolutionReader::readPixel(Indices batch, Indices k, Indices n) {
  IndexList indices = {batch[0], batch[1] * shape.groupInputs + k[0]};
  IndexList pixel = kernel.space().delinearize(n[0], shape.output);
  for (unsigned d = 0; d < shape.rank(); ++d)
    indices.push_back(pixel[d] * shape.stride[d] +
                      k[d + 1] * shape.dilation[d]);
  return readInput(indices);
}

/// The input pixel that kernel position k spreads to output pixel n, or zero:
/// input * stride + k * dilation = n + padding.
Value ConvolutionReader::readTransposed(Indices batch, Indices k, Indices n) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  IndexSpace &space = kernel.space();
  auto constant = [&](int64_t number) -> Value {
    return arith::ConstantIndexOp::create(b, loc, number);
  };
  auto compare = [&](arith::CmpIPredicate predicate, Value lhs, Value rhs) {
    return arith::CmpIOp::create(b, loc, predicate, lhs, rhs).getResult();
  };
  IndexList indices = {batch[0], batch[1] * shape.groupInputs + k[0]};
  IndexList pixel = space.delinearize(n[0], shape.output);
  Value inside = arith::ConstantIntOp::create(b, loc, 1, 1);
  for (unsigned d = 0; d < shape.rank(); ++d) {
    Value place = space.materialize(
        b, loc, pixel[d] + shape.padding[d] - k[d + 1] * shape.dilation[d]);
    Value stride = constant(shape.stride[d]);
    Value quotient = arith::DivSIOp::create(b, loc, place, stride);
    Value rest = arith::RemSIOp::create(b, loc, place, stride);
    Value size = space.materialize(b, loc, shape.input[d]);
    for (Value fits : {compare(arith::CmpIPredicate::sge, place, constant(0)),
                       compare(arith::CmpIPredicate::eq, rest, constant(0)),
                       compare(arith::CmpIPredicate::slt, quotient, size)})
      inside = arith::AndIOp::create(b, loc, inside, fits);
    indices.push_back(space.declare(quotient, shape.input[d]));
  }
  auto branch = scf::IfOp::create(b, loc, TypeRange(accumulator), inside,
                                  /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(
      b, loc,
      arith::ConstantOp::create(b, loc, b.getZeroAttr(accumulator))
          .getResult());
  b.setInsertionPointToStart(branch.thenBlock());
  ElementEmitter::Scope scope(kernel.elements());
  Value scalar =
      extend(kernel.elements().readElement(b, loc, op.getInput(), indices));
  if (!scalar)
    return {};
  scf::YieldOp::create(b, loc, scalar);
  return branch.getResult(0);
}

LogicalResult ConvolutionReader::write(Indices batch, Indices m, Indices n,
                                       Value sum) {
  OpBuilder &b = kernel.builder();
  AffineExpr channel = batch[1] * shape.groupOutputs + m[0];
  if (op.getBias()) {
    Value bias = extend(kernel.elements().readElement(b, kernel.loc(),
                                                      op.getBias(), {channel}));
    if (!bias)
      return failure();
    sum = arith::AddFOp::create(b, kernel.loc(), sum, bias);
  }
  Type element = op.getType().getElementType();
  if (element != accumulator)
    sum = arith::TruncFOp::create(b, kernel.loc(), element, sum);
  IndexList indices = {batch[0], channel};
  indices.append(kernel.space().delinearize(n[0], shape.output));
  return kernel.elements().writeElement(b, kernel.loc(), op.getResult(),
                                        indices, sum);
}

/// The weights of a group are rows already, if they are an argument.
void ConvolutionReader::useWeightInPlace(MatrixProduct &product) {
  auto argument = dyn_cast<BlockArgument>(op.getWeight());
  if (!argument || shape.isTransposed ||
      op.getWeight().getType().getElementType() != accumulator)
    return;
  IndexSpace &space = kernel.space();
  int64_t rowSize = shape.groupInputs;
  for (int64_t size : shape.kernel)
    rowSize *= size;
  LhsRows rows{
      kernel.flat(argument.getArgNumber()), {}, space.constant(rowSize)};
  rows.offset = [groupSize = shape.groupOutputs * rowSize](Indices batch) {
    return batch[1] * groupSize;
  };
  product.rows = rows;
}

void ConvolutionReader::describe(MatrixProduct &product) {
  IndexSpace &space = kernel.space();
  product.batch = {shape.images, space.constant(shape.groups)};
  product.m = {space.constant(shape.groupOutputs)};
  product.n = {space.simplify(space.product(shape.output))};
  product.k = {space.constant(shape.groupInputs)};
  for (int64_t size : shape.kernel)
    product.k.push_back(space.constant(size));
  product.panel = accumulator;
  product.accumulator = accumulator;
  useWeightInPlace(product);
  product.readLhs = [this](Indices batch, Indices m, Indices k) {
    return readWeight(batch, m, k);
  };
  product.write = [this](Indices batch, Indices m, Indices n, Value sum) {
    return write(batch, m, n, sum);
  };
  if (shape.isTransposed) {
    product.readRhs = [this](Indices batch, Indices k, Indices n) {
      return readTransposed(batch, k, n);
    };
    return;
  }
  product.readRhs = [this](Indices batch, Indices k, Indices n) {
    return readPixel(batch, k, n);
  };
  if (shape.isPointwise())
    return;
  product.packPanels = [this](Indices batch, AffineExpr first, Value count,
                              int64_t most, Value flat) {
    auto read = [this](Indices indices) { return readInput(indices); };
    return packPixelPanels(kernel, shape, read, batch, {first, count, most},
                           flat);
  };
}

std::optional<unsigned> ConvolutionReader::packableWeight() {
  auto argument = dyn_cast<BlockArgument>(op.getWeight());
  if (!argument || !argument.hasOneUse() ||
      !op.getWeight().getType().getElementType().isF32())
    return std::nullopt;
  unsigned number = argument.getArgNumber();
  if (!kernel.kernel().getArgAttr(number, plan::weightAttrName))
    return std::nullopt;
  return number;
}

LogicalResult
ConvolutionReader::scheduleTiles(unsigned weight,
                                 const HostScheduleOptions &options) {
  auto read = [this](Indices indices) { return readInput(indices); };
  auto hand = [this](Indices batch, Indices m, Indices n, Value sum) {
    return write(batch, m, n, sum);
  };
  return scheduleWinograd(kernel, shape, weight, read, hand, options);
}

LogicalResult scheduleConvolution(HostKernelBuilder &kernel,
                                  const HostScheduleOptions &options) {
  fx::ConvolutionOp root;
  kernel.kernel().walk([&](fx::ConvolutionOp op) { root = op; });
  if (!root)
    return kernel.kernel().emitError(
        "expected a convolution in a kernel of family 'convolution'");
  if (failed(checkWeight(root)))
    return failure();
  ConvolutionReader reader(kernel, root);
  std::optional<unsigned> weight = reader.packableWeight();
  if (weight && paysWinograd(reader.getShape()))
    return reader.scheduleTiles(*weight, options);
  MatrixProduct product;
  reader.describe(product);
  return emitMatrixProduct(kernel, product, options);
}

} // namespace xcc::schedule
