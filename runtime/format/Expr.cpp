//===- Expr.cpp - Size expressions of a bundle ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/format/Expr.h"

#include <algorithm>

using namespace xrt::format;

static int64_t floorDiv(int64_t lhs, int64_t rhs) {
  int64_t quotient = lhs / rhs;
  return lhs % rhs < 0 ? quotient - 1 : quotient;
}

std::optional<int64_t> xrt::format::applyExpr(ExprKind kind, int64_t lhs,
                                              int64_t rhs) {
  int64_t result = 0;
  switch (kind) {
  case ExprKind_Add:
    if (__builtin_add_overflow(lhs, rhs, &result))
      return std::nullopt;
    return result;
  case ExprKind_Mul:
    if (__builtin_mul_overflow(lhs, rhs, &result))
      return std::nullopt;
    return result;
  case ExprKind_FloorDiv:
  case ExprKind_CeilDiv:
  case ExprKind_Mod: {
    if (rhs <= 0)
      return std::nullopt;
    int64_t quotient = floorDiv(lhs, rhs);
    // In [0, rhs): the product of quotient and rhs alone could overflow.
    int64_t rest = lhs % rhs < 0 ? lhs % rhs + rhs : lhs % rhs;
    if (kind == ExprKind_Mod)
      return rest;
    return kind == ExprKind_CeilDiv && rest ? quotient + 1 : quotient;
  }
  case ExprKind_Max:
    return std::max(lhs, rhs);
  case ExprKind_Min:
    return std::min(lhs, rhs);
  case ExprKind_Constant:
  case ExprKind_Symbol:
    break;
  }
  return std::nullopt;
}

std::vector<std::optional<int64_t>>
xrt::format::evaluateExprs(const Exprs &exprs, const int64_t *symbols) {
  std::vector<std::optional<int64_t>> values(exprs.size());
  for (uint32_t i = 0; i < exprs.size(); ++i) {
    const Expr &expr = *exprs[i];
    if (expr.kind() == ExprKind_Constant)
      values[i] = expr.value();
    else if (expr.kind() == ExprKind_Symbol)
      values[i] = symbols[expr.value()];
    else if (values[expr.lhs()] && values[expr.rhs()])
      values[i] =
          applyExpr(expr.kind(), *values[expr.lhs()], *values[expr.rhs()]);
  }
  return values;
}

std::vector<SymbolUse> xrt::format::findSymbolUses(const Exprs &exprs) {
  std::vector<SymbolUse> uses(exprs.size());
  for (uint32_t i = 0; i < exprs.size(); ++i) {
    const Expr &expr = *exprs[i];
    if (expr.kind() == ExprKind_Constant)
      continue;
    if (expr.kind() == ExprKind_Symbol) {
      uses[i].present = uint64_t(1) << expr.value();
      continue;
    }
    const SymbolUse &lhs = uses[expr.lhs()], &rhs = uses[expr.rhs()];
    uses[i].present = lhs.present | rhs.present;
    uses[i].nonlinear = lhs.nonlinear | rhs.nonlinear;
    if (expr.kind() == ExprKind_Mul)
      uses[i].nonlinear |= lhs.present & rhs.present;
    else if (expr.kind() != ExprKind_Add)
      uses[i].nonlinear = uses[i].present;
  }
  return uses;
}

namespace {
/// Binding strength of what encloses a term: parentheses where it is stronger.
enum class Strength { Sum, Product };

class Printer {
public:
  Printer(const Exprs &exprs, const Symbols &symbols)
      : exprs(exprs), symbols(symbols) {}

  void print(uint32_t node, Strength around) {
    // A shared node is printed at each use, so text can outgrow the pool.
    if (text.size() > kMaxText) {
      if (!text.ends_with("..."))
        text += "...";
      return;
    }
    const Expr &expr = *exprs[node];
    switch (expr.kind()) {
    case ExprKind_Constant:
      text += std::to_string(expr.value());
      return;
    case ExprKind_Symbol:
      text += symbols[expr.value()]->name()->c_str();
      return;
    case ExprKind_Add:
      return printSum(expr, around);
    case ExprKind_Mul:
      return printProduct(expr);
    case ExprKind_FloorDiv:
      return printCall("floordiv", expr);
    case ExprKind_CeilDiv:
      return printCall("ceildiv", expr);
    case ExprKind_Mod:
      return printCall("mod", expr);
    case ExprKind_Max:
      return printCall("max", expr);
    case ExprKind_Min:
      return printCall("min", expr);
    }
  }

  std::string text;

private:
  static constexpr size_t kMaxText = 2000;

  void printSum(const Expr &expr, Strength around) {
    bool needsParentheses = around == Strength::Product;
    text += needsParentheses ? "(" : "";
    print(expr.lhs(), Strength::Sum);
    const Expr &rhs = *exprs[expr.rhs()];
    if (rhs.kind() == ExprKind_Constant && rhs.value() < 0 &&
        rhs.value() != INT64_MIN) {
      text += " - " + std::to_string(-rhs.value());
    } else {
      text += " + ";
      print(expr.rhs(), Strength::Sum);
    }
    text += needsParentheses ? ")" : "";
  }

  void printProduct(const Expr &expr) {
    uint32_t first = expr.lhs(), second = expr.rhs();
    if (exprs[second]->kind() == ExprKind_Constant)
      std::swap(first, second);
    print(first, Strength::Product);
    text += "*";
    print(second, Strength::Product);
  }

  void printCall(const char *name, const Expr &expr) {
    text += name;
    text += "(";
    print(expr.lhs(), Strength::Sum);
    text += ", ";
    print(expr.rhs(), Strength::Sum);
    text += ")";
  }

  const Exprs &exprs;
  const Symbols &symbols;
};
} // namespace

std::string xrt::format::formatExpr(const Exprs &exprs, const Symbols &symbols,
                                    uint32_t root) {
  Printer printer(exprs, symbols);
  printer.print(root, Strength::Sum);
  return std::move(printer.text);
}
