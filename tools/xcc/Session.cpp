//===- Session.cpp - A bundle on a device, with inputs and outputs --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "tools/xcc/Session.h"

using namespace llvm;

namespace xcc::tool {

double millisecondsSince(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin)
      .count();
}

Error Session::load(const DeviceWish &wish) {
  xrt_device_t *openDevice = nullptr;
  const char *name = wish.device.empty() ? nullptr : wish.device.c_str();
  if (Error error = toError(xrt_device_open(name, bundle, &openDevice)))
    return error;
  device.reset(openDevice);
  xrt_program_options_t options{wish.numThreads,
                                wish.isa.empty() ? nullptr : wish.isa.c_str(),
                                wish.emulationSeed};
  xrt_program_t *made = nullptr;
  if (Error error =
          toError(xrt_program_create(bundle, openDevice, &options, &made)))
    return error;
  program.reset(made);
  return Error::success();
}

static std::vector<xrt_tensor_t> viewAll(std::vector<HostTensor> &tensors) {
  std::vector<xrt_tensor_t> views;
  for (HostTensor &tensor : tensors)
    views.push_back(tensor.view());
  return views;
}

Error Session::setInputs(std::vector<HostTensor> tensors) {
  inputs = std::move(tensors);
  outputs.clear();
  xrt_bundle_summary_t summary;
  if (Error error = toError(xrt_bundle_summarize(bundle, &summary)))
    return error;
  std::vector<xrt_shape_t> shapes(summary.num_outputs);
  std::vector<xrt_tensor_t> views = viewAll(inputs);
  if (Error error = toError(
          xrt_program_infer_shapes(program.get(), views.data(), views.size(),
                                   shapes.data(), shapes.size())))
    return error;
  for (size_t i = 0; i < shapes.size(); ++i) {
    xrt_port_t port;
    if (Error error = toError(xrt_bundle_get_output(bundle, i, &port)))
      return error;
    auto tensor = makeTensor(port.name, port.dtype,
                             ArrayRef(shapes[i].dims, shapes[i].rank));
    if (!tensor)
      return tensor.takeError();
    outputs.push_back(std::move(*tensor));
  }
  return Error::success();
}

Error Session::run() {
  std::vector<xrt_tensor_t> in = viewAll(inputs), out = viewAll(outputs);
  return toError(xrt_program_run(program.get(), in.data(), in.size(),
                                 out.data(), out.size()));
}

Expected<std::vector<std::string>> Session::takeFaults() {
  std::vector<std::string> faults;
  if (!device)
    return faults;
  xrt_report_list_t *list = nullptr;
  if (Error error = toError(xrt_device_take_reports(device.get(), &list)))
    return std::move(error);
  std::unique_ptr<xrt_report_list_t, FreeWith<xrt_report_list_free>> owned(
      list);
  for (size_t i = 0; i < xrt_report_list_size(list); ++i) {
    xrt_report_t report;
    if (Error error = toError(xrt_report_list_get(list, i, &report)))
      return std::move(error);
    faults.push_back(report.text);
  }
  return faults;
}

} // namespace xcc::tool
