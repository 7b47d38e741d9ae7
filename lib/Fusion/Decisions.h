//===- Decisions.h - Fusions taken and refused, with reasons ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_FUSION_DECISIONS_H
#define XCC_LIB_FUSION_DECISIONS_H

#include "lib/Fusion/Groups.h"
#include "lib/Fusion/SizeAnalysis.h"

#include <list>
#include <map>
#include <string>

namespace xcc::fusion {

/// The groups as they grow, and why. The rules of FuseEpilogues.cpp,
/// FuseRows.cpp, FusePrologues.cpp and FuseMaps.cpp work on it in this order;
/// README.md has the cost model.
class Decisions {
public:
  Decisions(mlir::func::FuncOp function, Groups &groups);

  Groups &groups;

  /// Joins `op`, which is a group by itself, and the group of `into`.
  void fuse(mlir::Operation *into, mlir::Operation *op, llvm::StringRef as);
  /// Has the group of `into` compute `op` again for itself.
  void recompute(mlir::Operation *into, mlir::Operation *op);
  /// Remembers why `consumer` still reads what `producer` writes.
  void refuse(mlir::Operation *producer, mlir::Operation *consumer,
              llvm::StringRef reason);

  /// Whether `op` is alone in its group.
  bool isAlone(mlir::Operation *op) const {
    return groups.groupOf(op).ops.size() == 1;
  }
  /// Whether all readers of `op` are in the group of `other`.
  bool isReadOnlyBy(mlir::Operation *other, mlir::Operation *op) const;
  /// Whether `op` reads what the group of `other` makes only as whole tensors,
  /// not through views nor at computed places.
  bool readsDirectly(mlir::Operation *op, mlir::Operation *other) const;

  /// Bytes of the op's results, as people write them: "384 KiB", "256*n B".
  std::string bytesOf(mlir::Operation *op);

  /// Adds a line to each group for each tensor that passes through memory
  /// between two groups, and emits the remarks.
  void report();

private:
  void addRefusals();

  mlir::func::FuncOp function;
  SizeAnalysis sizes;
  llvm::SmallVector<std::string> symbolNames;
  std::map<std::pair<unsigned, unsigned>, std::string> reasons;
  std::list<std::pair<Group *, std::string>> refusals;
};

/// Elementwise consumers join contractions, convolutions, attention and pools.
void fuseEpilogues(Decisions &decisions);
/// Reductions over the same rows join each other and what is around them.
void fuseRows(Decisions &decisions);
/// Cheap elementwise producers join the roots that read them.
void fusePrologues(Decisions &decisions);
/// Elementwise ops join each other.
void fuseMaps(Decisions &decisions);

} // namespace xcc::fusion

#endif // XCC_LIB_FUSION_DECISIONS_H
