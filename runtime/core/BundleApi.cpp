//===- BundleApi.cpp - xrt_bundle_* ---------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/Api.h"
#include "runtime/core/Bundle.h"
#include "runtime/format/Expr.h"

#include <cstring>

using namespace xrt;

static const char *textOf(const flatbuffers::String *string) {
  return string ? string->c_str() : "";
}

template <typename T>
static uint32_t sizeOf(const flatbuffers::Vector<T> *vector) {
  return vector ? vector->size() : 0;
}

template <typename T>
static const T *dataOf(const flatbuffers::Vector<T> *vector) {
  return vector ? vector->data() : nullptr;
}

xrt_status_t xrt_bundle_open_file(const char *path, xrt_bundle_t **out_bundle) {
  XRT_EXPECT(path);
  XRT_EXPECT(out_bundle);
  std::shared_ptr<const Bundle> object;
  XRT_API_RETURN_IF_ERROR(Bundle::openFile(path, object));
  *out_bundle = new xrt_bundle{std::move(object)};
  return nullptr;
}

xrt_status_t xrt_bundle_open_memory(xrt_byte_span_t bytes,
                                    const char *directory,
                                    xrt_bundle_t **out_bundle) {
  XRT_EXPECT(out_bundle);
  if (bytes.size)
    XRT_EXPECT(bytes.data);
  std::shared_ptr<const Bundle> object;
  XRT_API_RETURN_IF_ERROR(
      Bundle::openMemory(bytes, directory ? directory : "", object));
  *out_bundle = new xrt_bundle{std::move(object)};
  return nullptr;
}

void xrt_bundle_close(xrt_bundle_t *bundle) { delete bundle; }

xrt_status_t xrt_bundle_verify(const xrt_bundle_t *bundle) {
  XRT_EXPECT(bundle);
  return bundle->object->verify().release();
}

xrt_status_t xrt_bundle_summarize(const xrt_bundle_t *bundle,
                                  xrt_bundle_summary_t *out_summary) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(out_summary);
  const format::Index &index = bundle->object->index();
  xrt_bundle_summary_t summary{};
  summary.format_version = bundle->object->formatVersion();
  summary.compiler_version = index.compiler_version()->c_str();
  summary.file_bytes = bundle->object->fileBytes();
  summary.index_bytes = bundle->object->indexBytes();
  summary.num_symbols = index.symbols()->size();
  summary.num_expressions = index.exprs()->size();
  summary.num_inputs = index.inputs()->size();
  summary.num_outputs = index.outputs()->size();
  summary.num_weights = index.weights()->size();
  summary.num_buffers = index.buffers()->size();
  summary.num_kernels = index.kernels()->size();
  summary.num_steps = index.steps()->size();
  summary.num_images = index.images()->size();
  summary.num_notes = index.notes()->size();
  summary.num_plans = sizeOf(index.plans());
  summary.arena_size = index.arena_size();
  summary.source_format = index.source() ? textOf(index.source_format()) : "";
  *out_summary = summary;
  return nullptr;
}

xrt_status_t xrt_bundle_get_symbol(const xrt_bundle_t *bundle, size_t index,
                                   xrt_symbol_t *out_symbol) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(out_symbol);
  const auto &symbols = *bundle->object->index().symbols();
  XRT_API_RETURN_IF_ERROR(expectIndex("a symbol", index, symbols.size()));
  const format::Symbol &symbol = *symbols[uint32_t(index)];
  *out_symbol = {symbol.name()->c_str(), symbol.min(), symbol.max()};
  return nullptr;
}

xrt_status_t xrt_bundle_get_input(const xrt_bundle_t *bundle, size_t index,
                                  xrt_port_t *out_port) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(out_port);
  const auto &inputs = *bundle->object->index().inputs();
  XRT_API_RETURN_IF_ERROR(expectIndex("an input", index, inputs.size()));
  const format::Input &input = *inputs[uint32_t(index)];
  *out_port = {input.name()->c_str(), xrt_dtype_t(input.dtype()),
               int32_t(input.dims()->size()), input.dims()->data(),
               input.is_parameter()};
  return nullptr;
}

xrt_status_t xrt_bundle_get_output(const xrt_bundle_t *bundle, size_t index,
                                   xrt_port_t *out_port) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(out_port);
  const auto &outputs = *bundle->object->index().outputs();
  XRT_API_RETURN_IF_ERROR(expectIndex("an output", index, outputs.size()));
  const format::Output &output = *outputs[uint32_t(index)];
  *out_port = {output.name()->c_str(), xrt_dtype_t(output.dtype()),
               int32_t(output.dims()->size()), output.dims()->data(), false};
  return nullptr;
}

