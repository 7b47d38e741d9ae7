//===- IndexSpaceBounds.cpp - How large index expressions can be ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/IndexSpace.h"

using namespace mlir;

namespace xcc::schedule {

std::optional<IndexSpace::Sum> IndexSpace::atomBound(AffineExpr atom) {
  if (atom.getKind() == AffineExprKind::SymbolId)
    return Sum{Term{1, {atom}}};
  if (auto dim = dyn_cast<AffineDimExpr>(atom)) {
    AffineExpr extent = extents[dim.getPosition()];
    if (!extent)
      return std::nullopt;
    return expand(extent - 1);
  }
  auto binary = cast<AffineBinaryOpExpr>(atom);
  if (binary.getKind() == AffineExprKind::Mod)
    return expand(binary.getRHS() - 1);
  if (binary.getKind() != AffineExprKind::FloorDiv)
    return std::nullopt;
  std::optional<Sum> dividend = upperBound(expand(binary.getLHS()));
  if (!dividend)
    return std::nullopt;
  AffineExpr quotient = collapse(*dividend).floorDiv(binary.getRHS());
  if (isa<AffineConstantExpr>(quotient))
    return expand(quotient);
  return std::nullopt;
}

std::optional<IndexSpace::Sum> IndexSpace::upperBound(const Sum &sum) {
  Sum bound;
  for (const Term &term : sum) {
    bool isSize = llvm::all_of(
        term.atoms, [](AffineExpr e) { return e.isSymbolicOrConstant(); });
    if (isSize) {
      bound.push_back(term);
      continue;
    }
    // At least zero, so at most zero when subtracted.
    if (term.factor < 0)
      continue;
    Sum product = {Term{term.factor, {}}};
    for (AffineExpr atom : term.atoms) {
      std::optional<Sum> largest = atomBound(atom);
      if (!largest)
        return std::nullopt;
      product = multiply(product, *largest);
    }
    bound.append(product.begin(), product.end());
  }
  normalize(bound);
  return bound;
}

bool IndexSpace::isNonNegative(const Sum &sum) {
  Sum smallest;
  for (const Term &term : sum) {
    bool isSize = llvm::all_of(
        term.atoms, [](AffineExpr e) { return e.isSymbolicOrConstant(); });
    if (isSize) {
      smallest.push_back(term);
      continue;
    }
    for (AffineExpr atom : term.atoms)
      if (auto dim = dyn_cast<AffineDimExpr>(atom))
        if (!extents[dim.getPosition()])
          return false;
    if (term.factor > 0)
      continue;
    std::optional<Sum> largest = upperBound({Term{-term.factor, term.atoms}});
    if (!largest)
      return false;
    smallest.append(multiply(*largest, {Term{-1, {}}}));
  }
  normalize(smallest);
  return llvm::all_of(smallest, [](const Term &t) { return t.factor >= 0; });
}

bool IndexSpace::isWithin(AffineExpr expr, AffineExpr bound) {
  Sum sum = expand(expr);
  if (!isNonNegative(sum))
    return false;
  std::optional<Sum> largest = upperBound(sum);
  if (!largest)
    return false;
  Sum slack = add(expand(bound - 1), multiply(*largest, {Term{-1, {}}}));
  return llvm::all_of(slack, [](const Term &t) { return t.factor >= 0; });
}

} // namespace xcc::schedule
