/* xcc.h - the compiler's C API: a module's text in, a bundle's bytes out.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * Every call may be made from any thread at once; each compile has a context
 * of its own. Programs that only run bundles need xrt/xrt.h and not this.
 */
#ifndef XCC_C_XCC_H
#define XCC_C_XCC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define XCC_EXPORT __attribute__((visibility("default")))
#else
#define XCC_EXPORT
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes that the library owns; release with xcc_blob_free. */
typedef struct xcc_blob xcc_blob_t;

XCC_EXPORT const void *xcc_blob_data(const xcc_blob_t *blob);
XCC_EXPORT size_t xcc_blob_size(const xcc_blob_t *blob);
XCC_EXPORT void xcc_blob_free(xcc_blob_t *blob);

typedef enum xcc_status {
  XCC_STATUS_OK = 0,
  /* An argument is NULL, or a target is unknown. */
  XCC_STATUS_INVALID_ARGUMENT = 1,
  /* The module does not parse, or cannot be compiled for a target. */
  XCC_STATUS_COMPILE_ERROR = 2
} xcc_status_t;

typedef struct xcc_compile_options {
  /* Comma-separated names, as -target= takes them; NULL: "host". */
  const char *targets;
  /* The module's name in diagnostics; NULL: "<buffer>". */
  const char *name;
  /* Directory that relative weight files start from; NULL: the current one. */
  const char *directory;
  /* Compiler threads; 0: one for each processor. */
  uint32_t num_threads;
  /* Leaves the fx program out of the bundle. */
  bool drops_source;
} xcc_compile_options_t;

/* Compiles the module |source| (MLIR text or bytecode, |size| bytes) into a
 * bundle that xrt_bundle_open_memory takes. |options| may be NULL. On failure
 * |out_bundle| is not written and |out_diagnostics| (may be NULL) gets the
 * errors as text, a line each, to be freed by the caller. */
XCC_EXPORT xcc_status_t xcc_compile(const void *source, size_t size,
                                    const xcc_compile_options_t *options,
                                    xcc_blob_t **out_bundle,
                                    xcc_blob_t **out_diagnostics);

/* The compiler's version, "0.1.0". */
XCC_EXPORT const char *xcc_version(void);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* XCC_C_XCC_H */
