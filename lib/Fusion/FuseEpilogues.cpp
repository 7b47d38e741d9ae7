//===- FuseEpilogues.cpp - Elementwise consumers join roots ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A root's result is finished while it is in registers: bias, activation,
// residual, scale and conversion cost no trip through memory.
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/Decisions.h"
#include "lib/Fusion/IterationSpace.h"

#include "llvm/ADT/Sequence.h"

using namespace mlir;

namespace xcc::fusion {

static bool takesEpilogue(Family family) {
  switch (family) {
  case Family::Contract:
  case Family::Convolution:
  case Family::Attention:
  case Family::Pool:
    return true;
  case Family::Map:
  case Family::Reduce:
  case Family::Scan:
  case Family::Sort:
  case Family::Scatter:
  case Family::Copy:
    return false;
  }
  llvm_unreachable("every family is listed");
}

/// Why `op` cannot be an epilogue of `root`; empty when it can.
static StringRef objection(Decisions &decisions, Operation *root,
                           linalg::GenericOp op, const IterationSpace &space) {
  if (isGather(op))
    return "it reads elements at computed places";
  if (!decisions.readsDirectly(op, root))
    return "it sees the result under another shape";
  auto loops = space.locate(op);
  if (!loops || loops->size() != space.getNumLoops())
    return "it does not run over the result's elements one by one";
  for (OpOperand *input : op.getDpsInputOperands())
    if (space.makes(input->get()) &&
        !op.getMatchingIndexingMap(input).isPermutation())
      return "it reads an element of the result more than once";
  bool isInOrder = llvm::equal(*loops, llvm::seq<int>(0, loops->size()));
  if (!isInOrder && familyOf(root) != Family::Attention)
    return "it stores the result transposed";
  if (decisions.groups.isTooLarge(root, op))
    return "the kernel has enough operations";
  if (!decisions.groups.canMerge(root, op))
    return "it needs a value that is computed from the whole result";
  return "";
}

static void growEpilogue(Decisions &decisions, Operation *root) {
  IterationSpace space(root->getResult(0));
  // The group grows while it is walked: readers of new members come later.
  for (size_t i = 0; i < decisions.groups.groupOf(root).ops.size(); ++i) {
    Operation *member = decisions.groups.groupOf(root).ops[i];
    for (Operation *consumer : decisions.groups.consumersOf(member)) {
      auto op = asElementwise(consumer);
      if (!op || decisions.groups.inOneGroup(root, consumer))
        continue;
      StringRef reason = decisions.isAlone(consumer)
                             ? objection(decisions, root, op, space)
                             : "it is part of another kernel";
      if (!reason.empty()) {
        decisions.refuse(member, consumer, reason);
        continue;
      }
      space.add(op, *space.locate(op));
      decisions.fuse(member, consumer, "epilogue");
    }
  }
}

void fuseEpilogues(Decisions &decisions) {
  for (Operation *op : decisions.groups.getOps())
    if (takesEpilogue(familyOf(op)) && op->getNumResults() == 1)
      growEpilogue(decisions, op);
}

} // namespace xcc::fusion
