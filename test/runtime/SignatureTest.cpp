//===- SignatureTest.cpp - Wrong inputs, and what is said of them ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "test/runtime/TestPrograms.h"

#include "gtest/gtest.h"

using namespace xrt::test;
using namespace xcc::bundle;

/// Two inputs x[batch, 768] and mask[batch, 2*seq + 1, seq], an output
/// y[batch + seq], and not a step: only checks run.
static Program makeMaskProgram() {
  Program program;
  program.symbols = {{"batch", 2, 64}, {"seq", 0, 100}};
  ExprPool &exprs = program.exprs;
  ExprId batch = exprs.symbol(0), seq = exprs.symbol(1);
  ExprId odd = exprs.addConstant(exprs.mulConstant(seq, 2), 1);
  program.inputs = {{"x", DType::F32, {batch, exprs.constant(768)}},
                    {"mask", DType::I1, {batch, odd, seq}}};
  program.outputs = {{"y", DType::F32, {exprs.add(batch, seq)}}};
  return program;
}

namespace {
class Signature : public testing::Test {
protected:
  std::string runWith(std::vector<int64_t> x, std::vector<int64_t> mask,
                      std::vector<int64_t> y) {
    // As many elements as any of the calls has.
    static float data[64 * 768];
    return run(loaded.program.get(),
               {{data, XRT_DTYPE_F32, int32_t(x.size()), x.data(), 0},
                {data, XRT_DTYPE_I1, int32_t(mask.size()), mask.data(), 0}},
               {{data, XRT_DTYPE_F32, int32_t(y.size()), y.data(), 0}});
  }
  std::string runWith(std::vector<xrt_tensor_t> inputs) {
    static float data[8];
    static const int64_t dims[] = {8};
    return run(loaded.program.get(), std::move(inputs),
               {{data, XRT_DTYPE_F32, 1, dims, 0}});
  }

  Loaded loaded{makeMaskProgram(), "null"};
};
} // namespace

TEST_F(Signature, acceptsWhatFits) {
  EXPECT_EQ(runWith({2, 768}, {2, 7, 3}, {5}), "");
  EXPECT_EQ(runWith({64, 768}, {64, 1, 0}, {64}), "");
  EXPECT_EQ(runWith({2, 768}, {2, 7, 3}, {5}), "");
}

TEST_F(Signature, namesWrongDims) {
  EXPECT_EQ(runWith({2, 768}, {3, 7, 3}, {5}),
            "input 1 'mask': expects dim 0 = batch (2, from input 0 'x'), got "
            "3");
  EXPECT_EQ(runWith({2, 512}, {2, 7, 3}, {5}),
            "input 0 'x': expects dim 1 = 768, got 512");
  EXPECT_EQ(runWith({2, 768}, {2, 8, 3}, {5}),
            "input 1 'mask': expects dim 1 = 2*seq + 1 (7, from input 1 "
            "'mask'), got 8");
  EXPECT_EQ(runWith({2, -1}, {2, 7, 3}, {5}),
            "input 0 'x': expects dim 1 of 0 or more, got -1");
}

TEST_F(Signature, namesSizesOutOfRange) {
  EXPECT_EQ(runWith({1, 768}, {1, 7, 3}, {4}),
            "input 0 'x': expects dim 0 = batch with batch in [2, 64], got 1");
  EXPECT_EQ(runWith({2, 768}, {2, 203, 101}, {103}),
            "input 1 'mask': expects dim 2 = seq with seq in [0, 100], got "
            "101");
}

TEST_F(Signature, namesWrongRanksAndDTypes) {
  EXPECT_EQ(runWith({2}, {2, 7, 3}, {5}), "input 0 'x': expects rank 2, got 1");
  int64_t dims[] = {2, 768};
  float data[1];
  xrt_tensor_t x{data, XRT_DTYPE_I64, 2, dims, 0};
  EXPECT_EQ(runWith({x, x}), "input 0 'x': expects f32, got i64");
  x.dtype = xrt_dtype_t(99);
  EXPECT_EQ(runWith({x, x}), "input 0 'x': expects f32, got none");
  EXPECT_EQ(runWith({x}), "expects 2 inputs, got 1");
  EXPECT_EQ(runWith({x, x, x}), "expects 2 inputs, got 3");
  x = {data, XRT_DTYPE_F32, 2, nullptr, 0};
  EXPECT_EQ(runWith({x, x}), "input 0 'x': expects dims, got NULL");
}

TEST_F(Signature, namesWrongOutputs) {
  EXPECT_EQ(runWith({2, 768}, {2, 7, 3}, {6}),
            "output 0 'y': expects dim 0 = batch + seq (5, for batch = 2, seq "
            "= 3), got 6");
  EXPECT_EQ(runWith({2, 768}, {2, 7, 3}, {5, 1}),
            "output 0 'y': expects rank 1, got 2");
}

