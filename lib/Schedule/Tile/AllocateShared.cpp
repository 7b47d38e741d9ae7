//===- AllocateShared.cpp - Offsets in the block's shared memory ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bytes change hands only behind a barrier: a region lives from its first use
// to the first barrier that every thread passes after its last.
//
//===----------------------------------------------------------------------===//
#include "dialects/plan/Plan.h"
#include "dialects/tile/Panels.h"
#include "dialects/tile/Scratch.h"
#include "dialects/tile/Tile.h"
#include "lib/Schedule/Schedule.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace xcc::schedule {
#define GEN_PASS_DEF_ALLOCATESHARED
#include "lib/Schedule/Passes.h.inc"

/// Tiles begin where a line of banks does.
static constexpr int64_t kTileAlignBytes = 128;

namespace {

/// The time when an operation begins, and when it and all within it are done.
struct Span {
  unsigned first = 0, last = 0;
};

/// A piece of shared memory.
struct Region {
  Operation *op;
  int64_t bytes, alignBytes;
  Span life;
  int64_t offset = 0;
};

/// When regions live.
class Lifetimes {
public:
  explicit Lifetimes(func::FuncOp kernel) : kernel(kernel) { number(kernel); }

  /// `op` may be one that uses scratch or allocates.
  Span of(Operation *op) const;

private:
  void number(Operation *op);
  Span untilBarrier(Operation *user) const;
  Span ofUse(Operation *user) const;

  func::FuncOp kernel;
  llvm::DenseMap<Operation *, Span> spans;
  /// Where every thread waits for all others, before it touches shared memory.
  llvm::DenseSet<Operation *> barriers;
  unsigned time = 0;
};

} // namespace

static Span merge(Span lhs, Span rhs) {
  return {std::min(lhs.first, rhs.first), std::max(lhs.last, rhs.last)};
}

void Lifetimes::number(Operation *op) {
  // Two ticks: a barrier that an operation brings stands between them.
  unsigned first = time;
  time += 2;
  for (mlir::Region &region : op->getRegions())
    for (Block &block : region)
      for (Operation &inner : block)
        number(&inner);
  spans[op] = {first, time - 1};
  if (isa<tile::BarrierOp>(op) || tile::getScratchBytes(op) > 0)
    barriers.insert(op);
}

/// From `user` to the first barrier that surely follows it; all of a loop that
/// has none behind it, as the next iteration begins at once; all that is left
/// of the kernel.
Span Lifetimes::untilBarrier(Operation *user) const {
  Span life = spans.at(user);
  while (user != kernel) {
    for (Operation *next = user->getNextNode(); next;
         next = next->getNextNode())
      if (barriers.contains(next))
        return {life.first, std::max(life.last, spans.at(next).first)};
    user = user->getParentOp();
    life.last = spans.at(user).last;
    if (isa<LoopLikeOpInterface>(user))
      life.first = spans.at(user).first;
  }
  return life;
}

/// Whether all that `user` began in the background is done after `op`.
static bool isEndOf(Operation *user, Operation *op) {
  if (auto wait = dyn_cast<tile::AsyncWaitOp>(op))
    return isa<tile::AsyncCopyOp>(user) && wait.getPending() == 0;
  if (auto wait = dyn_cast<tile::DotWaitOp>(op))
    return isa<tile::AsyncDotOp>(user) && wait.getPending() == 0;
  return false;
}

/// What was begun in the background is under way until the threads wait for
/// all of it. What a producer copies is taken by workers: their uses tell.
Span Lifetimes::ofUse(Operation *user) const {
  if (isa<tile::TensorCopyOp>(user)) {
    unsigned first = spans.at(user->getParentOfType<tile::RolesOp>()).first;
    return {first, first};
  }
  if (!isa<tile::AsyncCopyOp, tile::AsyncDotOp>(user))
    return untilBarrier(user);
  for (Operation *last = user; last != kernel; last = last->getParentOp())
    for (Operation *next = last->getNextNode(); next;
         next = next->getNextNode())
      if (isEndOf(user, next))
        return merge(spans.at(last), untilBarrier(next));
  return spans.at(kernel);
}

/// Every operation that may reach the memory of `allocation`.
static llvm::SetVector<Operation *> usersOf(Value allocation) {
  llvm::SetVector<Value> names;
  llvm::SetVector<Operation *> users;
  names.insert(allocation);
  for (size_t i = 0; i < names.size(); ++i)
    for (OpOperand &use : names[i].getUses()) {
      Operation *user = use.getOwner();
      users.insert(user);
      if (isa<tile::SliceOp>(user))
        names.insert(user->getResult(0));
      if (auto loop = dyn_cast<scf::ForOp>(user)) {
        names.insert(loop.getTiedLoopRegionIterArg(&use));
        names.insert(loop.getTiedLoopResult(&use));
      }
      if (isa<scf::YieldOp>(user)) {
        Operation *parent = user->getParentOp();
        names.insert(parent->getResult(use.getOperandNumber()));
        if (auto loop = dyn_cast<scf::ForOp>(parent))
          names.insert(loop.getRegionIterArg(use.getOperandNumber()));
      }
    }
  return users;
}

