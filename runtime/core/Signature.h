//===- Signature.h - Are these the tensors the program expects? -*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_CORE_SIGNATURE_H
#define XRT_CORE_SIGNATURE_H

#include "runtime/core/SizeSet.h"
#include "runtime/core/Status.h"
#include "runtime/format/Binding.h"

#include <vector>

namespace xrt {

/// The caller's tensors.
struct TensorSpan {
  const xrt_tensor_t *data;
  size_t size;
};

/// Checks tensors against a bundle's inputs and outputs. Messages name the
/// tensor, the dim, what was expected and why, and what came.
class Signature {
public:
  explicit Signature(const format::Index &index);

  /// Number, dtypes and ranks.
  Status checkInputs(TensorSpan inputs) const;
  /// Solves for the symbols and checks every dim against them.
  Status bind(TensorSpan inputs, std::vector<int64_t> &symbols) const;
  /// True when the inputs, checked before, have just these dims.
  static bool matches(TensorSpan inputs, const SizeSet &sizes);
  /// Number, dtypes, ranks and dims.
  Status checkOutputs(TensorSpan outputs, const SizeSet &sizes) const;
  /// Pointers there and aligned.
  Status checkMemory(TensorSpan inputs, TensorSpan outputs,
                     const SizeSet &sizes) const;

private:
  Status solve(const format::Binding &binding, int64_t size,
               std::vector<int64_t> &symbols) const;
  std::string describeExpected(uint32_t expr, std::optional<int64_t> expected,
                               const std::vector<int64_t> &symbols) const;

  const format::Index &index;
  std::vector<format::Binding> bindings;
  std::vector<format::SymbolUse> uses;   // by expression
  std::vector<uint32_t> bindingOfSymbol; // UINT32_MAX: bound by nothing
};

} // namespace xrt

#endif // XRT_CORE_SIGNATURE_H
