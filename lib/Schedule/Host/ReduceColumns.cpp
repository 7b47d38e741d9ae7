//===- ReduceColumns.cpp - Reductions of outer dimensions -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where a row's elements are far apart and its neighbour's are next to them, a
// block of neighbouring rows (columns, then) is reduced together: the inner
// loop runs over the block, the accumulators lie in private memory.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/ReductionLoops.h"
#include "lib/Schedule/Element/ScalarOps.h"
#include "lib/Schedule/Host/Reduce.h"

using namespace mlir;

namespace xcc::schedule {

// Columns side by side: some cache lines of each row, accumulators in L1. Wide
// blocks read memory in longer pieces; four of them leave work for threads.
static constexpr int64_t fewestColumns = 128, mostColumns = 512;
// Rows added to accumulators between their load and their store.
static constexpr int64_t rowsTogether = 4;
// Terms of one partial sum of f32, as in sums along rows.
static constexpr int64_t partialTerms = 512;

namespace {
/// The reduction in progress.
struct ColumnReduction {
  linalg::GenericOp op;
  IndexList place;               // of its results, over row variables
  SmallVector<unsigned> reduced; // loops
  IndexList extents;             // of these
  SmallVector<Value> accumulators;
};

class ColumnEmitter {
public:
  ColumnEmitter(HostKernelBuilder &builder, std::shared_ptr<RowAnalysis> rows,
                SmallVector<unsigned> results, unsigned column);

  ItemRange plan();

private:
  LogicalResult emitBlock(AffineExpr item);
  LogicalResult emitReduction(ColumnReduction &reduction);
  void initialize(ColumnReduction &reduction, ArrayRef<Value> into);
  void accumulate(ColumnReduction &reduction, ArrayRef<Value> into,
                  IndexList at);
  void accumulateInBlocks(ColumnReduction &reduction);
  void accumulateRows(ColumnReduction &reduction, ArrayRef<Value> into,
                      IndexList at, Value lower, Value upper);
  void emitSteps(ColumnReduction &reduction, ArrayRef<Value> into,
                 ArrayRef<IndexList> rowsAt, AffineExpr index);
  FailureOr<SmallVector<Value>> emitStep(ColumnReduction &reduction, Indices at,
                                         AffineExpr index, ValueRange totals);
  void bindResults(ColumnReduction &reduction);
  void emitResult(unsigned number, IndexList inner);
  void forColumns(function_ref<void(AffineExpr)> inside) {
    builder.forLoop(lower, upper, rows->rowExtents[column], inside);
  }
  IndexList placeAt(Value tensor, AffineExpr index) {
    IndexList here = row;
    here[column] = index;
    return rows->placeAt(tensor, here);
  }

