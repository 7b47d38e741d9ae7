//===- DType.h - Element types by name and size -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_FORMAT_DTYPE_H
#define XRT_FORMAT_DTYPE_H

#include "xrt/xrt.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace xrt::format {

enum class DTypeClass { Float, SignedInteger, UnsignedInteger, Boolean };

/// One row per element type: all that the file formats need to know of it.
struct DTypeRow {
  xrt_dtype_t dtype;
  const char *name; // "bf16"
  uint32_t bytes;   // of one element
  DTypeClass kind;
  const char *safetensorsName; // "BF16"
  const char *npyName;         // "<f4"; empty when .npy has no word for it
};

/// The row of |dtype|, or nullptr when it is none.
const DTypeRow *findDType(xrt_dtype_t dtype);
const DTypeRow *findDTypeBySafetensorsName(std::string_view name);
const DTypeRow *findDTypeByNpyName(std::string_view name);

/// The bytes of a tensor; nothing when a size is negative or does not fit.
std::optional<uint64_t> tensorBytes(const DTypeRow &row, const int64_t *dims,
                                    size_t rank);

} // namespace xrt::format

#endif // XRT_FORMAT_DTYPE_H
