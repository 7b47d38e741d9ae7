//===- Masks.cpp - Conditions that keep accesses within their bounds ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A condition guards an access when the access's own operand is selected by it
// (an offset far out, a size of 0), or when a branch that does not leave a loop
// jumps over the access.
//
//===----------------------------------------------------------------------===//
#include "test/runtime/faults/Mutations.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/PatternMatch.h"

using namespace llvm;
using namespace llvm::PatternMatch;
using namespace xcc::faults;

namespace {
/// Operand |index| of |user| is the condition; the access is made when it is
/// |when|.
struct Guard {
  Instruction *user;
  unsigned index;
  bool when;

  Value *condition() const { return user->getOperand(index); }
  bool operator==(const Guard &other) const {
    return user == other.user && index == other.index;
  }
};

/// Comparisons, each with what it must be for the access.
using Leaves = MapVector<ICmpInst *, bool>;
} // namespace

Expected<AccessKind> xcc::faults::parseAccessKind(StringRef text) {
  if (text == "load")
    return AccessKind::Load;
  if (text == "store")
    return AccessKind::Store;
  return createStringError("expects load or store, got '" + text + "'");
}

static bool isGlobal(const Value *pointer) {
  return pointer->getType()->getPointerAddressSpace() == 1;
}

static bool isAccess(const Instruction &instruction, AccessKind kind) {
  bool wantsLoad = kind == AccessKind::Load;
  if (auto *load = dyn_cast<LoadInst>(&instruction))
    return wantsLoad && isGlobal(load->getPointerOperand());
  if (auto *store = dyn_cast<StoreInst>(&instruction))
    return !wantsLoad && isGlobal(store->getPointerOperand());
  auto *call = dyn_cast<CallInst>(&instruction);
  if (!call || !call->getCalledFunction())
    return false;
  StringRef name = call->getCalledFunction()->getName();
  if (wantsLoad)
    return name.contains("cp.async.c") || name.contains("buffer.load");
  return name.contains("buffer.store");
}

static bool leavesLoop(const BasicBlock &block, const LoopInfo &loops) {
  const Loop *loop = loops.getLoopFor(&block);
  return loop && any_of(successors(&block), [&](const BasicBlock *next) {
           return !loop->contains(next);
         });
}

/// The value for false is the one that makes the access none.
static bool isForFalse(const SelectInst &select) {
  auto *whenTrue = dyn_cast<Constant>(select.getTrueValue());
  if (!isa<Constant>(select.getFalseValue()))
    return !whenTrue;
  return !whenTrue || !whenTrue->isNullValue();
}

static void collectGuards(Instruction &access, const LoopInfo &loops,
                          SmallVectorImpl<Guard> &guards) {
  auto add = [&](Guard guard) {
    if (!isa<Constant>(guard.condition()) && !is_contained(guards, guard))
      guards.push_back(guard);
  };
  for (Value *operand : access.operands())
    if (auto *select = dyn_cast<SelectInst>(operand))
      add({select, 0, isForFalse(*select)});
  BasicBlock *block = access.getParent();
  while (BasicBlock *before = block->getSinglePredecessor()) {
    auto *branch = dyn_cast<BranchInst>(before->getTerminator());
    if (branch && branch->isConditional() && !leavesLoop(*before, loops))
      add({branch, 0, branch->getSuccessor(0) == block});
    block = before;
  }
}

static SmallVector<Guard> guardsOf(Function &function, AccessKind kind) {
  SmallVector<Guard> guards;
  if (function.isDeclaration())
    return guards;
  DominatorTree dominators(function);
  LoopInfo loops(dominators);
  for (Instruction &instruction : instructions(function))
    if (isAccess(instruction, kind))
      collectGuards(instruction, loops, guards);
  return guards;
}

static void collectLeaves(Value *condition, bool when, Leaves &leaves) {
  Value *lhs, *rhs;
  if (auto *compare = dyn_cast<ICmpInst>(condition)) {
    leaves.insert({compare, when});
  } else if (match(condition, m_Not(m_Value(lhs)))) {
    collectLeaves(lhs, !when, leaves);
  } else if (match(condition, m_LogicalAnd(m_Value(lhs), m_Value(rhs))) ||
             match(condition, m_LogicalOr(m_Value(lhs), m_Value(rhs)))) {
    collectLeaves(lhs, when, leaves);
    collectLeaves(rhs, when, leaves);
  } else if (auto *freeze = dyn_cast<FreezeInst>(condition)) {
    collectLeaves(freeze->getOperand(0), when, leaves);
  }
}

/// a < b -> a < b + 1, and so on; equalities stay. False: it stays.
static bool loosen(ICmpInst &compare, bool when) {
  ICmpInst::Predicate predicate = compare.getPredicate();
  bool isLess = ICmpInst::isLT(predicate) || ICmpInst::isLE(predicate);
  if (!isLess && !ICmpInst::isGT(predicate) && !ICmpInst::isGE(predicate))
    return false;
  IRBuilder<> builder(&compare);
  Value *bound = compare.getOperand(1);
  Constant *step =
      ConstantInt::getSigned(bound->getType(), isLess == when ? 1 : -1);
  compare.setOperand(1, builder.CreateAdd(bound, step));
  compare.setSameSign(false);
  return true;
}

unsigned xcc::faults::loosenMasks(Module &module, AccessKind kind) {
  Leaves leaves;
  for (Function &function : module)
    for (const Guard &guard : guardsOf(function, kind))
      collectLeaves(guard.condition(), guard.when, leaves);
  return count_if(leaves, [](const auto &leaf) {
    return loosen(*leaf.first, leaf.second);
  });
}

unsigned xcc::faults::dropMasks(Module &module, AccessKind kind) {
  unsigned count = 0;
  for (Function &function : module)
    for (const Guard &guard : guardsOf(function, kind)) {
      guard.user->setOperand(
          guard.index, ConstantInt::getBool(module.getContext(), guard.when));
      ++count;
    }
  return count;
}
