//===- Reduce.cpp - Rows of dependent reductions --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// softmax, norms, logsumexp, var: for each row, one phase for each reduction,
// then one for each group of results. Cheap producers are computed again in
// every phase; expensive ones are kept in a private row.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/Reduce.h"
#include "lib/Schedule/Host/Streaming.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace xcc::schedule {

std::optional<IndexList> matchPlace(IndexSpace &space, Indices place,
                                    Indices here, Indices indices,
                                    Indices wanted) {
  IndexList found(wanted.size());
  for (auto [expr, fixed, index] : llvm::zip_equal(place, here, indices)) {
    auto variable = llvm::find(wanted, expr);
    if (variable != wanted.end())
      found[variable - wanted.begin()] = index;
    else if (space.simplify(fixed) != index)
      return std::nullopt;
  }
  return found;
}

namespace {
/// Rows one after another, the reduced dimension innermost.
class RowEmitter {
public:
  RowEmitter(HostKernelBuilder &builder, const RowAnalysis &rows,
             SmallVector<unsigned> results)
      : builder(builder), emitter(builder.elements()), space(builder.space()),
        rows(rows), results(std::move(results)) {}

  LogicalResult emitRow(IndexList row);

private:
  void keepRow(OpResult tensor, Indices row);
  void keep(OpResult tensor, Indices row);
  LogicalResult emitResults(Indices row);
  LogicalResult emitInner(ArrayRef<unsigned> numbers, Indices inner,
                          Indices row);
  LogicalResult store(OpBuilder &b, ArrayRef<unsigned> numbers, Indices inner,
                      Indices values, Indices row);

  HostKernelBuilder &builder;
  ElementEmitter &emitter;
  IndexSpace &space;
  const RowAnalysis &rows;
  SmallVector<unsigned> results;
  llvm::DenseMap<Value, Value> keptRows;
};
} // namespace

/// The scalar behind a rounding that was only implied.
static Value beforeImpliedRounding(Value scalar) {
  auto round = scalar.getDefiningOp<arith::TruncFOp>();
  if (round && bitEnumContainsAll(
                   round.getFastmath().value_or(arith::FastMathFlags::none),
                   arith::FastMathFlags::contract))
    return round.getIn();
  return scalar;
}

/// True if the result of `op` is rounded to a narrow type by implication.
static bool hasImpliedRounding(linalg::GenericOp op) {
  Value yielded = op.getBody()->getTerminator()->getOperand(0);
  return beforeImpliedRounding(yielded) != yielded;
}

/// The first read of an element stores it, too; the phase that does it covers
/// the whole row.
void RowEmitter::keepRow(OpResult tensor, Indices row) {
  auto op = cast<linalg::GenericOp>(tensor.getOwner());
  Type element = cast<RankedTensorType>(tensor.getType()).getElementType();
  Type held = hasImpliedRounding(op) ? builder.builder().getF32Type() : element;
  IndexList inner = *rows.innerVariables(emitter, tensor);
  AffineExpr count = space.constant(1);
  for (AffineExpr variable : inner)
    count = count * space.extentOf(variable);
  Value &kept = keptRows[tensor];
  if (!kept)
    kept = builder.allocateScratch(held, count);
  IndexList place = rows.places.find(tensor)->second;
  IndexList here = rows.placeAt(tensor, row), extents;
  for (AffineExpr variable : inner)
    extents.push_back(space.extentOf(variable));
  emitter.bind(
      tensor, [=, this](OpBuilder &b, Location loc, Indices indices) -> Value {
        auto at = matchPlace(space, place, here, indices, inner);
        if (!at)
          return {};
        ElementEmitter::Reader self = emitter.readerOf(tensor);
        emitter.unbind(tensor);
        Value scalar = emitter.readElement(b, loc, tensor, indices);
        emitter.bind(tensor, self);
        if (scalar)
          emitter.storeFlat(
              b, loc, held == element ? scalar : beforeImpliedRounding(scalar),
              kept, space.linearize(*at, extents));
        return scalar;
      });
}

