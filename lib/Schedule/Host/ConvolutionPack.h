//===- ConvolutionPack.h - Panels of pixels -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_CONVOLUTIONPACK_H
#define XCC_SCHEDULE_HOST_CONVOLUTIONPACK_H

#include "dialects/fx/Fx.h"
#include "lib/Schedule/Host/ContractPack.h"

namespace xcc::schedule {

/// A convolution's sizes; lists have one entry a spatial dimension.
struct ConvolutionShape {
  IndexList input, output;
  llvm::SmallVector<int64_t> kernel, stride, padding, dilation;
  mlir::AffineExpr images;
  int64_t groups, groupInputs, groupOutputs;
  bool isTransposed;

  unsigned rank() const { return kernel.size(); }
  /// Output pixel i is input pixel i, times weights.
  bool isPointwise() const {
    auto all = [](llvm::ArrayRef<int64_t> list, int64_t number) {
      return llvm::all_of(list, [&](int64_t x) { return x == number; });
    };
    return all(kernel, 1) && all(stride, 1) && all(padding, 0);
  }
};

struct PanelRange {
  mlir::AffineExpr first;
  mlir::Value count;
  int64_t most;
};

/// Copies the input rows that a range of panels reads, padding included, to
/// scratch memory, and from there the panels: 32 output pixels a row, one row
/// for each input channel and kernel position. `readInput` takes indices
/// (image, channel, place...) within the input.
llvm::LogicalResult
packPixelPanels(HostKernelBuilder &kernel, const ConvolutionShape &shape,
                llvm::function_ref<mlir::Value(Indices)> readInput,
                Indices batch, const PanelRange &range, mlir::Value flat);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_CONVOLUTIONPACK_H
