//===- FuseRows.cpp - Reductions over the same rows join ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Softmax, the norms, logsumexp, mean and variance: several reductions over the
// inner loops of the same rows, element-wise work before, between and after
// them. A row is read once and kept close until it is finished.
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/Decisions.h"
#include "lib/Fusion/IterationSpace.h"

#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;

namespace xcc::fusion {
namespace {

/// Grows the group of one reduction.
class RowGroup {
public:
  RowGroup(Decisions &decisions, linalg::GenericOp root)
      : decisions(decisions), root(root), space(root),
        isInner(root.getNumLoops()) {
    for (auto [loop, kind] : llvm::enumerate(root.getIteratorTypesArray()))
      if (kind == utils::IteratorType::reduction)
        isInner.set(loop);
  }

  void grow();

private:
  bool growOnce();
  bool tryConsumer(Operation *member, Operation *consumer);
  bool tryProducer(Operation *member, Operation *producer);
  bool trySiblings(linalg::GenericOp member);
  StringRef objection(linalg::GenericOp op) const;
  bool runsOverRows(linalg::GenericOp op, ArrayRef<int> loops) const;
  void join(linalg::GenericOp op, StringRef as);

  Decisions &decisions;
  linalg::GenericOp root;
  IterationSpace space;
  llvm::SmallBitVector isInner; // loops of the space that are reduced
};

} // namespace

/// Whether the loops are those of the rows, or of the rows and all they hold,
/// and what is reduced is just what they hold.
bool RowGroup::runsOverRows(linalg::GenericOp op, ArrayRef<int> loops) const {
  llvm::SmallBitVector covered(space.getNumLoops());
  auto kinds = op.getIteratorTypesArray();
  bool isReduction = op.getNumReductionLoops() != 0;
  for (auto [loop, kind] : llvm::zip(loops, kinds)) {
    covered.set(loop);
    bool isReduced = kind == utils::IteratorType::reduction;
    if (isReduced && !isInner.test(loop))
      return false;
    if (isReduction && !isReduced && isInner.test(loop))
      return false;
  }
  if (covered.all())
    return true;
  llvm::SmallBitVector rows = isInner;
  rows.flip();
  return covered == rows && !isReduction;
}

StringRef RowGroup::objection(linalg::GenericOp op) const {
  if (isGather(op))
    return "it reads elements at computed places";
  if (!decisions.readsDirectly(op, root))
    return "it sees the rows under another shape";
  auto loops = space.locate(op);
  if (!loops || !runsOverRows(op, *loops))
    return "it does not run over the same rows";
  if (!decisions.groups.canMerge(root, op))
    return "it needs a value that another kernel computes from these rows";
  return "";
}

void RowGroup::join(linalg::GenericOp op, StringRef as) {
  space.add(op, *space.locate(op));
  decisions.fuse(root, op, as);
}

bool RowGroup::tryConsumer(Operation *member, Operation *consumer) {
  auto op = asElementwise(consumer);
  if (!op)
    op = asReduction(consumer);
  if (!op || decisions.groups.inOneGroup(root, consumer) ||
      !decisions.isAlone(consumer))
    return false;
  StringRef reason = objection(op);
  if (!reason.empty()) {
    decisions.refuse(member, consumer, reason);
    return false;
  }
  join(op, "step");
  return true;
}

/// A gather's reader is better off with the gather: it saves the same trip.
static bool readsGather(Decisions &decisions, Operation *op) {
  return llvm::any_of(decisions.groups.producersOf(op), [&](Operation *other) {
    return isGather(other) && decisions.isAlone(other);
  });
}

static bool isTranspose(linalg::GenericOp op) {
  return isMovement(op) &&
         llvm::any_of(op.getDpsInputOperands(), [&](OpOperand *input) {
           AffineMap map = op.getMatchingIndexingMap(input);
           return map.isPermutation() && !map.isIdentity();
         });
}

bool RowGroup::tryProducer(Operation *member, Operation *producer) {
  auto op = asElementwise(producer);
  if (!op || decisions.groups.inOneGroup(root, producer) ||
      !decisions.isAlone(producer) || readsGather(decisions, producer))
    return false;
  StringRef reason = objection(op);
  if (reason.empty() && isTranspose(op))
    reason = "rows would be read with a stride, several times";
  if (!reason.empty()) {
    decisions.refuse(producer, member, reason);
    return false;
  }
  join(op, "prologue");
  return true;
}

/// Another reduction of the same rows reads what this one reads.
bool RowGroup::trySiblings(linalg::GenericOp member) {
  for (Value input : member.getDpsInputs()) {
    SmallVector<Operation *> siblings;
    for (Operation *user : input.getUsers())
      if (user->getBlock() == member->getBlock() && asReduction(user) &&
          decisions.isAlone(user) && user != member)
        siblings.push_back(user);
    llvm::sort(siblings, [&](Operation *lhs, Operation *rhs) {
      return decisions.groups.positionOf(lhs) <
             decisions.groups.positionOf(rhs);
    });
    for (Operation *sibling : siblings)
      if (objection(cast<linalg::GenericOp>(sibling)).empty()) {
        join(cast<linalg::GenericOp>(sibling), "sibling");
        return true;
      }
  }
  return false;
}

bool RowGroup::growOnce() {
  auto members = decisions.groups.groupOf(root).ops;
  for (Operation *member : members) {
    for (Operation *consumer : decisions.groups.consumersOf(member))
      if (tryConsumer(member, consumer))
        return true;
    for (Operation *producer : decisions.groups.producersOf(member))
      if (tryProducer(member, producer))
        return true;
    if (trySiblings(cast<linalg::GenericOp>(member)))
      return true;
  }
  return false;
}

void RowGroup::grow() {
  while (growOnce()) {
  }
}

void fuseRows(Decisions &decisions) {
  for (Operation *op : decisions.groups.getOps())
    if (auto reduction = asReduction(op))
      if (decisions.isAlone(op))
        RowGroup(decisions, reduction).grow();
}

} // namespace xcc::fusion