  HostKernelBuilder &builder;
  ElementEmitter &emitter;
  IndexSpace &space;
  std::shared_ptr<RowAnalysis> rows;
  SmallVector<unsigned> results;
  unsigned column; // which row variable the block runs along
  int64_t columnBlock;
  SmallVector<ColumnReduction, 0> reductions;
  llvm::DenseMap<Operation *, Value> partials;
  // Of the block being emitted.
  IndexList row;
  AffineExpr start;
  Value lower, upper;
  LogicalResult status = success();
};
} // namespace

static bool isSum(linalg::GenericOp op) {
  if (op.getNumResults() != 1)
    return false;
  auto yield = op.getBody()->getTerminator();
  auto add = yield->getOperand(0).getDefiningOp<arith::AddFOp>();
  return add && add.getType().isF32() &&
         llvm::is_contained(add->getOperands(),
                            op.getRegionOutputArgs().front());
}

ColumnEmitter::ColumnEmitter(HostKernelBuilder &builder,
                             std::shared_ptr<RowAnalysis> rowsOfKernel,
                             SmallVector<unsigned> numbers, unsigned column)
    : builder(builder), emitter(builder.elements()), space(builder.space()),
      rows(std::move(rowsOfKernel)), results(std::move(numbers)),
      column(column) {
  auto width = dyn_cast<AffineConstantExpr>(rows->rowExtents[column]);
  columnBlock =
      !width ? fewestColumns
             : std::clamp<int64_t>(llvm::alignTo(width.getValue() / 4, 64),
                                   fewestColumns, mostColumns);
  llvm::DenseSet<Operation *> seen;
  for (OpResult result : rows->reductions) {
    auto op = dyn_cast<linalg::GenericOp>(result.getOwner());
    std::optional<IndexList> inner = rows->innerVariables(emitter, result);
    if (!op || !inner || !inner->empty() || !seen.insert(op).second)
      continue;
    ColumnReduction reduction{
        op, rows->places.find(result)->second, {}, {}, {}};
    for (auto [i, extent, type] :
         llvm::enumerate(emitter.loopExtents(op), op.getIteratorTypesArray()))
      if (type == utils::IteratorType::reduction) {
        reduction.reduced.push_back(i);
        reduction.extents.push_back(extent);
      }
    AffineExpr count = space.constant(columnBlock);
    for (Value each : op.getResults())
      reduction.accumulators.push_back(builder.allocateScratch(
          cast<RankedTensorType>(each.getType()).getElementType(), count));
    if (isSum(op))
      partials[op] =
          builder.allocateScratch(builder.builder().getF32Type(), count);
    reductions.push_back(reduction);
  }
}

void ColumnEmitter::initialize(ColumnReduction &reduction,
                               ArrayRef<Value> into) {
  OpBuilder &b = builder.builder();
  Location loc = reduction.op.getLoc();
  forColumns([&](AffineExpr index) {
    for (auto [result, init, buffer] : llvm::zip_equal(
             reduction.op.getResults(), reduction.op.getDpsInits(), into)) {
      Value value = emitter.readElement(b, loc, init, placeAt(result, index));
      if (value)
        emitter.storeFlat(b, loc, value, buffer, index - start);
      else
        status = failure();
    }
  });
}

/// The totals of one column after the element at `at`.
FailureOr<SmallVector<Value>>
ColumnEmitter::emitStep(ColumnReduction &reduction, Indices at,
                        AffineExpr index, ValueRange totals) {
  OpBuilder &b = builder.builder();
  FailureOr<IndexList> loops = emitter.loopsOfResult(
      reduction.op, 0, placeAt(reduction.op.getResult(0), index));
  if (failed(loops))
    return failure();
  for (auto [loop, value] : llvm::zip_equal(reduction.reduced, at))
    (*loops)[loop] = value;
  FailureOr<SmallVector<Value>> scalars =
      emitter.readInputs(b, reduction.op, *loops);
  if (failed(scalars))
    return failure();
  scalars->append(totals.begin(), totals.end());
  return emitter.emitBody(b, reduction.op, *loops, *scalars);
}

/// Adds some rows' elements to one column, one after the other.
void ColumnEmitter::emitSteps(ColumnReduction &reduction, ArrayRef<Value> into,
                              ArrayRef<IndexList> rowsAt, AffineExpr index) {
  OpBuilder &b = builder.builder();
  Location loc = reduction.op.getLoc();
  SmallVector<Value> totals;
  for (auto [result, buffer] : llvm::zip_equal(reduction.op.getResults(), into))
    totals.push_back(emitter.loadFlat(
        b, loc, buffer, index - start,
        cast<RankedTensorType>(result.getType()).getElementType()));
  for (const IndexList &at : rowsAt) {
    FailureOr<SmallVector<Value>> updated =
        emitStep(reduction, at, index, totals);
    if (failed(updated)) {
      status = failure();
      return;
    }
    totals = *updated;
  }
  for (auto [value, buffer] : llvm::zip_equal(totals, into))
    emitter.storeFlat(b, loc, value, buffer, index - start);
}

/// The innermost of the loops over what is reduced, some rows at a time.
void ColumnEmitter::accumulateRows(ColumnReduction &reduction,
                                   ArrayRef<Value> into, IndexList at,
                                   Value first, Value last) {
  OpBuilder &b = builder.builder();
  Location loc = reduction.op.getLoc();
  AffineExpr extent = reduction.extents[at.size()];
  Value count = arith::SubIOp::create(b, loc, last, first);
  Value together = arith::ConstantIndexOp::create(b, loc, rowsTogether);
  Value rest = arith::RemUIOp::create(b, loc, count, together);
  Value whole = arith::SubIOp::create(b, loc, last, rest);
  auto rowsFrom = [&](AffineExpr value, int64_t number) {
    SmallVector<IndexList> rowsAt(number, at);
    for (auto [i, place] : llvm::enumerate(rowsAt))
      place.push_back(value + i);
    forColumns(
        [&](AffineExpr index) { emitSteps(reduction, into, rowsAt, index); });
  };
  builder.forLoop(
      first, whole, extent,
      [&](AffineExpr value) { rowsFrom(value, rowsTogether); }, rowsTogether);
  builder.forLoop(whole, last, extent,
                  [&](AffineExpr value) { rowsFrom(value, 1); });
}

/// The loops over what is reduced, from number at.size() on.
void ColumnEmitter::accumulate(ColumnReduction &reduction, ArrayRef<Value> into,
                               IndexList at) {
  if (at.size() == reduction.extents.size()) {
    forColumns([&](AffineExpr index) {
      emitSteps(reduction, into, ArrayRef<IndexList>(at), index);
    });
    return;
  }
  AffineExpr extent = reduction.extents[at.size()];
  if (at.size() + 1 == reduction.extents.size()) {
    OpBuilder &b = builder.builder();
    Location loc = reduction.op.getLoc();
    accumulateRows(reduction, into, at,
                   arith::ConstantIndexOp::create(b, loc, 0),
                   space.materialize(b, loc, extent));
    return;
  }
  builder.forExtent(extent, [&](AffineExpr value) {
    IndexList more = at;
    more.push_back(value);
    accumulate(reduction, into, more);
  });
}

/// Sums of f32: partial sums of some terms, so that errors do not grow with
/// the number of rows.
void ColumnEmitter::accumulateInBlocks(ColumnReduction &reduction) {
  OpBuilder &b = builder.builder();
  Location loc = reduction.op.getLoc();
  Value partial = partials[reduction.op], total = reduction.accumulators[0];
  AffineExpr extent = reduction.extents[0];
  builder.forExtent(extent.ceilDiv(partialTerms), [&](AffineExpr block) {
    forColumns([&](AffineExpr index) {
      ScalarOps ops{b, loc};
      emitter.storeFlat(b, loc, ops.constant(b.getF32Type(), 0), partial,
                        index - start);
    });
    auto [first, last] = blockBounds(builder, block, partialTerms, extent);
    if (reduction.extents.size() == 1)
      accumulateRows(reduction, partial, {}, first, last);
    else
      builder.forLoop(first, last, extent, [&](AffineExpr value) {
        accumulate(reduction, partial, {value});
      });
    forColumns([&](AffineExpr index) {
      ScalarOps ops{b, loc};
      Type f32 = b.getF32Type();
      Value sum =
          ops.add(emitter.loadFlat(b, loc, total, index - start, f32),
                  emitter.loadFlat(b, loc, partial, index - start, f32));
      emitter.storeFlat(b, loc, sum, total, index - start);
    });
  });
}

/// Reads of the results come from the accumulators.
void ColumnEmitter::bindResults(ColumnReduction &reduction) {
  AffineExpr variable = rows->rowVariables[column];
  for (auto [result, buffer] :
       llvm::zip_equal(reduction.op->getResults(), reduction.accumulators)) {
    IndexList here = placeAt(result, variable);
    IndexList place = rows->places.find(result)->second;
    Type element = cast<RankedTensorType>(result.getType()).getElementType();
    Value source = buffer;
    emitter.bind(
        result,
        [=, this](OpBuilder &b, Location loc, Indices indices) -> Value {
          auto at = matchPlace(space, place, here, indices, variable);
          if (!at || !(*at)[0])
            return {};
          return emitter.loadFlat(b, loc, source, (*at)[0] - start, element);
        });
  }
}

LogicalResult ColumnEmitter::emitReduction(ColumnReduction &reduction) {
  initialize(reduction, reduction.accumulators);
  if (partials.contains(reduction.op) && !reduction.extents.empty())
    accumulateInBlocks(reduction);
  else
    accumulate(reduction, reduction.accumulators, {});
  bindResults(reduction);
  return status;
}

void ColumnEmitter::emitResult(unsigned number, IndexList inner) {
  Value tensor = peelReshapes(emitter.kernelResults()[number]);
  IndexList variables = *rows->innerVariables(emitter, tensor);
  if (inner.size() < variables.size()) {
    builder.forExtent(space.extentOf(variables[inner.size()]),
                      [&](AffineExpr value) {
                        IndexList more = inner;
                        more.push_back(value);
                        emitResult(number, more);
                      });
    return;
  }
  OpBuilder &b = builder.builder();
  forColumns([&](AffineExpr index) {
    llvm::DenseMap<AffineExpr, AffineExpr> map;
    for (auto [variable, value] : llvm::zip_equal(variables, inner))
      map[variable] = value;
    IndexList place = placeAt(tensor, index);
    for (AffineExpr &expr : place)
      expr = expr.replace(map);
    Value scalar = emitter.readElement(b, tensor.getLoc(), tensor, place);
    if (scalar)
      emitter.storeFlat(b, tensor.getLoc(), scalar,
                        builder.flat(builder.numInputs() + number),
                        space.linearize(place, emitter.shapeOf(tensor)));
    else
      status = failure();
  });
}

LogicalResult ColumnEmitter::emitBlock(AffineExpr item) {
  IndexList extents = rows->rowExtents;
  AffineExpr width = extents[column];
  extents[column] = width.ceilDiv(columnBlock);
  row = delinearizeVariables(builder, item, extents);
  AffineExpr block = row[column];
  start = block * columnBlock;
  std::tie(lower, upper) = blockBounds(builder, block, columnBlock, width);
  for (ColumnReduction &reduction : reductions)
    if (failed(emitReduction(reduction)))
      return failure();
  for (unsigned number : results)
    emitResult(number, {});
  for (ColumnReduction &reduction : reductions)
    for (Value result : reduction.op.getResults())
      emitter.unbind(result);
  return status;
}

ItemRange ColumnEmitter::plan() {
  IndexList extents = rows->rowExtents;
  extents[column] = extents[column].ceilDiv(columnBlock);
  return {space.product(extents),
          [this](AffineExpr item) { return emitBlock(item); }};
}

std::optional<ItemRange> planColumns(HostKernelBuilder &builder,
                                     std::shared_ptr<RowAnalysis> rows,
                                     SmallVector<unsigned> results) {
  std::optional<unsigned> column = findColumn(builder.elements(), *rows);
  if (!column)
    return std::nullopt;
  auto emitter =
      std::make_shared<ColumnEmitter>(builder, rows, results, *column);
  ItemRange range = emitter->plan();
  auto emit = range.emit;
  return ItemRange{range.items,
                   [emitter, emit](AffineExpr item) { return emit(item); }};
}

} // namespace xcc::schedule
