//===- HostTensor.cpp - Inputs and outputs of a run -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "tools/xcc/HostTensor.h"

#include "dialects/fx/weights/Elements.h"
#include "dialects/fx/weights/SeededNormal.h"
#include "tools/xcc/Runtime.h"

#include "mlir/IR/Builders.h"

#include <memory>
#include <new>
#include <random>
#include <unistd.h>

using namespace llvm;

namespace xcc::tool {

int64_t HostTensor::count() const {
  int64_t count = 1;
  for (int64_t dim : dims)
    count *= dim;
  return count;
}

xrt_tensor_t HostTensor::view() {
  return {bytes.data(), dtype, int32_t(dims.size()), dims.data(), 0};
}

/// Whether that much could be had now: more than the machine has may be
/// promised, but not kept; a limit of the process shows in the try.
static bool fitsMemory(int64_t bytes) {
  int64_t physical = int64_t(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGE_SIZE);
  if (bytes > physical)
    return false;
  std::unique_ptr<char[]> attempt(new (std::nothrow) char[bytes]);
  return attempt != nullptr;
}

Expected<HostTensor> makeTensor(std::string name, xrt_dtype_t dtype,
                                ArrayRef<int64_t> dims) {
  int64_t bytes = is_contained(dims, 0) ? 0 : xrt_dtype_size(dtype);
  bool isTooMany = false;
  for (int64_t dim : dims)
    isTooMany |= __builtin_mul_overflow(bytes, dim, &bytes);
  if (isTooMany || !fitsMemory(bytes))
    return makeError("out of memory: '" + name + "' " + formatDims(dims) +
                     " does not fit");
  HostTensor tensor;
  tensor.name = std::move(name);
  tensor.dtype = dtype;
  tensor.dims.assign(dims.begin(), dims.end());
  tensor.bytes.resize(bytes);
  return tensor;
}

bool isFloat(xrt_dtype_t dtype) {
  switch (dtype) {
  case XRT_DTYPE_F64:
  case XRT_DTYPE_F32:
  case XRT_DTYPE_F16:
  case XRT_DTYPE_BF16:
  case XRT_DTYPE_F8E4M3FN:
  case XRT_DTYPE_F8E5M2:
  case XRT_DTYPE_F8E4M3FNUZ:
  case XRT_DTYPE_F8E5M2FNUZ:
    return true;
  case XRT_DTYPE_NONE:
  case XRT_DTYPE_I64:
  case XRT_DTYPE_I32:
  case XRT_DTYPE_I16:
  case XRT_DTYPE_I8:
  case XRT_DTYPE_U8:
  case XRT_DTYPE_I1:
    return false;
  }
  return false;
}

mlir::Type typeOf(xrt_dtype_t dtype, mlir::MLIRContext *context) {
  mlir::Builder builder(context);
  switch (dtype) {
  case XRT_DTYPE_F64:
    return builder.getF64Type();
  case XRT_DTYPE_F32:
    return builder.getF32Type();
  case XRT_DTYPE_F16:
    return builder.getF16Type();
  case XRT_DTYPE_BF16:
    return builder.getBF16Type();
  case XRT_DTYPE_I64:
    return builder.getI64Type();
  case XRT_DTYPE_I32:
    return builder.getI32Type();
  case XRT_DTYPE_I16:
    return builder.getIntegerType(16);
  case XRT_DTYPE_I8:
    return builder.getIntegerType(8);
  case XRT_DTYPE_U8:
    return builder.getIntegerType(8, /*isSigned=*/false);
  case XRT_DTYPE_I1:
    return builder.getI1Type();
  case XRT_DTYPE_F8E4M3FN:
    return mlir::Float8E4M3FNType::get(context);
  case XRT_DTYPE_F8E5M2:
    return mlir::Float8E5M2Type::get(context);
  case XRT_DTYPE_F8E4M3FNUZ:
    return mlir::Float8E4M3FNUZType::get(context);
  case XRT_DTYPE_F8E5M2FNUZ:
    return mlir::Float8E5M2FNUZType::get(context);
  case XRT_DTYPE_NONE:
    return {};
  }
  return {};
}

std::vector<double> toNumbers(const HostTensor &tensor,
                              mlir::MLIRContext *context) {
  mlir::Type type = typeOf(tensor.dtype, context);
  if (isFloat(tensor.dtype))
    return fx::decodeFloats(tensor.bytes, type);
  std::vector<int64_t> ints = fx::decodeInts(tensor.bytes, type);
  return {ints.begin(), ints.end()};
}

void fillRandom(HostTensor &tensor, uint64_t seed, std::optional<Range> range,
                mlir::MLIRContext *context) {
  mlir::Type type = typeOf(tensor.dtype, context);
  std::vector<double> numbers(tensor.count());
  if (isFloat(tensor.dtype) && !range) {
    fx::fillSeededNormal(seed, 0, numbers);
    tensor.bytes = fx::encodeFloats(numbers, type);
    return;
  }
  std::mt19937_64 random(seed);
  // std::uniform_*_distribution differ from library to library.
  auto uniform = [&] { return double(random() >> 11) * 0x1p-53; };
  if (isFloat(tensor.dtype)) {
    for (double &number : numbers)
      number = range->low + uniform() * (range->high - range->low);
    tensor.bytes = fx::encodeFloats(numbers, type);
    return;
  }
  // Small enough to index any table that a model has.
  Range ends = range.value_or(Range{0, 1});
  std::vector<int64_t> ints(tensor.count());
  for (int64_t &number : ints)
    number =
        int64_t(ends.low) + int64_t(uniform() * (ends.high - ends.low + 1));
  tensor.bytes = fx::encodeInts(ints, type);
}

} // namespace xcc::tool
