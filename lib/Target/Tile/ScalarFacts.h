//===- ScalarFacts.h - Ranges and alignments of index values --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_TILE_SCALARFACTS_H
#define XCC_LIB_TARGET_TILE_SCALARFACTS_H

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"

#include <cstdint>

namespace xcc::thread {

/// What is known about an integer before the program runs.
struct Facts {
  /// The largest power of two known to divide it; 0 is divided by kAligned.
  static constexpr int64_t kAligned = int64_t(1) << 40;
  static constexpr int64_t kUnbounded = int64_t(1) << 60;

  int64_t alignment = 1;
  int64_t least = -kUnbounded, most = kUnbounded;

  static Facts of(int64_t value);
  static Facts between(int64_t least, int64_t most, int64_t alignment = 1);
  bool isWithin(int64_t low, int64_t high) const {
    return least >= low && most <= high;
  }
};

Facts operator+(Facts lhs, Facts rhs);
Facts operator*(Facts lhs, Facts rhs);
/// Division by a positive constant towards minus infinity, and its remainder.
Facts floorDiv(Facts lhs, int64_t divisor);
Facts modulo(Facts lhs, int64_t divisor);

/// Facts about an affine expression from those of its dims and symbols.
Facts factsOf(mlir::AffineExpr expr, llvm::ArrayRef<Facts> dims,
              llvm::ArrayRef<Facts> symbols);

/// Facts about the scalars of one kernel, from how they are made.
class ScalarFacts {
public:
  Facts of(mlir::Value value);

private:
  Facts compute(mlir::Value value);
  llvm::DenseMap<mlir::Value, Facts> known;
};

} // namespace xcc::thread

#endif // XCC_LIB_TARGET_TILE_SCALARFACTS_H
