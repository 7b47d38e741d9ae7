//===- Inspect.cpp - xcc inspect model.xcb --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "tools/xcc/Inspect.h"

#include "tools/xcc/CommandLine.h"
#include "tools/xcc/Commands.h"
#include "tools/xcc/Runtime.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace xcc::tool {

namespace {
/// Reads the index through the C API; the first error stands.
class Describer {
public:
  explicit Describer(const xrt_bundle_t *bundle) : bundle(bundle) {}

  Expected<json::Object> run();

private:
  /// True when the call went well.
  bool take(xrt_status_t status) {
    if (status && message.empty())
      message = xrt_status_message(status);
    xrt_status_free(status);
    return message.empty();
  }
  std::string text(uint32_t expression) {
    return formatExpression(bundle, expression);
  }
  template <typename Describe>
  json::Array all(size_t count, Describe describe) {
    json::Array rows;
    for (size_t i = 0; i < count && message.empty(); ++i)
      rows.push_back(describe(i));
    return rows;
  }

  std::string bufferText(uint32_t index);
  json::Object describePort(const xrt_port_t &port);
  json::Object describeInput(size_t index);
  json::Object describeOutput(size_t index);
  json::Object describeWeight(size_t index);
  json::Object describeKernel(size_t index);
  json::Object describeLaunch(const xrt_step_t &step, size_t index);
  json::Value describeCounts(const xrt_step_t &step);
  json::Object describeStep(size_t index);
  json::Array describeDeviceLaunch(size_t plan, size_t step,
                                   std::string &workspace);
  json::Object describePlan(size_t index, size_t numSteps);
  json::Object describeImage(size_t index);

  const xrt_bundle_t *bundle;
  std::string message;
};
} // namespace

static std::string checksumText(uint64_t checksum) {
  return utohexstr(checksum, /*LowerCase=*/true, /*Width=*/16);
}

std::string Describer::bufferText(uint32_t index) {
  xrt_buffer_t buffer{};
  if (!take(xrt_bundle_get_buffer(bundle, index, &buffer)))
    return "?";
  xrt_port_t port{};
  xrt_weight_t weight{};
  switch (buffer.kind) {
  case XRT_BUFFER_ARENA:
    return "arena[" + text(buffer.offset) + "]";
  case XRT_BUFFER_WEIGHT:
    take(xrt_bundle_get_weight(bundle, buffer.index, &weight));
    return weight.name;
  case XRT_BUFFER_INPUT:
    take(xrt_bundle_get_input(bundle, buffer.index, &port));
    return port.name;
  case XRT_BUFFER_OUTPUT:
    take(xrt_bundle_get_output(bundle, buffer.index, &port));
    return port.name;
  }
  return "?";
}

json::Object Describer::describePort(const xrt_port_t &port) {
  json::Array dims;
  for (int32_t d = 0; d < port.rank; ++d)
    dims.push_back(text(port.dims[d]));
  return json::Object{{"name", port.name},
                      {"dtype", xrt_dtype_name(port.dtype)},
                      {"dims", std::move(dims)}};
}

json::Object Describer::describeInput(size_t index) {
  xrt_port_t port{};
  if (!take(xrt_bundle_get_input(bundle, index, &port)))
    return {};
  json::Object row = describePort(port);
  row["is_parameter"] = port.is_parameter;
  return row;
}

json::Object Describer::describeOutput(size_t index) {
  xrt_port_t port{};
  return take(xrt_bundle_get_output(bundle, index, &port)) ? describePort(port)
                                                           : json::Object();
}

json::Object Describer::describeWeight(size_t index) {
  xrt_weight_t weight{};
  if (!take(xrt_bundle_get_weight(bundle, index, &weight)))
    return {};
  json::Array dims;
  for (int32_t d = 0; d < weight.rank; ++d)
    dims.push_back(weight.dims[d]);
  json::Object row{{"name", weight.name},
                   {"dtype", xrt_dtype_name(weight.dtype)},
                   {"dims", std::move(dims)},
                   {"offset", int64_t(weight.offset)},
                   {"bytes", int64_t(weight.bytes)},
                   {"checksum", checksumText(weight.checksum)},
                   {"is_constant", weight.is_constant}};
  if (weight.file)
    row["file"] = weight.file;
  return row;
}

