//===- FuseMaps.cpp - Elementwise ops join each other ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What no root has taken. A producer over the same elements joins its reader;
// one that is read broadcast or in part is computed again by each reader if
// that is cheap.
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/Decisions.h"
#include "lib/Fusion/IterationSpace.h"

using namespace mlir;

namespace xcc::fusion {

static bool isMapGroup(const Group &group) {
  return group.family == Family::Map;
}

/// How `consumer` reads what `producer` makes.
enum class Reading { ElementByElement, InPart, Elsewhere };

static Reading readingOf(linalg::GenericOp consumer, Operation *producer) {
  Reading reading = Reading::ElementByElement;
  for (OpOperand *input : consumer.getDpsInputOperands()) {
    if (input->get().getDefiningOp() != producer)
      continue;
    AffineMap map = consumer.getMatchingIndexingMap(input);
    if (map.isIdentity())
      continue;
    if (!map.isProjectedPermutation(/*allowZeroInResults=*/true) &&
        map.getNumSymbols())
      return Reading::Elsewhere;
    reading = Reading::InPart;
  }
  return reading;
}

/// Whether the results' elements are written in the order of the loops.
static bool writesInOrder(linalg::GenericOp op) {
  return llvm::all_of(op.getDpsInitsMutable(), [&](OpOperand &init) {
    return op.getMatchingIndexingMap(&init).isIdentity();
  });
}

/// producer -> consumer over the same elements: one kernel.
static bool tryJoin(Decisions &decisions, linalg::GenericOp producer,
                    linalg::GenericOp consumer) {
  Groups &groups = decisions.groups;
  if (producer.getNumLoops() != consumer.getNumLoops() ||
      !writesInOrder(producer) || !writesInOrder(consumer))
    return false;
  if (groups.isTooLarge(consumer, producer)) {
    decisions.refuse(producer, consumer, "the kernel has enough operations");
    return true;
  }
  if (!groups.canMerge(consumer, producer)) {
    decisions.refuse(producer, consumer,
                     "another kernel would have to run in between");
    return false;
  }
  decisions.fuse(producer, consumer, "epilogue");
  return true;
}

/// A producer read broadcast, transposed or in part is made where it is read.
static void tryInline(Decisions &decisions, Operation *producer,
                      Operation *consumer) {
  Groups &groups = decisions.groups;
  bool isOnlyReader =
      decisions.isReadOnlyBy(consumer, producer) && decisions.isAlone(producer);
  if (!isCheap(producer))
    return decisions.refuse(
        producer, consumer,
        "read at other places than it is made, and too expensive to repeat");
  if (groups.isTooLarge(consumer, producer))
    return decisions.refuse(producer, consumer,
                            "the kernel has enough operations");
  if (isOnlyReader && groups.canMerge(consumer, producer))
    return decisions.fuse(consumer, producer, "prologue");
  if (groups.canCopy(consumer, producer))
    decisions.recompute(consumer, producer);
}

static void tryMap(Decisions &decisions, Operation *producer,
                   Operation *consumer) {
  Groups &groups = decisions.groups;
  auto from = asElementwise(producer), to = asElementwise(consumer);
  if (!from || !to || groups.inOneGroup(producer, consumer) ||
      !isMapGroup(groups.groupOf(producer)) ||
      !isMapGroup(groups.groupOf(consumer)))
    return;
  if (!decisions.readsDirectly(consumer, producer))
    return decisions.refuse(producer, consumer,
                            "its result is seen under another shape");
  Reading reading = readingOf(to, producer);
  if (reading == Reading::Elsewhere)
    return decisions.refuse(producer, consumer,
                            "it reads elements at computed places");
  if (reading == Reading::ElementByElement && tryJoin(decisions, from, to))
    return;
  tryInline(decisions, producer, consumer);
}

/// Whether all ops of the group run over the same elements: none was put in to
/// be read broadcast or in part.
static bool isOneSpace(Groups &groups, const Group &group) {
  for (Operation *op : group.ops)
    for (Operation *reader : groups.consumersOf(op))
      if (group.holds(reader) &&
          (cast<linalg::GenericOp>(reader).getNumLoops() !=
               cast<linalg::GenericOp>(op).getNumLoops() ||
           readingOf(cast<linalg::GenericOp>(reader), op) !=
               Reading::ElementByElement))
        return false;
  return group.copies.empty();
}

/// Ops that read the same tensor, all of it and in order, read it together.
static void joinSiblings(Decisions &decisions) {
  Groups &groups = decisions.groups;
  llvm::DenseMap<Value, Operation *> firstReader;
  for (Operation *op : groups.getOps()) {
    auto reader = asElementwise(op);
    if (!reader || !isMapGroup(groups.groupOf(op)) || !writesInOrder(reader) ||
        !isOneSpace(groups, groups.groupOf(op)))
      continue;
    for (OpOperand *input : reader.getDpsInputOperands()) {
      if (!reader.getMatchingIndexingMap(input).isIdentity())
        continue;
      Operation *&first = firstReader[input->get()];
      if (!first)
        first = op;
      else if (!groups.inOneGroup(first, op) && groups.canMerge(first, op))
        decisions.fuse(first, op, "sibling");
    }
  }
}

void fuseMaps(Decisions &decisions) {
  for (Operation *consumer : decisions.groups.getOps())
    for (Operation *producer : decisions.groups.producersOf(consumer))
      tryMap(decisions, producer, consumer);
  joinSiblings(decisions);
}

} // namespace xcc::fusion
