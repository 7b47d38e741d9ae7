//===- HostTensor.h - Inputs and outputs of a run -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TOOLS_XCC_HOSTTENSOR_H
#define XCC_TOOLS_XCC_HOSTTENSOR_H

#include "xrt/xrt.h"

#include "mlir/IR/Types.h"

#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace xcc::tool {

/// A dense row-major tensor that owns its elements.
struct HostTensor {
  std::string name;
  xrt_dtype_t dtype = XRT_DTYPE_NONE;
  std::vector<int64_t> dims;
  std::vector<char> bytes;

  int64_t count() const;
  xrt_tensor_t view();
};

/// Zeros. Fails when the sizes do not fit the memory.
llvm::Expected<HostTensor> makeTensor(std::string name, xrt_dtype_t dtype,
                                      llvm::ArrayRef<int64_t> dims);

bool isFloat(xrt_dtype_t dtype);

/// The builtin type with the dtype's elements.
mlir::Type typeOf(xrt_dtype_t dtype, mlir::MLIRContext *context);

/// The elements as float64; integers beyond 2^53 are rounded.
std::vector<double> toNumbers(const HostTensor &tensor,
                              mlir::MLIRContext *context);

/// What random elements lie between: floats are normal without one.
struct Range {
  double low, high;
};

/// Fills the tensor by the seed: floats normal or uniform in the range,
/// integers uniform in it with both ends.
void fillRandom(HostTensor &tensor, uint64_t seed, std::optional<Range> range,
                mlir::MLIRContext *context);

} // namespace xcc::tool

#endif // XCC_TOOLS_XCC_HOSTTENSOR_H