/// Reads of `tensor` come from the kept row.
void RowEmitter::keep(OpResult tensor, Indices row) {
  Type element = cast<RankedTensorType>(tensor.getType()).getElementType();
  IndexList inner = *rows.innerVariables(emitter, tensor);
  IndexList place = rows.places.find(tensor)->second;
  IndexList here = rows.placeAt(tensor, row), extents;
  for (AffineExpr variable : inner)
    extents.push_back(space.extentOf(variable));
  Value kept = keptRows[tensor];
  emitter.bind(
      tensor, [=, this](OpBuilder &b, Location loc, Indices indices) -> Value {
        auto at = matchPlace(space, place, here, indices, inner);
        if (!at)
          return {};
        Type held = cast<MemRefType>(kept.getType()).getElementType();
        bool isWide = held.isF32() && !element.isF32();
        Value scalar =
            emitter.loadFlat(b, loc, kept, space.linearize(*at, extents),
                             isWide ? held : element);
        if (!isWide)
          return scalar;
        return arith::TruncFOp::create(
            b, loc, element, scalar,
            /*roundingmode=*/nullptr,
            arith::FastMathFlagsAttr::get(b.getContext(),
                                          arith::FastMathFlags::contract));
      });
}

/// True if `op` reads `tensor` with no reduction between.
static bool isReadElementwise(Operation *op, Value tensor) {
  return llvm::any_of(op->getOperands(), [&](Value operand) {
    if (operand == tensor)
      return true;
    Operation *producer = operand.getDefiningOp();
    return producer && !isReduction(producer) &&
           isReadElementwise(producer, tensor);
  });
}

LogicalResult RowEmitter::emitRow(IndexList row) {
  // First the phase that fills each kept row, then those that read it.
  SmallVector<OpResult> open(rows.kept);
  for (OpResult reduction : rows.reductions) {
    std::optional<IndexList> inner = rows.innerVariables(emitter, reduction);
    if (!inner || !inner->empty())
      continue;
    SmallVector<OpResult> filled;
    for (OpResult tensor : open)
      if (isReadElementwise(reduction.getOwner(), tensor))
        filled.push_back(tensor);
    for (OpResult tensor : filled) {
      keepRow(tensor, row);
      llvm::erase(open, tensor);
    }
    if (!emitter.readElement(builder.builder(), reduction.getLoc(), reduction,
                             rows.placeAt(reduction, row)))
      return failure();
    for (OpResult tensor : filled)
      keep(tensor, row);
  }
  LogicalResult status = emitResults(row);
  for (OpResult tensor : rows.kept)
    emitter.unbind(tensor);
  return status;
}

LogicalResult RowEmitter::store(OpBuilder &b, ArrayRef<unsigned> numbers,
                                Indices inner, Indices values, Indices row) {
  llvm::DenseMap<AffineExpr, AffineExpr> map;
  for (auto [variable, value] : llvm::zip_equal(inner, values))
    map[variable] = value;
  SmallVector<Value> scalars;
  SmallVector<IndexList> places;
  for (unsigned number : numbers) {
    Value tensor = peelReshapes(emitter.kernelResults()[number]);
    IndexList place;
    for (AffineExpr index : rows.placeAt(tensor, row))
      place.push_back(index.replace(map));
    // Results of one shape have inner variables of their own.
    IndexList own = *rows.innerVariables(emitter, tensor);
    llvm::DenseMap<AffineExpr, AffineExpr> renamed;
    for (auto [variable, value] : llvm::zip_equal(own, values))
      renamed[variable] = value;
    for (AffineExpr &index : place)
      index = index.replace(renamed);
    Value scalar = emitter.readElement(b, tensor.getLoc(), tensor, place);
    if (!scalar)
      return failure();
    scalars.push_back(scalar);
    places.push_back(place);
  }
  for (auto [number, scalar, place] :
       llvm::zip_equal(numbers, scalars, places)) {
    Value tensor = peelReshapes(emitter.kernelResults()[number]);
    emitter.storeFlat(b, scalar.getLoc(), scalar,
                      builder.flat(builder.numInputs() + number),
                      space.linearize(place, emitter.shapeOf(tensor)));
  }
  return success();
}

