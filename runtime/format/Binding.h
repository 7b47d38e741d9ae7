//===- Binding.h - Where each symbol's value is read from -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_FORMAT_BINDING_H
#define XRT_FORMAT_BINDING_H

#include "runtime/format/Expr.h"

#include <string>
#include <vector>

namespace xrt::format {

/// |symbol| solves: size |dim| of input |input| = |expr|, which is a*symbol + b
/// with a and b over the symbols bound before it.
struct Binding {
  uint32_t symbol;
  uint32_t input;
  uint32_t dim;
  uint32_t expr;
  bool isPlain; // the expression is the symbol itself
};

/// The bindings of all symbols that anything reads, in the order to solve them.
/// Fails with a message when a symbol is the size of no input.
struct BindingPlan {
  std::vector<Binding> bindings;
  std::string error;
};
BindingPlan planBindings(const Index &index);

} // namespace xrt::format

#endif // XRT_FORMAT_BINDING_H