TEST_F(Signature, namesMissingAndMisalignedData) {
  int64_t x[] = {2, 768}, mask[] = {2, 1, 0}, y[] = {2};
  alignas(4) static char data[2 * 768 * 4 + 4];
  xrt_tensor_t tensorX{nullptr, XRT_DTYPE_F32, 2, x, 0};
  xrt_tensor_t tensorMask{nullptr, XRT_DTYPE_I1, 3, mask, 0};
  xrt_tensor_t tensorY{data, XRT_DTYPE_F32, 1, y, 0};
  EXPECT_EQ(run(loaded.program.get(), {tensorX, tensorMask}, {tensorY}),
            "input 0 'x': expects data, got NULL");
  tensorX.data = data + 1;
  EXPECT_EQ(run(loaded.program.get(), {tensorX, tensorMask}, {tensorY}),
            "input 0 'x': expects data aligned to 4");
  tensorX.data = data;
  EXPECT_EQ(run(loaded.program.get(), {tensorX, tensorMask}, {tensorY}), "");
}

/// One input of these dims over {n in [0, 1000], m in [3, 1000]}.
static Loaded loadWithDims(std::vector<ExprId> (*makeDims)(ExprPool &)) {
  Program program;
  program.symbols = {{"n", 0, 1000}, {"m", 3, 1000}};
  program.inputs = {{"x", DType::U8, makeDims(program.exprs)}};
  program.outputs = {{"y", DType::U8, {program.exprs.symbol(0)}}};
  return Loaded(program, "null");
}

static std::string bind(Loaded &loaded, std::vector<int64_t> dims,
                        int64_t expectedN = -1) {
  static char data[1];
  xrt_tensor_t x{data, XRT_DTYPE_U8, int32_t(dims.size()), dims.data(), 0};
  xrt_shape_t shape;
  std::string message =
      take(xrt_program_infer_shapes(loaded.program.get(), &x, 1, &shape, 1));
  if (message.empty())
    EXPECT_EQ(shape.dims[0], expectedN);
  return message;
}

TEST(Binding, solvesMultiplesAndSums) {
  Loaded multiple = loadWithDims([](ExprPool &exprs) -> std::vector<ExprId> {
    return {exprs.mulConstant(exprs.symbol(0), 4)};
  });
  EXPECT_EQ(bind(multiple, {12}, 3), "");
  EXPECT_EQ(bind(multiple, {13}),
            "input 0 'x': expects dim 0 = 4*n for a whole n, got 13");
  EXPECT_EQ(bind(multiple, {4004}),
            "input 0 'x': expects dim 0 = 4*n with n in [0, 1000], got 4004");
  Loaded sum = loadWithDims([](ExprPool &exprs) -> std::vector<ExprId> {
    return {exprs.addConstant(exprs.symbol(0), -2)};
  });
  EXPECT_EQ(bind(sum, {5}, 7), "");
  EXPECT_EQ(bind(sum, {999}),
            "input 0 'x': expects dim 0 = n - 2 with n in [0, 1000], got 999");
}

TEST(Binding, solvesThroughOtherSymbols) {
  // n*m is solved for n once m is known, wherever m stands.
  Loaded product = loadWithDims([](ExprPool &exprs) -> std::vector<ExprId> {
    return {exprs.mul(exprs.symbol(0), exprs.symbol(1)), exprs.symbol(1)};
  });
  EXPECT_EQ(bind(product, {35, 5}, 7), "");
  EXPECT_EQ(bind(product, {0, 5}, 0), "");
  EXPECT_EQ(bind(product, {36, 5}),
            "input 0 'x': expects dim 0 = n*m for a whole n, got 36");
}

TEST(Binding, checksWhatCannotBeSolved) {
  Loaded ceiling = loadWithDims([](ExprPool &exprs) -> std::vector<ExprId> {
    return {exprs.ceilDiv(exprs.symbol(0), exprs.constant(16)),
            exprs.symbol(0)};
  });
  EXPECT_EQ(bind(ceiling, {2, 17}, 17), "");
  EXPECT_EQ(bind(ceiling, {3, 17}),
            "input 0 'x': expects dim 0 = ceildiv(n, 16) (2, from input 0 "
            "'x'), got 3");
}

TEST(Binding, overflowIsAnError) {
  Program program;
  program.symbols = {{"n", 0, INT64_MAX}};
  ExprId n = program.exprs.symbol(0);
  program.inputs = {{"x", DType::U8, {n, program.exprs.constant(0)}}};
  program.outputs = {{"y", DType::U8, {program.exprs.mulConstant(n, 4)}}};
  Loaded loaded(program, "null");
  int64_t dims[] = {INT64_MAX / 2, 0};
  xrt_tensor_t x{nullptr, XRT_DTYPE_U8, 2, dims, 0};
  xrt_shape_t shape;
  xrt_status_t status =
      xrt_program_infer_shapes(loaded.program.get(), &x, 1, &shape, 1);
  EXPECT_EQ(xrt_status_code(status), XRT_STATUS_OUT_OF_MEMORY);
  EXPECT_EQ(take(status), "expects sizes that fit 64 bits, got '4*n' for n = "
                          "4611686018427387903");
}
