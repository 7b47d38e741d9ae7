//===- Contract.cpp - Kernels around a matrix product ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/ContractMatch.h"
#include "lib/Schedule/Host/ContractPack.h"
#include "lib/Schedule/Host/ContractProduct.h"
#include "lib/Schedule/Host/ContractTranspose.h"

#include "dialects/plan/Plan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace xcc::schedule {

//===-- Operands
//-----------------------------------------------------------===//

static Type accumulatorOf(Type element) {
  if (element.isF16() || element.isBF16())
    return Float32Type::get(element.getContext());
  return ElementEmitter::scalarType(element);
}

static Value applyCasts(OpBuilder &b, ArrayRef<Operation *> casts,
                        Value scalar) {
  for (Operation *cast : casts) {
    IRMapping map;
    map.map(cast->getOperand(0), scalar);
    scalar = b.clone(*cast, map)->getResult(0);
  }
  return scalar;
}

namespace {

/// Says what a contraction's operands and results are.
class ContractionReader {
public:
  ContractionReader(HostKernelBuilder &kernel, Contraction contraction)
      : kernel(kernel), contraction(contraction),
        extents(kernel.elements().loopExtents(contraction.op)),
        accumulator(
            accumulatorOf(getElementTypeOrSelf(contraction.op.getResult(0)))) {}

  LogicalResult describe(MatrixProduct &product);

private:
  IndexList extentsOf(ArrayRef<unsigned> loops);
  IndexList loopIndices(Indices batch, Indices m, Indices n, Indices k);
  Value read(OpOperand *operand, ArrayRef<Operation *> casts,
             const IndexList &loops, Type type);
  LogicalResult write(const IndexList &loops, Value sum);
  FailureOr<Probe> probeOperand(OpOperand *operand, ArrayRef<unsigned> rows,
                                bool isLhs);
  LogicalResult findRows(MatrixProduct &product);
  std::optional<WeightPlace> placeWeight(const MatrixProduct &product,
                                         const Probe &found, unsigned number,
                                         bool &hasBatch);
  LogicalResult packWeight(MatrixProduct &product);

  HostKernelBuilder &kernel;
  Contraction contraction;
  IndexList extents;
  Type accumulator;
};

} // namespace

IndexList ContractionReader::extentsOf(ArrayRef<unsigned> loops) {
  IndexList result;
  for (unsigned loop : loops)
    result.push_back(extents[loop]);
  return result;
}

IndexList ContractionReader::loopIndices(Indices batch, Indices m, Indices n,
                                         Indices k) {
  IndexList loops(extents.size());
  auto place = [&](ArrayRef<unsigned> numbers, Indices indices) {
    for (auto [number, index] : llvm::zip(numbers, indices))
      loops[number] = index;
  };
  place(contraction.batch, batch);
  place(contraction.m, m);
  place(contraction.n, n);
  place(contraction.k, k);
  return loops;
}

Value ContractionReader::read(OpOperand *operand, ArrayRef<Operation *> casts,
                              const IndexList &loops, Type type) {
  OpBuilder &b = kernel.builder();
  AffineMap map = contraction.op.getMatchingIndexingMap(operand);
  IndexList places = loops;
  for (AffineExpr &place : places)
    if (!place)
      place = kernel.space().constant(0);
  Value scalar = kernel.elements().readElement(
      b, kernel.loc(), operand->get(), kernel.space().apply(map, places));
  if (!scalar)
    return {};
  if (scalar.getType() == type && type != accumulator)
    return scalar;
  return kernel.extend(applyCasts(b, casts, scalar), type);
}

/// out + sum, rounded to the result's type, goes on to the consumers.
LogicalResult ContractionReader::write(const IndexList &loops, Value sum) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  OpOperand *init = contraction.op.getDpsInitOperand(0);
  IndexList indices =
      kernel.space().apply(contraction.op.getMatchingIndexingMap(init), loops);
  auto fill = init->get().getDefiningOp<linalg::FillOp>();
  bool isZero = fill && (matchPattern(fill.getInputs()[0], m_AnyZeroFloat()) ||
                         matchPattern(fill.getInputs()[0], m_Zero()));
  if (!isZero) {
    Value start = kernel.elements().readElement(b, loc, init->get(), indices);
    if (!start)
      return failure();
    start =
        isa<FloatType>(accumulator) ? kernel.extend(start, accumulator) : start;
    sum = isa<FloatType>(accumulator)
              ? arith::AddFOp::create(b, loc, sum, start).getResult()
              : arith::AddIOp::create(b, loc, sum, start).getResult();
  }
  Type element = ElementEmitter::scalarType(
      getElementTypeOrSelf(contraction.op.getResult(0)));
  if (element != accumulator)
    sum = arith::TruncFOp::create(b, loc, element, sum);
  return kernel.elements().writeElement(b, loc, contraction.op.getResult(0),
                                        indices, sum);
}

