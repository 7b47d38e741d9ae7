//===- BundleTest.cpp - What is written is what is read -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "test/runtime/TestPrograms.h"

#include "gtest/gtest.h"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace xrt::test;
using namespace xcc::bundle;

namespace {
/// A folder of its own for each test, removed after it.
class BundleFile : public testing::Test {
protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "xrt-XXXXXX";
    folder = mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::string writeError(const Program &program, const std::string &path) {
    std::string error;
    EXPECT_FALSE(writeBundle(program, path, error));
    return error;
  }
  size_t countFiles() {
    return size_t(
        std::distance(std::filesystem::directory_iterator(folder), {}));
  }

  std::string folder;
};

BundlePtr openMemory(const AlignedBytes &bytes) {
  xrt_bundle_t *bundle = nullptr;
  EXPECT_EQ(take(xrt_bundle_open_memory(bytes.span(), nullptr, &bundle)), "");
  return BundlePtr(bundle);
}

std::string expressionText(const xrt_bundle_t *bundle, uint32_t expression) {
  char buffer[100];
  size_t length = 0;
  EXPECT_EQ(take(xrt_bundle_format_expression(bundle, expression, buffer,
                                              sizeof(buffer), &length)),
            "");
  EXPECT_EQ(length, std::strlen(buffer));
  return buffer;
}
} // namespace

TEST(Bundle, summaryCountsAll) {
  AlignedBytes bytes(write(makeScaleProgram()));
  BundlePtr bundle = openMemory(bytes);
  xrt_bundle_summary_t summary;
  ASSERT_EQ(take(xrt_bundle_summarize(bundle.get(), &summary)), "");
  EXPECT_EQ(summary.format_version, 1u);
  EXPECT_STREQ(summary.compiler_version, "test");
  EXPECT_EQ(summary.file_bytes, bytes.size());
  EXPECT_EQ(summary.num_symbols, 1u);
  EXPECT_EQ(summary.num_inputs, 1u);
  EXPECT_EQ(summary.num_outputs, 2u);
  EXPECT_EQ(summary.num_weights, 1u);
  EXPECT_EQ(summary.num_buffers, 5u);
  EXPECT_EQ(summary.num_kernels, 3u);
  EXPECT_EQ(summary.num_steps, 3u);
  EXPECT_EQ(summary.num_images, 1u);
  EXPECT_EQ(summary.num_notes, 1u);
  EXPECT_STREQ(summary.source_format, "mlir");
  EXPECT_EQ(expressionText(bundle.get(), summary.arena_size),
            "64*ceildiv(16*batch, 64)");
}

TEST(Bundle, portsAndSymbolsComeBack) {
  AlignedBytes bytes(write(makeScaleProgram(/*isParameter=*/true)));
  BundlePtr bundle = openMemory(bytes);
  xrt_symbol_t symbol;
  ASSERT_EQ(take(xrt_bundle_get_symbol(bundle.get(), 0, &symbol)), "");
  EXPECT_STREQ(symbol.name, "batch");
  EXPECT_EQ(symbol.min, 0);
  EXPECT_EQ(symbol.max, 1000);
  xrt_port_t port;
  ASSERT_EQ(take(xrt_bundle_get_input(bundle.get(), 1, &port)), "");
  EXPECT_STREQ(port.name, "row");
  EXPECT_TRUE(port.is_parameter);
  ASSERT_EQ(take(xrt_bundle_get_output(bundle.get(), 1, &port)), "");
  EXPECT_STREQ(port.name, "same_y");
  EXPECT_EQ(port.dtype, XRT_DTYPE_F32);
  ASSERT_EQ(port.rank, 2);
  EXPECT_EQ(expressionText(bundle.get(), port.dims[0]), "batch");
  EXPECT_EQ(expressionText(bundle.get(), port.dims[1]), "4");
}

