/* xrt.h - the runtime's C API: open a bundle, pick a device, run the program.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * Rules that hold for every call:
 * - It returns a status; NULL is success. Anything else is owned by the caller,
 * who frees it with xrt_status_free.
 * - Results come through out_ arguments, which are written on success only.
 * - Strings and arrays handed out live as long as the object they were asked
 * of.
 * - A bundle and a device may be used from any thread at once. A program may be
 * run from any thread at once. An object must not be closed while another
 * thread uses it.
 * - Closing a bundle or device that a program still uses is fine: programs keep
 * what they need alive.
 */
#ifndef XRT_XRT_H
#define XRT_XRT_H

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

/* ---- devices --------------------------------------------------------- */

typedef struct xrt_device_list xrt_device_list_t;
typedef struct xrt_device xrt_device_t;

typedef struct xrt_device_entry {
  const char *name;        /* what xrt_device_open takes: "host" */
  const char *description; /* "x86-64-v3, 2 threads" */
  const char *reason;      /* why it can or cannot be used for the bundle */
  bool is_usable;
  bool is_automatic; /* may be picked when the caller names none */
} xrt_device_entry_t;

/* All devices of this machine, in order of preference, seen for |bundle| (NULL:
 * for no bundle in particular). */
XRT_EXPORT xrt_status_t xrt_device_list_create(const xrt_bundle_t *bundle,
                                               xrt_device_list_t **out_list);
XRT_EXPORT size_t xrt_device_list_size(const xrt_device_list_t *list);
XRT_EXPORT xrt_status_t xrt_device_list_get(const xrt_device_list_t *list,
                                            size_t index,
                                            xrt_device_entry_t *out_entry);
XRT_EXPORT void xrt_device_list_free(xrt_device_list_t *list);

/* Opens |name|, or when that is NULL the device named by the environment's
 * XRT_DEVICE, or when that is unset or empty the first usable one for |bundle|
 * (may be NULL). Fails with NOT_FOUND for an unknown name, naming the nearest,
 * and with UNSUPPORTED_TARGET when nothing fits, naming every device passed
 * over with its reason. */
XRT_EXPORT xrt_status_t xrt_device_open(const char *name,
                                        const xrt_bundle_t *bundle,
                                        xrt_device_t **out_device);
XRT_EXPORT void xrt_device_close(xrt_device_t *device);
XRT_EXPORT const char *xrt_device_name(const xrt_device_t *device);
XRT_EXPORT const char *xrt_device_description(const xrt_device_t *device);
/* One line: who wished for it or why it was picked, and what was passed over.
 */
XRT_EXPORT const char *xrt_device_reason(const xrt_device_t *device);

/* A fault that an emulated device's checks saw in a kernel. */
typedef struct xrt_report {
  const char *text; /* all of it in one line */
  const char *kind; /* "out of bounds", "race", ... */
  const char *kernel;
  const char *source; /* the model's line: "model.mlir:8:3"; may be "" */
  uint32_t block[3];
  uint32_t thread;
  uint64_t address; /* 0: none */
} xrt_report_t;
typedef struct xrt_report_list xrt_report_list_t;
/* Takes what was reported since the last call, oldest first; nothing on real
 * devices. */
XRT_EXPORT xrt_status_t xrt_device_take_reports(xrt_device_t *device,
                                                xrt_report_list_t **out_list);
XRT_EXPORT size_t xrt_report_list_size(const xrt_report_list_t *list);
XRT_EXPORT xrt_status_t xrt_report_list_get(const xrt_report_list_t *list,
                                            size_t index,
                                            xrt_report_t *out_report);
XRT_EXPORT void xrt_report_list_free(xrt_report_list_t *list);

/* ---- program --------------------------------------------------------- */

typedef struct xrt_program xrt_program_t;

typedef struct xrt_program_options {
  int32_t num_threads; /* 0: as many as the process may use */
  const char *isa;     /* NULL: the best that the device can run */
  /* Of emulated devices. 0: threads in order, asynchronous copies arrive as
   * late as they may; 1: in order, copies at once; above: both at random, the
   * same for the same number. */
  uint64_t emulation_seed;
} xrt_program_options_t;

/* Loads the bundle's image for the device (checksum checked first). |options|
 * may be NULL. */
XRT_EXPORT xrt_status_t xrt_program_create(const xrt_bundle_t *bundle,
                                           xrt_device_t *device,
                                           const xrt_program_options_t *options,
                                           xrt_program_t **out_program);
XRT_EXPORT void xrt_program_destroy(xrt_program_t *program);
/* The ISA level of the image in use: "x86-64-v3". */
XRT_EXPORT const char *xrt_program_isa(const xrt_program_t *program);
XRT_EXPORT int32_t xrt_program_num_threads(const xrt_program_t *program);

/* The shapes that outputs must have for these inputs, of which only dtype and
 * dims are looked at. */
XRT_EXPORT xrt_status_t xrt_program_infer_shapes(xrt_program_t *program,
                                                 const xrt_tensor_t *inputs,
                                                 size_t num_inputs,
                                                 xrt_shape_t *out_shapes,
                                                 size_t num_outputs);
/* Runs to completion. Outputs are the caller's buffers of the shapes above and
 * must not overlap inputs or each other. May be called from several threads at
 * once; each concurrent run has an arena of its own. */
XRT_EXPORT xrt_status_t xrt_program_run(xrt_program_t *program,
                                        const xrt_tensor_t *inputs,
                                        size_t num_inputs,
                                        const xrt_tensor_t *outputs,
                                        size_t num_outputs);
/* Drops all kept arenas, packed copies of parameters and evaluated sizes.
 * Packed copies of the bundle's own weights stay. */
XRT_EXPORT xrt_status_t xrt_program_trim(xrt_program_t *program);

typedef struct xrt_step_profile {
  const char *name; /* the kernel's, or "copy" */
  uint64_t calls;
  uint64_t total_ns;
  uint64_t min_ns;
} xrt_step_profile_t;
/* Starts (from zero) or stops timing each step. */
XRT_EXPORT xrt_status_t xrt_program_set_profiling(xrt_program_t *program,
                                                  bool is_on);
XRT_EXPORT xrt_status_t xrt_program_get_profile(
    const xrt_program_t *program, size_t step, xrt_step_profile_t *out_profile);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* XRT_XRT_H */
