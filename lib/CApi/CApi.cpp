//===- CApi.cpp - The compiler's C API ------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Driver/Backends.h"
#include "lib/Driver/Compiler.h"
#include "xcc-c/xcc.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

struct xcc_blob {
  std::vector<uint8_t> bytes;
};

const void *xcc_blob_data(const xcc_blob_t *blob) { return blob->bytes.data(); }
size_t xcc_blob_size(const xcc_blob_t *blob) { return blob->bytes.size(); }
void xcc_blob_free(xcc_blob_t *blob) { delete blob; }

const char *xcc_version(void) { return XCC_VERSION; }

static xcc_status_t fail(xcc_status_t status, StringRef text,
                         xcc_blob_t **outDiagnostics) {
  if (outDiagnostics)
    *outDiagnostics =
        new xcc_blob{std::vector<uint8_t>(text.begin(), text.end())};
  return status;
}

/// Fills `options.targets` from "host,..."; returns an error text, or "".
static std::string takeTargets(StringRef names, xcc::CompileOptions &options) {
  SmallVector<StringRef> list;
  names.split(list, ',');
  for (StringRef name : list) {
    const xcc::TargetDescription *target = xcc::findTarget(name.trim());
    if (!target)
      return xcc::unknownTargetMessage(name.trim());
    options.targets.push_back(target);
  }
  return "";
}

xcc_status_t xcc_compile(const void *source, size_t size,
                         const xcc_compile_options_t *options,
                         xcc_blob_t **outBundle, xcc_blob_t **outDiagnostics) {
  if (!source || !outBundle)
    return fail(XCC_STATUS_INVALID_ARGUMENT,
                "expects a source and a place for the bundle", outDiagnostics);
  xcc_compile_options_t given = {};
  if (options)
    given = *options;
  xcc::CompileOptions compileOptions;
  std::string error =
      takeTargets(given.targets ? given.targets : "host", compileOptions);
  if (!error.empty())
    return fail(XCC_STATUS_INVALID_ARGUMENT, error, outDiagnostics);
  if (given.directory)
    compileOptions.moduleDirectory = given.directory;
  compileOptions.numThreads = given.num_threads;
  compileOptions.keepSource = !given.drops_source;

  std::string diagnostics;
  raw_string_ostream os(diagnostics);
  auto bytes = xcc::compileToMemory(
      MemoryBufferRef(StringRef(static_cast<const char *>(source), size),
                      given.name ? given.name : "<buffer>"),
      compileOptions, os);
  if (failed(bytes))
    return fail(XCC_STATUS_COMPILE_ERROR, diagnostics, outDiagnostics);
  *outBundle = new xcc_blob{std::move(*bytes)};
  return XCC_STATUS_OK;
}
