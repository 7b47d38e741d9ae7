//===- Ranges.h - Between which numbers a mask's elements lie
//--------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_FRONTEND_RANGES_H
#define XCC_LIB_FRONTEND_RANGES_H

#include "lib/Frontend/Match.h"

namespace xcc::frontend {

/// Every element e is a number, lo <= e <= hi; false is 0 and true is 1.
struct Range {
  double lo = 0, hi = 0;
  /// True only if integers given as a mask hold nothing but 0 and 1. Nothing
  /// is decided from such a range: it only bounds what is computed from it.
  bool isAssumed = false;
};

/// The number of `type` nearest to `number`; infinite beyond its largest.
double roundTo(double number, mlir::FloatType type);

/// Bounds the elements of values made of few operations, as masks are.
class RangeAnalysis {
public:
  /// Which elements to bound: all, or those with index 0 in the last dimension.
  enum class At { Anywhere, FirstOfRow };

  explicit RangeAnalysis(GraphRewriter &rewriter) : rewriter(rewriter) {}

  /// None where the elements may be anything, NaN included.
  std::optional<Range> of(mlir::Value value, At at);

private:
  std::optional<Range> compute(mlir::Value value, At at);
  std::optional<Range> created(mlir::Operation *op, At at);
  std::optional<Range> moved(mlir::Operation *op, At at);
  std::optional<Range> converted(fx::ToOp op, At at);
  std::optional<Range> chosen(mlir::Value condition, mlir::Value ifTrue,
                              mlir::Value ifFalse, At at);
  std::optional<Range> arithmetic(mlir::Operation *op, At at);
  Range logical(mlir::Operation *op, At at);

  GraphRewriter &rewriter;
  llvm::DenseMap<std::pair<mlir::Value, int>, std::optional<Range>> known;
};

} // namespace xcc::frontend

#endif // XCC_LIB_FRONTEND_RANGES_H
