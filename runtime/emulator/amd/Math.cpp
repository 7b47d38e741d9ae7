//===- Math.cpp - Approximate functions and conversions, AMD --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Numbers.h"
#include "runtime/emulator/amd/Amd.h"

#include <algorithm>

using namespace xrt;
using namespace xrt::emulator;

namespace {
/// f32 to f32, off by at most one unit in the last place.
template <float (*function)(float)> void unary(const Call &call) {
  call.setResult(approximate(function(call.argument<float>(0))));
}

float reciprocal(float x) { return 1.0f / x; }
float reciprocalRoot(float x) { return 1.0f / std::sqrt(x); }
float root(float x) { return std::sqrt(x); }
float exponential2(float x) { return std::exp2(x); }
float logarithm2(float x) { return std::log2(x); }
float fraction(float x) { return x - std::floor(x); }
// Arguments are in turns.
float sine(float x) { return std::sin(x * 6.283185307179586f); }
float cosine(float x) { return std::cos(x * 6.283185307179586f); }

void median(const Call &call) {
  float a = call.argument<float>(0), b = call.argument<float>(1);
  float c = call.argument<float>(2);
  call.setResult(std::max(std::min(a, b), std::min(std::max(a, b), c)));
}

uint16_t halfTowardsZero(float x) {
  uint16_t near = halfBits(x);
  bool isAway = std::fabs(floatOfHalf(near)) > std::fabs(x);
  return isAway ? near - 1 : near;
}

void packTowardsZero(const Call &call) {
  uint32_t low = halfTowardsZero(call.argument<float>(0));
  uint32_t high = halfTowardsZero(call.argument<float>(1));
  call.setResult(high << 16 | low);
}

/// Bytes of the pair (argument 0, argument 1) chosen by argument 2.
void permuteBytes(const Call &call) {
  uint64_t pair =
      uint64_t(call.argument<uint32_t>(0)) << 32 | call.argument<uint32_t>(1);
  uint32_t selector = call.argument<uint32_t>(2), result = 0;
  for (unsigned i = 0; i < 4; ++i) {
    uint32_t choice = selector >> 8 * i & 0xff;
    if (choice > 12 || (choice > 7 && choice < 12))
      call.refuse("expects byte selectors 0 to 7 or 12, got " +
                  std::to_string(choice));
    if (choice < 8)
      result |= uint32_t(pair >> 8 * choice & 0xff) << 8 * i;
  }
  call.setResult(result);
}
} // namespace

static constexpr Model kModels[] = {
    functionModel("llvm.amdgcn.exp2.f32", unary<exponential2>),
    functionModel("llvm.amdgcn.log.f32", unary<logarithm2>),
    functionModel("llvm.amdgcn.rcp.f32", unary<reciprocal>),
    functionModel("llvm.amdgcn.rsq.f32", unary<reciprocalRoot>),
    functionModel("llvm.amdgcn.sqrt.f32", unary<root>),
    functionModel("llvm.amdgcn.sin.f32", unary<sine>),
    functionModel("llvm.amdgcn.cos.f32", unary<cosine>),
    functionModel("llvm.amdgcn.fract.f32", unary<fraction>),
    functionModel("llvm.amdgcn.fmed3.f32", median),
    functionModel("llvm.amdgcn.cvt.pkrtz", packTowardsZero),
    functionModel("llvm.amdgcn.perm", permuteBytes),
};

std::span<const Model> amd::mathModels() { return kModels; }
