//===- IndexSpace.h - Index expressions of one scheduled kernel -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Indices are affine expressions until the moment they are used: dimension
// number i stands for an SSA index value with a known extent, symbol number i
// for the kernel's index argument i. Knowing extents, reshapes cancel and
// contiguous accesses stay visibly contiguous.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_ELEMENT_INDEXSPACE_H
#define XCC_SCHEDULE_ELEMENT_INDEXSPACE_H

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace xcc::schedule {

using Indices = llvm::ArrayRef<mlir::AffineExpr>;
using IndexList = llvm::SmallVector<mlir::AffineExpr>;

/// The size, if it is a number.
inline std::optional<int64_t> known(mlir::AffineExpr size) {
  if (auto number = llvm::dyn_cast<mlir::AffineConstantExpr>(size))
    return number.getValue();
  return std::nullopt;
}

class IndexSpace {
public:
  explicit IndexSpace(mlir::MLIRContext *context) : context(context) {}

  /// The SSA values that symbols stand for.
  void setSymbols(llvm::ArrayRef<mlir::Value> values) {
    symbols.assign(values.begin(), values.end());
  }
  llvm::ArrayRef<mlir::Value> getSymbols() const { return symbols; }

  /// Makes `value` an index variable in [0, extent); a null extent is unknown.
  mlir::AffineExpr declare(mlir::Value value, mlir::AffineExpr extent = {});

  /// A variable with no value, to be replaced before it is materialized.
  mlir::AffineExpr placeholder(mlir::AffineExpr extent) {
    variables.push_back({});
    extents.push_back(extent);
    return mlir::getAffineDimExpr(variables.size() - 1, context);
  }

  /// A variable in [0, extent) that equals `definition` wherever that is so.
  mlir::AffineExpr define(mlir::AffineExpr definition,
                          mlir::AffineExpr extent) {
    mlir::AffineExpr variable = placeholder(extent);
    definitions[variable] = definition;
    return variable;
  }
  /// What a variable was defined as; null for others.
  mlir::AffineExpr definitionOf(mlir::AffineExpr variable) const {
    return definitions.lookup(variable);
  }
  /// `expr` with defined variables replaced by what they stand for.
  mlir::AffineExpr resolve(mlir::AffineExpr expr);

  /// The value of a variable; null if it was given none.
  mlir::Value valueOf(mlir::AffineExpr variable) const {
    return variables[mlir::cast<mlir::AffineDimExpr>(variable).getPosition()];
  }

  /// Gives a placeholder a value, or takes it away again.
  void setValue(mlir::AffineExpr variable, mlir::Value value) {
    variables[mlir::cast<mlir::AffineDimExpr>(variable).getPosition()] = value;
  }

  /// The extent of a variable; null if unknown.
  mlir::AffineExpr extentOf(mlir::AffineExpr variable) const {
    return extents[mlir::cast<mlir::AffineDimExpr>(variable).getPosition()];
  }

  /// The expression of any SSA index value: sums and products of variables and
  /// constants are seen through, anything else becomes a variable.
  mlir::AffineExpr exprOf(mlir::Value value);

  /// `value`, emitted by whatever means, equals `expr`.
  void alias(mlir::Value value, mlir::AffineExpr expr) {
    aliases[value] = expr;
  }

  /// Variables and aliases made after mark() are forgotten by release().
  struct Mark {
    size_t variables;
    llvm::DenseMap<mlir::Value, mlir::AffineExpr> aliases;
  };
  Mark mark() const { return {variables.size(), aliases}; }
  void release(const Mark &mark);

  /// Emits arithmetic for `expr`. Divisions assume a dividend >= 0.
  mlir::Value materialize(mlir::OpBuilder &builder, mlir::Location loc,
                          mlir::AffineExpr expr);

  /// A canonical form: a sum of products, with the divisions and remainders
  /// that extents decide taken away.
  mlir::AffineExpr simplify(mlir::AffineExpr expr);

  /// True if 0 <= expr < bound for all values of the variables.
  bool isWithin(mlir::AffineExpr expr, mlir::AffineExpr bound);

  /// True if 0 <= expr for all values of the variables.
  bool isNonNegative(mlir::AffineExpr expr) {
    return isNonNegative(expand(expr));
  }

  /// The map's results with its dimensions replaced by `operands`.
  IndexList apply(mlir::AffineMap map, Indices operands);

  mlir::AffineExpr linearize(Indices indices, Indices shape);
  IndexList delinearize(mlir::AffineExpr linear, Indices shape);
  mlir::AffineExpr product(Indices shape);

  mlir::AffineExpr constant(int64_t value) {
    return mlir::getAffineConstantExpr(value, context);
  }

  /// The coefficient of variable `dim` if `expr` is linear in it, else null.
  /// Zero if it does not occur.
  mlir::AffineExpr coefficient(mlir::AffineExpr expr, mlir::AffineExpr dim);

  /// Divisions and remainders materialized so far; a caller that sees none in
  /// a loop body knows its accesses to be linear.
  unsigned divisions = 0;

private:
  struct Term {
    int64_t factor;
    llvm::SmallVector<mlir::AffineExpr, 2> atoms;
  };
  using Sum = llvm::SmallVector<Term, 4>;

  Sum expand(mlir::AffineExpr expr);
  Sum expandDivision(mlir::AffineExpr dividend, mlir::AffineExpr divisor,
                     bool remainder);
  mlir::AffineExpr collapse(const Sum &sum);
  std::optional<Sum> upperBound(const Sum &sum);
  std::optional<Sum> atomBound(mlir::AffineExpr atom);
  bool isNonNegative(const Sum &sum);
  mlir::Value materializeAtom(mlir::OpBuilder &builder, mlir::Location loc,
                              mlir::AffineExpr atom);

  static Sum multiply(const Sum &lhs, const Sum &rhs);
  static Sum add(Sum lhs, const Sum &rhs);
  static void normalize(Sum &sum);
  static bool recombine(Sum &sum);

  mlir::MLIRContext *context;
  llvm::SmallVector<mlir::Value> symbols;
  llvm::SmallVector<mlir::Value> variables;
  llvm::SmallVector<mlir::AffineExpr> extents;
  llvm::DenseMap<mlir::Value, unsigned> numbers;
  llvm::DenseMap<mlir::Value, mlir::AffineExpr> aliases;
  llvm::DenseMap<mlir::AffineExpr, mlir::AffineExpr> definitions;
};

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_ELEMENT_INDEXSPACE_H
