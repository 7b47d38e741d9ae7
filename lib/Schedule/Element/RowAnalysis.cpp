//===- RowAnalysis.cpp - Where a kernel's tensors lie in its rows ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/RowAnalysis.h"

#include "dialects/fx/Fx.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace xcc::schedule {

// Operations of scalar code that cost about as much as a store and a load of
// what they compute.
static constexpr unsigned keepCost = 8;
// A row of more elements is computed again: it would leave the caches.
static constexpr int64_t keepElements = 1 << 20;

bool isReduction(Operation *op) {
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return generic.getNumReductionLoops() > 0;
  return isa<fx::ArgmaxOp, fx::ArgminOp>(op);
}

Value peelReshapes(Value tensor) {
  while (Operation *op = tensor.getDefiningOp()) {
    if (!isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::CastOp>(
            op))
      break;
    tensor = op->getOperand(0);
  }
  return tensor;
}

static void visitProducers(Value value, llvm::SetVector<Operation *> &seen) {
  Operation *op = value.getDefiningOp();
  if (!op || seen.contains(op))
    return;
  // What a body captures counts as an operand, too.
  op->walk([&](Operation *inner) {
    for (Value operand : inner->getOperands())
      if (Operation *producer = operand.getDefiningOp();
          producer && !op->isProperAncestor(producer) && producer != op)
        visitProducers(operand, seen);
  });
  seen.insert(op);
}

SmallVector<Operation *> sortedProducers(ValueRange results) {
  llvm::SetVector<Operation *> seen;
  for (Value result : results)
    visitProducers(result, seen);
  return seen.takeVector();
}

//===-- Places
//-------------------------------------------------------------===//

namespace {
class PlaceFinder {
public:
  PlaceFinder(ElementEmitter &emitter, RowAnalysis &rows)
      : emitter(emitter), space(emitter.indexSpace()), rows(rows) {}

  void run();

private:
  void forward(Value tensor, IndexList place);
  void backward(linalg::GenericOp op, IndexList loops);
  void backward(Value tensor);
  void placeOperands(OpResult reduction);

  ElementEmitter &emitter;
  IndexSpace &space;
  RowAnalysis &rows;
};
} // namespace

void PlaceFinder::forward(Value tensor, IndexList place) {
  auto fresh = [&](AffineExpr extent) { return space.placeholder(extent); };
  (void)emitter.forwardIndices(tensor, place, fresh, rows.places);
}

void PlaceFinder::backward(linalg::GenericOp op, IndexList loops) {
  for (OpOperand *operand : op.getDpsInputOperands()) {
    if (!isa<RankedTensorType>(operand->get().getType()))
      continue;
    IndexList place = space.apply(op.getMatchingIndexingMap(operand), loops);
    if (rows.places.insert({operand->get(), place}).second)
      backward(operand->get());
  }
}

void PlaceFinder::backward(Value tensor) {
  Operation *op = tensor.getDefiningOp();
  IndexList place = rows.places[tensor];
  if (auto generic = dyn_cast_if_present<linalg::GenericOp>(op)) {
    FailureOr<IndexList> loops = emitter.loopsOfResult(
        generic, cast<OpResult>(tensor).getResultNumber(), place);
    if (succeeded(loops) && !generic.getNumReductionLoops() &&
        llvm::all_of(*loops, [](AffineExpr loop) { return bool(loop); }))
      backward(generic, *loops);
    return;
  }
  IndexList source;
  IndexList shape = emitter.shapeOf(tensor);
  if (auto expand = dyn_cast_if_present<tensor::ExpandShapeOp>(op)) {
    for (const ReassociationIndices &group : expand.getReassociationIndices())
      source.push_back(
          space.linearize(Indices(place).slice(group.front(), group.size()),
                          Indices(shape).slice(group.front(), group.size())));
  } else if (auto collapse = dyn_cast_if_present<tensor::CollapseShapeOp>(op)) {
    IndexList from = emitter.shapeOf(collapse.getSrc());
    for (auto [index, group] :
         llvm::zip_equal(place, collapse.getReassociationIndices()))
      source.append(space.delinearize(
          index, Indices(from).slice(group.front(), group.size())));
  } else {
    return;
  }
  if (rows.places.insert({op->getOperand(0), source}).second)
    backward(op->getOperand(0));
}

void PlaceFinder::placeOperands(OpResult reduction) {
  auto generic = dyn_cast<linalg::GenericOp>(reduction.getOwner());
  if (!generic)
    return;
  FailureOr<IndexList> loops = emitter.loopsOfResult(
      generic, reduction.getResultNumber(), rows.places[reduction]);
  if (failed(loops))
    return;
  for (auto [loop, extent] :
       llvm::zip_equal(*loops, emitter.loopExtents(generic)))
    if (!loop)
      loop = space.placeholder(extent);
  backward(generic, *loops);
}

void PlaceFinder::run() {
  OpResult first = rows.reductions.front();
  rows.rowExtents = emitter.shapeOf(first);
  for (AffineExpr extent : rows.rowExtents)
    rows.rowVariables.push_back(extent == space.constant(1)
                                    ? space.constant(0)
                                    : space.placeholder(extent));
  for (OpResult reduction : rows.reductions) {
    // Independent reductions of one shape share the rows.
    if (emitter.shapeOf(reduction) == rows.rowExtents)
      rows.places.insert({reduction, rows.rowVariables});
    auto found = rows.places.find(reduction);
    if (found == rows.places.end())
      continue;
    // Consumers first: they say which dimensions the inputs share.
    IndexList place = found->second;
    placeOperands(reduction);
    forward(reduction, place);
  }
  // What hangs off the inputs: a second output, a tensor used unreduced.
  SmallVector<std::pair<Value, IndexList>> known(rows.places.begin(),
                                                 rows.places.end());
  for (auto &[tensor, place] : known)
    if (tensor.getDefiningOp() && !isReduction(tensor.getDefiningOp()))
      forward(tensor, place);
}

