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

#include "xrt/bundle.h"

#ifdef __cplusplus
extern "C" {
#endif

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

/* What one step computes and moves: each operand read once, each result written
 * once. */
typedef struct xrt_step_counts {
  bool is_known; /* false: the bundle does not say, or it is beyond 64 bits */
  int64_t flops; /* arithmetic operations, of integers too */
  int64_t read_bytes, written_bytes;
} xrt_step_counts_t;
/* For inputs of which only dtype and dims are looked at. */
XRT_EXPORT xrt_status_t xrt_program_count_step(xrt_program_t *program,
                                               const xrt_tensor_t *inputs,
                                               size_t num_inputs, size_t step,
                                               xrt_step_counts_t *out_counts);

/* What happened when. Events of one thread nest: parts in steps in runs. */
typedef enum xrt_trace_kind {
  XRT_TRACE_RUN = 0,
  XRT_TRACE_PACK = 1, /* copies of parameters, packed */
  XRT_TRACE_STEP = 2,
  XRT_TRACE_PART = 3 /* work items of a step on one thread; host only */
} xrt_trace_kind_t;
typedef struct xrt_trace_event {
  xrt_trace_kind_t kind;
  size_t step;                  /* of a step or part */
  int32_t thread;               /* 0: the caller's; above: the pool's */
  int64_t begin_item, end_item; /* of a part */
  uint64_t begin_ns, end_ns;    /* of a clock that never goes back */
} xrt_trace_event_t;
typedef struct xrt_trace xrt_trace_t;
/* Starts (empty) or stops to note the events of each run. */
XRT_EXPORT xrt_status_t xrt_program_set_tracing(xrt_program_t *program,
                                                bool is_on);
/* Takes what was noted since the last call: of each run the parts before their
 * step, the run itself last. */
XRT_EXPORT xrt_status_t xrt_program_take_trace(xrt_program_t *program,
                                               xrt_trace_t **out_trace);
XRT_EXPORT size_t xrt_trace_size(const xrt_trace_t *trace);
XRT_EXPORT xrt_status_t xrt_trace_get(const xrt_trace_t *trace, size_t index,
                                      xrt_trace_event_t *out_event);
XRT_EXPORT void xrt_trace_free(xrt_trace_t *trace);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* XRT_XRT_H */
