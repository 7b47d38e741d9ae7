//===- ProgramTest.cpp - Real kernels through the C API -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "test/runtime/TestPrograms.h"

#include "gtest/gtest.h"

#include <thread>

using namespace xrt::test;
using namespace xcc::bundle;

/// (x + x) * 2 * factor * (1, 2, 3, 4)
static std::vector<float> expectedScale(const std::vector<float> &x,
                                        float factor = 1) {
  std::vector<float> result;
  for (size_t i = 0; i < x.size(); ++i)
    result.push_back(2 * x[i] * 2 * factor * float(i % 4 + 1));
  return result;
}

TEST(Program, runsAtEachBatch) {
  Loaded loaded(makeScaleProgram());
  for (int64_t batch : {1, 3, 1000, 2}) {
    auto x = makeFloats({batch, 4}, 1);
    auto y = makeFloats({batch, 4}), same = makeFloats({batch, 4});
    ASSERT_EQ(run(loaded.program.get(), {x}, {y, same}), "");
    EXPECT_EQ(y.data, expectedScale(x.data));
    EXPECT_EQ(same.data, y.data);
  }
}

TEST(Program, runsNothingOnEmptyTensors) {
  Loaded loaded(makeScaleProgram());
  auto x = makeFloats({0, 4}), y = makeFloats({0, 4}), same = y;
  EXPECT_EQ(run(loaded.program.get(), {x}, {y, same}), "");
}

TEST(Program, infersShapes) {
  Loaded loaded(makeScaleProgram());
  auto x = makeFloats({5, 4});
  xrt_tensor_t input = x;
  xrt_shape_t shapes[2];
  ASSERT_EQ(take(xrt_program_infer_shapes(loaded.program.get(), &input, 1,
                                          shapes, 2)),
            "");
  EXPECT_EQ(shapes[1].rank, 2);
  EXPECT_EQ(shapes[1].dims[0], 5);
  EXPECT_EQ(shapes[1].dims[1], 4);
  EXPECT_EQ(take(xrt_program_infer_shapes(loaded.program.get(), &input, 1,
                                          shapes, 1)),
            "expects room for 2 outputs, got 1");
}

TEST(Program, threadsDoNotChangeBits) {
  auto x = makeFloats({777, 4}, 0.1f, 0.37f);
  std::vector<std::vector<float>> results;
  for (int32_t numThreads : {1, 2, 3, 8}) {
    Loaded loaded(makeScaleProgram(), "host", numThreads);
    auto y = makeFloats({777, 4}), same = y;
    ASSERT_EQ(run(loaded.program.get(), {x}, {y, same}), "");
    results.push_back(y.data);
  }
  for (const auto &result : results)
    EXPECT_EQ(result, results[0]);
}
