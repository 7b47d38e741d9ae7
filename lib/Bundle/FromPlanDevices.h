//===- FromPlanDevices.h - Launches of a program on a device --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_BUNDLE_FROMPLANDEVICES_H
#define XCC_LIB_BUNDLE_FROMPLANDEVICES_H

#include "lib/Bundle/Program.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/SymbolTable.h"

namespace xcc::bundle {

/// The expression in the pool, over `symbols` in place of its own.
ExprId addExpr(ExprPool &pool, mlir::AffineExpr expr,
               llvm::ArrayRef<ExprId> symbols);

/// Reads what the kernels scheduled for one device ask of their launches.
class DevicePlanBuilder {
public:
  DevicePlanBuilder(llvm::StringRef target, mlir::ModuleOp scheduled,
                    ExprPool &pool)
      : symbols(scheduled), pool(pool) {
    plan.target = target.str();
  }

  /// Appends the step that launches `kernel` with these sizes. Fails, with an
  /// error at `user`, when the kernel was not scheduled or asks for nonsense.
  llvm::LogicalResult addLaunch(mlir::Operation *user, llvm::StringRef kernel,
                                llvm::ArrayRef<ExprId> scalars);
  /// Appends a step that launches nothing.
  void addCopy() { plan.launches.emplace_back(); }

  TargetPlan take() { return std::move(plan); }

private:
  llvm::LogicalResult addTensorMaps(mlir::func::FuncOp kernel,
                                    llvm::ArrayRef<ExprId> scalars,
                                    DevicePhase &phase);
  llvm::LogicalResult addPhase(mlir::func::FuncOp kernel,
                               llvm::ArrayRef<ExprId> scalars,
                               DeviceLaunch &launch);

  mlir::SymbolTable symbols;
  ExprPool &pool;
  TargetPlan plan;
};

} // namespace xcc::bundle

#endif // XCC_LIB_BUNDLE_FROMPLANDEVICES_H
