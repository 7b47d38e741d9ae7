//===- TestPrograms.h - Small bundles made in memory ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_TEST_TESTPROGRAMS_H
#define XRT_TEST_TESTPROGRAMS_H

#include "lib/Bundle/Writer.h"
#include "xrt/xrt.h"

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace xrt::test {

template <auto free> struct Free {
  template <typename T> void operator()(T *object) const { free(object); }
};

/// kernels.c as an image of level "baseline", which every x86-64 runs.
xcc::bundle::Image makeImage();
std::vector<uint8_t> readFile(const std::string &path);

/// y[batch, 4] = (x[batch, 4] + x) * pack_twice(w), w = {1, 2, 3, 4}: a symbol,
/// an arena, a weight, a prepared operand, all kinds of steps. With an input
/// `row` in place of the weight when |isParameter|.
xcc::bundle::Program makeScaleProgram(bool isParameter = false);

/// y[n] = 2 * x[n], total = sum of y in two phases over a workspace, same = y;
/// of blocks on |target|, with these images.
xcc::bundle::Program makeBlocksProgram(const char *target,
                                       std::vector<xcc::bundle::Image> images);
/// The same; its first launch has a map of x as rows of 32 numbers.
xcc::bundle::Program
makeTensorMapProgram(const char *target,
                     std::vector<xcc::bundle::Image> images);

/// Bytes in a block of just their size, so that a sanitizer sees a read beyond.
class AlignedBytes {
public:
  explicit AlignedBytes(const std::vector<uint8_t> &bytes)
      : AlignedBytes(bytes.data(), bytes.size()) {}
  AlignedBytes(const uint8_t *bytes, size_t size);
  uint8_t *data() { return block.get(); }
  xrt_byte_span_t span() const { return {block.get(), numBytes}; }
  size_t size() const { return numBytes; }

private:
  std::unique_ptr<uint8_t[], Free<std::free>> block;
  size_t numBytes;
};

std::vector<uint8_t> write(const xcc::bundle::Program &program);

/// The message of a failed call ("" for success), freeing the status.
std::string take(xrt_status_t status);

using BundlePtr = std::unique_ptr<xrt_bundle_t, Free<xrt_bundle_close>>;
using DevicePtr = std::unique_ptr<xrt_device_t, Free<xrt_device_close>>;
using ProgramPtr = std::unique_ptr<xrt_program_t, Free<xrt_program_destroy>>;

/// A bundle opened from memory, a device and a program on it.
class Loaded {
public:
  explicit Loaded(const xcc::bundle::Program &program,
                  const char *deviceName = "host", int32_t numThreads = 2);

  AlignedBytes bytes;
  BundlePtr bundle;
  DevicePtr device;
  ProgramPtr program;
};

/// A tensor with its dims and elements.
template <typename T> struct Tensor {
  std::vector<T> data;
  std::vector<int64_t> dims;
  xrt_dtype_t dtype;
  uint64_t version = 0;

  operator xrt_tensor_t() {
    return {data.data(), dtype, int32_t(dims.size()), dims.data(), version};
  }
};
Tensor<float> makeFloats(std::vector<int64_t> dims, float first = 0,
                         float step = 1);

/// Runs and returns the message.
std::string run(xrt_program_t *program, std::vector<xrt_tensor_t> inputs,
                std::vector<xrt_tensor_t> outputs);

} // namespace xrt::test

#endif // XRT_TEST_TESTPROGRAMS_H
