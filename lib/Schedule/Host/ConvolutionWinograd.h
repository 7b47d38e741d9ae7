//===- ConvolutionWinograd.h - 3x3 convolutions with fewer products -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_CONVOLUTIONWINOGRAD_H
#define XCC_SCHEDULE_HOST_CONVOLUTIONWINOGRAD_H

#include "lib/Schedule/Host/ConvolutionPack.h"

namespace xcc::schedule {

/// Whether a convolution of f32 of this shape is faster, and as exact as its
/// bound asks, by tiles of 2x2 results: 16 products instead of 36.
bool paysWinograd(const ConvolutionShape &shape);

/// Fills the kernel with the convolution whose weights are argument
/// `weight`. `readInput` takes indices (image, channel, place...) within the
/// input, `write` those of a product whose columns are the output's pixels.
llvm::LogicalResult scheduleWinograd(
    HostKernelBuilder &kernel, const ConvolutionShape &shape, unsigned weight,
    llvm::function_ref<mlir::Value(Indices)> readInput,
    MatrixProduct::Write write, const HostScheduleOptions &options);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_CONVOLUTIONWINOGRAD_H
