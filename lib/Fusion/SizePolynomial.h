//===- SizePolynomial.h - Sizes that can be compared ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_FUSION_SIZEPOLYNOMIAL_H
#define XCC_LIB_FUSION_SIZEPOLYNOMIAL_H

#include "mlir/IR/AffineExpr.h"
#include "llvm/ADT/SmallVector.h"

#include <map>
#include <vector>

namespace xcc::fusion {

/// A sum of products of atoms, in one form: equal sizes have equal terms.
/// Atoms are size symbols and, since they cannot be taken apart, quotients.
struct SizePolynomial {
  /// Sorted atoms of a product -> its factor, not zero.
  std::map<std::vector<unsigned>, int64_t> terms;

  /// The largest number that divides all factors.
  int64_t content() const;
  bool operator<(const SizePolynomial &other) const {
    return terms < other.terms;
  }
};

/// Turns expressions into polynomials and back.
class SizeAlgebra {
public:
  explicit SizeAlgebra(mlir::MLIRContext *context) : context(context) {}

  SizePolynomial parse(mlir::AffineExpr expr);
  mlir::AffineExpr build(const SizePolynomial &polynomial);

private:
  unsigned atomOf(mlir::AffineExpr expr);

  mlir::MLIRContext *context;
  llvm::SmallVector<mlir::AffineExpr> atoms;
};

/// All factors divided by `divisor`, which divides them.
SizePolynomial divide(SizePolynomial polynomial, int64_t divisor);

} // namespace xcc::fusion

#endif // XCC_LIB_FUSION_SIZEPOLYNOMIAL_H
