//===- ContractMatch.cpp - The contraction of a kernel --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/ContractMatch.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace xcc::schedule {

namespace {
/// What becomes of the two inputs before they are multiplied.
struct ContractionBody {
  unsigned inputs[2]; // their numbers
  SmallVector<Operation *> casts[2];
};
} // namespace

//===-- Recognition
//--------------------------------------------------------===//

/// The input's block argument behind a chain of one-operand operations.
static std::optional<unsigned> traceToInput(linalg::GenericOp op, Value value,
                                            SmallVector<Operation *> &chain) {
  while (Operation *cast = value.getDefiningOp()) {
    if (cast->getNumOperands() != 1 || cast->getNumResults() != 1 ||
        cast->getNumRegions() != 0)
      return std::nullopt;
    chain.insert(chain.begin(), cast);
    value = cast->getOperand(0);
  }
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument || argument.getOwner() != op.getBlock() ||
      argument.getArgNumber() >= op.getNumDpsInputs())
    return std::nullopt;
  return argument.getArgNumber();
}

/// The casts of both operands of yield(out + f(in0) * g(in1)).
static std::optional<ContractionBody> matchBody(linalg::GenericOp op) {
  if (op.getNumDpsInputs() < 2 || op.getNumDpsInits() != 1 ||
      op.getNumReductionLoops() == 0)
    return std::nullopt;
  Value sum = op.getBlock()->getTerminator()->getOperand(0);
  Operation *add = sum.getDefiningOp();
  if (!isa_and_nonnull<arith::AddFOp, arith::AddIOp>(add))
    return std::nullopt;
  Value out = op.getBlock()->getArguments().back();
  Value product;
  if (add->getOperand(0) == out)
    product = add->getOperand(1);
  else if (add->getOperand(1) == out)
    product = add->getOperand(0);
  else
    return std::nullopt;
  Operation *mul = product.getDefiningOp();
  if (!isa_and_nonnull<arith::MulFOp, arith::MulIOp>(mul))
    return std::nullopt;
  SmallVector<Operation *> factors[2];
  auto first = traceToInput(op, mul->getOperand(0), factors[0]);
  auto second = traceToInput(op, mul->getOperand(1), factors[1]);
  if (!first || !second || *first == *second)
    return std::nullopt;
  // Further inputs do no more than say how far loops go.
  bool isSwapped = *second < *first;
  ContractionBody body;
  body.inputs[isSwapped] = *first;
  body.inputs[!isSwapped] = *second;
  body.casts[isSwapped] = factors[0];
  body.casts[!isSwapped] = factors[1];
  return body;
}

/// Sorts the loops by where they stand in the map's results.
static void sortByPlace(SmallVector<unsigned> &loops, AffineMap map) {
  auto place = [&](unsigned loop) {
    for (auto [i, expr] : llvm::enumerate(map.getResults()))
      if (expr.isFunctionOfDim(loop))
        return unsigned(i);
    return map.getNumResults();
  };
  llvm::sort(loops, [&](unsigned a, unsigned b) {
    return std::pair(place(a), a) < std::pair(place(b), b);
  });
}

/// Sorts the loops into batch, m, n and k, in the order in which the result (k:
/// the left operand) has them: that keeps accesses contiguous.
static void sortLoops(Contraction &contraction, AffineMap lhs, AffineMap rhs,
                      AffineMap out) {
  for (auto [loop, kind] :
       llvm::enumerate(contraction.op.getIteratorTypesArray())) {
    bool inLhs = lhs.isFunctionOfDim(loop), inRhs = rhs.isFunctionOfDim(loop);
    if (kind == utils::IteratorType::reduction)
      contraction.k.push_back(loop);
    else if (inLhs == inRhs)
      contraction.batch.push_back(loop);
    else
      (inLhs ? contraction.m : contraction.n).push_back(loop);
  }
  for (auto *loops : {&contraction.batch, &contraction.m, &contraction.n})
    sortByPlace(*loops, out);
  sortByPlace(contraction.k, lhs);
}

/// The op as a contraction; the right operand is the one whose own loops the
/// result runs along.
static std::optional<Contraction> matchContraction(linalg::GenericOp op,
                                                   OperandPlaces places) {
  std::optional<ContractionBody> body = matchBody(op);
  if (!body)
    return std::nullopt;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  auto isPlain = [](AffineMap map) {
    return map.isProjectedPermutation(/*allowZeroInResults=*/true);
  };
  if (!isPlain(maps.back()) ||
      (places == OperandPlaces::Plain && !llvm::all_of(maps, isPlain)))
    return std::nullopt;
  Contraction result;
  result.op = op;
  result.lhs = op.getDpsInputOperand(body->inputs[0]);
  result.rhs = op.getDpsInputOperand(body->inputs[1]);
  result.lhsCasts = body->casts[0];
  result.rhsCasts = body->casts[1];
  AffineMap lhs = maps[body->inputs[0]], rhs = maps[body->inputs[1]];
  ArrayRef<AffineExpr> out = maps.back().getResults();
  auto innermost = out.empty() ? AffineDimExpr(nullptr)
                               : dyn_cast<AffineDimExpr>(out.back());
  if (innermost && lhs.isFunctionOfDim(innermost.getPosition()) &&
      !rhs.isFunctionOfDim(innermost.getPosition())) {
    std::swap(lhs, rhs);
    std::swap(result.lhs, result.rhs);
    std::swap(result.lhsCasts, result.rhsCasts);
  }
  sortLoops(result, lhs, rhs, maps.back());
  return result;
}

std::optional<Contraction> findContraction(func::FuncOp kernel,
                                           OperandPlaces places) {
  std::optional<Contraction> best;
  auto work = [](const Contraction &contraction) {
    auto op = contraction.op;
    double product = 1;
    for (int64_t size : op.getStaticLoopRanges())
      product *= ShapedType::isDynamic(size) ? 64 : size;
    return product;
  };
  kernel.walk([&](linalg::GenericOp op) {
    std::optional<Contraction> found = matchContraction(op, places);
    if (found && (!best || work(*found) > work(*best)))
      best = found;
  });
  return best;
}

} // namespace xcc::schedule
