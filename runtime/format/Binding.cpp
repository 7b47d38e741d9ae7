//===- Binding.cpp - Where each symbol's value is read from ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/format/Binding.h"

#include <bit>

using namespace xrt::format;

/// The first size of an input that determines one more symbol, given |known|.
static bool findNext(const Index &index, const std::vector<SymbolUse> &uses,
                     uint64_t known, bool isPlainOnly, Binding &next) {
  const auto &inputs = *index.inputs();
  for (uint32_t i = 0; i < inputs.size(); ++i) {
    const auto &dims = *inputs[i]->dims();
    for (uint32_t d = 0; d < dims.size(); ++d) {
      uint32_t expr = dims[d];
      uint64_t unknown = uses[expr].present & ~known;
      if (std::popcount(unknown) != 1 || (unknown & uses[expr].nonlinear))
        continue;
      bool isPlain = (*index.exprs())[expr]->kind() == ExprKind_Symbol;
      if (isPlainOnly && !isPlain)
        continue;
      next = {static_cast<uint32_t>(std::countr_zero(unknown)), i, d, expr,
              isPlain};
      return true;
    }
  }
  return false;
}

BindingPlan xrt::format::planBindings(const Index &index) {
  std::vector<SymbolUse> uses = findSymbolUses(*index.exprs());
  uint64_t needed = 0;
  for (const SymbolUse &use : uses)
    needed |= use.present;

  BindingPlan plan;
  uint64_t known = 0;
  Binding next;
  // A size that is the symbol itself gives the plainer message and needs no
  // division, so those come first.
  while (findNext(index, uses, known, /*isPlainOnly=*/true, next) ||
         findNext(index, uses, known, /*isPlainOnly=*/false, next)) {
    plan.bindings.push_back(next);
    known |= uint64_t(1) << next.symbol;
  }
  if (uint64_t missing = needed & ~known) {
    const Symbol *symbol = (*index.symbols())[std::countr_zero(missing)];
    plan.error = std::string("symbol '") + symbol->name()->c_str() +
                 "' cannot be found from the sizes of the inputs";
  }
  return plan;
}
