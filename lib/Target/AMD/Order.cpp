//===- Order.cpp - The order of a kernel's instructions -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The lowering writes one operation for all elements of a tile, then the next:
// behind a product some hundred values would live from one operation to the
// next. The back end's scheduler starts from the order it is given, and does
// not find its way out of one with thousands of instructions.
//
//===----------------------------------------------------------------------===//
#include "lib/Target/AMD/Order.h"

#include "lib/Target/Vendor.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsAMDGPU.h"

using namespace llvm;

namespace xcc::amd {

/// Blocks shorter than this the scheduler orders well, whatever it gets.
static constexpr size_t kOrderedBlock = 64;
/// Blocks shorter than this it schedules as a whole.
static constexpr size_t kLongBlock = 400;
/// Enough independent work to hide the latency of one operation by others.
static constexpr unsigned kScheduleTogether = 160;

bool isMatrixProduct(const Instruction &instruction) {
  const auto *call = dyn_cast<IntrinsicInst>(&instruction);
  if (!call)
    return false;
  StringRef name = call->getCalledFunction()->getName();
  return name.starts_with("llvm.amdgcn.mfma.") ||
         name.starts_with("llvm.amdgcn.wmma.");
}

bool isHotLoop(const BasicBlock &block) {
  return is_contained(successors(&block), &block) &&
         any_of(block, isMatrixProduct);
}

//===-- Values where they are used ----------------------------------------===//

/// Reads what no thread writes before the next barrier or store.
static bool isSharedLoad(const Instruction &instruction) {
  const auto *load = dyn_cast<LoadInst>(&instruction);
  return load && load->isSimple() &&
         load->getPointerAddressSpace() == kSharedAddressSpace;
}

/// Stays where it is with respect to others of its kind.
static bool isPinned(const Instruction &instruction) {
  const auto *call = dyn_cast<CallBase>(&instruction);
  return isa<PHINode>(instruction) || instruction.isTerminator() ||
         (instruction.mayReadOrWriteMemory() && !isSharedLoad(instruction)) ||
         instruction.mayHaveSideEffects() || (call && call->isConvergent());
}

namespace {
/// Moves what a block computes to where it is used first.
class BlockOrder {
public:
  explicit BlockOrder(BasicBlock &block) : block(block) {}

  void arrange() {
    std::vector<Instruction *> roots;
    for (Instruction &instruction : make_early_inc_range(block)) {
      if (instruction.isTerminator())
        break;
      if (instruction.mayWriteToMemory())
        placeLoads();
      if (isSharedLoad(instruction))
        loads.push_back(&instruction);
      if (isPinned(instruction))
        place(&instruction);
      else if (!isUsedHere(instruction))
        roots.push_back(&instruction);
    }
    // What only other blocks read.
    for (Instruction *root : roots)
      place(root);
    placeLoads();
  }

private:
  bool isUsedHere(const Instruction &instruction) const {
    return any_of(instruction.users(), [&](const User *user) {
      const auto *other = cast<Instruction>(user);
      return other->getParent() == &block && !isa<PHINode>(other) &&
             !other->isTerminator();
    });
  }

  /// Loads that nothing has used yet, before what may write there.
  void placeLoads() {
    for (Instruction *load : loads)
      place(load);
    loads.clear();
  }

  /// Appends the instruction behind all that it needs.
  void place(Instruction *instruction) {
    if (!placed.insert(instruction).second || isa<PHINode>(instruction))
      return;
    for (Value *operand : instruction->operands())
      if (auto *needed = dyn_cast<Instruction>(operand);
          needed && needed->getParent() == &block && !isPinned(*needed))
        place(needed);
    instruction->moveBefore(block.getTerminator()->getIterator());
  }

  BasicBlock &block;
  DenseSet<Instruction *> placed;
  SmallVector<Instruction *> loads;
};
} // namespace

/// Products behind a loop, or without one, are like any other code.
static bool isHot(const BasicBlock &block, const LoopInfo &loops) {
  return loops.getLoopFor(&block) && any_of(block, isMatrixProduct);
}

void orderCode(Function &function) {
  if (function.isDeclaration())
    return;
  DominatorTree tree(function);
  LoopInfo loops(tree);
  for (BasicBlock &block : function)
    if (block.size() > kOrderedBlock && !isHot(block, loops))
      BlockOrder(block).arrange();
}

//===-- What must not move ------------------------------------------------===//

// What may be moved across a barrier of the scheduler, bit by bit.
enum Crossing : unsigned {
  None = 0,
  Vector = 0x2,
  Scalar = 0x4,
  Shared = 0x80,
  Transcendental = 0x400,
};

static void forbid(BasicBlock::iterator before, unsigned exceptFor) {
  IRBuilder<> builder(before->getParent(), before);
  builder.CreateIntrinsic(Intrinsic::amdgcn_sched_barrier,
                          {builder.getInt32(exceptFor)});
}

/// Parts that are scheduled each by itself: long enough to hide latency, short
/// enough to keep the order of the whole.
static void cutLongBlock(BasicBlock &block) {
  unsigned sinceCut = 0;
  for (Instruction &instruction : make_early_inc_range(block)) {
    if (++sinceCut < kScheduleTogether || !instruction.mayWriteToMemory())
      continue;
    forbid(std::next(instruction.getIterator()), None);
    sinceCut = 0;
  }
}

static bool isBarrier(const Instruction &instruction) {
  const auto *call = dyn_cast<IntrinsicInst>(&instruction);
  return call && call->getIntrinsicID() == Intrinsic::amdgcn_s_barrier;
}

static bool isGlobalLoad(const Instruction &instruction) {
  const auto *call = dyn_cast<IntrinsicInst>(&instruction);
  const auto *load = dyn_cast<LoadInst>(&instruction);
  return (call &&
          call->getIntrinsicID() == Intrinsic::amdgcn_raw_ptr_buffer_load) ||
         (load && load->getPointerAddressSpace() == kGlobalAddressSpace);
}

static bool isSharedStore(const Instruction &instruction) {
  const auto *store = dyn_cast<StoreInst>(&instruction);
  return store && store->getPointerAddressSpace() == kSharedAddressSpace;
}

/// Loads of the next step before the products of this one, and what they bring
/// into shared memory behind them: the products hide the way from memory.
static void spreadLoads(BasicBlock &block) {
  Instruction *load = nullptr, *store = nullptr;
  bool isAfterProducts = false;
  auto endStep = [&] {
    if (store && isAfterProducts)
      forbid(store->getIterator(), Vector | Scalar | Transcendental);
    load = store = nullptr;
    isAfterProducts = false;
  };
  for (Instruction &instruction : make_early_inc_range(block)) {
    if (isBarrier(instruction) || instruction.isTerminator()) {
      endStep();
    } else if (isMatrixProduct(instruction)) {
      if (load)
        forbid(std::next(load->getIterator()), Vector | Scalar | Shared);
      load = store = nullptr;
      isAfterProducts = true;
    } else if (isGlobalLoad(instruction)) {
      load = &instruction;
    } else if (isSharedStore(instruction) && !store) {
      store = &instruction;
    }
  }
}

void guideScheduler(Function &function) {
  if (function.isDeclaration())
    return;
  DominatorTree tree(function);
  LoopInfo loops(tree);
  for (BasicBlock &block : function) {
    if (isHot(block, loops))
      spreadLoads(block);
    else if (block.size() > kLongBlock)
      cutLongBlock(block);
  }
}

} // namespace xcc::amd
