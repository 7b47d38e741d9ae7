//===- Outline.h - A group of ops becomes a kernel function -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_FUSION_OUTLINE_H
#define XCC_LIB_FUSION_OUTLINE_H

#include "lib/Fusion/Groups.h"
#include "lib/Fusion/SizeAnalysis.h"

namespace xcc::fusion {

/// A kernel and the values of the original function that it reads and makes.
struct OutlinedKernel {
  mlir::func::FuncOp kernel;
  llvm::SmallVector<mlir::Value> inputs, outputs;
  /// The size symbols that the kernel's index arguments stand for.
  llvm::SmallVector<unsigned> symbols;
};

/// Makes the kernel function of `group` at `builder`'s insertion point. Fails,
/// with an error, when a size inside it is no expression of the symbols.
mlir::FailureOr<OutlinedKernel> outline(const Group &group,
                                        const Groups &groups,
                                        SizeAnalysis &sizes,
                                        mlir::OpBuilder &builder);

} // namespace xcc::fusion

#endif // XCC_LIB_FUSION_OUTLINE_H
