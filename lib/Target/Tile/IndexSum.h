//===- IndexSum.h - Index expressions as sums of products -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Offsets, coordinates and bounds are kept as sums until they are needed, so
// that what differs between a thread's registers is a constant at the end.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_TILE_INDEXSUM_H
#define XCC_LIB_TARGET_TILE_INDEXSUM_H

#include "lib/Target/Tile/ScalarFacts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"

namespace xcc::thread {

/// factor * value. The value is an i64 that all threads of the block share, an
/// i32 that is never negative (a thread's own small number), or an i64 of the
/// thread's own.
struct Term {
  mlir::Value value;
  int64_t factor;
  Facts facts; // about the value
  bool isUniform;

  bool isThreadNumber() const {
    return !isUniform && value.getType().isInteger(32);
  }
};

struct IndexSum {
  llvm::SmallVector<Term, 4> terms;
  int64_t constant = 0;

  static IndexSum of(int64_t constant) { return {{}, constant}; }
  static IndexSum of(mlir::Value value, Facts facts, bool isUniform) {
    return {{{value, 1, facts, isUniform}}, 0};
  }
  bool isConstant() const { return terms.empty(); }
  Facts facts() const;
  IndexSum &operator+=(const IndexSum &other);
  IndexSum &operator*=(int64_t factor);
};

/// Emits index arithmetic; equal operations are emitted once. What is made of
/// values of the kernel's entry alone is put there, outside of all loops.
class IndexArithmetic {
public:
  IndexArithmetic(mlir::OpBuilder &builder, mlir::OpBuilder &entry)
      : builder(builder), entry(entry) {}

  /// Forgets what was emitted at the current place (before leaving a region).
  void forgetLocal() { local.clear(); }

  /// One of arith's binary operations on integers.
  template <typename Op>
  mlir::Value apply(mlir::Location loc, mlir::Value lhs, mlir::Value rhs) {
    return once(Op::getOperationName(), lhs, rhs, 0,
                [&](mlir::OpBuilder &at) -> mlir::Value {
                  return Op::create(at, loc, lhs, rhs);
                });
  }
  mlir::Value constant(int64_t value, mlir::Type type);
  mlir::Value add(mlir::Location loc, mlir::Value lhs, mlir::Value rhs);
  mlir::Value multiply(mlir::Location loc, mlir::Value lhs, int64_t factor);
  mlir::Value compare(mlir::Location loc, mlir::arith::CmpIPredicate predicate,
                      mlir::Value lhs, mlir::Value rhs);
  /// i32 -> i64 of a number that is not negative; i64 -> i32.
  mlir::Value toI64(mlir::Location loc, mlir::Value value);
  mlir::Value toI32(mlir::Location loc, mlir::Value value);
  mlir::Value signedToI64(mlir::Location loc, mlir::Value value);
  mlir::Value offsetPointer(mlir::Location loc, mlir::Value pointer,
                            mlir::Type element, mlir::Value index);

  /// The sum of the terms that `filter` accepts, in i32 or i64; null if none.
  mlir::Value sumOf(mlir::Location loc, const IndexSum &sum, mlir::Type type,
                    llvm::function_ref<bool(const Term &)> filter);
  /// The whole sum.
  mlir::Value materialize(mlir::Location loc, const IndexSum &sum,
                          mlir::Type type);
  /// An affine expression as a sum.
  IndexSum evaluate(mlir::Location loc, mlir::AffineExpr expr,
                    llvm::ArrayRef<IndexSum> dims,
                    llvm::ArrayRef<IndexSum> symbols);
  /// sum >= 0 (or sum == 0) as i1; null if it is known to hold.
  mlir::Value isInside(mlir::Location loc, const IndexSum &sum,
                       bool isEquality);
  /// Where `sum` elements behind `base` lie.
  mlir::Value pointerTo(mlir::Location loc, mlir::Value base,
                        mlir::Type element, const IndexSum &sum);

private:
  /// What `make` emits for these operands, emitted once.
  mlir::Value once(llvm::StringRef name, mlir::Value lhs, mlir::Value rhs,
                   int64_t detail,
                   llvm::function_ref<mlir::Value(mlir::OpBuilder &)> make);
  bool isOfEntry(mlir::Value value) const;
  IndexSum multiply(mlir::Location loc, const IndexSum &lhs,
                    const IndexSum &rhs);
  IndexSum divide(mlir::Location loc, mlir::AffineExprKind kind,
                  const IndexSum &lhs, const IndexSum &rhs);
  mlir::Value divideValue(mlir::Location loc, bool isRemainder,
                          const IndexSum &lhs, int64_t divisor);
  mlir::Value isThreadInside(mlir::Location loc, const IndexSum &sum);

  mlir::OpBuilder &builder;
  mlir::OpBuilder &entry;
  // (operation, operands, detail)
  using Key = std::tuple<const void *, const void *, const void *, int64_t>;
  llvm::DenseMap<Key, mlir::Value> global, local;
  llvm::DenseMap<mlir::Attribute, mlir::Value> constants;
};

} // namespace xcc::thread

#endif // XCC_LIB_TARGET_TILE_INDEXSUM_H