//===-- What to keep
//-------------------------------------------------------===//

static unsigned bodyCost(Operation *op) {
  unsigned cost = 0;
  op->walk([&](Operation *inner) {
    bool isCheap = isa<math::AbsFOp, math::FmaOp, math::CopySignOp,
                       math::FloorOp, math::CeilOp, math::AbsIOp>(inner);
    if (isa<math::MathDialect>(inner->getDialect()) && !isCheap)
      cost += keepCost;
    else if (isa<arith::DivFOp, math::SqrtOp>(inner))
      cost += keepCost / 2;
    else if (isa<tensor::ExtractOp>(inner))
      cost += keepCost / 2;
    else if (!isa<linalg::YieldOp, linalg::GenericOp>(inner))
      ++cost;
  });
  return cost;
}

/// The phases (one per reduction, then one for results) that compute each
/// element-wise operation, as a bit set.
static llvm::DenseMap<Operation *, uint64_t>
phasesOfOps(ElementEmitter &emitter, ArrayRef<OpResult> reductions) {
  llvm::DenseMap<Operation *, uint64_t> phases;
  auto mark = [&](ValueRange roots, unsigned phase) {
    SmallVector<Value> work(roots);
    while (!work.empty()) {
      Operation *op = work.pop_back_val().getDefiningOp();
      uint64_t bit = uint64_t(1) << std::min(phase, 63u);
      if (!op || isReduction(op) || (phases[op] & bit))
        continue;
      phases[op] |= bit;
      work.append(op->operand_begin(), op->operand_end());
    }
  };
  for (auto [i, reduction] : llvm::enumerate(reductions))
    mark(reduction.getOwner()->getOperands(), i);
  mark(emitter.kernelResults(), reductions.size());
  return phases;
}

static bool isSmallRow(ElementEmitter &emitter, Indices inner) {
  IndexSpace &space = emitter.indexSpace();
  AffineExpr count = space.constant(1);
  for (AffineExpr variable : inner)
    count = count * space.extentOf(variable);
  auto number = dyn_cast<AffineConstantExpr>(space.simplify(count));
  return !number || number.getValue() <= keepElements;
}

static void chooseKept(ElementEmitter &emitter, RowAnalysis &rows) {
  auto phases = phasesOfOps(emitter, rows.reductions);
  llvm::DenseMap<Operation *, unsigned> costs;
  for (Operation *op : sortedProducers(emitter.kernelResults())) {
    if (!isa<linalg::GenericOp>(op) || isReduction(op) ||
        op->getNumResults() != 1)
      continue;
    unsigned cost = bodyCost(op);
    for (Value operand : op->getOperands())
      cost +=
          operand.getDefiningOp() ? costs.lookup(operand.getDefiningOp()) : 1;
    costs[op] = cost;
    bool isShared = llvm::popcount(phases.lookup(op)) >= 2;
    bool hasLaterKept = llvm::any_of(op->getUsers(), [&](Operation *user) {
      return isa<linalg::GenericOp>(user) && !isReduction(user) &&
             phases.lookup(user) == phases.lookup(op);
    });
    if (!isShared || hasLaterKept || cost < keepCost)
      continue;
    auto place = rows.places.find(op->getResult(0));
    if (place == rows.places.end())
      continue;
    std::optional<IndexList> inner =
        rows.innerVariables(emitter, op->getResult(0));
    bool isPlain = llvm::all_of(place->second, [](AffineExpr index) {
      return isa<AffineDimExpr, AffineConstantExpr>(index);
    });
    if (!inner || inner->empty() || !isPlain || !isSmallRow(emitter, *inner))
      continue;
    rows.kept.push_back(op->getResult(0));
    costs[op] = 1;
  }
}

//===-- Queries
//------------------------------------------------------------===//

std::optional<IndexList> RowAnalysis::innerVariables(ElementEmitter &emitter,
                                                     Value tensor) const {
  auto place = places.find(tensor);
  if (place == places.end())
    return std::nullopt;
  IndexList inner;
  IndexSpace &space = emitter.indexSpace();
  AffineExpr count = space.product(rowExtents);
  for (AffineExpr index : place->second)
    index.walk([&](AffineExpr part) {
      if (!isa<AffineDimExpr>(part) || llvm::is_contained(rowVariables, part) ||
          llvm::is_contained(inner, part))
        return;
      inner.push_back(part);
      count = count * space.extentOf(part);
    });
  AffineExpr size = space.product(emitter.shapeOf(tensor));
  if (space.simplify(count - size) != space.constant(0))
    return std::nullopt;
  return inner;
}

IndexList RowAnalysis::placeAt(Value tensor, Indices row) const {
  llvm::DenseMap<AffineExpr, AffineExpr> map;
  for (auto [variable, index] : llvm::zip_equal(rowVariables, row))
    if (isa<AffineDimExpr>(variable))
      map[variable] = index;
  IndexList result;
  for (AffineExpr index : places.find(tensor)->second)
    result.push_back(index.replace(map));
  return result;
}

RowAnalysis analyzeRows(ElementEmitter &emitter) {
  RowAnalysis rows;
  for (Operation *op : sortedProducers(emitter.kernelResults()))
    if (isReduction(op))
      rows.reductions.append(op->result_begin(), op->result_end());
  if (rows.reductions.empty())
    return rows;
  PlaceFinder(emitter, rows).run();
  chooseKept(emitter, rows);
  return rows;
}

} // namespace xcc::schedule
