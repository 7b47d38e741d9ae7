//===- FusePrologues.cpp - Elementwise producers join roots ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A contraction reads an operand more than once, so that only what costs about
// as much as a load is done while reading: conversions, transposes, slices,
// scales. Attention takes pure movement; cat and pad, which read once,
// anything.
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/Decisions.h"

#include "dialects/fx/Fx.h"

using namespace mlir;

namespace xcc::fusion {

/// Whether each input is read at a loop's index, shifted at most.
static bool readsAtLoops(linalg::GenericOp op) {
  for (OpOperand *input : op.getDpsInputOperands())
    for (AffineExpr expr : op.getMatchingIndexingMap(input).getResults()) {
      auto sum = dyn_cast<AffineBinaryOpExpr>(expr);
      if (sum && sum.getKind() == AffineExprKind::Add &&
          isa<AffineConstantExpr>(sum.getRHS()))
        expr = sum.getLHS();
      if (!isa<AffineDimExpr, AffineConstantExpr>(expr))
        return false;
    }
  return true;
}

/// Inputs as large as the result: each is one more trip to memory.
static unsigned numLargeInputs(linalg::GenericOp op) {
  return llvm::count_if(op.getDpsInputOperands(), [&](OpOperand *input) {
    return op.getMatchingIndexingMap(input).getNumResults() >= op.getNumLoops();
  });
}

/// Why `op` cannot be done while `root` reads; empty when it can.
static StringRef objection(Operation *root, linalg::GenericOp op) {
  if (isGather(op))
    return "it reads elements at computed places";
  if (!readsAtLoops(op))
    return "it does not read its inputs element by element";
  if (isa<fx::CatOp, fx::PadOp>(root))
    return "";
  Family family = familyOf(root);
  if (family == Family::Attention)
    return isMovement(op) ? "" : "attention reads an operand more than once";
  if (family != Family::Contract && family != Family::Convolution)
    return "this kind of kernel takes no prologue";
  if (!isCheap(op))
    return "too expensive to do each time the operand is read";
  if (numLargeInputs(op) > 1)
    return "it would read two tensors where one will do";
  return "";
}

/// Whether `root` reads `producer` as a whole tensor or, for contractions,
/// through a view that the kernel can follow.
static void tryPrologue(Decisions &decisions, Operation *root,
                        Operation *member, Operation *producer) {
  auto op = asElementwise(producer);
  Groups &groups = decisions.groups;
  if (!op || groups.inOneGroup(root, producer) || !decisions.isAlone(producer))
    return;
  StringRef reason = objection(root, op);
  if (reason.empty() && !decisions.isReadOnlyBy(root, producer))
    reason = "others need its result in memory anyway";
  if (reason.empty() && !decisions.readsDirectly(member, producer))
    reason = "its result is seen under another shape";
  if (reason.empty() && !groups.canMerge(root, producer))
    reason = "another kernel would have to run in between";
  if (!reason.empty())
    return decisions.refuse(producer, member, reason);
  decisions.fuse(root, producer, "prologue");
}

/// The op that a group is made around: the first that is not element-wise.
static Operation *rootOf(const Group &group) {
  for (Operation *op : group.ops)
    if (!asElementwise(op))
      return op;
  return nullptr;
}

void fusePrologues(Decisions &decisions) {
  Groups &groups = decisions.groups;
  // Backwards: a producer of a prologue may be a prologue too.
  for (Operation *op : llvm::reverse(groups.getOps())) {
    if (asReduction(op))
      continue;
    Operation *root = rootOf(groups.groupOf(op));
    // An epilogue's other operands are read once: leave them to their makers.
    bool isBeforeRoot =
        root && groups.positionOf(op) <= groups.positionOf(root);
    if (!isBeforeRoot || asReduction(root))
      continue;
    for (Operation *producer : groups.producersOf(op))
      tryPrologue(decisions, root, op, producer);
  }
}

} // namespace xcc::fusion
