//===- Math.cpp - Builtin functions of one work-item, Intel ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Numbers.h"
#include "runtime/emulator/intel/Intel.h"

using namespace xrt;
using namespace xrt::emulator;

namespace {
/// f32 to f32, off by at most |units| in the last place.
template <float (*function)(float), uint32_t units = 1>
void unary(const Call &call) {
  call.setResult(approximate(function(call.argument<float>(0)), units));
}

float reciprocal(float x) { return 1.0f / x; }
float reciprocalRoot(float x) { return 1.0f / std::sqrt(x); }
float root(float x) { return std::sqrt(x); }
float exponential(float x) { return std::exp(x); }
float exponential2(float x) { return std::exp2(x); }
float logarithm(float x) { return std::log(x); }
float logarithm2(float x) { return std::log2(x); }
float sine(float x) { return std::sin(x); }
float cosine(float x) { return std::cos(x); }
float magnitude(float x) { return std::fabs(x); }

float lesser(float a, float b) { return std::fmin(a, b); }
float greater(float a, float b) { return std::fmax(a, b); }

template <float (*function)(float, float)> void binary(const Call &call) {
  call.setResult(function(call.argument<float>(0), call.argument<float>(1)));
}

void multiplyAdd(const Call &call) {
  call.setResult(std::fma(call.argument<float>(0), call.argument<float>(1),
                          call.argument<float>(2)));
}

/// A float of f32 as the bits of a bf16, and back.
void toBfloat(const Call &call) {
  call.setResult(bfloatBits(call.argument<float>(0)));
}
void fromBfloat(const Call &call) {
  call.setResult(floatOfBfloat(call.argument<uint16_t>(0)));
}
} // namespace

// The native functions' errors are the implementation's to choose.
static constexpr Model kModels[] = {
    functionModel("_Z11native_exp2f", unary<exponential2, 2>),
    functionModel("_Z10native_expf", unary<exponential, 4>),
    functionModel("_Z11native_log2f", unary<logarithm2, 2>),
    functionModel("_Z10native_logf", unary<logarithm, 4>),
    functionModel("_Z12native_recipf", unary<reciprocal, 2>),
    functionModel("_Z12native_rsqrtf", unary<reciprocalRoot, 2>),
    functionModel("_Z11native_sqrtf", unary<root, 2>),
    functionModel("_Z10native_sinf", unary<sine, 4>),
    functionModel("_Z10native_cosf", unary<cosine, 4>),
    functionModel("_Z4exp2f", unary<exponential2>),
    functionModel("_Z5rsqrtf", unary<reciprocalRoot>),
    functionModel("_Z4sqrtf", unary<root>),
    functionModel("_Z4fabsf", unary<magnitude, 0>),
    functionModel("_Z4fminff", binary<lesser>),
    functionModel("_Z4fmaxff", binary<greater>),
    functionModel("_Z3fmafff", multiplyAdd),
    functionModel("_Z32intel_convert_bfloat16_as_ushortf", toBfloat),
    functionModel("_Z31intel_convert_as_bfloat16_floatt", fromBfloat),
};

std::span<const Model> intel::mathModels() { return kModels; }
