//===- TestPrograms.cpp - Small bundles made in memory --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "test/runtime/TestPrograms.h"

#include "gtest/gtest.h"

#include <cstring>
#include <fstream>
#include <iterator>

using namespace xcc::bundle;

namespace xrt::test {

std::vector<uint8_t> readFile(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Image makeImage() {
  Image image;
  image.target = "host";
  image.machine = "x86_64";
  image.isa = "baseline";
  image.format = "elf";
  image.rank = 1;
  image.features = {"sse2"};
  image.bytes = ByteSource::own(readFile(XRT_TEST_IMAGE));
  return image;
}

Program makeScaleProgram(bool isParameter) {
  Program program;
  program.compilerVersion = "test";
  program.symbols = {{"batch", 0, 1000}};
  ExprPool &exprs = program.exprs;
  ExprId batch = exprs.symbol(0), columns = exprs.constant(4);
  ExprId elements = exprs.mul(batch, columns);
  ExprId bytes = exprs.mulConstant(elements, 4);
  program.arenaSize = exprs.alignUp(bytes, 64);

  program.inputs = {{"x", DType::F32, {batch, columns}}};
  program.outputs = {{"y", DType::F32, {batch, columns}},
                     {"same_y", DType::F32, {batch, columns}}};
  program.buffers = {Buffer::input(0), Buffer::arena(0, bytes),
                     Buffer::output(0), Buffer::output(1)};
  if (isParameter) {
    program.inputs.push_back({"row", DType::F32, {columns}, true});
    program.buffers.push_back(Buffer::input(1));
  } else {
    static const float row[] = {1, 2, 3, 4};
    program.weights = {
        {"row", DType::F32, {4}, ByteSource::view(row, sizeof(row))}};
    program.buffers.push_back(Buffer::weight(0));
  }
  program.kernels = {
      {"add_f32", "map", "add", {"model.py:3"}},
      {"mul_row_f32", "map", "mul", {"model.py:4", "model.py:5"}},
      {"pack_twice_f32", "map", "", {}}};
  program.steps = {
      Step::makeLaunch({0, {0, 0, 1}, 1, {}, {}, elements, 0}),
      Step::makeLaunch({1,
                        {1, 4, 2},
                        1,
                        {columns},
                        {{1, 2, {}, exprs.constant(16), columns, 0}},
                        batch,
                        0}),
      Step::makeCopy({2, 3, bytes})};
  program.images = {makeImage()};
  program.source = ByteSource::own(std::string("module {}"));
  program.sourceFormat = "mlir";
  program.notes = {{"origin", "test"}};
  return program;
}

Program makeBlocksProgram(const char *target, std::vector<Image> images) {
  Program program;
  program.compilerVersion = "test";
  program.symbols = {{"n", 0, 100000}};
  ExprPool &exprs = program.exprs;
  ExprId n = exprs.symbol(0), one = exprs.constant(1);
  ExprId bytes = exprs.mulConstant(n, 4);
  ExprId blocks = exprs.ceilDiv(n, exprs.constant(64));
  program.inputs = {{"x", DType::F32, {n}}};
  program.outputs = {{"y", DType::F32, {n}},
                     {"total", DType::F32, {one}},
                     {"same", DType::F32, {n}}};
  program.buffers = {Buffer::input(0), Buffer::output(0), Buffer::output(1),
                     Buffer::output(2)};
  program.kernels = {{"double", "map", "mul", {"model.py:3"}},
                     {"sum", "reduce", "sum", {"model.py:4"}}};
  program.steps = {Step::makeLaunch({0, {0, 1}, 1, {n}, {}, 0, 0}),
                   Step::makeLaunch({1, {1, 2}, 1, {n}, {}, 0, 0}),
                   Step::makeCopy({1, 3, bytes})};
  TargetPlan plan;
  plan.target = target;
  plan.launches = {{{{"double_f32", {blocks, one, one}, 64, 0}}, false, 0},
                   {{{"sum_part_f32", {blocks, one, one}, 64, 60000},
                     {"sum_all_f32", {one, one, one}, 1, 0}},
                    true,
                    exprs.mulConstant(blocks, 4)},
                   {}};
  program.plans = {plan};
  program.images = std::move(images);
  return program;
}

Program makeTensorMapProgram(const char *target, std::vector<Image> images) {
  Program program = makeBlocksProgram(target, std::move(images));
  ExprPool &exprs = program.exprs;
  ExprId row = exprs.constant(32);
  TensorMap map;
  map.dtype = DType::F32;
  map.sizes = {row, exprs.floorDiv(exprs.symbol(0), row)};
  map.strides = {exprs.constant(128)};
  map.box = {32, 4};
  map.swizzle = 128;
  program.plans[0].launches[0].phases[0].tensorMaps = {map};
  return program;
}

AlignedBytes::AlignedBytes(const uint8_t *bytes, size_t size)
    : block(static_cast<uint8_t *>(std::malloc(size))), numBytes(size) {
  if (size)
    std::memcpy(block.get(), bytes, size);
}

std::vector<uint8_t> write(const Program &program) {
  std::vector<uint8_t> bytes;
  std::string error;
  EXPECT_TRUE(writeBundle(program, bytes, error)) << error;
  return bytes;
}

std::string take(xrt_status_t status) {
  std::string message = xrt_status_message(status);
  EXPECT_EQ(message.empty(), xrt_status_code(status) == XRT_STATUS_OK);
  xrt_status_free(status);
  return message;
}

Loaded::Loaded(const Program &source, const char *deviceName,
               int32_t numThreads)
    : bytes(write(source)) {
  xrt_bundle_t *openBundle = nullptr;
  EXPECT_EQ(take(xrt_bundle_open_memory(bytes.span(), nullptr, &openBundle)),
            "");
  bundle.reset(openBundle);
  xrt_device_t *openDevice = nullptr;
  EXPECT_EQ(take(xrt_device_open(deviceName, openBundle, &openDevice)), "");
  device.reset(openDevice);
  xrt_program_options_t options{};
  options.num_threads = numThreads;
  xrt_program_t *openProgram = nullptr;
  EXPECT_EQ(
      take(xrt_program_create(openBundle, openDevice, &options, &openProgram)),
      "");
  program.reset(openProgram);
}

Tensor<float> makeFloats(std::vector<int64_t> dims, float first, float step) {
  int64_t elements = 1;
  for (int64_t dim : dims)
    elements *= dim;
  std::vector<float> data;
  for (int64_t i = 0; i < elements; ++i)
    data.push_back(first + step * float(i));
  return {std::move(data), std::move(dims), XRT_DTYPE_F32};
}

std::string run(xrt_program_t *program, std::vector<xrt_tensor_t> inputs,
                std::vector<xrt_tensor_t> outputs) {
  return take(xrt_program_run(program, inputs.data(), inputs.size(),
                              outputs.data(), outputs.size()));
}

} // namespace xrt::test
