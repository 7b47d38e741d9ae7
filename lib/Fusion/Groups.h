//===- Groups.h - Ops grouped into kernels-to-be ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_FUSION_GROUPS_H
#define XCC_LIB_FUSION_GROUPS_H

#include "lib/Fusion/OpKinds.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

#include <string>
#include <vector>

namespace xcc::fusion {

/// Ops that become one kernel.
struct Group {
  llvm::SmallVector<mlir::Operation *> ops; // in program order
  /// Ops of other groups that this one computes again; in program order.
  llvm::SmallVector<mlir::Operation *> copies;
  Family family;
  std::vector<std::string> fused;   // decisions taken
  std::vector<std::string> refused; // decisions not taken

  bool holds(mlir::Operation *op) const {
    return llvm::is_contained(ops, op) || llvm::is_contained(copies, op);
  }
};

/// A partition of a function's compute ops into groups that can run one after
/// the other. Starts with each op by itself.
class Groups {
public:
  explicit Groups(mlir::func::FuncOp function);

  /// The compute ops, in program order.
  llvm::ArrayRef<mlir::Operation *> getOps() const { return ops; }
  unsigned positionOf(mlir::Operation *op) const { return positions.at(op); }
  Group &groupOf(mlir::Operation *op) { return groups[owner.at(op)]; }
  bool inOneGroup(mlir::Operation *lhs, mlir::Operation *rhs) const {
    return owner.at(lhs) == owner.at(rhs);
  }

  /// The compute ops whose results `op` reads, directly or through views.
  llvm::ArrayRef<mlir::Operation *> producersOf(mlir::Operation *op) const {
    return producers.find(op)->second;
  }
  /// The compute ops that read results of `op`.
  llvm::ArrayRef<mlir::Operation *> consumersOf(mlir::Operation *op) const {
    return consumers.find(op)->second;
  }
  /// Whether a result of `op` leaves the function.
  bool isReturned(mlir::Operation *op) const { return returned.contains(op); }

  /// Whether the two groups can be one: neither feeds the other through a
  /// third.
  bool canMerge(mlir::Operation *lhs, mlir::Operation *rhs) const;
  /// Whether the two groups together are more than one kernel should hold: its
  /// code takes time that grows faster than the number of its ops.
  bool isTooLarge(mlir::Operation *lhs, mlir::Operation *rhs) const;
  /// Moves the group of `from` into the group of `into`.
  void merge(mlir::Operation *into, mlir::Operation *from);
  /// Whether the group of `into` can compute `producer` again for itself.
  bool canCopy(mlir::Operation *into, mlir::Operation *producer) const;
  void copy(mlir::Operation *into, mlir::Operation *producer);

  /// Whether anything outside needs `op`'s results in memory.
  bool isNeeded(mlir::Operation *op) const;
  /// Whether a group other than `besides` computes `consumer`, but not
  /// `producer`: it reads the latter from memory.
  bool isComputedWithout(mlir::Operation *consumer, mlir::Operation *producer,
                         const Group &besides) const;
  /// The groups in an order in which they can run, those that nothing needs
  /// left out.
  std::vector<Group *> inOrder();

private:
  llvm::SmallVector<unsigned> dependenciesOf(unsigned group) const;
  llvm::SmallVector<unsigned> sorted() const;
  bool reaches(unsigned from, unsigned to, unsigned ignoredEdge) const;

  llvm::SmallVector<mlir::Operation *> ops;
  llvm::DenseMap<mlir::Operation *, unsigned> positions;
  llvm::DenseMap<mlir::Operation *, llvm::SmallVector<mlir::Operation *>>
      producers, consumers;
  llvm::DenseSet<mlir::Operation *> returned;
  llvm::DenseMap<mlir::Operation *, unsigned> owner;
  std::vector<Group> groups;
  llvm::BitVector isDead; // groups that nothing needs
};

/// Ops that `value` is a view of: follows views to what made the bytes.
mlir::Value skipViews(mlir::Value value);

} // namespace xcc::fusion

#endif // XCC_LIB_FUSION_GROUPS_H
