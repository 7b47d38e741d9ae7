//===- MathTest.cpp - Conformance of models of one lane's operations ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bounds and results are those of the PTX ISA ("Floating Point Instructions",
// each operation's maximal error; "cvt", "redux.sync", "vote.sync"), of AMD's
// CDNA3 ISA (chapter of vector instructions: "1 ULP accuracy"; V_PERM_B32,
// V_MBCNT, V_CVT_PKRTZ) and of the OpenCL C specification.
//
//===----------------------------------------------------------------------===//
#include "test/runtime/emulator/TestKernel.h"

#include "gtest/gtest.h"

#include <bit>
#include <cmath>

using namespace xrt::emulator;
using namespace xrt::emulator::test;

namespace {
struct Approximation {
  const char *target, *name;
  double (*exact)(double);
  double from, to; // arguments
  double relative, absolute;
};

double reciprocal(double x) { return 1 / x; }
double reciprocalRoot(double x) { return 1 / std::sqrt(x); }
double inTurns(double x) { return std::sin(x * 6.283185307179586); }
double inTurnsOfCosine(double x) { return std::cos(x * 6.283185307179586); }

constexpr double kUlp = 0x1p-23;

const Approximation kApproximations[] = {
    {"sm_80", "llvm.nvvm.ex2.approx.ftz.f32", std::exp2, -9, 9, 0x1p-22, 0},
    {"sm_80", "llvm.nvvm.lg2.approx.f", std::log2, 0.01, 90, 0x1p-22, 0x1p-22},
    {"sm_80", "llvm.nvvm.rcp.approx.ftz.f", reciprocal, -7, 50, kUlp, 0},
    {"sm_80", "llvm.nvvm.rsqrt.approx.f", reciprocalRoot, 0.1, 50, kUlp, 0},
    {"sm_80", "llvm.nvvm.sqrt.approx.f", std::sqrt, 0.1, 50, kUlp, 0},
    {"sm_80", "llvm.nvvm.sin.approx.f", std::sin, -3.1, 3.1, 0, 0x1p-20},
    {"sm_80", "llvm.nvvm.cos.approx.f", std::cos, -3.1, 3.1, 0, 0x1p-20},
    {"gfx942", "llvm.amdgcn.exp2.f32", std::exp2, -9, 9, kUlp, 0},
    {"gfx942", "llvm.amdgcn.log.f32", std::log2, 2, 90, kUlp, 0},
    {"gfx942", "llvm.amdgcn.rcp.f32", reciprocal, -7, 50, kUlp, 0},
    {"gfx942", "llvm.amdgcn.rsq.f32", reciprocalRoot, 0.1, 50, kUlp, 0},
    {"gfx942", "llvm.amdgcn.sqrt.f32", std::sqrt, 0.1, 50, kUlp, 0},
    {"gfx942", "llvm.amdgcn.sin.f32", inTurns, -0.4, 0.4, 0, 0x1p-20},
    {"gfx942", "llvm.amdgcn.cos.f32", inTurnsOfCosine, -0.4, 0.4, 0, 0x1p-20},
    {"pvc", "_Z11native_exp2f", std::exp2, -9, 9, 4 * kUlp, 0},
    {"pvc", "_Z10native_expf", std::exp, -9, 9, 4 * kUlp, 0},
    {"pvc", "_Z11native_log2f", std::log2, 2, 90, 4 * kUlp, 0},
    {"pvc", "_Z12native_recipf", reciprocal, -7, 50, 4 * kUlp, 0},
    {"pvc", "_Z12native_rsqrtf", reciprocalRoot, 0.1, 50, 4 * kUlp, 0},
    {"pvc", "_Z11native_sqrtf", std::sqrt, 0.1, 50, 4 * kUlp, 0},
    {"pvc", "_Z10native_sinf", std::sin, -3.1, 3.1, 0, 0x1p-20},
    {"pvc", "_Z10native_cosf", std::cos, -3.1, 3.1, 0, 0x1p-20},
};

TEST(EmulatorMath, ApproximationsStayWithinTheirBoundsAndAreNotExact) {
  for (const Approximation &each : kApproximations) {
    Machine machine(each.target);
    std::vector<float> arguments;
    for (int i = 0; i < 16; ++i)
      arguments.push_back(float(each.from + (each.to - each.from) * i / 15.3));
    auto got =
        execute<float>(machine, {each.name, "float", {"float"}}, arguments);
    ASSERT_EQ(got.size(), 16u) << each.name << ": " << machine.error;
    bool isExact = true;
    for (int i = 0; i < 16; ++i) {
      double exact = each.exact(arguments[i]);
      // Half a unit more: the result is a float.
      double bound = std::max(each.absolute, each.relative * std::abs(exact)) +
                     kUlp / 2 * std::abs(exact);
      EXPECT_NEAR(got[i], exact, bound) << each.name << " of " << arguments[i];
      isExact &= got[i] == float(exact);
    }
    EXPECT_FALSE(isExact) << each.name;
  }
}

template <typename Out, typename In>
Out one(const char *target, const Operation &operation, In in) {
  Machine machine(target);
  auto out = execute<Out>(machine, operation, std::vector<In>(1, in));
  EXPECT_EQ(out.size(), 1u) << operation.name << ": " << machine.error;
  return out.empty() ? Out() : out[0];
}

struct Pair {
  float a, b;
};
struct Words {
  uint32_t a, b, c;
};
struct Three {
  float a, b, c;
};

// The first operand goes to the upper half here and to the lower one there.
TEST(EmulatorMath, Conversions) {
  auto pack = [](const char *target, const char *name, const char *type,
                 Pair in) {
    return one<uint32_t>(target, {name, type, {"float", "float"}}, in);
  };
  EXPECT_EQ(pack("sm_80", "llvm.nvvm.ff2f16x2.rn", "<2 x half>", {1, 2}),
            0x3c004000u);
  EXPECT_EQ(pack("sm_80", "llvm.nvvm.ff2bf16x2.rn", "<2 x bfloat>", {1, 2}),
            0x3f804000u);
  EXPECT_EQ(pack("gfx942", "llvm.amdgcn.cvt.pkrtz", "<2 x half>", {1, 2}),
            0x40003c00u);
  // Towards zero: 65520 would round to infinity.
  EXPECT_EQ(
      pack("gfx942", "llvm.amdgcn.cvt.pkrtz", "<2 x half>", {65520, -65520}),
      0xfbff7bffu);
  // To nearest, ties away from zero, 10 bits of fraction.
  auto rounded = [](float x) {
    return std::bit_cast<float>(
        one<uint32_t>("sm_80", {"llvm.nvvm.f2tf32.rna", "i32", {"float"}}, x));
  };
  EXPECT_EQ(rounded(1 + 0x1p-11f), 1 + 0x1p-10f);
  EXPECT_EQ(rounded(-1 - 0x1p-11f), -1 - 0x1p-10f);
  EXPECT_EQ(rounded(1 + 0x1p-12f), 1.0f);
}

TEST(EmulatorMath, OperationsOnOneLane) {
  std::vector<std::string> floats = {"float", "float", "float"};
  std::vector<std::string> words = {"i32", "i32", "i32"};
  auto median = [&](Three in) {
    return one<float>("gfx942", {"llvm.amdgcn.fmed3.f32", "float", floats}, in);
  };
  EXPECT_EQ(median({3, 1, 2}), 2);
  EXPECT_EQ(median({1, 5, 9}), 5);
  EXPECT_NEAR(one<float>("gfx942",
                         {"llvm.amdgcn.fract.f32", "float", {"float"}}, -1.25f),
              0.75, 0x1p-22);
  // Selectors 0 to 3 name bytes of the second word, 4 to 7 of the first.
  EXPECT_EQ(one<uint32_t>("gfx942", {"llvm.amdgcn.perm", "i32", words},
                          Words{0x77665544, 0x33221100, 0x070c0004}),
            0x77000044u);
}

TEST(EmulatorMath, VotesAndReductionsOfAWarp) {
  Machine machine("sm_80");
  std::vector<uint32_t> lanes(32);
  for (uint32_t lane = 0; lane < 32; ++lane)
    lanes[lane] = lane - 5;
  auto reduce = [&](const std::string &name) {
    auto got = execute<uint32_t>(
        machine, {"llvm.nvvm.redux.sync." + name, "i32", {"i32", "=i32 -1"}},
        lanes);
    EXPECT_EQ(got.size(), 32u) << machine.error;
    return got.size() == 32 && got[0] == got[31] ? int32_t(got[0]) : 12345;
  };
  EXPECT_EQ(reduce("add"), 31 * 16 - 5 * 32);
  EXPECT_EQ(reduce("min"), -5);
  EXPECT_EQ(reduce("max"), 26);
  EXPECT_EQ(reduce("umin"), 0);
  EXPECT_EQ(reduce("umax"), -1);
  std::vector<uint8_t> set(32, 1);
  auto vote = [&](const char *name) {
    auto got = execute<uint8_t>(machine, {name, "i1", {"=i32 -1", "i1"}}, set);
    EXPECT_EQ(got.size(), 32u) << machine.error;
    return got.empty() ? 9 : got[0] & 1;
  };
  EXPECT_EQ(vote("llvm.nvvm.vote.all.sync"), 1);
  set[7] = 0;
  EXPECT_EQ(vote("llvm.nvvm.vote.all.sync"), 0);
  EXPECT_EQ(vote("llvm.nvvm.vote.any.sync"), 1);
}

TEST(EmulatorMath, LanesBelowAndBallots) {
  Machine machine("gfx942");
  struct Mask {
    uint32_t mask, start;
  };
  std::vector<Mask> lanes(64, {0xf0f0f0f0, 100});
  auto low = execute<uint32_t>(
      machine, {"llvm.amdgcn.mbcnt.lo", "i32", {"i32", "i32"}}, lanes);
  auto high = execute<uint32_t>(
      machine, {"llvm.amdgcn.mbcnt.hi", "i32", {"i32", "i32"}}, lanes);
  ASSERT_EQ(high.size(), 64u) << machine.error;
  EXPECT_EQ(low[4], 100u);
  EXPECT_EQ(low[6], 102u);
  EXPECT_EQ(low[63], 116u);
  EXPECT_EQ(high[31], 100u);
  EXPECT_EQ(high[38], 102u);
  std::vector<uint8_t> odd(64);
  for (int lane = 0; lane < 64; ++lane)
    odd[lane] = lane % 2;
  auto votes = execute<uint64_t>(
      machine, {"llvm.amdgcn.ballot.i64", "i64", {"i1"}}, odd);
  ASSERT_EQ(votes.size(), 64u) << machine.error;
  EXPECT_EQ(votes[0], 0xaaaaaaaaaaaaaaaau);
}

TEST(EmulatorMath, ReductionsOfASubgroup) {
  Machine machine("pvc");
  std::vector<int32_t> lanes(16);
  std::vector<float> floats(16);
  for (int lane = 0; lane < 16; ++lane) {
    lanes[lane] = lane - 5;
    floats[lane] = float(lane) - 5;
  }
  auto ofIntegers = [&](const char *name) {
    auto got = execute<int32_t>(machine, {name, "i32", {"i32"}}, lanes);
    EXPECT_EQ(got.size(), 16u) << machine.error;
    return got.empty() ? 12345 : got[15];
  };
  auto ofFloats = [&](const char *name) {
    auto got = execute<float>(machine, {name, "float", {"float"}}, floats);
    EXPECT_EQ(got.size(), 16u) << machine.error;
    return got.empty() ? 12345 : got[15];
  };
  EXPECT_EQ(ofIntegers("_Z20sub_group_reduce_addi"), 40);
  EXPECT_EQ(ofIntegers("_Z20sub_group_reduce_maxi"), 10);
  EXPECT_EQ(ofIntegers("_Z20sub_group_reduce_mini"), -5);
  EXPECT_EQ(ofIntegers("_Z13sub_group_anyi"), 1);
  EXPECT_EQ(ofIntegers("_Z13sub_group_alli"), 0);
  EXPECT_EQ(ofFloats("_Z20sub_group_reduce_addf"), 40);
  EXPECT_EQ(ofFloats("_Z20sub_group_reduce_maxf"), 10);
  EXPECT_EQ(ofFloats("_Z20sub_group_reduce_minf"), -5);
}
} // namespace