/// The operation that `user` is, or is in, of its role's program.
static Operation *roleAncestor(Operation *user) {
  while (!isa<tile::RolesOp>(user->getParentOp()))
    user = user->getParentOp();
  return user;
}

Span Lifetimes::of(Operation *op) const {
  // Barriers are used by all, for good.
  if (isa<tile::AllocBarriersOp>(op))
    return spans.at(kernel);
  if (!isa<tile::AllocSharedOp>(op)) {
    Span life = untilBarrier(op);
    // Behind the barrier that it brings.
    if (life.first == spans.at(op).first)
      ++life.first;
    return life;
  }
  Span life = {spans.at(kernel).last, 0};
  Block *home = op->getBlock();
  for (Operation *user : usersOf(op->getResult(0))) {
    // A producer's slot is a name; its copies are told of by workers' uses.
    if (isa<tile::SliceOp>(user) && user->getParentOfType<tile::RolesOp>())
      continue;
    life = merge(life, ofUse(user));
    // Memory from outside of a loop is used in every iteration.
    Operation *whole = home->findAncestorOpInBlock(*user);
    if (isa<tile::RolesOp>(whole))
      whole = roleAncestor(user);
    if (whole != user && !isa<tile::TensorCopyOp>(user))
      life = merge(life, untilBarrier(whole));
  }
  return life;
}

/// Engines find lines of panels by bits of their addresses.
static int64_t alignmentOf(tile::AllocSharedOp alloc) {
  bool hasPanels = llvm::any_of(usersOf(alloc), [](Operation *user) {
    return isa<tile::TensorCopyOp, tile::AsyncDotOp>(user);
  });
  return hasPanels ? tile::kPanelAlignBytes : kTileAlignBytes;
}

static SmallVector<Region> collectRegions(func::FuncOp kernel) {
  Lifetimes lifetimes(kernel);
  SmallVector<Region> regions;
  kernel.walk([&](Operation *op) {
    if (auto alloc = dyn_cast<tile::AllocSharedOp>(op)) {
      // Not used, it takes no room.
      int64_t bytes = alloc->use_empty() ? 0 : alloc.getType().getSizeBytes();
      regions.push_back({op, bytes, alignmentOf(alloc), lifetimes.of(op)});
    } else if (auto barriers = dyn_cast<tile::AllocBarriersOp>(op)) {
      int64_t bytes = barriers.getType().getCount() * tile::kBarrierBytes;
      regions.push_back(
          {op, bytes, tile::kScratchAlignBytes, lifetimes.of(op)});
    } else if (int64_t bytes = tile::getScratchBytes(op)) {
      regions.push_back(
          {op, bytes, tile::kScratchAlignBytes, lifetimes.of(op)});
    }
  });
  return regions;
}

static bool liveTogether(const Region &lhs, const Region &rhs) {
  // Scratch is used by one operation, and begins with a barrier: whoever comes
  // second, whatever loops they are in, waits for the first.
  auto isScratch = [](const Region &region) {
    return !isa<tile::AllocSharedOp, tile::AllocBarriersOp>(region.op);
  };
  if (isScratch(lhs) && isScratch(rhs))
    return false;
  return lhs.life.first <= rhs.life.last && rhs.life.first <= lhs.life.last;
}

/// Gives each region the lowest offset that no region living at the same time
/// has; the largest go first. Returns the bytes used.
static int64_t place(MutableArrayRef<Region> regions) {
  SmallVector<Region *> order;
  for (Region &region : regions)
    order.push_back(&region);
  llvm::sort(order, [](const Region *lhs, const Region *rhs) {
    // Equal ones in program order: the same places every time.
    return std::tuple(-lhs->bytes, lhs) < std::tuple(-rhs->bytes, rhs);
  });
  int64_t used = 0;
  SmallVector<Region *> placed; // by offset
  for (Region *region : order) {
    for (Region *other : placed) {
      bool overlaps = other->offset < region->offset + region->bytes &&
                      region->offset < other->offset + other->bytes;
      if (overlaps && liveTogether(*region, *other))
        region->offset =
            llvm::alignTo(other->offset + other->bytes, region->alignBytes);
    }
    used = std::max(used, region->offset + region->bytes);
    placed.insert(llvm::upper_bound(placed, region,
                                    [](const Region *lhs, const Region *rhs) {
                                      return lhs->offset < rhs->offset;
                                    }),
                  region);
  }
  return used;
}

namespace {

struct AllocateShared : impl::AllocateSharedBase<AllocateShared> {
  using AllocateSharedBase::AllocateSharedBase;

  void runOnOperation() override {
    func::FuncOp kernel = getOperation();
    if (!kernel->hasAttr(plan::kernelAttrName))
      return;
    SmallVector<Region> regions = collectRegions(kernel);
    int64_t used = place(regions);
    if (limitBytes != 0 && used > limitBytes) {
      kernel.emitError("expects at most ")
          << int64_t(limitBytes) << " bytes of shared memory a block, got "
          << used;
      return signalPassFailure();
    }
    OpBuilder builder(kernel);
    for (Region &region : regions)
      region.op->setAttr("offset", builder.getI64IntegerAttr(region.offset));
    kernel->setAttr(tile::sharedBytesAttrName, builder.getI64IntegerAttr(used));
  }
};

} // namespace

} // namespace xcc::schedule