TEST(Bundle, weightsImagesAndSourceComeBack) {
  AlignedBytes bytes(write(makeScaleProgram()));
  BundlePtr bundle = openMemory(bytes);
  xrt_weight_t weight;
  ASSERT_EQ(take(xrt_bundle_get_weight(bundle.get(), 0, &weight)), "");
  EXPECT_STREQ(weight.name, "row");
  EXPECT_EQ(weight.bytes, 16u);
  EXPECT_EQ(weight.offset % 4096, 0u);
  EXPECT_EQ(weight.file, nullptr);
  xrt_byte_span_t span;
  ASSERT_EQ(take(xrt_bundle_map_weight(bundle.get(), 0, &span)), "");
  const float expected[] = {1, 2, 3, 4};
  ASSERT_EQ(span.size, sizeof(expected));
  EXPECT_EQ(std::memcmp(span.data, expected, sizeof(expected)), 0);

  xrt_image_t image;
  ASSERT_EQ(take(xrt_bundle_get_image(bundle.get(), 0, &image)), "");
  EXPECT_STREQ(image.isa, "baseline");
  EXPECT_EQ(image.offset % 64, 0u);
  const char *feature = nullptr;
  ASSERT_EQ(take(xrt_bundle_get_image_feature(bundle.get(), 0, 0, &feature)),
            "");
  EXPECT_STREQ(feature, "sse2");
  std::vector<uint8_t> code = readFile(XRT_TEST_IMAGE);
  ASSERT_EQ(take(xrt_bundle_map_image(bundle.get(), 0, &span)), "");
  ASSERT_EQ(span.size, code.size());
  EXPECT_EQ(std::memcmp(span.data, code.data(), code.size()), 0);

  ASSERT_EQ(take(xrt_bundle_map_source(bundle.get(), &span)), "");
  EXPECT_EQ(std::string(static_cast<const char *>(span.data), span.size),
            "module {}");
  EXPECT_EQ(take(xrt_bundle_verify(bundle.get())), "");
}

TEST(Bundle, stepsComeBack) {
  AlignedBytes bytes(write(makeScaleProgram()));
  BundlePtr bundle = openMemory(bytes);
  xrt_step_t step;
  ASSERT_EQ(take(xrt_bundle_get_step(bundle.get(), 1, &step)), "");
  EXPECT_FALSE(step.is_copy);
  EXPECT_EQ(step.kernel, 1u);
  ASSERT_EQ(step.num_args, 3u);
  EXPECT_EQ(step.args[1], 4u);
  EXPECT_EQ(step.num_outputs, 1u);
  EXPECT_EQ(expressionText(bundle.get(), step.work_items), "batch");
  ASSERT_EQ(step.num_prepared, 1u);
  xrt_prepared_t prepared;
  ASSERT_EQ(take(xrt_bundle_get_prepared(bundle.get(), 1, 0, &prepared)), "");
  EXPECT_EQ(prepared.operand, 1u);
  EXPECT_EQ(prepared.kernel, 2u);
  xrt_kernel_t kernel;
  ASSERT_EQ(take(xrt_bundle_get_kernel(bundle.get(), 1, &kernel)), "");
  EXPECT_EQ(kernel.num_sources, 2u);
  const char *source = nullptr;
  ASSERT_EQ(take(xrt_bundle_get_kernel_source(bundle.get(), 1, 1, &source)),
            "");
  EXPECT_STREQ(source, "model.py:5");
  ASSERT_EQ(take(xrt_bundle_get_step(bundle.get(), 2, &step)), "");
  EXPECT_TRUE(step.is_copy);
  xrt_buffer_t buffer;
  ASSERT_EQ(
      take(xrt_bundle_get_buffer(bundle.get(), step.destination, &buffer)), "");
  EXPECT_EQ(buffer.kind, XRT_BUFFER_OUTPUT);
  EXPECT_EQ(buffer.index, 1u);
}

