//===- ContractMatch.h - The contraction of a kernel ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_CONTRACTMATCH_H
#define XCC_SCHEDULE_CONTRACTMATCH_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace xcc::schedule {

/// out(m, n) += f(lhs(m, k)) * g(rhs(k, n)), with batch loops in all three. The
/// result runs along the right operand's loops.
struct Contraction {
  mlir::linalg::GenericOp op;
  mlir::OpOperand *lhs = nullptr, *rhs = nullptr;
  // What f and g do, in the order in which they do it: casts, mostly.
  llvm::SmallVector<mlir::Operation *> lhsCasts, rhsCasts;
  // The numbers of the loops of each kind.
  llvm::SmallVector<unsigned> batch, m, n, k;
};

/// How a contraction's operands may be read.
enum class OperandPlaces {
  Plain, // at loops
  Steps  // at sums and multiples of loops, as windows are
};

/// The kernel's contraction with the most work; none if it has none.
std::optional<Contraction>
findContraction(mlir::func::FuncOp kernel,
                OperandPlaces places = OperandPlaces::Plain);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_CONTRACTMATCH_H
