//===- Runtime.cpp - The runtime's C API with owners and errors -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "tools/xcc/Runtime.h"

#include "tools/xcc/CommandLine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace xcc::tool {

Error makeError(const Twine &message) {
  return createStringError(inconvertibleErrorCode(), message);
}

Error toError(xrt_status_t status) {
  if (!status)
    return Error::success();
  Error error = makeError(xrt_status_message(status));
  xrt_status_free(status);
  return error;
}

Expected<BundlePtr> openBundle(const std::string &path) {
  xrt_bundle_t *bundle = nullptr;
  if (Error error = toError(xrt_bundle_open_file(path.c_str(), &bundle)))
    return std::move(error);
  return BundlePtr(bundle);
}

int withBundle(ArrayRef<std::string> paths,
               function_ref<Expected<int>(const xrt_bundle_t *)> use) {
  if (paths.size() != 1)
    return usageError("expects one bundle, got " +
                      std::to_string(paths.size()));
  Expected<BundlePtr> bundle = openBundle(paths[0]);
  if (!bundle)
    return reportFailure(bundle.takeError());
  Expected<int> code = use(bundle->get());
  return code ? *code : reportFailure(code.takeError());
}

std::string formatExpression(const xrt_bundle_t *bundle, uint32_t expression) {
  size_t length = 0;
  if (xrt_status_t status = xrt_bundle_format_expression(bundle, expression,
                                                         nullptr, 0, &length)) {
    xrt_status_free(status);
    return "?";
  }
  std::string text(length + 1, '\0');
  xrt_status_free(xrt_bundle_format_expression(bundle, expression, text.data(),
                                               text.size(), &length));
  text.resize(length);
  return text;
}

std::string formatDims(ArrayRef<int64_t> dims) {
  std::string text = "[";
  raw_string_ostream os(text);
  interleaveComma(dims, os);
  return text + "]";
}

int reportFailure(Error error) {
  outs().flush(); // so that the error comes last where both are read
  errs() << "error: " << toString(std::move(error)) << '\n';
  return exitFailure;
}

} // namespace xcc::tool