/// What reading an element does, over (batch..., row, k), rows and k counted
/// over all their loops.
FailureOr<Probe> ContractionReader::probeOperand(OpOperand *operand,
                                                 ArrayRef<unsigned> rows,
                                                 bool isLhs) {
  IndexSpace &space = kernel.space();
  IndexList rowExtents = extentsOf(rows), kExtents = extentsOf(contraction.k);
  IndexList all = extentsOf(contraction.batch);
  all.push_back(space.product(rowExtents));
  all.push_back(space.product(kExtents));
  return probe(kernel, all, [&](Indices variables) -> FailureOr<Value> {
    IndexList row =
        space.delinearize(variables[variables.size() - 2], rowExtents);
    IndexList k = space.delinearize(variables.back(), kExtents);
    Indices batch = variables.drop_back(2);
    IndexList loops =
        isLhs ? loopIndices(batch, row, {}, k) : loopIndices(batch, {}, row, k);
    Type element =
        ElementEmitter::scalarType(getElementTypeOrSelf(operand->get()));
    Value scalar = read(operand, {}, loops, element);
    if (!scalar)
      return failure();
    return scalar;
  });
}

/// Leaves the left operand where it is if the tile can read it there.
LogicalResult ContractionReader::findRows(MatrixProduct &product) {
  FailureOr<Probe> found =
      probeOperand(contraction.lhs, contraction.m, /*isLhs=*/true);
  if (failed(found))
    return failure();
  bool isWide = getElementTypeOrSelf(contraction.lhs->get()) == accumulator;
  if (!found->isPlainLoad || !isWide || !contraction.lhsCasts.empty())
    return success();
  const ProbedAccess &access = found->accesses[0];
  unsigned rank = contraction.batch.size();
  AffineExpr alongRows = access.steps[rank], alongK = access.steps[rank + 1];
  if (!access.offset || !alongRows || alongK != kernel.space().constant(1) ||
      !alongRows.isSymbolicOrConstant())
    return success();
  LhsRows rows{access.flat, {}, alongRows};
  rows.offset = [place = access.offset,
                 &space = kernel.space()](Indices batch) {
    IndexList values(batch);
    values.append(2, space.constant(0));
    return space.simplify(place.replaceDims(values));
  };
  product.rows = rows;
  return success();
}

/// The kernel's argument that `tensor` is a view or transpose of, if nothing
/// else reads it.
static BlockArgument soleSource(func::FuncOp kernel, Value tensor) {
  while (tensor.hasOneUse()) {
    if (auto argument = dyn_cast<BlockArgument>(tensor))
      return argument;
    Operation *op = tensor.getDefiningOp();
    if (op->getNumOperands() == 0)
      return {};
    tensor = op->getOperand(0);
  }
  return {};
}

/// (batch) -> (batch...): the number taken apart, as the probe counts.
static IndexList splitBatch(AffineExpr number, Indices extents) {
  IndexList places(extents.size());
  for (int64_t i = int64_t(extents.size()) - 1; i >= 0; --i) {
    places[i] = i ? number % extents[i] : number;
    number = number.floorDiv(extents[i]);
  }
  return places;
}

