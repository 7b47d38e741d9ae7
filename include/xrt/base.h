/* base.h - what every call of the runtime needs: status, dtypes, tensors.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 */
#ifndef XRT_BASE_H
#define XRT_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define XRT_EXPORT __attribute__((visibility("default")))
#else
#define XRT_EXPORT
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- status ---------------------------------------------------------- */

typedef enum xrt_status_code {
  XRT_STATUS_OK = 0,
  XRT_STATUS_INVALID_ARGUMENT = 1,
  XRT_STATUS_NOT_FOUND = 2,
  XRT_STATUS_IO_ERROR = 3,
  XRT_STATUS_DAMAGED_BUNDLE = 4,
  XRT_STATUS_FOREIGN_FILE = 5,
  XRT_STATUS_NEWER_VERSION = 6,
  XRT_STATUS_UNSUPPORTED_TARGET = 7,
  XRT_STATUS_OUT_OF_MEMORY = 8,
  XRT_STATUS_INTERNAL = 9
} xrt_status_code_t;

typedef struct xrt_status_object *xrt_status_t;

XRT_EXPORT xrt_status_code_t xrt_status_code(xrt_status_t status);
/* One line, lower case, no full stop: what was expected, what was found. Empty
 * for success. */
XRT_EXPORT const char *xrt_status_message(xrt_status_t status);
XRT_EXPORT void xrt_status_free(xrt_status_t status);

/* ---- element types, tensors ------------------------------------------ */

/* An int32_t, not an enum: any value may come from outside. */
typedef int32_t xrt_dtype_t;
enum {
  XRT_DTYPE_NONE = 0,
  XRT_DTYPE_F64 = 1,
  XRT_DTYPE_F32 = 2,
  XRT_DTYPE_F16 = 3,
  XRT_DTYPE_BF16 = 4,
  XRT_DTYPE_I64 = 5,
  XRT_DTYPE_I32 = 6,
  XRT_DTYPE_I16 = 7,
  XRT_DTYPE_I8 = 8,
  XRT_DTYPE_U8 = 9,
  XRT_DTYPE_I1 = 10, /* one byte, 0 or 1 */
  XRT_DTYPE_F8E4M3FN = 11,
  XRT_DTYPE_F8E5M2 = 12,
  XRT_DTYPE_F8E4M3FNUZ = 13,
  XRT_DTYPE_F8E5M2FNUZ = 14
};

/* "f32", "i1", ...; "none" for anything that is not a dtype. */
XRT_EXPORT const char *xrt_dtype_name(xrt_dtype_t dtype);
/* Bytes of one element; 0 for anything that is not a dtype. */
XRT_EXPORT size_t xrt_dtype_size(xrt_dtype_t dtype);

#define XRT_MAX_RANK 16

/* A dense row-major tensor in host memory, aligned to its element at least.
 * |data| may be NULL when there are no elements. |version| matters for
 * parameter inputs only: copies packed for the kernels are kept for as long as
 * (data, version) stays the same; 0 says nothing is known and packs at each
 * run. */
typedef struct xrt_tensor {
  void *data;
  xrt_dtype_t dtype;
  int32_t rank;
  const int64_t *dims;
  uint64_t version;
} xrt_tensor_t;

typedef struct xrt_shape {
  int32_t rank;
  int64_t dims[XRT_MAX_RANK];
} xrt_shape_t;

typedef struct xrt_byte_span {
  const void *data;
  size_t size;
} xrt_byte_span_t;

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* XRT_BASE_H */