xrt_status_t xrt_bundle_get_weight(const xrt_bundle_t *bundle, size_t index,
                                   xrt_weight_t *out_weight) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(out_weight);
  const format::Index &root = bundle->object->index();
  XRT_API_RETURN_IF_ERROR(
      expectIndex("a weight", index, root.weights()->size()));
  const format::Weight &weight = *(*root.weights())[uint32_t(index)];
  const format::Section &section = *weight.section();
  bool isOutside = weight.file() < root.files()->size();
  *out_weight = {weight.name()->c_str(),
                 xrt_dtype_t(weight.dtype()),
                 int32_t(weight.dims()->size()),
                 weight.dims()->data(),
                 section.offset(),
                 section.size(),
                 section.checksum(),
                 isOutside ? (*root.files())[weight.file()]->c_str() : nullptr,
                 weight.is_constant()};
  return nullptr;
}

xrt_status_t xrt_bundle_map_weight(const xrt_bundle_t *bundle, size_t index,
                                   xrt_byte_span_t *out_bytes) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(out_bytes);
  XRT_API_RETURN_IF_ERROR(expectIndex(
      "a weight", index, bundle->object->index().weights()->size()));
  return bundle->object->mapWeight(uint32_t(index), *out_bytes).release();
}

xrt_status_t xrt_bundle_get_buffer(const xrt_bundle_t *bundle, size_t index,
                                   xrt_buffer_t *out_buffer) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(out_buffer);
  const auto &buffers = *bundle->object->index().buffers();
  XRT_API_RETURN_IF_ERROR(expectIndex("a buffer", index, buffers.size()));
  const format::Buffer &buffer = *buffers[uint32_t(index)];
  *out_buffer = {xrt_buffer_kind_t(buffer.kind()), buffer.index(),
                 buffer.offset(), buffer.size()};
  return nullptr;
}

xrt_status_t xrt_bundle_get_kernel(const xrt_bundle_t *bundle, size_t index,
                                   xrt_kernel_t *out_kernel) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(out_kernel);
  const auto &kernels = *bundle->object->index().kernels();
  XRT_API_RETURN_IF_ERROR(expectIndex("a kernel", index, kernels.size()));
  const format::Kernel &kernel = *kernels[uint32_t(index)];
  *out_kernel = {kernel.name()->c_str(), kernel.family()->c_str(),
                 textOf(kernel.ops()), sizeOf(kernel.sources())};
  return nullptr;
}

xrt_status_t xrt_bundle_get_kernel_source(const xrt_bundle_t *bundle,
                                          size_t kernel, size_t source,
                                          const char **out_source) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(out_source);
  const auto &kernels = *bundle->object->index().kernels();
  XRT_API_RETURN_IF_ERROR(expectIndex("a kernel", kernel, kernels.size()));
  const auto *sources = kernels[uint32_t(kernel)]->sources();
  XRT_API_RETURN_IF_ERROR(expectIndex("a source", source, sizeOf(sources)));
  *out_source = (*sources)[uint32_t(source)]->c_str();
  return nullptr;
}

xrt_status_t xrt_bundle_get_step(const xrt_bundle_t *bundle, size_t index,
                                 xrt_step_t *out_step) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(out_step);
  const auto &steps = *bundle->object->index().steps();
  XRT_API_RETURN_IF_ERROR(expectIndex("a step", index, steps.size()));
  const format::Step &step = *steps[uint32_t(index)];
  xrt_step_t result{};
  result.is_copy = step.kind() == format::StepKind_Copy;
  result.kernel = step.kernel();
  result.args = dataOf(step.args());
  result.num_args = sizeOf(step.args());
  result.num_outputs = step.num_outputs();
  result.scalars = dataOf(step.scalars());
  result.num_scalars = sizeOf(step.scalars());
  result.num_prepared = sizeOf(step.prepared());
  result.work_items = step.work_items();
  result.scratch = step.scratch();
  result.grain = step.grain();
  result.has_first_phase = step.first_phase() != UINT32_MAX;
  result.first_phase = step.first_phase();
  result.has_workspace = step.workspace() != UINT32_MAX;
  result.workspace = step.workspace();
  result.flops = step.flops();
  result.read_bytes = step.read_bytes();
  result.written_bytes = step.written_bytes();
  result.has_counts = result.flops != UINT32_MAX &&
                      result.read_bytes != UINT32_MAX &&
                      result.written_bytes != UINT32_MAX;
  result.source = step.source();
  result.destination = step.destination();
  result.bytes = step.bytes();
  *out_step = result;
  return nullptr;
}