/// Where the right operand's elements lie, if all sizes are known and reading
/// one is no more than a load of argument `number`; none otherwise.
std::optional<WeightPlace>
ContractionReader::placeWeight(const MatrixProduct &product, const Probe &found,
                               unsigned number, bool &hasBatch) {
  IndexSpace &space = kernel.space();
  const ProbedAccess *access = found.isPlainLoad ? &found.accesses[0] : nullptr;
  if (!access || !access->offset || access->flat != kernel.flat(number))
    return std::nullopt;
  hasBatch =
      llvm::any_of(Indices(access->steps).drop_back(2),
                   [&](AffineExpr step) { return step != space.constant(0); });
  auto sizeOf = [&](Indices extents) {
    return known(space.simplify(space.product(extents))).value_or(-1);
  };
  WeightPlace weight;
  weight.batch = hasBatch ? sizeOf(product.batch) : 1;
  weight.n = sizeOf(product.n);
  weight.k = sizeOf(product.k);
  weight.strip = lineStrip(product.accumulator);
  if (weight.batch < 1 || weight.n < 1 || weight.k < 1)
    return std::nullopt;
  MLIRContext *context = kernel.builder().getContext();
  IndexList zeros(product.batch.size(), space.constant(0));
  IndexList places =
      hasBatch ? splitBatch(getAffineDimExpr(0, context), product.batch)
               : zeros;
  places.push_back(getAffineDimExpr(1, context));
  places.push_back(getAffineDimExpr(2, context));
  weight.offset = access->offset.replaceDims(places);
  if (auto rows = asRows(kernel, found, zeros, space.constant(0)))
    weight.rowStride = rows->stride;
  BlockArgument source = kernel.kernel().getArgument(number);
  weight.element = getElementTypeOrSelf(source.getType());
  weight.dims = kernel.elements().shapeOf(source);
  return weight;
}

/// Has the right operand packed once if it is a weight and no more than loads.
LogicalResult ContractionReader::packWeight(MatrixProduct &product) {
  IndexSpace &space = kernel.space();
  BlockArgument source = soleSource(kernel.kernel(), contraction.rhs->get());
  if (!source ||
      !kernel.kernel().getArgAttr(source.getArgNumber(), plan::weightAttrName))
    return success();
  FailureOr<Probe> found =
      probeOperand(contraction.rhs, contraction.n, /*isLhs=*/false);
  if (failed(found))
    return failure();
  unsigned number = source.getArgNumber();
  bool hasBatch = false;
  std::optional<WeightPlace> weight =
      placeWeight(product, *found, number, hasBatch);
  if (!weight)
    return success();
  std::string name =
      (kernel.kernel().getName() + "_pack_" + Twine(number)).str();
  buildPrepareKernel(kernel, name, *weight);

  int64_t size = weight->packedSize();
  Type element = ElementEmitter::storageType(weight->element);
  AffineExpr bytes = space.constant(size * element.getIntOrFloatBitWidth() / 8);
  Value packed = kernel.replaceInput(number, MemRefType::get({size}, element),
                                     {space.constant(size)}, name, bytes);
  product.panels = RhsPanels{packed, hasBatch};
  return success();
}

LogicalResult ContractionReader::describe(MatrixProduct &product) {
  product.batch = extentsOf(contraction.batch);
  product.m = extentsOf(contraction.m);
  product.n = extentsOf(contraction.n);
  product.k = extentsOf(contraction.k);
  product.accumulator = accumulator;
  product.panel = accumulator;
  Type rhs = getElementTypeOrSelf(contraction.rhs->get());
  ArrayRef<Operation *> casts = contraction.rhsCasts;
  bool isExtended = casts.empty()
                        ? rhs == accumulator
                        : casts.size() == 1 && isa<arith::ExtFOp>(casts[0]);
  bool isNarrowFloat = rhs.isF16() || rhs.isBF16();
  if (isExtended || (casts.empty() && isNarrowFloat)) {
    if (failed(packWeight(product)))
      return failure();
    if (product.panels)
      product.panel = ElementEmitter::storageType(rhs);
  }
  if (failed(findRows(product)))
    return failure();
  product.readLhs = [this](Indices batch, Indices m, Indices k) {
    return read(contraction.lhs, contraction.lhsCasts,
                loopIndices(batch, m, {}, k), accumulator);
  };
  product.readRhs = [this](Indices batch, Indices k, Indices n) {
    return read(contraction.rhs, contraction.rhsCasts,
                loopIndices(batch, {}, n, k), accumulator);
  };
  product.write = [this](Indices batch, Indices m, Indices n, Value sum) {
    return write(loopIndices(batch, m, n, {}), sum);
  };
  return success();
}

LogicalResult scheduleContract(HostKernelBuilder &kernel,
                               const HostScheduleOptions &options) {
  std::optional<Contraction> contraction = findContraction(kernel.kernel());
  // A reduction that is no sum of products, such as any(a and b).
  if (!contraction)
    return scheduleReduce(kernel, options);
  ContractionReader reader(kernel, *contraction);
  MatrixProduct product;
  if (failed(reader.describe(product)))
    return failure();
  return emitMatrixProduct(kernel, product, options);
}

} // namespace xcc::schedule