json::Object Describer::describeKernel(size_t index) {
  xrt_kernel_t kernel{};
  if (!take(xrt_bundle_get_kernel(bundle, index, &kernel)))
    return {};
  json::Array sources = all(kernel.num_sources, [&](size_t i) {
    const char *source = "";
    take(xrt_bundle_get_kernel_source(bundle, index, i, &source));
    return json::Value(source);
  });
  return json::Object{{"name", kernel.name},
                      {"family", kernel.family},
                      {"ops", kernel.ops},
                      {"sources", std::move(sources)}};
}

json::Object Describer::describeLaunch(const xrt_step_t &step, size_t index) {
  xrt_kernel_t kernel{};
  if (!take(xrt_bundle_get_kernel(bundle, step.kernel, &kernel)))
    return {};
  json::Array args, scalars;
  for (size_t i = 0; i < step.num_args; ++i)
    args.push_back(bufferText(step.args[i]));
  for (size_t i = 0; i < step.num_scalars; ++i)
    scalars.push_back(text(step.scalars[i]));
  json::Array prepared = all(step.num_prepared, [&](size_t i) {
    xrt_prepared_t operand{};
    xrt_kernel_t prepare{};
    if (take(xrt_bundle_get_prepared(bundle, index, i, &operand)))
      take(xrt_bundle_get_kernel(bundle, operand.kernel, &prepare));
    return json::Object{{"operand", int64_t(operand.operand)},
                        {"kernel", prepare.name},
                        {"bytes", text(operand.size)}};
  });
  std::string firstPhase = step.has_first_phase ? text(step.first_phase) : "0";
  std::string workspace = step.has_workspace ? text(step.workspace) : "0";
  return json::Object{{"kernel", kernel.name},
                      {"args", std::move(args)},
                      {"num_outputs", int64_t(step.num_outputs)},
                      {"scalars", std::move(scalars)},
                      {"prepared", std::move(prepared)},
                      {"work_items", text(step.work_items)},
                      {"first_phase", firstPhase},
                      {"scratch", text(step.scratch)},
                      {"workspace", workspace},
                      {"grain", step.grain},
                      {"counts", describeCounts(step)}};
}

json::Value Describer::describeCounts(const xrt_step_t &step) {
  if (!step.has_counts)
    return nullptr;
  return json::Object{{"flops", text(step.flops)},
                      {"read_bytes", text(step.read_bytes)},
                      {"written_bytes", text(step.written_bytes)}};
}

json::Object Describer::describeStep(size_t index) {
  xrt_step_t step{};
  if (!take(xrt_bundle_get_step(bundle, index, &step)))
    return {};
  if (!step.is_copy)
    return describeLaunch(step, index);
  return json::Object{{"copy", bufferText(step.source)},
                      {"to", bufferText(step.destination)},
                      {"bytes", text(step.bytes)}};
}

json::Array Describer::describeDeviceLaunch(size_t plan, size_t step,
                                            std::string &workspace) {
  xrt_target_launch_t launch{};
  if (!take(xrt_bundle_get_launch(bundle, plan, step, &launch)))
    return {};
  if (launch.has_workspace)
    workspace = text(launch.workspace);
  return all(launch.num_phases, [&](size_t i) {
    xrt_phase_t phase{};
    if (!take(xrt_bundle_get_phase(bundle, plan, step, i, &phase)))
      return json::Object();
    return json::Object{
        {"kernel", phase.kernel},
        {"grid", json::Array{text(phase.grid[0]), text(phase.grid[1]),
                             text(phase.grid[2])}},
        {"threads", int64_t(phase.threads)},
        {"shared_bytes", int64_t(phase.shared_bytes)},
        {"tensor_maps", int64_t(phase.num_tensor_maps)}};
  });
}

/// A device's launches: those of all steps, one after the other.
json::Object Describer::describePlan(size_t index, size_t numSteps) {
  xrt_target_plan_t plan{};
  if (!take(xrt_bundle_get_plan(bundle, index, &plan)))
    return {};
  json::Array launches = all(numSteps, [&](size_t step) {
    std::string workspace = "0";
    json::Array phases = describeDeviceLaunch(index, step, workspace);
    return json::Object{{"phases", std::move(phases)},
                        {"workspace", workspace}};
  });
  return json::Object{{"target", plan.target},
                      {"launches", std::move(launches)}};
}

