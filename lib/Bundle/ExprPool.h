//===- ExprPool.h - Size expressions, each kept once ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_BUNDLE_EXPRPOOL_H
#define XCC_LIB_BUNDLE_EXPRPOOL_H

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

namespace xcc::bundle {

/// An expression of the pool it came from. Equal expressions have equal ids.
using ExprId = uint32_t;

/// Values are those of the bundle's schema.
enum class ExprKind : uint8_t {
  Constant,
  Symbol,
  Add,
  Mul,
  FloorDiv,
  CeilDiv,
  Mod,
  Max,
  Min
};

/// Integer expressions over the program's symbols, folded and hash-consed as
/// they are built; operands always come before what uses them.
class ExprPool {
public:
  struct Node {
    ExprKind kind;
    int64_t value;   // of a constant; index of a symbol
    ExprId lhs, rhs; // of the others
  };

  /// Id 0 is the constant 0, so that an expression left out is nothing.
  ExprPool() { constant(0); }

  ExprId constant(int64_t value);
  ExprId symbol(uint32_t index);
  ExprId add(ExprId lhs, ExprId rhs);
  ExprId mul(ExprId lhs, ExprId rhs);
  /// Divisors are positive for every value of the symbols.
  ExprId floorDiv(ExprId lhs, ExprId rhs);
  ExprId ceilDiv(ExprId lhs, ExprId rhs);
  ExprId mod(ExprId lhs, ExprId rhs);
  ExprId max(ExprId lhs, ExprId rhs);
  ExprId min(ExprId lhs, ExprId rhs);

  ExprId addConstant(ExprId lhs, int64_t rhs) {
    return add(lhs, constant(rhs));
  }
  ExprId mulConstant(ExprId lhs, int64_t rhs) {
    return mul(lhs, constant(rhs));
  }
  /// The least multiple of |multiple| that is not below |value|.
  ExprId alignUp(ExprId value, int64_t multiple);

  std::optional<int64_t> asConstant(ExprId id) const;
  const std::vector<Node> &getNodes() const { return nodes; }

private:
  ExprId intern(Node node);
  ExprId binary(ExprKind kind, ExprId lhs, ExprId rhs);

  std::vector<Node> nodes;
  std::map<std::tuple<ExprKind, int64_t, ExprId, ExprId>, ExprId> ids;
};

} // namespace xcc::bundle

#endif // XCC_LIB_BUNDLE_EXPRPOOL_H
