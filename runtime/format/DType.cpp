//===- DType.cpp - Element types by name and size -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/format/DType.h"

#include <algorithm>
#include <iterator>

using namespace xrt::format;

// .npy knows no bf16 and no f8: they are written as bits, "<u2" and "|u1", and
// cannot be told from integers when read back.
static constexpr DTypeRow kRows[] = {
    {XRT_DTYPE_F64, "f64", 8, DTypeClass::Float, "F64", "<f8"},
    {XRT_DTYPE_F32, "f32", 4, DTypeClass::Float, "F32", "<f4"},
    {XRT_DTYPE_F16, "f16", 2, DTypeClass::Float, "F16", "<f2"},
    {XRT_DTYPE_BF16, "bf16", 2, DTypeClass::Float, "BF16", ""},
    {XRT_DTYPE_I64, "i64", 8, DTypeClass::SignedInteger, "I64", "<i8"},
    {XRT_DTYPE_I32, "i32", 4, DTypeClass::SignedInteger, "I32", "<i4"},
    {XRT_DTYPE_I16, "i16", 2, DTypeClass::SignedInteger, "I16", "<i2"},
    {XRT_DTYPE_I8, "i8", 1, DTypeClass::SignedInteger, "I8", "|i1"},
    {XRT_DTYPE_U8, "u8", 1, DTypeClass::UnsignedInteger, "U8", "|u1"},
    {XRT_DTYPE_I1, "i1", 1, DTypeClass::Boolean, "BOOL", "|b1"},
    {XRT_DTYPE_F8E4M3FN, "f8e4m3fn", 1, DTypeClass::Float, "F8_E4M3", ""},
    {XRT_DTYPE_F8E5M2, "f8e5m2", 1, DTypeClass::Float, "F8_E5M2", ""},
    {XRT_DTYPE_F8E4M3FNUZ, "f8e4m3fnuz", 1, DTypeClass::Float, "F8_E4M3FNUZ",
     ""},
    {XRT_DTYPE_F8E5M2FNUZ, "f8e5m2fnuz", 1, DTypeClass::Float, "F8_E5M2FNUZ",
     ""},
};

template <typename Predicate>
static const DTypeRow *findRow(Predicate predicate) {
  auto *found = std::find_if(std::begin(kRows), std::end(kRows), predicate);
  return found == std::end(kRows) ? nullptr : found;
}

const DTypeRow *xrt::format::findDType(xrt_dtype_t dtype) {
  return findRow([=](const DTypeRow &row) { return row.dtype == dtype; });
}

const DTypeRow *xrt::format::findDTypeBySafetensorsName(std::string_view name) {
  return findRow(
      [=](const DTypeRow &row) { return row.safetensorsName == name; });
}

const DTypeRow *xrt::format::findDTypeByNpyName(std::string_view name) {
  return findRow([=](const DTypeRow &row) {
    return !name.empty() && row.npyName == name;
  });
}

std::optional<uint64_t> xrt::format::tensorBytes(const DTypeRow &row,
                                                 const int64_t *dims,
                                                 size_t rank) {
  // A zero anywhere makes the tensor empty, however large the other sizes are.
  if (std::any_of(dims, dims + rank, [](int64_t dim) { return dim < 0; }))
    return std::nullopt;
  if (std::any_of(dims, dims + rank, [](int64_t dim) { return dim == 0; }))
    return 0;
  int64_t bytes = row.bytes;
  for (size_t i = 0; i < rank; ++i)
    if (__builtin_mul_overflow(bytes, dims[i], &bytes))
      return std::nullopt;
  return static_cast<uint64_t>(bytes);
}