TEST(Bundle, indicesAreChecked) {
  AlignedBytes bytes(write(makeScaleProgram()));
  BundlePtr bundle = openMemory(bytes);
  xrt_port_t port;
  EXPECT_EQ(take(xrt_bundle_get_input(bundle.get(), 1, &port)),
            "expects an input below 1, got 1");
  EXPECT_EQ(take(xrt_bundle_get_input(nullptr, 0, &port)),
            "expects bundle, got NULL");
  int64_t batch = INT64_MAX / 8, value = 0;
  xrt_bundle_summary_t summary;
  ASSERT_EQ(take(xrt_bundle_summarize(bundle.get(), &summary)), "");
  EXPECT_EQ(take(xrt_bundle_evaluate_expression(
                bundle.get(), summary.arena_size, &batch, 1, &value)),
            "'64*ceildiv(16*batch, 64)' has no value that fits 64 bits");
  batch = 5;
  EXPECT_EQ(take(xrt_bundle_evaluate_expression(
                bundle.get(), summary.arena_size, &batch, 1, &value)),
            "");
  EXPECT_EQ(value, 128);
  EXPECT_EQ(take(xrt_bundle_evaluate_expression(
                bundle.get(), summary.arena_size, &batch, 2, &value)),
            "expects 1 symbol values, got 2");
}

TEST(Bundle, equalProgramsGiveEqualBytes) {
  EXPECT_EQ(write(makeScaleProgram()), write(makeScaleProgram()));
}

TEST(Bundle, expressionsThatNothingUsesAreLeftOut) {
  Program program = makeScaleProgram();
  std::vector<uint8_t> before = write(program);
  program.exprs.mulConstant(program.exprs.symbol(0), 12345);
  EXPECT_EQ(write(program), before);
}

TEST_F(BundleFile, fileAndMemoryAreTheSame) {
  Program program = makeScaleProgram();
  std::string path = folder + "/a.xcb", error;
  ASSERT_TRUE(writeBundle(program, path, error)) << error;
  EXPECT_EQ(readFile(path), write(program));
  EXPECT_EQ(countFiles(), 1u);
  xrt_bundle_t *bundle = nullptr;
  ASSERT_EQ(take(xrt_bundle_open_file(path.c_str(), &bundle)), "");
  EXPECT_EQ(take(xrt_bundle_verify(bundle)), "");
  xrt_bundle_close(bundle);
}

TEST_F(BundleFile, failedWriteLeavesTheOldFile) {
  std::string path = folder + "/a.xcb";
  std::ofstream(path) << "old";
  Program program = makeScaleProgram();
  program.weights[0].bytes.produce = [](const ByteSink &sink,
                                        std::string &error) {
    sink("12345678", 8);
    error = "the disk is on fire";
    return false;
  };
  EXPECT_EQ(writeError(program, path), "weight 'row': the disk is on fire");
  program.weights[0].bytes.produce = [](const ByteSink &sink, std::string &) {
    return sink("12345678", 8);
  };
  EXPECT_EQ(writeError(program, path), "weight 'row' expects 16 bytes, got 8");
  program.weights[0].bytes.produce = [](const ByteSink &sink, std::string &) {
    return sink("1234567812345678x", 17);
  };
  EXPECT_EQ(writeError(program, path),
            "weight 'row' gives more bytes than it has");
  EXPECT_EQ(readFile(path), (std::vector<uint8_t>{'o', 'l', 'd'}));
  EXPECT_EQ(countFiles(), 1u);
}

TEST_F(BundleFile, unwritablePlacesAreNamed) {
  Program program = makeScaleProgram();
  EXPECT_EQ(writeError(program, folder + "/no/a.xcb"),
            "cannot write '" + folder +
                "/no/a.xcb': No such file or directory");
  EXPECT_EQ(writeError(program, folder),
            "cannot write '" + folder + "': expects a regular file");
  EXPECT_EQ(writeError(program, "/dev/null"),
            "cannot write '/dev/null': expects a regular file");
}

