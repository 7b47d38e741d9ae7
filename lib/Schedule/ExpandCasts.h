//===- ExpandCasts.h - Narrow floats without a library --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_EXPANDCASTS_H
#define XCC_SCHEDULE_EXPANDCASTS_H

#include "mlir/IR/Operation.h"

namespace xcc::schedule {

/// Arithmetic on bf16 and f8, and math functions on f16, in f32.
void expandNarrowArithmetic(mlir::Operation *root);

/// Conversions to and from bf16 and f8, and from f64 to f16, as bit
/// operations that round to nearest even; f32 to and from bf16 stay if
/// `keepBF16Casts`.
void expandNarrowCasts(mlir::Operation *root, bool keepBF16Casts);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_EXPANDCASTS_H
