//===- KernelRoot.h - The operation that a kernel is made for -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_ELEMENT_KERNELROOT_H
#define XCC_SCHEDULE_ELEMENT_KERNELROOT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace xcc::schedule {

/// The only one of these operations in the kernel; null after an error if there
/// is none or more than one.
template <typename... Op> mlir::Operation *findRoot(mlir::func::FuncOp kernel) {
  mlir::Operation *root = nullptr;
  bool isUnique = true;
  kernel.walk([&](mlir::Operation *op) {
    if (!mlir::isa<Op...>(op))
      return;
    isUnique &= !root;
    root = op;
  });
  if (root && isUnique)
    return root;
  kernel.emitError()
      << "expected exactly one operation of the kernel's family in kernel '"
      << kernel.getName() << "'";
  return nullptr;
}

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_ELEMENT_KERNELROOT_H
