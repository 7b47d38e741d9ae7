//===- CompileTest.cpp - xcc_compile: bundles, diagnostics, wrong calls ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "xcc-c/xcc.h"
#include "xrt/xrt.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using Blob = std::unique_ptr<xcc_blob_t, decltype(&xcc_blob_free)>;

constexpr const char *relu =
    "func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {\n"
    "  %0 = fx.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>\n"
    "  return %0 : tensor<2x3xf32>\n"
    "}\n";

struct Result {
  xcc_status_t status;
  Blob bundle{nullptr, xcc_blob_free};
  std::string diagnostics;

  std::string bytes() const {
    return {static_cast<const char *>(xcc_blob_data(bundle.get())),
            xcc_blob_size(bundle.get())};
  }
};

Result compile(const char *source,
               const xcc_compile_options_t *options = nullptr) {
  xcc_blob_t *bundle = nullptr, *diagnostics = nullptr;
  Result result;
  result.status = xcc_compile(source, source ? std::strlen(source) : 0, options,
                              &bundle, &diagnostics);
  result.bundle.reset(bundle);
  Blob text(diagnostics, xcc_blob_free);
  if (text)
    result.diagnostics.assign(
        static_cast<const char *>(xcc_blob_data(text.get())),
        xcc_blob_size(text.get()));
  return result;
}

TEST(Compile, MakesWhatTheRuntimeOpens) {
  Result result = compile(relu);
  ASSERT_EQ(result.status, XCC_STATUS_OK) << result.diagnostics;
  EXPECT_EQ(result.diagnostics, "");
  std::string bytes = result.bytes();
  xrt_bundle_t *bundle = nullptr;
  ASSERT_EQ(
      xrt_bundle_open_memory({bytes.data(), bytes.size()}, nullptr, &bundle),
      nullptr);
  xrt_bundle_summary_t summary;
  ASSERT_EQ(xrt_bundle_summarize(bundle, &summary), nullptr);
  EXPECT_EQ(summary.num_inputs, 1u);
  EXPECT_EQ(summary.num_outputs, 1u);
  EXPECT_STREQ(summary.compiler_version, xcc_version());
  xrt_bundle_close(bundle);
}

TEST(Compile, ThreadsAtOnceGiveTheSameBytes) {
  std::string expected = compile(relu).bytes();
  std::vector<std::string> found(4);
  std::vector<std::thread> threads;
  for (std::string &bytes : found)
    threads.emplace_back([&bytes] { bytes = compile(relu).bytes(); });
  for (std::thread &thread : threads)
    thread.join();
  for (const std::string &bytes : found)
    EXPECT_EQ(bytes, expected);
}

TEST(Compile, DroppedSourceMakesItSmaller) {
  xcc_compile_options_t options = {};
  options.drops_source = true;
  EXPECT_LT(compile(relu, &options).bytes().size(),
            compile(relu).bytes().size());
}

TEST(Compile, NoSource) {
  Result result = compile(nullptr);
  EXPECT_EQ(result.status, XCC_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(result.diagnostics, "expects a source and a place for the bundle");
  EXPECT_EQ(result.bundle, nullptr);
}

TEST(Compile, NowhereToPutTheBundle) {
  EXPECT_EQ(xcc_compile(relu, std::strlen(relu), nullptr, nullptr, nullptr),
            XCC_STATUS_INVALID_ARGUMENT);
}

TEST(Compile, UnknownTarget) {
  xcc_compile_options_t options = {};
  options.targets = "hots";
  Result result = compile(relu, &options);
  EXPECT_EQ(result.status, XCC_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(result.diagnostics.find("unknown target 'hots'; nearest: host"), 0u)
      << result.diagnostics;
}

TEST(Compile, DiagnosticsNameTheLine) {
  xcc_compile_options_t options = {};
  options.name = "model.mlir";
  Result result = compile("func.func @main() {\n  fx.nonsense\n}\n", &options);
  EXPECT_EQ(result.status, XCC_STATUS_COMPILE_ERROR);
  EXPECT_EQ(result.diagnostics.find("model.mlir:2:3: error: "), 0u)
      << result.diagnostics;
  EXPECT_EQ(result.bundle, nullptr);
}

TEST(Compile, DiagnosticsMayBeLeftOut) {
  xcc_blob_t *bundle = nullptr;
  EXPECT_EQ(xcc_compile("x", 1, nullptr, &bundle, nullptr),
            XCC_STATUS_COMPILE_ERROR);
  EXPECT_EQ(bundle, nullptr);
}

} // namespace
