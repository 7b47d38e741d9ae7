//===- SortBytes.h - Words in order, byte by byte -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_HOST_SORTBYTES_H
#define XCC_SCHEDULE_HOST_SORTBYTES_H

#include "lib/Schedule/Host/HostKernelBuilder.h"

namespace xcc::schedule {

/// Sorts words of 64 bits by some bytes of their upper half; words that these
/// do not tell apart keep their order.
class ByteSort {
public:
  /// `words` holds two halves of `capacity` words, the first from place 1.
  ByteSort(HostKernelBuilder &builder, mlir::Location loc,
           llvm::SmallVector<unsigned> bytes, mlir::Value words,
           mlir::AffineExpr capacity);

  /// Sorts `count` words from place 1; gives where they are afterwards, which
  /// is 1 or the other half.
  mlir::Value sort(mlir::Value count);

private:
  void forRange(mlir::Value lower, mlir::Value upper,
                llvm::function_ref<void(mlir::Value)> inside);
  void countBytes(mlir::Value count);
  mlir::Value passByte(unsigned pass, mlir::Value from, mlir::Value count);
  void placeBins(unsigned pass);
  void scatterByte(unsigned pass, mlir::Value from, mlir::Value to,
                   mlir::Value count);
  mlir::Value binOf(unsigned pass, mlir::Value word);

  mlir::OpBuilder &b() { return builder.builder(); }
  mlir::Value constant(int64_t value);
  mlir::Value number(int64_t value, unsigned width);
  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  mlir::Value load(mlir::Value buffer, mlir::Value at);
  void put(mlir::Value value, mlir::Value buffer, mlir::Value at);

  HostKernelBuilder &builder;
  mlir::Location loc;
  llvm::SmallVector<unsigned> bytes;
  mlir::Value words, counts;
  mlir::AffineExpr capacity;
};

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_HOST_SORTBYTES_H