json::Object Describer::describeImage(size_t index) {
  xrt_image_t image{};
  if (!take(xrt_bundle_get_image(bundle, index, &image)))
    return {};
  json::Array features = all(image.num_features, [&](size_t i) {
    const char *feature = "";
    take(xrt_bundle_get_image_feature(bundle, index, i, &feature));
    return json::Value(feature);
  });
  return json::Object{{"target", image.target},
                      {"machine", image.machine},
                      {"isa", image.isa},
                      {"format", image.format},
                      {"rank", int64_t(image.rank)},
                      {"features", std::move(features)},
                      {"offset", int64_t(image.offset)},
                      {"bytes", int64_t(image.bytes)},
                      {"checksum", checksumText(image.checksum)}};
}

Expected<json::Object> Describer::run() {
  xrt_bundle_summary_t summary{};
  if (!take(xrt_bundle_summarize(bundle, &summary)))
    return makeError(message);
  json::Object result{{"format_version", int64_t(summary.format_version)},
                      {"compiler_version", summary.compiler_version},
                      {"file_bytes", int64_t(summary.file_bytes)},
                      {"index_bytes", int64_t(summary.index_bytes)},
                      {"arena_bytes", text(summary.arena_size)},
                      {"source_format", summary.source_format}};
  result["symbols"] = all(summary.num_symbols, [&](size_t i) {
    xrt_symbol_t symbol{};
    take(xrt_bundle_get_symbol(bundle, i, &symbol));
    return json::Object{
        {"name", symbol.name}, {"min", symbol.min}, {"max", symbol.max}};
  });
  auto each = [this](json::Object (Describer::*describe)(size_t)) {
    return [this, describe](size_t i) { return (this->*describe)(i); };
  };
  result["inputs"] = all(summary.num_inputs, each(&Describer::describeInput));
  result["outputs"] =
      all(summary.num_outputs, each(&Describer::describeOutput));
  result["weights"] =
      all(summary.num_weights, each(&Describer::describeWeight));
  result["kernels"] =
      all(summary.num_kernels, each(&Describer::describeKernel));
  result["steps"] = all(summary.num_steps, each(&Describer::describeStep));
  result["plans"] = all(summary.num_plans, [&](size_t i) {
    return describePlan(i, summary.num_steps);
  });
  result["images"] = all(summary.num_images, each(&Describer::describeImage));
  result["notes"] = all(summary.num_notes, [&](size_t i) {
    const char *key = "", *value = "";
    take(xrt_bundle_get_note(bundle, i, &key, &value));
    return json::Object{{"key", key}, {"value", value}};
  });
  if (!message.empty())
    return makeError(message);
  return result;
}

Expected<json::Object> describeBundle(const xrt_bundle_t *bundle) {
  return Describer(bundle).run();
}

int inspectMain(ArrayRef<const char *> args) {
  bool isJson = false, doesVerify = false, isHelp = false;
  auto flag = [](bool &value) {
    return [&value](StringRef) { return value = true, std::string(); };
  };
  Option options[] = {
      {"json", "", "print all of it as JSON", flag(isJson)},
      {"verify", "", "check the checksum of every section", flag(doesVerify)},
      {"help", "", "print this", flag(isHelp)}};
  std::vector<std::string> bundles;
  if (std::string error = parseOptions(args, options, bundles); !error.empty())
    return usageError(error);
  if (isHelp) {
    outs() << "xcc inspect model.xcb: what the bundle holds\n"
           << formatOptions(options);
    return 0;
  }
  return withBundle(bundles, [&](const xrt_bundle_t *bundle) -> Expected<int> {
    if (doesVerify)
      if (Error error = toError(xrt_bundle_verify(bundle)))
        return std::move(error);
    Expected<json::Object> description = describeBundle(bundle);
    if (!description)
      return description.takeError();
    if (isJson)
      outs() << formatv("{0:2}", json::Value(std::move(*description))) << '\n';
    else
      printPage(*description, outs());
    if (doesVerify && !isJson)
      outs() << "\nevery checksum is right\n";
    return 0;
  });
}

} // namespace xcc::tool