LogicalResult RowEmitter::emitInner(ArrayRef<unsigned> numbers, Indices inner,
                                    Indices row) {
  IndexList extents;
  for (AffineExpr variable : inner)
    extents.push_back(space.extentOf(variable));
  auto body = [&](OpBuilder &b, Indices values) {
    return store(b, numbers, inner, values, row);
  };
  FailureOr<LoopGroups> groups = groupLoops(emitter, extents, body);
  if (failed(groups))
    return failure();
  LogicalResult status = success();
  std::function<void(IndexList)> nest = [&](IndexList values) {
    if (values.size() == groups->groups.size()) {
      if (failed(
              body(builder.builder(), groups->expand(space, values, extents))))
        status = failure();
      return;
    }
    builder.forExtent(groups->groups[values.size()].extent,
                      [&](AffineExpr value) {
                        IndexList more = values;
                        more.push_back(value);
                        nest(more);
                      });
  };
  emitStreaming(builder, findStreams(groups->accesses), [&] { nest({}); });
  return status;
}

LogicalResult RowEmitter::emitResults(Indices row) {
  // Results of the same inner extents share their loops.
  SmallVector<unsigned> open(results);
  while (!open.empty()) {
    auto innerOf = [&](unsigned number) {
      return *rows.innerVariables(
          emitter, peelReshapes(emitter.kernelResults()[number]));
    };
    auto extentsOf = [&](unsigned number) {
      IndexList extents;
      for (AffineExpr variable : innerOf(number))
        extents.push_back(space.extentOf(variable));
      return extents;
    };
    SmallVector<unsigned> together, rest;
    for (unsigned number : open)
      (extentsOf(number) == extentsOf(open[0]) ? together : rest)
          .push_back(number);
    if (failed(emitInner(together, innerOf(open[0]), row)))
      return failure();
    open = rest;
  }
  return success();
}

/// Elements that one row's first reduction reads; unknown gives one item a row.
static int64_t rowsPerItem(ElementEmitter &emitter, const RowAnalysis &rows) {
  auto generic =
      dyn_cast<linalg::GenericOp>(rows.reductions.front().getOwner());
  if (!generic)
    return 1;
  int64_t count = 1;
  for (auto [extent, type] : llvm::zip_equal(emitter.loopExtents(generic),
                                             generic.getIteratorTypesArray())) {
    if (type == utils::IteratorType::parallel)
      continue;
    auto number = dyn_cast<AffineConstantExpr>(extent);
    if (!number)
      return 1;
    count *= std::max<int64_t>(1, number.getValue());
  }
  return std::max<int64_t>(1, itemGrain / count);
}

static ItemRange planRows(HostKernelBuilder &builder,
                          std::shared_ptr<RowAnalysis> rows,
                          SmallVector<unsigned> results) {
  IndexSpace &space = builder.space();
  int64_t perItem = rowsPerItem(builder.elements(), *rows);
  AffineExpr count = space.product(rows->rowExtents);
  auto emitter = std::make_shared<RowEmitter>(builder, *rows, results);
  auto emit = [=, &builder](AffineExpr item) {
    LogicalResult status = success();
    auto [first, last] = blockBounds(builder, item, perItem, count);
    builder.forLoop(first, last, count, [&](AffineExpr row) {
      if (failed(emitter->emitRow(
              delinearizeVariables(builder, row, rows->rowExtents))))
        status = failure();
    });
    return status;
  };
  return {count.ceilDiv(perItem), emit};
}

LogicalResult scheduleReduce(HostKernelBuilder &builder,
                             const HostScheduleOptions &options) {
  ElementEmitter &emitter = builder.elements();
  auto rows = std::make_shared<RowAnalysis>(analyzeRows(emitter));
  if (rows->reductions.empty())
    return scheduleMap(builder, options);
  SmallVector<unsigned> inRows, others;
  for (auto [number, result] : llvm::enumerate(emitter.kernelResults())) {
    bool isRow =
        rows->innerVariables(emitter, peelReshapes(result)).has_value();
    (isRow ? inRows : others).push_back(number);
  }
  SmallVector<ItemRange> ranges;
  if (!inRows.empty()) {
    std::optional<ItemRange> columns = planColumns(builder, rows, inRows);
    ranges.push_back(columns ? *columns : planRows(builder, rows, inRows));
  }
  for (const LoopNest &nest : nestsOfResults(builder, others)) {
    FailureOr<ItemRange> range = planNest(builder, nest);
    if (failed(range))
      return failure();
    ranges.push_back(*range);
  }
  return scheduleItems(builder, ranges);
}

} // namespace xcc::schedule
