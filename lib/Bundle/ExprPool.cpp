//===- ExprPool.cpp - Size expressions, each kept once --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Bundle/ExprPool.h"
#include "runtime/format/Expr.h"

#include <utility>

using namespace xcc::bundle;

ExprId ExprPool::intern(Node node) {
  auto key = std::make_tuple(node.kind, node.value, node.lhs, node.rhs);
  auto [entry, isFresh] = ids.try_emplace(key, ExprId(nodes.size()));
  if (isFresh)
    nodes.push_back(node);
  return entry->second;
}

std::optional<int64_t> ExprPool::asConstant(ExprId id) const {
  if (nodes[id].kind != ExprKind::Constant)
    return std::nullopt;
  return nodes[id].value;
}

ExprId ExprPool::constant(int64_t value) {
  return intern({ExprKind::Constant, value, 0, 0});
}

ExprId ExprPool::symbol(uint32_t index) {
  return intern({ExprKind::Symbol, index, 0, 0});
}

ExprId ExprPool::binary(ExprKind kind, ExprId lhs, ExprId rhs) {
  std::optional<int64_t> left = asConstant(lhs), right = asConstant(rhs);
  if (left && right)
    // What overflows stays as it is; the runtime reports it when it is needed.
    if (std::optional<int64_t> value =
            xrt::format::applyExpr(xrt::format::ExprKind(kind), *left, *right))
      return constant(*value);
  return intern({kind, 0, lhs, rhs});
}

ExprId ExprPool::add(ExprId lhs, ExprId rhs) {
  // Constants to the right, and otherwise one order, so that a+b is b+a.
  if (asConstant(lhs) || (!asConstant(rhs) && lhs > rhs))
    std::swap(lhs, rhs);
  if (asConstant(rhs) == 0)
    return lhs;
  // (x + c1) + c2 -> x + (c1 + c2)
  Node left = nodes[lhs];
  if (asConstant(rhs) && left.kind == ExprKind::Add && asConstant(left.rhs)) {
    ExprId sum = binary(ExprKind::Add, left.rhs, rhs);
    if (asConstant(sum))
      return add(left.lhs, sum);
  }
  return binary(ExprKind::Add, lhs, rhs);
}

ExprId ExprPool::mul(ExprId lhs, ExprId rhs) {
  if (asConstant(lhs) || (!asConstant(rhs) && lhs > rhs))
    std::swap(lhs, rhs);
  if (asConstant(rhs) == 1)
    return lhs;
  if (asConstant(rhs) == 0)
    return rhs;
  // (x * c1) * c2 -> x * (c1 * c2)
  Node left = nodes[lhs];
  if (asConstant(rhs) && left.kind == ExprKind::Mul && asConstant(left.rhs)) {
    ExprId product = binary(ExprKind::Mul, left.rhs, rhs);
    if (asConstant(product))
      return mul(left.lhs, product);
  }
  return binary(ExprKind::Mul, lhs, rhs);
}

ExprId ExprPool::floorDiv(ExprId lhs, ExprId rhs) {
  return asConstant(rhs) == 1 ? lhs : binary(ExprKind::FloorDiv, lhs, rhs);
}

ExprId ExprPool::ceilDiv(ExprId lhs, ExprId rhs) {
  return asConstant(rhs) == 1 ? lhs : binary(ExprKind::CeilDiv, lhs, rhs);
}

ExprId ExprPool::mod(ExprId lhs, ExprId rhs) {
  return asConstant(rhs) == 1 ? constant(0) : binary(ExprKind::Mod, lhs, rhs);
}

ExprId ExprPool::max(ExprId lhs, ExprId rhs) {
  return lhs == rhs ? lhs : binary(ExprKind::Max, lhs, rhs);
}

ExprId ExprPool::min(ExprId lhs, ExprId rhs) {
  return lhs == rhs ? lhs : binary(ExprKind::Min, lhs, rhs);
}

ExprId ExprPool::alignUp(ExprId value, int64_t multiple) {
  return mulConstant(ceilDiv(value, constant(multiple)), multiple);
}
