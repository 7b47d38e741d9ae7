//===- ProgramApi.cpp - xrt_program_* -------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/Api.h"
#include "runtime/core/DeviceRegistry.h"
#include "runtime/core/Program.h"

using namespace xrt;

struct xrt_program {
  std::unique_ptr<Program> object;
};

struct xrt_trace {
  std::vector<xrt_trace_event_t> events;
};

xrt_status_t xrt_program_create(const xrt_bundle_t *bundle,
                                xrt_device_t *device,
                                const xrt_program_options_t *options,
                                xrt_program_t **out_program) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(device);
  XRT_EXPECT(out_program);
  xrt_program_options_t chosen = options ? *options : xrt_program_options_t{};
  std::unique_ptr<Program> object;
  XRT_API_RETURN_IF_ERROR(
      Program::create(bundle->object, device->object, chosen, object));
  *out_program = new xrt_program{std::move(object)};
  return nullptr;
}

void xrt_program_destroy(xrt_program_t *program) { delete program; }

const char *xrt_program_isa(const xrt_program_t *program) {
  return program ? program->object->isa().c_str() : "";
}

int32_t xrt_program_num_threads(const xrt_program_t *program) {
  return program ? program->object->numThreads() : 0;
}

xrt_status_t xrt_program_infer_shapes(xrt_program_t *program,
                                      const xrt_tensor_t *inputs,
                                      size_t num_inputs,
                                      xrt_shape_t *out_shapes,
                                      size_t num_outputs) {
  XRT_EXPECT(program);
  if (num_inputs)
    XRT_EXPECT(inputs);
  if (num_outputs)
    XRT_EXPECT(out_shapes);
  return program->object
      ->inferShapes({inputs, num_inputs}, out_shapes, num_outputs)
      .release();
}

xrt_status_t xrt_program_run(xrt_program_t *program, const xrt_tensor_t *inputs,
                             size_t num_inputs, const xrt_tensor_t *outputs,
                             size_t num_outputs) {
  XRT_EXPECT(program);
  if (num_inputs)
    XRT_EXPECT(inputs);
  if (num_outputs)
    XRT_EXPECT(outputs);
  return program->object->run({inputs, num_inputs}, {outputs, num_outputs})
      .release();
}

xrt_status_t xrt_program_trim(xrt_program_t *program) {
  XRT_EXPECT(program);
  program->object->trim();
  return nullptr;
}

xrt_status_t xrt_program_set_profiling(xrt_program_t *program, bool is_on) {
  XRT_EXPECT(program);
  program->object->setProfiling(is_on);
  return nullptr;
}

xrt_status_t xrt_program_get_profile(const xrt_program_t *program, size_t step,
                                     xrt_step_profile_t *out_profile) {
  XRT_EXPECT(program);
  XRT_EXPECT(out_profile);
  return program->object->profile(step, *out_profile).release();
}

xrt_status_t xrt_program_count_step(xrt_program_t *program,
                                    const xrt_tensor_t *inputs,
                                    size_t num_inputs, size_t step,
                                    xrt_step_counts_t *out_counts) {
  XRT_EXPECT(program);
  if (num_inputs)
    XRT_EXPECT(inputs);
  XRT_EXPECT(out_counts);
  return program->object->countStep({inputs, num_inputs}, step, *out_counts)
      .release();
}

xrt_status_t xrt_program_set_tracing(xrt_program_t *program, bool is_on) {
  XRT_EXPECT(program);
  program->object->setTracing(is_on);
  return nullptr;
}

xrt_status_t xrt_program_take_trace(xrt_program_t *program,
                                    xrt_trace_t **out_trace) {
  XRT_EXPECT(program);
  XRT_EXPECT(out_trace);
  *out_trace = new xrt_trace{program->object->takeTrace()};
  return nullptr;
}

size_t xrt_trace_size(const xrt_trace_t *trace) {
  return trace ? trace->events.size() : 0;
}

xrt_status_t xrt_trace_get(const xrt_trace_t *trace, size_t index,
                           xrt_trace_event_t *out_event) {
  XRT_EXPECT(trace);
  XRT_EXPECT(out_event);
  XRT_API_RETURN_IF_ERROR(
      expectIndex("a trace event", index, trace->events.size()));
  *out_event = trace->events[index];
  return nullptr;
}

void xrt_trace_free(xrt_trace_t *trace) { delete trace; }
