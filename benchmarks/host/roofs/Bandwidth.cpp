//===- Bandwidth.cpp - Bytes a second, read alone and three arrays --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Roofs.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

using namespace roofs;

#define EACH_LEVEL __attribute__((target_clones("avx512f", "avx2", "default")))

namespace {
struct Freer {
  void operator()(void *pointer) const { std::free(pointer); }
};
using Array = std::unique_ptr<float, Freer>;

using Vector = float __attribute__((vector_size(32)));
} // namespace

static constexpr size_t kLine = 64;
// Small arrays are walked many times a round, so that the clock's steps vanish.
static constexpr size_t kBytesOfRound = 64 << 20;

/// An array filled by the thread that will use it.
static Array makeArray(size_t bytes) {
  void *memory = std::aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
  std::memset(memory, 0, bytes);
  return Array(static_cast<float *>(memory));
}

EACH_LEVEL static uint64_t sumOf(const uint64_t *values, size_t count) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; ++i)
    sum += values[i];
  return sum;
}

EACH_LEVEL static void triad(float *a, const float *b, const float *c,
                             size_t count) {
#pragma clang loop vectorize(assume_safety)
  for (size_t i = 0; i < count; ++i)
    a[i] = b[i] + 0.5f * c[i];
}

/// The same by stores that pass the caches. |count| is a multiple of 8.
__attribute__((target("avx2"), noinline)) static void
triadPastCaches(float *a, const float *b, const float *c, size_t count) {
  auto *to = reinterpret_cast<Vector *>(a);
  auto *first = reinterpret_cast<const Vector *>(b);
  auto *second = reinterpret_cast<const Vector *>(c);
  for (size_t i = 0; i < count / 8; ++i)
    __builtin_nontemporal_store(first[i] + 0.5f * second[i], to + i);
}

std::vector<double> roofs::readRates(int threads, size_t bytes) {
  size_t own = std::max(bytes / threads / kLine * kLine, kLine);
  size_t repeats = std::max<size_t>(1, kBytesOfRound / bytes);
  std::vector<Array> arrays(threads);
  std::vector<double> seconds = secondsOfRounds(threads, [&](int number) {
    if (!arrays[number])
      arrays[number] = makeArray(own);
    volatile uint64_t kept = 0;
    auto *values = reinterpret_cast<const uint64_t *>(arrays[number].get());
    for (size_t i = 0; i < repeats; ++i)
      kept = kept + sumOf(values, own / sizeof(uint64_t));
  });
  return ratesOf(seconds, double(own) * threads * repeats);
}

std::vector<double> roofs::triadRates(int threads, size_t bytes) {
  size_t own = std::max(bytes / threads / 3 / kLine * kLine, kLine);
  size_t repeats = std::max<size_t>(1, kBytesOfRound / bytes), count = own / 4;
  std::vector<Array> a(threads), b(threads), c(threads);
  auto run = [&](decltype(triad) *kernel) {
    std::vector<double> seconds = secondsOfRounds(threads, [&](int number) {
      if (!a[number]) {
        a[number] = makeArray(own);
        b[number] = makeArray(own);
        c[number] = makeArray(own);
      }
      for (size_t i = 0; i < repeats; ++i)
        kernel(a[number].get(), b[number].get(), c[number].get(), count);
    });
    return ratesOf(seconds, double(own) * 3 * threads * repeats);
  };
  std::vector<double> plain = run(triad);
  if (!__builtin_cpu_supports("avx2"))
    return plain;
  std::vector<double> past = run(triadPastCaches);
  return largest(past) > largest(plain) ? past : plain;
}
