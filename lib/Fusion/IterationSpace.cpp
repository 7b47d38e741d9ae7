//===- IterationSpace.cpp - Which loops of several ops are the same -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/IterationSpace.h"

#include "llvm/ADT/Sequence.h"

using namespace mlir;

namespace xcc::fusion {

static constexpr int unknown = -2;

IterationSpace::IterationSpace(Value tensor)
    : numLoops(cast<RankedTensorType>(tensor.getType()).getRank()) {
  auto loops = llvm::to_vector(llvm::seq<int>(0, numLoops));
  dims[tensor] = SmallVector<int>(loops.begin(), loops.end());
  made.insert(tensor);
}

IterationSpace::IterationSpace(linalg::GenericOp op)
    : numLoops(op.getNumLoops()) {
  add(op, llvm::to_vector(llvm::seq<int>(0, numLoops)));
}

bool IterationSpace::match(AffineMap map, Value tensor,
                           SmallVectorImpl<int> &loops, bool mustMatch) const {
  for (auto [expr, loop] : llvm::zip(map.getResults(), loopsOf(tensor))) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim) {
      if (mustMatch && !isa<AffineConstantExpr>(expr))
        return false; // Shifted or strided: not the same elements.
      continue;
    }
    int &known = loops[dim.getPosition()];
    if (loop < 0 || known == loop)
      continue;
    if (known == unknown && !llvm::is_contained(loops, loop))
      known = loop;
    else if (mustMatch)
      return false;
  }
  return true;
}

std::optional<SmallVector<int>>
IterationSpace::locate(linalg::GenericOp op) const {
  SmallVector<int> loops(op.getNumLoops(), unknown);
  // What the space makes must be read element by element. What it reads only
  // helps to tell the loops.
  for (bool isMade : {true, false}) {
    for (OpOperand *input : op.getDpsInputOperands())
      if (knows(input->get()) && makes(input->get()) == isMade &&
          !match(op.getMatchingIndexingMap(input), input->get(), loops, isMade))
        return std::nullopt;
    for (OpResult result : op->getResults())
      if (!isMade && knows(result) &&
          !match(op.getIndexingMapMatchingResult(result), result, loops, true))
        return std::nullopt;
  }
  if (llvm::is_contained(loops, unknown))
    return std::nullopt;
  return loops;
}

void IterationSpace::learn(Value tensor, AffineMap map, ArrayRef<int> loops) {
  if (!isa<RankedTensorType>(tensor.getType()) || knows(tensor))
    return;
  SmallVector<int> along;
  for (AffineExpr expr : map.getResults()) {
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      along.push_back(loops[dim.getPosition()]);
    else if (isa<AffineConstantExpr>(expr))
      along.push_back(none);
    else
      return;
  }
  dims[tensor] = along;
}

void IterationSpace::add(linalg::GenericOp op, ArrayRef<int> loops) {
  for (OpOperand *input : op.getDpsInputOperands())
    learn(input->get(), op.getMatchingIndexingMap(input), loops);
  for (OpResult result : op->getResults()) {
    learn(result, op.getIndexingMapMatchingResult(result), loops);
    made.insert(result);
  }
}

} // namespace xcc::fusion
