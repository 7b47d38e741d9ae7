//===- IndexSpace.cpp - Index expressions of one scheduled kernel ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/IndexSpace.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

#include <algorithm>

using namespace mlir;

namespace xcc::schedule {

AffineExpr IndexSpace::declare(Value value, AffineExpr extent) {
  auto [entry, isNew] = numbers.try_emplace(value, variables.size());
  if (isNew) {
    variables.push_back(value);
    extents.push_back(extent);
  } else if (extent) {
    extents[entry->second] = extent;
  }
  return getAffineDimExpr(entry->second, context);
}

void IndexSpace::release(const Mark &mark) {
  for (Value value : llvm::drop_begin(variables, mark.variables))
    if (value)
      numbers.erase(value);
  for (size_t i = mark.variables; i < variables.size(); ++i)
    definitions.erase(getAffineDimExpr(i, context));
  variables.truncate(mark.variables);
  extents.truncate(mark.variables);
  aliases = mark.aliases;
}

AffineExpr IndexSpace::resolve(AffineExpr expr) {
  llvm::DenseMap<AffineExpr, AffineExpr> map;
  expr.walk([&](AffineExpr part) {
    if (AffineExpr definition = definitions.lookup(part))
      map[part] = resolve(definition);
  });
  return map.empty() ? expr : expr.replace(map);
}

AffineExpr IndexSpace::exprOf(Value value) {
  if (AffineExpr known = aliases.lookup(value))
    return known;
  if (auto known = numbers.find(value); known != numbers.end())
    return getAffineDimExpr(known->second, context);
  for (auto [i, symbol] : llvm::enumerate(symbols))
    if (symbol == value)
      return getAffineSymbolExpr(i, context);
  APInt number;
  if (matchPattern(value, m_ConstantInt(&number)))
    return constant(number.getSExtValue());
  if (auto add = value.getDefiningOp<arith::AddIOp>())
    return exprOf(add.getLhs()) + exprOf(add.getRhs());
  if (auto sub = value.getDefiningOp<arith::SubIOp>())
    return exprOf(sub.getLhs()) - exprOf(sub.getRhs());
  if (auto mul = value.getDefiningOp<arith::MulIOp>()) {
    AffineExpr lhs = exprOf(mul.getLhs()), rhs = exprOf(mul.getRhs());
    if (lhs.isSymbolicOrConstant() || rhs.isSymbolicOrConstant())
      return lhs * rhs;
  }
  return declare(value);
}

//===-- Sums of products
//---------------------------------------------------===//

static bool precedes(AffineExpr lhs, AffineExpr rhs) {
  return lhs.getAsOpaquePointer() < rhs.getAsOpaquePointer();
}

void IndexSpace::normalize(Sum &sum) {
  for (Term &term : sum)
    llvm::sort(term.atoms, precedes);
  Sum merged;
  for (Term &term : sum) {
    auto same = llvm::find_if(
        merged, [&](const Term &other) { return other.atoms == term.atoms; });
    if (same != merged.end())
      same->factor += term.factor;
    else
      merged.push_back(term);
  }
  llvm::erase_if(merged, [](const Term &term) { return term.factor == 0; });
  sum = std::move(merged);
}

IndexSpace::Sum IndexSpace::add(Sum lhs, const Sum &rhs) {
  lhs.append(rhs.begin(), rhs.end());
  normalize(lhs);
  return lhs;
}

IndexSpace::Sum IndexSpace::multiply(const Sum &lhs, const Sum &rhs) {
  Sum result;
  for (const Term &a : lhs)
    for (const Term &b : rhs) {
      Term term{a.factor * b.factor, a.atoms};
      term.atoms.append(b.atoms.begin(), b.atoms.end());
      result.push_back(std::move(term));
    }
  normalize(result);
  return result;
}

/// c*k*(x floordiv k) + c*(x mod k) -> c*x
bool IndexSpace::recombine(Sum &sum) {
  for (Term &low : sum)
    for (AffineExpr atom : low.atoms) {
      if (atom.getKind() != AffineExprKind::Mod)
        continue;
      auto mod = cast<AffineBinaryOpExpr>(atom);
      AffineExpr quotient = mod.getLHS().floorDiv(mod.getRHS());
      Term high = low;
      high.atoms.erase(llvm::find(high.atoms, atom));
      Term whole = high;
      high.atoms.push_back(quotient);
      if (auto number = dyn_cast<AffineConstantExpr>(mod.getRHS()))
        high.factor *= number.getValue();
      else
        high.atoms.push_back(mod.getRHS());
      llvm::sort(high.atoms, precedes);
      auto found = llvm::find_if(sum, [&](const Term &other) {
        return other.factor == high.factor && other.atoms == high.atoms;
      });
      if (found == sum.end() || &*found == &low)
        continue;
      whole.atoms.push_back(mod.getLHS());
      low = whole;
      sum.erase(found);
      return true;
    }
  return false;
}

IndexSpace::Sum IndexSpace::expand(AffineExpr expr) {
  switch (expr.getKind()) {
  case AffineExprKind::Constant: {
    int64_t value = cast<AffineConstantExpr>(expr).getValue();
    return value ? Sum{Term{value, {}}} : Sum{};
  }
  case AffineExprKind::DimId: {
    // A variable that can only be zero.
    AffineExpr extent = extents[cast<AffineDimExpr>(expr).getPosition()];
    if (extent && extent == constant(1))
      return {};
    return {Term{1, {expr}}};
  }
  case AffineExprKind::SymbolId:
    return {Term{1, {expr}}};
  case AffineExprKind::Add:
  case AffineExprKind::Mul:
  case AffineExprKind::Mod:
  case AffineExprKind::FloorDiv:
  case AffineExprKind::CeilDiv:
    break;
  }
  auto binary = cast<AffineBinaryOpExpr>(expr);
  AffineExpr lhs = binary.getLHS(), rhs = binary.getRHS();
  if (expr.getKind() == AffineExprKind::Add) {
    Sum sum = add(expand(lhs), expand(rhs));
    while (recombine(sum))
      sum = expand(collapse(sum));
    return sum;
  }
  if (expr.getKind() == AffineExprKind::Mul)
    return multiply(expand(lhs), expand(rhs));
  if (expr.getKind() == AffineExprKind::CeilDiv)
    return expandDivision(lhs + rhs - 1, rhs, /*remainder=*/false);
  return expandDivision(lhs, rhs, expr.getKind() == AffineExprKind::Mod);
}

IndexSpace::Sum IndexSpace::expandDivision(AffineExpr dividend,
                                           AffineExpr divisor, bool remainder) {
  Sum whole = expand(dividend), by = expand(divisor);
  divisor = collapse(by);
  Sum quotient, rest;
  for (const Term &term : whole) {
    Term reduced = term;
    bool divides = by.size() == 1 && term.factor % by[0].factor == 0;
    if (divides) {
      reduced.factor /= by[0].factor;
      for (AffineExpr atom : by[0].atoms) {
        auto *found = llvm::find(reduced.atoms, atom);
        if (found == reduced.atoms.end()) {
          divides = false;
          break;
        }
        reduced.atoms.erase(found);
      }
    }
    if (divides)
      quotient.push_back(reduced);
    else
      rest.push_back(term);
  }
  AffineExpr restExpr = collapse(rest);
  if (rest.empty() || isWithin(restExpr, divisor))
    return remainder ? rest : quotient;
  AffineExpr atom = remainder ? restExpr % divisor : restExpr.floorDiv(divisor);
  auto binary = dyn_cast<AffineBinaryOpExpr>(atom);
  bool isAtom = binary && (binary.getKind() == AffineExprKind::Mod ||
                           binary.getKind() == AffineExprKind::FloorDiv);
  Sum tail = isAtom ? Sum{Term{1, {atom}}} : expand(atom);
  return remainder ? tail : add(quotient, tail);
}

AffineExpr IndexSpace::collapse(const Sum &sum) {
  AffineExpr result = constant(0);
  for (const Term &term : sum) {
    // Sizes before variables: an affine product wants its right side symbolic.
    AffineExpr sizes = constant(term.factor);
    AffineExpr variable;
    for (AffineExpr atom : term.atoms) {
      if (atom.isSymbolicOrConstant())
        sizes = sizes * atom;
      else
        variable = variable ? variable * atom : atom;
    }
    result = result + (variable ? variable * sizes : sizes);
  }
  return result;
}

AffineExpr IndexSpace::simplify(AffineExpr expr) {
  return collapse(expand(expr));
}

//===-- Shapes
//-------------------------------------------------------------===//

IndexList IndexSpace::apply(AffineMap map, Indices operands) {
  IndexList result;
  for (AffineExpr expr : map.getResults())
    result.push_back(simplify(expr.replaceDims(operands)));
  return result;
}

AffineExpr IndexSpace::product(Indices shape) {
  AffineExpr result = constant(1);
  for (AffineExpr size : shape)
    result = result * size;
  return result;
}

AffineExpr IndexSpace::linearize(Indices indices, Indices shape) {
  AffineExpr result = constant(0);
  for (auto [index, size] : llvm::zip_equal(indices, shape))
    result = result * size + index;
  return simplify(result);
}

IndexList IndexSpace::delinearize(AffineExpr linear, Indices shape) {
  IndexList result(shape.size());
  for (int64_t i = shape.size() - 1; i > 0; --i) {
    result[i] = simplify(linear % shape[i]);
    linear = simplify(linear.floorDiv(shape[i]));
  }
  if (!shape.empty())
    result[0] = shape[0] == constant(1) ? constant(0) : linear;
  return result;
}

AffineExpr IndexSpace::coefficient(AffineExpr expr, AffineExpr dim) {
  Sum result;
  for (Term &term : expand(expr)) {
    auto *found = llvm::find(term.atoms, dim);
    if (found != term.atoms.end()) {
      term.atoms.erase(found);
      result.push_back(term);
    }
    unsigned position = cast<AffineDimExpr>(dim).getPosition();
    for (AffineExpr atom : term.atoms)
      if (atom.isFunctionOfDim(position))
        return {};
  }
  return collapse(result);
}

//===-- Code
//---------------------------------------------------------------===//

Value IndexSpace::materializeAtom(OpBuilder &builder, Location loc,
                                  AffineExpr atom) {
  if (auto dim = dyn_cast<AffineDimExpr>(atom)) {
    if (AffineExpr definition = definitionOf(dim))
      return materialize(builder, loc, definition);
    return variables[dim.getPosition()];
  }
  if (auto symbol = dyn_cast<AffineSymbolExpr>(atom))
    return symbols[symbol.getPosition()];
  auto binary = cast<AffineBinaryOpExpr>(atom);
  Value lhs = materialize(builder, loc, binary.getLHS());
  Value rhs = materialize(builder, loc, binary.getRHS());
  ++divisions;
  if (binary.getKind() == AffineExprKind::Mod)
    return arith::RemUIOp::create(builder, loc, lhs, rhs);
  return arith::DivUIOp::create(builder, loc, lhs, rhs);
}

Value IndexSpace::materialize(OpBuilder &builder, Location loc,
                              AffineExpr expr) {
  Value result;
  int64_t offset = 0;
  for (const Term &term : expand(expr)) {
    if (term.atoms.empty()) {
      offset += term.factor;
      continue;
    }
    Value product;
    for (AffineExpr atom : term.atoms) {
      Value value = materializeAtom(builder, loc, atom);
      product =
          product ? arith::MulIOp::create(builder, loc, product, value) : value;
    }
    if (term.factor != 1)
      product = arith::MulIOp::create(
          builder, loc, product,
          arith::ConstantIndexOp::create(builder, loc, term.factor));
    result =
        result ? arith::AddIOp::create(builder, loc, result, product) : product;
  }
  if (result && offset == 0)
    return result;
  Value number = arith::ConstantIndexOp::create(builder, loc, offset);
  return result ? arith::AddIOp::create(builder, loc, result, number) : number;
}

} // namespace xcc::schedule
