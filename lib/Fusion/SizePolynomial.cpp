//===- SizePolynomial.cpp - Sizes that can be compared --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Fusion/SizePolynomial.h"

#include "llvm/ADT/STLExtras.h"

#include <numeric>

using namespace mlir;

namespace xcc::fusion {

int64_t SizePolynomial::content() const {
  int64_t divisor = 0;
  for (auto &[atoms, factor] : terms)
    divisor = std::gcd(divisor, factor);
  return divisor;
}

SizePolynomial divide(SizePolynomial polynomial, int64_t divisor) {
  for (auto &[atoms, factor] : polynomial.terms)
    factor /= divisor;
  return polynomial;
}

unsigned SizeAlgebra::atomOf(AffineExpr expr) {
  auto known = llvm::find(atoms, expr);
  if (known == atoms.end()) {
    atoms.push_back(expr);
    return atoms.size() - 1;
  }
  return known - atoms.begin();
}

static void add(SizePolynomial &sum, const std::vector<unsigned> &atoms,
                int64_t factor) {
  int64_t &term = sum.terms[atoms];
  term += factor;
  if (term == 0)
    sum.terms.erase(atoms);
}

static SizePolynomial multiply(const SizePolynomial &lhs,
                               const SizePolynomial &rhs) {
  SizePolynomial product;
  for (auto &[leftAtoms, leftFactor] : lhs.terms)
    for (auto &[rightAtoms, rightFactor] : rhs.terms) {
      std::vector<unsigned> atoms(leftAtoms);
      atoms.insert(atoms.end(), rightAtoms.begin(), rightAtoms.end());
      llvm::sort(atoms);
      add(product, atoms, leftFactor * rightFactor);
    }
  return product;
}

SizePolynomial SizeAlgebra::parse(AffineExpr expr) {
  SizePolynomial result;
  switch (expr.getKind()) {
  case AffineExprKind::Constant:
    if (int64_t value = cast<AffineConstantExpr>(expr).getValue())
      add(result, {}, value);
    return result;
  case AffineExprKind::Add: {
    auto sum = cast<AffineBinaryOpExpr>(expr);
    result = parse(sum.getLHS());
    for (auto &[atoms, factor] : parse(sum.getRHS()).terms)
      add(result, atoms, factor);
    return result;
  }
  case AffineExprKind::Mul: {
    auto product = cast<AffineBinaryOpExpr>(expr);
    return multiply(parse(product.getLHS()), parse(product.getRHS()));
  }
  case AffineExprKind::Mod:
  case AffineExprKind::FloorDiv:
  case AffineExprKind::CeilDiv:
  case AffineExprKind::DimId:
  case AffineExprKind::SymbolId:
    add(result, {atomOf(expr)}, 1);
    return result;
  }
  llvm_unreachable("every kind of affine expression is listed");
}

AffineExpr SizeAlgebra::build(const SizePolynomial &polynomial) {
  AffineExpr sum = getAffineConstantExpr(0, context);
  for (auto &[factors, number] : polynomial.terms) {
    AffineExpr product = getAffineConstantExpr(1, context);
    for (unsigned atom : factors)
      product = product * atoms[atom];
    sum = sum + product * number;
  }
  return sum;
}

} // namespace xcc::fusion
