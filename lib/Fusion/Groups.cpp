//===- Groups.cpp - Ops grouped into kernels-to-be ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/Groups.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/SetVector.h"

#include <queue>

using namespace mlir;

namespace xcc::fusion {

Value skipViews(Value value) {
  Operation *op = value.getDefiningOp();
  while (op && roleOf(op) == OpRole::View) {
    value = op->getOperand(0);
    op = value.getDefiningOp();
  }
  return value;
}

/// Compute ops whose results `op` or an op in its regions reads.
static SmallVector<Operation *> findProducers(Operation *op) {
  llvm::SetVector<Operation *> found;
  SmallVector<Operation *> work;
  auto visit = [&](Value value) {
    Operation *producer = skipViews(value).getDefiningOp();
    if (producer && producer->getBlock() == op->getBlock())
      work.push_back(producer);
  };
  op->walk([&](Operation *nested) {
    for (Value operand : nested->getOperands())
      visit(operand);
  });
  while (!work.empty()) {
    Operation *producer = work.pop_back_val();
    if (roleOf(producer) == OpRole::Compute)
      found.insert(producer);
    else // A fill's or a size's own operands.
      llvm::for_each(producer->getOperands(), visit);
  }
  return found.takeVector();
}

Groups::Groups(func::FuncOp function) {
  for (Operation &op : function.getBody().front()) {
    if (op.hasTrait<OpTrait::IsTerminator>()) {
      for (Operation *producer : findProducers(&op))
        returned.insert(producer);
      continue;
    }
    if (roleOf(&op) != OpRole::Compute)
      continue;
    positions[&op] = ops.size();
    owner[&op] = groups.size();
    Group group;
    group.ops = {&op};
    group.family = familyOf(&op);
    groups.push_back(std::move(group));
    ops.push_back(&op);
    consumers[&op];
    producers[&op] = findProducers(&op);
    for (Operation *producer : producers[&op])
      consumers[producer].push_back(&op);
  }
  isDead.resize(groups.size());
}

SmallVector<unsigned> Groups::dependenciesOf(unsigned group) const {
  llvm::SetVector<unsigned> found;
  auto visit = [&](Operation *op) {
    for (Operation *producer : producersOf(op))
      if (owner.at(producer) != group && !groups[group].holds(producer))
        found.insert(owner.at(producer));
  };
  llvm::for_each(groups[group].ops, visit);
  llvm::for_each(groups[group].copies, visit);
  return SmallVector<unsigned>(found.begin(), found.end());
}

/// Whether group `from` needs group `to` through at least one other group.
bool Groups::reaches(unsigned from, unsigned to, unsigned ignored) const {
  llvm::BitVector seen(groups.size());
  SmallVector<unsigned> work = dependenciesOf(from);
  llvm::erase(work, ignored);
  while (!work.empty()) {
    unsigned group = work.pop_back_val();
    if (group == to)
      return true;
    if (seen.test(group))
      continue;
    seen.set(group);
    work.append(dependenciesOf(group));
  }
  return false;
}

bool Groups::canMerge(Operation *lhs, Operation *rhs) const {
  unsigned left = owner.at(lhs), right = owner.at(rhs);
  return left == right ||
         (!reaches(left, right, right) && !reaches(right, left, left));
}

bool Groups::isTooLarge(Operation *lhs, Operation *rhs) const {
  // A chain of 200 GELUs took 3.4 s to compile as one kernel and 0.4 s as
  // seven; no model seen has as many in a row, and one more store and load are
  // little beside 32 operations.
  constexpr size_t maxOps = 32;
  return groups[owner.at(lhs)].ops.size() + groups[owner.at(rhs)].ops.size() >
         maxOps;
}

static void insertInOrder(SmallVector<Operation *> &list,
                          ArrayRef<Operation *> more,
                          function_ref<unsigned(Operation *)> position) {
  for (Operation *op : more)
    if (!llvm::is_contained(list, op))
      list.push_back(op);
  llvm::sort(list, [&](Operation *lhs, Operation *rhs) {
    return position(lhs) < position(rhs);
  });
}

void Groups::merge(Operation *into, Operation *from) {
  unsigned target = owner.at(into), source = owner.at(from);
  if (target == source)
    return;
  auto position = [&](Operation *op) { return positionOf(op); };
  Group &moved = groups[source];
  for (Operation *op : moved.ops)
    owner[op] = target;
  insertInOrder(groups[target].ops, moved.ops, position);
  insertInOrder(groups[target].copies, moved.copies, position);
  llvm::erase_if(groups[target].copies,
                 [&](Operation *op) { return owner.at(op) == target; });
  llvm::append_range(groups[target].fused, moved.fused);
  llvm::append_range(groups[target].refused, moved.refused);
  moved = Group();
}

bool Groups::canCopy(Operation *into, Operation *producer) const {
  unsigned target = owner.at(into);
  for (Operation *needed : producersOf(producer)) {
    unsigned group = owner.at(needed);
    if (group == target || reaches(group, target, ~0u))
      return false;
  }
  return true;
}

void Groups::copy(Operation *into, Operation *producer) {
  insertInOrder(groups[owner.at(into)].copies, {producer},
                [&](Operation *op) { return positionOf(op); });
}

bool Groups::isComputedWithout(Operation *consumer, Operation *producer,
                               const Group &besides) const {
  for (auto [number, group] : llvm::enumerate(groups))
    if (&group != &besides && !isDead.test(number) && group.holds(consumer) &&
        !group.holds(producer))
      return true;
  return false;
}

bool Groups::isNeeded(Operation *op) const {
  return isReturned(op) ||
         llvm::any_of(consumersOf(op), [&](Operation *consumer) {
           return isComputedWithout(consumer, op, groups[owner.at(op)]);
         });
}

/// Group numbers, each after those it depends on; the earliest in the program
/// first among those that could be next.
SmallVector<unsigned> Groups::sorted() const {
  SmallVector<unsigned> order, missing(groups.size());
  SmallVector<SmallVector<unsigned>> dependents(groups.size());
  auto later = [&](unsigned lhs, unsigned rhs) {
    return positionOf(groups[lhs].ops.front()) >
           positionOf(groups[rhs].ops.front());
  };
  std::priority_queue<unsigned, std::vector<unsigned>, decltype(later)> ready(
      later);
  for (unsigned i = 0; i < groups.size(); ++i) {
    if (groups[i].ops.empty())
      continue;
    for (unsigned needed : dependenciesOf(i)) {
      dependents[needed].push_back(i);
      ++missing[i];
    }
    if (missing[i] == 0)
      ready.push(i);
  }
  while (!ready.empty()) {
    unsigned group = ready.top();
    ready.pop();
    order.push_back(group);
    for (unsigned next : dependents[group])
      if (--missing[next] == 0)
        ready.push(next);
  }
  assert(llvm::all_of(missing, [](unsigned count) { return count == 0; }) &&
         "no group needs itself");
  return order;
}

std::vector<Group *> Groups::inOrder() {
  SmallVector<unsigned> order = sorted();
  for (unsigned group : llvm::reverse(order))
    if (llvm::none_of(groups[group].ops,
                      [&](Operation *op) { return isNeeded(op); }))
      isDead.set(group);
  std::vector<Group *> live;
  for (unsigned group : order)
    if (!isDead.test(group))
      live.push_back(&groups[group]);
  return live;
}

} // namespace xcc::fusion