TEST_F(BundleFile, unsoundProgramsAreNotWritten) {
  std::string path = folder + "/a.xcb";
  Program program = makeScaleProgram();
  program.steps[0].launch.kernel = 9;
  EXPECT_EQ(writeError(program, path),
            "expects a sound program, but a step names kernel 9 of 3");
  program = makeScaleProgram();
  program.arenaSize = 4711;
  EXPECT_EQ(writeError(program, path),
            "expects expressions of the program's own pool");
  program = makeScaleProgram();
  program.symbols.push_back({"lost", 0, 5});
  program.arenaSize = program.exprs.symbol(1);
  EXPECT_EQ(writeError(program, path),
            "expects a sound program, but symbol 'lost' cannot be found from "
            "the sizes of the inputs");
  program = makeScaleProgram();
  program.weights[0].dims = {5};
  EXPECT_EQ(writeError(program, path),
            "expects a sound program, but a weight's shape does not match its "
            "bytes");
  EXPECT_EQ(countFiles(), 0u);
}

TEST_F(BundleFile, weightsMayLieOutside) {
  const float row[] = {9, 5, 6, 7, 8};
  std::ofstream(folder + "/w.bin", std::ios::binary)
      .write(reinterpret_cast<const char *>(row), sizeof(row));
  Program program = makeScaleProgram();
  program.weights[0].file = "w.bin";
  program.weights[0].fileOffset = 4;
  program.weights[0].bytes = ByteSource::view(row + 1, 16);
  std::string path = folder + "/a.xcb", error;
  ASSERT_TRUE(writeBundle(program, path, error)) << error;
  xrt_bundle_t *open = nullptr;
  ASSERT_EQ(take(xrt_bundle_open_file(path.c_str(), &open)), "");
  BundlePtr bundle(open);
  EXPECT_EQ(take(xrt_bundle_verify(open)), "");
  xrt_byte_span_t span;
  ASSERT_EQ(take(xrt_bundle_map_weight(open, 0, &span)), "");
  EXPECT_EQ(std::memcmp(span.data, row + 1, 16), 0);
  xrt_weight_t weight;
  ASSERT_EQ(take(xrt_bundle_get_weight(open, 0, &weight)), "");
  EXPECT_STREQ(weight.file, "w.bin");
}

TEST_F(BundleFile, outsideWeightsThatAreNotThereAreNamed) {
  Program program = makeScaleProgram();
  program.weights[0].file = "w.bin";
  std::string path = folder + "/a.xcb", error;
  ASSERT_TRUE(writeBundle(program, path, error)) << error;
  xrt_bundle_t *open = nullptr;
  ASSERT_EQ(take(xrt_bundle_open_file(path.c_str(), &open)), "");
  BundlePtr bundle(open);
  EXPECT_EQ(take(xrt_bundle_verify(open)),
            "cannot open '" + folder + "/w.bin': No such file or directory");
  std::ofstream(folder + "/w.bin") << "short";
  EXPECT_EQ(take(xrt_bundle_verify(open)),
            "'" + path + "': weight 'row' expects 16 bytes in 'w.bin', got 5");
}

TEST_F(BundleFile, weightOfChangedOutsideFileIsFound) {
  std::ofstream(folder + "/w.bin") << "sixteen bytes ok";
  Program program = makeScaleProgram();
  program.weights[0].file = "w.bin";
  std::string path = folder + "/a.xcb", error;
  ASSERT_TRUE(writeBundle(program, path, error)) << error;
  xrt_bundle_t *open = nullptr;
  ASSERT_EQ(take(xrt_bundle_open_file(path.c_str(), &open)), "");
  BundlePtr bundle(open);
  EXPECT_EQ(take(xrt_bundle_verify(open)),
            "'" + path +
                "': expects a whole bundle, got a damaged one: the checksum of "
                "weight 'row' differs");
}
