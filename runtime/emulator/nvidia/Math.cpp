//===- Math.cpp - Approximate functions and conversions, NVIDIA -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Numbers.h"
#include "runtime/emulator/nvidia/Nvidia.h"

using namespace xrt;
using namespace xrt::emulator;

namespace {
/// f32 to f32, off by at most |units| in the last place.
template <float (*function)(float), uint32_t units>
void unary(const Call &call) {
  call.setResult(approximate(function(call.argument<float>(0)), units));
}

float reciprocal(float x) { return 1.0f / x; }
float reciprocalRoot(float x) { return 1.0f / std::sqrt(x); }
float root(float x) { return std::sqrt(x); }
float exponential2(float x) { return std::exp2(x); }
float logarithm2(float x) { return std::log2(x); }
float sine(float x) { return std::sin(x); }
float cosine(float x) { return std::cos(x); }
float hyperbolicTangent(float x) { return std::tanh(x); }

/// Arguments a, b: a becomes the upper half.
template <uint16_t (*convert)(float)> void pack(const Call &call) {
  uint32_t high = convert(call.argument<float>(0));
  uint32_t low = convert(call.argument<float>(1));
  call.setResult(high << 16 | low);
}

/// Nearest, ties away from zero; 10 bits of mantissa are left.
void roundToTf32(const Call &call) {
  uint32_t bits = call.argument<uint32_t>(0);
  if ((bits & 0x7f800000) != 0x7f800000)
    bits = (bits + 0x1000) & 0xffffe000;
  call.setResult(bits);
}
} // namespace

// Errors as the PTX ISA bounds them; ulp from relative errors by 2^-23.
static constexpr Model kModels[] = {
    functionModel("llvm.nvvm.ex2.approx.f", unary<exponential2, 2>),
    functionModel("llvm.nvvm.ex2.approx.ftz.f", unary<exponential2, 2>),
    functionModel("llvm.nvvm.ex2.approx.f32", unary<exponential2, 2>),
    functionModel("llvm.nvvm.ex2.approx.ftz.f32", unary<exponential2, 2>),
    functionModel("llvm.nvvm.lg2.approx.f", unary<logarithm2, 2>),
    functionModel("llvm.nvvm.lg2.approx.ftz.f", unary<logarithm2, 2>),
    functionModel("llvm.nvvm.rcp.approx.ftz.f", unary<reciprocal, 1>),
    functionModel("llvm.nvvm.rcp.rn.f", unary<reciprocal, 0>),
    functionModel("llvm.nvvm.rsqrt.approx.f", unary<reciprocalRoot, 1>),
    functionModel("llvm.nvvm.rsqrt.approx.ftz.f", unary<reciprocalRoot, 1>),
    functionModel("llvm.nvvm.sqrt.approx.f", unary<root, 1>),
    functionModel("llvm.nvvm.sqrt.approx.ftz.f", unary<root, 1>),
    functionModel("llvm.nvvm.sqrt.rn.f", unary<root, 0>),
    functionModel("llvm.nvvm.sin.approx.f", unary<sine, 2>),
    functionModel("llvm.nvvm.cos.approx.f", unary<cosine, 2>),
    // 2^-11 relative.
    functionModel("tanh.approx.f32 $0, $1;", unary<hyperbolicTangent, 4096>),
    functionModel("llvm.nvvm.ff2bf16x2.rn", pack<bfloatBits>),
    functionModel("llvm.nvvm.ff2f16x2.rn", pack<halfBits>),
    functionModel("llvm.nvvm.f2tf32.rna", roundToTf32),
};

std::span<const Model> nvidia::mathModels() { return kModels; }
