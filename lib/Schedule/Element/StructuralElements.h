//===- StructuralElements.h - Elements of structured operations -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_ELEMENT_STRUCTURALELEMENTS_H
#define XCC_SCHEDULE_ELEMENT_STRUCTURALELEMENTS_H

#include "dialects/fx/Fx.h"
#include "lib/Schedule/Element/ElementEmitter.h"

namespace xcc::schedule {

/// One element of the operation's result, computed where it is asked for; null
/// after an error was reported.
mlir::Value emitArgReduction(mlir::OpBuilder &builder, ElementEmitter &emitter,
                             mlir::Operation *op, mlir::Value input,
                             std::optional<int64_t> dim, bool keepdim,
                             bool isMaximum, Indices indices);
mlir::Value emitWindow(mlir::OpBuilder &builder, ElementEmitter &emitter,
                       mlir::Operation *op, Indices indices);
mlir::Value emitAdaptiveWindow(mlir::OpBuilder &builder,
                               ElementEmitter &emitter, mlir::Operation *op,
                               mlir::ArrayRef<int64_t> outputSize,
                               bool isMaximum, Indices indices);

/// Fails with an error if a size of the weight is not known: channels and
/// kernel are part of every schedule.
llvm::LogicalResult checkWeight(fx::ConvolutionOp op);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_ELEMENT_STRUCTURALELEMENTS_H
