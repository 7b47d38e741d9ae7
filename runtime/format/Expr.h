//===- Expr.h - Size expressions of a bundle --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_FORMAT_EXPR_H
#define XRT_FORMAT_EXPR_H

#include "runtime/format/xcb_generated.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace xrt::format {

using Exprs = flatbuffers::Vector<const Expr *>;
using Symbols = flatbuffers::Vector<flatbuffers::Offset<Symbol>>;

/// Symbols are kept in the bits of a word.
inline constexpr uint32_t kMaxSymbols = 64;

/// lhs op rhs; nothing on overflow or when a divisor is not positive.
std::optional<int64_t> applyExpr(ExprKind kind, int64_t lhs, int64_t rhs);

/// The value of each node for the given symbols; nothing where applyExpr has
/// none, or for an operand has none. The pool is valid.
std::vector<std::optional<int64_t>> evaluateExprs(const Exprs &exprs,
                                                  const int64_t *symbols);

/// Which symbols a node reads, and which of them otherwise than as a*s + b with
/// a and b free of s. One bit per symbol.
struct SymbolUse {
  uint64_t present = 0;
  uint64_t nonlinear = 0;
};
std::vector<SymbolUse> findSymbolUses(const Exprs &exprs);

/// The expression as people write it: "4*batch + 1", "ceildiv(seq, 16)".
std::string formatExpr(const Exprs &exprs, const Symbols &symbols,
                       uint32_t root);

} // namespace xrt::format

#endif // XRT_FORMAT_EXPR_H
