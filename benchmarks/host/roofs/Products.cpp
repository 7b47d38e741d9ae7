//===- Products.cpp - Multiply-adds of vectors, in registers alone --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Roofs.h"

#include <immintrin.h>

using namespace roofs;

// Sums that do not wait for each other: more than latency times units (4 x 2)
// of every processor, and few enough for the registers of the level.
static constexpr int kSums = 12;

__attribute__((target("avx2,fma"))) static float runAvx2(int64_t steps) {
  __m256 sums[kSums];
  for (int i = 0; i < kSums; ++i)
    sums[i] = _mm256_set1_ps(1.0f + i);
  __m256 factor = _mm256_set1_ps(0.999f), term = _mm256_set1_ps(0.5f);
  for (int64_t step = 0; step < steps; ++step) {
#pragma clang loop unroll(full)
    for (int i = 0; i < kSums; ++i)
      sums[i] = _mm256_fmadd_ps(sums[i], factor, term);
  }
  for (int i = 1; i < kSums; ++i)
    sums[0] = _mm256_add_ps(sums[0], sums[i]);
  return _mm256_cvtss_f32(sums[0]);
}

__attribute__((target("avx512f"))) static float runAvx512(int64_t steps) {
  __m512 sums[kSums];
  for (int i = 0; i < kSums; ++i)
    sums[i] = _mm512_set1_ps(1.0f + i);
  __m512 factor = _mm512_set1_ps(0.999f), term = _mm512_set1_ps(0.5f);
  for (int64_t step = 0; step < steps; ++step) {
#pragma clang loop unroll(full)
    for (int i = 0; i < kSums; ++i)
      sums[i] = _mm512_fmadd_ps(sums[i], factor, term);
  }
  for (int i = 1; i < kSums; ++i)
    sums[0] = _mm512_add_ps(sums[0], sums[i]);
  return _mm512_cvtss_f32(sums[0]);
}

__attribute__((target("avx512f,avx512bf16"))) static float
runDot(int64_t steps) {
  __m512 sums[kSums];
  for (int i = 0; i < kSums; ++i)
    sums[i] = _mm512_set1_ps(1.0f + i);
  __m512 half = _mm512_set1_ps(0.5f);
  __m512bh factor = _mm512_cvtne2ps_pbh(half, half);
  for (int64_t step = 0; step < steps; ++step) {
#pragma clang loop unroll(full)
    for (int i = 0; i < kSums; ++i)
      sums[i] = _mm512_dpbf16_ps(sums[i], factor, factor);
  }
  for (int i = 1; i < kSums; ++i)
    sums[0] = _mm512_add_ps(sums[0], sums[i]);
  return _mm512_cvtss_f32(sums[0]);
}

Product roofs::fmaOfAvx2() {
  bool isSupported =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return {"avx2 fma", "f32", isSupported, 2.0 * 8 * kSums, runAvx2};
}

Product roofs::fmaOfAvx512() {
  bool isSupported = __builtin_cpu_supports("avx512f");
  return {"avx512f fma", "f32", isSupported, 2.0 * 16 * kSums, runAvx512};
}

Product roofs::dotOfAvx512() {
  bool isSupported = __builtin_cpu_supports("avx512bf16");
  return {"avx512_bf16 dot", "bf16", isSupported, 2.0 * 32 * kSums, runDot};
}

std::vector<double> roofs::productRates(const Product &product, int threads,
                                        int64_t steps) {
  std::vector<double> seconds = secondsOfRounds(threads, [&](int) {
    volatile float kept = product.run(steps);
    (void)kept;
  });
  return ratesOf(seconds, threads * steps * product.flopsPerStep);
}
