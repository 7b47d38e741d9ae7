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

#include "mlir/Dialect/Tensor/IR/Tensor.h"

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

/// Whether `op` reads `producer` itself or a view of it that splits dimensions:
/// an element's place is then a product and a sum away, with no division.
static bool readsSimply(Operation *op, Operation *producer) {
  bool isSimple = true;
  op->walk([&](Operation *nested) {
    for (Value operand : nested->getOperands()) {
      if (skipViews(operand).getDefiningOp() != producer)
        continue;
      isSimple &= nested == op;
      while (auto view = operand.getDefiningOp<tensor::ExpandShapeOp>())
        operand = view.getSrc();
      isSimple &= operand.getDefiningOp() == producer;
    }
  });
  return isSimple;
}

/// What else keeps `op` from being done while `member` of the root's group
/// reads it; empty when nothing does.
static StringRef objectionAround(Decisions &decisions, Operation *root,
                                 Operation *member, linalg::GenericOp op) {
  bool isDirect = decisions.readsDirectly(member, op) ||
                  (isMovement(op) && readsSimply(member, op));
  if (!isDirect)
    return "its result is seen under another shape";
  if (!decisions.isReadOnlyBy(root, op))
    return isMovement(op) && decisions.groups.canCopy(root, op)
               ? ""
               : "others need its result in memory anyway";
  if (!decisions.groups.canMerge(root, op))
    return "another kernel would have to run in between";
  return "";
}

static void tryPrologue(Decisions &decisions, Operation *root,
                        Operation *member, Operation *producer) {
  auto op = asElementwise(producer);
  Groups &groups = decisions.groups;
  if (!op || groups.groupOf(root).holds(producer) ||
      !decisions.isAlone(producer))
    return;
  StringRef reason = objection(root, op);
  if (reason.empty())
    reason = objectionAround(decisions, root, member, op);
  if (!reason.empty())
    return decisions.refuse(producer, member, reason);
  if (decisions.isReadOnlyBy(root, producer))
    return decisions.fuse(root, producer, "prologue");
  decisions.recompute(root, producer);
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