xrt_status_t xrt_bundle_get_prepared(const xrt_bundle_t *bundle, size_t step,
                                     size_t index,
                                     xrt_prepared_t *out_prepared) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(out_prepared);
  const auto &steps = *bundle->object->index().steps();
  XRT_API_RETURN_IF_ERROR(expectIndex("a step", step, steps.size()));
  const auto *prepared = steps[uint32_t(step)]->prepared();
  XRT_API_RETURN_IF_ERROR(
      expectIndex("a prepared operand", index, sizeOf(prepared)));
  const format::Prepared &operand = *(*prepared)[uint32_t(index)];
  *out_prepared = {operand.operand(), operand.kernel(), operand.size(),
                   operand.work_items(), operand.scratch()};
  return nullptr;
}

xrt_status_t xrt_bundle_get_image(const xrt_bundle_t *bundle, size_t index,
                                  xrt_image_t *out_image) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(out_image);
  const auto &images = *bundle->object->index().images();
  XRT_API_RETURN_IF_ERROR(expectIndex("an image", index, images.size()));
  const format::Image &image = *images[uint32_t(index)];
  *out_image = {image.target()->c_str(),
                image.machine()->c_str(),
                image.isa()->c_str(),
                image.format()->c_str(),
                image.rank(),
                sizeOf(image.features()),
                image.section()->offset(),
                image.section()->size(),
                image.section()->checksum()};
  return nullptr;
}

xrt_status_t xrt_bundle_get_image_feature(const xrt_bundle_t *bundle,
                                          size_t image, size_t feature,
                                          const char **out_feature) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(out_feature);
  const auto &images = *bundle->object->index().images();
  XRT_API_RETURN_IF_ERROR(expectIndex("an image", image, images.size()));
  const auto *features = images[uint32_t(image)]->features();
  XRT_API_RETURN_IF_ERROR(expectIndex("a feature", feature, sizeOf(features)));
  *out_feature = (*features)[uint32_t(feature)]->c_str();
  return nullptr;
}

xrt_status_t xrt_bundle_map_image(const xrt_bundle_t *bundle, size_t index,
                                  xrt_byte_span_t *out_bytes) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(out_bytes);
  XRT_API_RETURN_IF_ERROR(
      expectIndex("an image", index, bundle->object->index().images()->size()));
  return bundle->object->mapImage(uint32_t(index), *out_bytes).release();
}

xrt_status_t xrt_bundle_get_note(const xrt_bundle_t *bundle, size_t index,
                                 const char **out_key, const char **out_value) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(out_key);
  XRT_EXPECT(out_value);
  const auto &notes = *bundle->object->index().notes();
  XRT_API_RETURN_IF_ERROR(expectIndex("a note", index, notes.size()));
  *out_key = notes[uint32_t(index)]->key()->c_str();
  *out_value = notes[uint32_t(index)]->value()->c_str();
  return nullptr;
}

xrt_status_t xrt_bundle_map_source(const xrt_bundle_t *bundle,
                                   xrt_byte_span_t *out_bytes) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(out_bytes);
  return bundle->object->mapSource(*out_bytes).release();
}

xrt_status_t xrt_bundle_format_expression(const xrt_bundle_t *bundle,
                                          uint32_t expression, char *buffer,
                                          size_t capacity, size_t *out_length) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(out_length);
  const format::Index &index = bundle->object->index();
  XRT_API_RETURN_IF_ERROR(
      expectIndex("an expression", expression, index.exprs()->size()));
  std::string text =
      format::formatExpr(*index.exprs(), *index.symbols(), expression);
  *out_length = text.size();
  if (!capacity)
    return nullptr;
  XRT_EXPECT(buffer);
  size_t copied = std::min(text.size(), capacity - 1);
  std::memcpy(buffer, text.data(), copied);
  buffer[copied] = 0;
  return nullptr;
}

xrt_status_t xrt_bundle_evaluate_expression(const xrt_bundle_t *bundle,
                                            uint32_t expression,
                                            const int64_t *symbols,
                                            size_t num_symbols,
                                            int64_t *out_value) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(out_value);
  const format::Index &index = bundle->object->index();
  XRT_API_RETURN_IF_ERROR(
      expectIndex("an expression", expression, index.exprs()->size()));
  if (num_symbols != index.symbols()->size())
    return Status(XRT_STATUS_INVALID_ARGUMENT,
                  "expects " + std::to_string(index.symbols()->size()) +
                      " symbol values, got " + std::to_string(num_symbols))
        .release();
  if (num_symbols)
    XRT_EXPECT(symbols);
  std::optional<int64_t> value =
      format::evaluateExprs(*index.exprs(), symbols)[expression];
  if (!value)
    return Status(XRT_STATUS_INVALID_ARGUMENT,
                  "'" +
                      format::formatExpr(*index.exprs(), *index.symbols(),
                                         expression) +
                      "' has no value that fits 64 bits")
        .release();
  *out_value = *value;
  return nullptr;
}
