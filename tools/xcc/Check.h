//===- Check.h - Outputs against the float64 interpreter ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TOOLS_XCC_CHECK_H
#define XCC_TOOLS_XCC_CHECK_H

#include "tools/xcc/HostTensor.h"

#include <string>
#include <vector>

namespace xcc::tool {

/// An output as numbers that nothing was rounded in.
struct Reference {
  std::vector<int64_t> dims;
  std::vector<double> numbers;
  /// The bound that the coarsest float on the way to it asks for.
  double bound = 0;
};

/// What the bundle's fx program means for these inputs. Fails when the bundle
/// was made without its source.
llvm::Expected<std::vector<Reference>>
interpretBundle(const xrt_bundle_t *bundle, const std::string &directory,
                llvm::ArrayRef<HostTensor> inputs, size_t numOutputs);

/// How far an output is from its reference.
struct Difference {
  double maxError = 0; // infinite where one is finite and the other is not
  double scale = 0;    // largest finite magnitude of the reference
  /// The error in units of the scale.
  double relative() const;
};
Difference compare(llvm::ArrayRef<double> numbers, const Reference &reference);

/// The largest relative() that passes for numbers rounded to the dtype.
double defaultBound(xrt_dtype_t dtype);

} // namespace xcc::tool

#endif // XCC_TOOLS_XCC_CHECK_H
