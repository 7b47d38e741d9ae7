/* bundle.h - what a bundle holds; the rules are those of xrt.h.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 */
#ifndef XRT_BUNDLE_H
#define XRT_BUNDLE_H

#include "xrt/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- bundle ---------------------------------------------------------- */

typedef struct xrt_bundle xrt_bundle_t;

/* Maps the file, checks header, index and every reference in it. Fails with
 * FOREIGN_FILE, NEWER_VERSION or DAMAGED_BUNDLE when it is not a whole bundle
 * of a version this runtime reads. */
XRT_EXPORT xrt_status_t xrt_bundle_open_file(const char *path,
                                             xrt_bundle_t **out_bundle);
/* The same over the caller's bytes, which must outlive the bundle and all
 * programs made from it. Outside weight files are looked for in |directory|
 * (NULL: the current one). */
XRT_EXPORT xrt_status_t xrt_bundle_open_memory(xrt_byte_span_t bytes,
                                               const char *directory,
                                               xrt_bundle_t **out_bundle);
XRT_EXPORT void xrt_bundle_close(xrt_bundle_t *bundle);
/* Checks the checksum of every section: weights (outside ones too), code,
 * source. */
XRT_EXPORT xrt_status_t xrt_bundle_verify(const xrt_bundle_t *bundle);

typedef struct xrt_bundle_summary {
  uint32_t format_version;
  const char *compiler_version;
  uint64_t file_bytes;
  uint64_t index_bytes;
  size_t num_symbols, num_expressions, num_inputs, num_outputs, num_weights,
      num_buffers, num_kernels, num_steps, num_images, num_notes, num_plans;
  uint32_t arena_size;       /* expression, bytes */
  const char *source_format; /* "mlir", "mlir-bytecode" or, when the bundle
                                holds no source, "" */
} xrt_bundle_summary_t;
XRT_EXPORT xrt_status_t xrt_bundle_summarize(const xrt_bundle_t *bundle,
                                             xrt_bundle_summary_t *out_summary);

typedef struct xrt_symbol {
  const char *name;
  int64_t min, max;
} xrt_symbol_t;
XRT_EXPORT xrt_status_t xrt_bundle_get_symbol(const xrt_bundle_t *bundle,
                                              size_t index,
                                              xrt_symbol_t *out_symbol);

/* An input or output. |dims| are expressions over the symbols. */
typedef struct xrt_port {
  const char *name;
  xrt_dtype_t dtype;
  int32_t rank;
  const uint32_t *dims;
  bool is_parameter; /* inputs only */
} xrt_port_t;
XRT_EXPORT xrt_status_t xrt_bundle_get_input(const xrt_bundle_t *bundle,
                                             size_t index,
                                             xrt_port_t *out_port);
XRT_EXPORT xrt_status_t xrt_bundle_get_output(const xrt_bundle_t *bundle,
                                              size_t index,
                                              xrt_port_t *out_port);

typedef struct xrt_weight {
  const char *name;
  xrt_dtype_t dtype;
  int32_t rank;
  const int64_t *dims;
  uint64_t offset, bytes, checksum;
  const char *file; /* NULL: in the bundle itself */
  bool is_constant;
} xrt_weight_t;
XRT_EXPORT xrt_status_t xrt_bundle_get_weight(const xrt_bundle_t *bundle,
                                              size_t index,
                                              xrt_weight_t *out_weight);
/* The weight's bytes, mapped, not copied. Fails with IO_ERROR when an outside
 * file is missing or too short. */
XRT_EXPORT xrt_status_t xrt_bundle_map_weight(const xrt_bundle_t *bundle,
                                              size_t index,
                                              xrt_byte_span_t *out_bytes);

/* What a buffer reference of a step means. */
typedef enum xrt_buffer_kind {
  XRT_BUFFER_ARENA = 0,
  XRT_BUFFER_WEIGHT = 1,
  XRT_BUFFER_INPUT = 2,
  XRT_BUFFER_OUTPUT = 3
} xrt_buffer_kind_t;
typedef struct xrt_buffer {
  xrt_buffer_kind_t kind;
  uint32_t index;        /* of the weight, input or output */
  uint32_t offset, size; /* expressions, bytes; arena only */
} xrt_buffer_t;
XRT_EXPORT xrt_status_t xrt_bundle_get_buffer(const xrt_bundle_t *bundle,
                                              size_t index,
                                              xrt_buffer_t *out_buffer);

typedef struct xrt_kernel {
  const char *name;
  const char *family;
  const char *ops;
  size_t num_sources;
} xrt_kernel_t;
XRT_EXPORT xrt_status_t xrt_bundle_get_kernel(const xrt_bundle_t *bundle,
                                              size_t index,
                                              xrt_kernel_t *out_kernel);
