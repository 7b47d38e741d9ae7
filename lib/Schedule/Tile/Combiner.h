//===- Combiner.h - What a reduction combines with ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_TILE_COMBINER_H
#define XCC_SCHEDULE_TILE_COMBINER_H

#include "lib/Schedule/Tile/TileKernelBuilder.h"

namespace xcc::schedule {

/// One reduction of a kernel, cut into terms, one or several values for each
/// element that is reduced, and the combination of two terms.
class Combiner {
public:
  virtual ~Combiner();

  mlir::Operation *getOperation() { return op; }
  unsigned numResults() const { return types.size(); }
  mlir::Type typeOf(unsigned i) const { return types[i]; }

  /// Extents of what is reduced.
  virtual IndexList extents() = 0;
  /// The terms of the element `inner` of what is reduced, for the element
  /// `place` of the operation's results.
  virtual llvm::FailureOr<llvm::SmallVector<mlir::Value>>
  terms(ElementEmitter &emitter, mlir::OpBuilder &b, Indices place,
        Indices inner) = 0;
  /// Scalars that change nothing when they are combined with others.
  virtual llvm::SmallVector<mlir::Value> identity(mlir::OpBuilder &b) = 0;
  /// Two lists of terms of one type, scalars or tiles, as one.
  virtual llvm::SmallVector<mlir::Value>
  combine(mlir::OpBuilder &b, mlir::ValueRange lhs, mlir::ValueRange rhs) = 0;
  /// The results at `place`, from all terms combined.
  virtual llvm::FailureOr<llvm::SmallVector<mlir::Value>>
  finish(ElementEmitter &emitter, TileForm &form, mlir::OpBuilder &b,
         Indices place, llvm::ArrayRef<mlir::Value> combined) = 0;

protected:
  explicit Combiner(mlir::Operation *op) : op(op) {}
  mlir::Operation *op;
  llvm::SmallVector<mlir::Type> types; // of terms
};

/// The combiner of a reduction; null after an error if it combines by other
/// means than sums, products, extremes, bits and the first extreme's index.
std::unique_ptr<Combiner> makeCombiner(ElementEmitter &emitter,
                                       mlir::Operation *op);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_COMBINER_H