/* The |source|th line of the model that went into the kernel. */
XRT_EXPORT xrt_status_t xrt_bundle_get_kernel_source(const xrt_bundle_t *bundle,
                                                     size_t kernel,
                                                     size_t source,
                                                     const char **out_source);

typedef struct xrt_step {
  bool is_copy;
  /* launch */
  uint32_t kernel;
  const uint32_t *args; /* buffers, inputs then outputs */
  size_t num_args, num_outputs;
  const uint32_t *scalars; /* expressions */
  size_t num_scalars, num_prepared;
  uint32_t work_items, scratch; /* expressions */
  int64_t grain;
  bool has_first_phase, has_workspace; /* on the host */
  uint32_t first_phase;                /* expression; if has_first_phase */
  uint32_t workspace;                  /* expression, bytes; if has_workspace */
  bool has_counts;
  uint32_t flops, read_bytes, written_bytes; /* expressions; if has_counts */
  /* copy */
  uint32_t source, destination; /* buffers */
  uint32_t bytes;               /* expression */
} xrt_step_t;
XRT_EXPORT xrt_status_t xrt_bundle_get_step(const xrt_bundle_t *bundle,
                                            size_t index, xrt_step_t *out_step);

typedef struct xrt_prepared {
  uint32_t operand; /* index into the step's args */
  uint32_t kernel;
  uint32_t size, work_items, scratch; /* expressions */
} xrt_prepared_t;
XRT_EXPORT xrt_status_t xrt_bundle_get_prepared(const xrt_bundle_t *bundle,
                                                size_t step, size_t index,
                                                xrt_prepared_t *out_prepared);

/* How one target's device does the steps. */
typedef struct xrt_target_plan {
  const char *target;
} xrt_target_plan_t;
XRT_EXPORT xrt_status_t xrt_bundle_get_plan(const xrt_bundle_t *bundle,
                                            size_t index,
                                            xrt_target_plan_t *out_plan);
/* How that device does one step: none for a copy. */
typedef struct xrt_target_launch {
  size_t num_phases;
  bool has_workspace;
  uint32_t workspace; /* expression, bytes */
} xrt_target_launch_t;
XRT_EXPORT xrt_status_t xrt_bundle_get_launch(const xrt_bundle_t *bundle,
                                              size_t plan, size_t step,
                                              xrt_target_launch_t *out_launch);
typedef struct xrt_phase {
  const char *kernel; /* the symbol in the target's image */
  uint32_t grid[3];   /* expressions */
  uint32_t threads, shared_bytes;
  uint32_t num_tensor_maps; /* behind its other arguments */
} xrt_phase_t;
XRT_EXPORT xrt_status_t xrt_bundle_get_phase(const xrt_bundle_t *bundle,
                                             size_t plan, size_t step,
                                             size_t phase,
                                             xrt_phase_t *out_phase);

typedef struct xrt_image {
  const char *target;
  const char *machine;
  const char *isa;
  const char *format;
  uint32_t rank;
  size_t num_features;
  uint64_t offset, bytes, checksum;
} xrt_image_t;
XRT_EXPORT xrt_status_t xrt_bundle_get_image(const xrt_bundle_t *bundle,
                                             size_t index,
                                             xrt_image_t *out_image);
XRT_EXPORT xrt_status_t xrt_bundle_get_image_feature(const xrt_bundle_t *bundle,
                                                     size_t image,
                                                     size_t feature,
                                                     const char **out_feature);
/* The image's bytes, checksum checked. */
XRT_EXPORT xrt_status_t xrt_bundle_map_image(const xrt_bundle_t *bundle,
                                             size_t index,
                                             xrt_byte_span_t *out_bytes);

XRT_EXPORT xrt_status_t xrt_bundle_get_note(const xrt_bundle_t *bundle,
                                            size_t index, const char **out_key,
                                            const char **out_value);
/* The fx program, checksum checked; empty when the bundle was made without. */
XRT_EXPORT xrt_status_t xrt_bundle_map_source(const xrt_bundle_t *bundle,
                                              xrt_byte_span_t *out_bytes);

/* Writes the expression as text ("4*batch + 1") into |buffer|, cut to
 * |capacity| with a closing zero, and its full length into |out_length|. */
XRT_EXPORT xrt_status_t xrt_bundle_format_expression(const xrt_bundle_t *bundle,
                                                     uint32_t expression,
                                                     char *buffer,
                                                     size_t capacity,
                                                     size_t *out_length);
/* The expression's value for the given value of each symbol. Fails on overflow
 * and on division by nothing positive. */
XRT_EXPORT xrt_status_t xrt_bundle_evaluate_expression(
    const xrt_bundle_t *bundle, uint32_t expression, const int64_t *symbols,
    size_t num_symbols, int64_t *out_value);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* XRT_BUNDLE_H */
