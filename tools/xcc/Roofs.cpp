//===- Roofs.cpp - What this machine can do at most -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "tools/xcc/Roofs.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

using namespace llvm;

namespace xcc::tool {

#if defined(__x86_64__)
#define XCC_WIDE_256 __attribute__((target("avx2,fma")))
#define XCC_WIDE_512 __attribute__((target("avx512f")))
#define XCC_REGISTER "x"
#else
#define XCC_WIDE_256
#define XCC_WIDE_512
#define XCC_REGISTER "w"
#endif

namespace {
using Clock = std::chrono::steady_clock;
typedef float Vector256 __attribute__((vector_size(32)));
typedef float Vector512 __attribute__((vector_size(64)));

// Enough to hide the latency of two multiply-adds a cycle, few enough for 16
// registers.
constexpr int kAccumulators = 12;
} // namespace

// The compiler must neither drop the sums nor see through them.
#define XCC_MULTIPLY_ADD(Vector)                                               \
  Vector sums[kAccumulators] = {};                                             \
  Vector factor = Vector{} + 0.5f;                                             \
  for (int64_t i = 0; i < steps; ++i) {                                        \
    _Pragma("clang loop unroll(full)") for (Vector &sum : sums) {              \
      sum = __builtin_elementwise_fma(sum, factor, factor);                    \
      asm volatile("" : "+" XCC_REGISTER(sum));                                \
    }                                                                          \
  }                                                                            \
  return double(steps) * kAccumulators * 2 * (sizeof(Vector) / sizeof(float));

XCC_WIDE_256 static double multiplyAdd256(int64_t steps){
    XCC_MULTIPLY_ADD(Vector256)} XCC_WIDE_512
    static double multiplyAdd512(int64_t steps){XCC_MULTIPLY_ADD(Vector512)}

/// Loads all of it; what is summed is of no interest.
XCC_WIDE_256 static void readAll(const char *data, size_t bytes) {
  constexpr size_t step = 4 * sizeof(Vector256);
  Vector256 sums[4] = {};
  for (size_t at = 0; at + step <= bytes; at += step)
    for (size_t i = 0; i < 4; ++i)
      sums[i] += *reinterpret_cast<const Vector256 *>(data + at +
                                                      i * sizeof(Vector256));
  asm volatile("" : : XCC_REGISTER(sums[0] + sums[1] + sums[2] + sums[3]));
}

/// Seconds that the threads take together for |work|, a thread's number its
/// argument: the least of some rounds.
static double secondsOf(int numThreads, function_ref<void(int)> work) {
  // Short and many: one of them has the cores to itself.
  constexpr int kRounds = 12;
  double best = INFINITY;
  for (int round = 0; round < kRounds; ++round) {
    std::atomic<int> numReady{0};
    std::vector<Clock::time_point> begins(numThreads), ends(numThreads);
    auto run = [&](int thread) {
      ++numReady;
      while (numReady < numThreads)
        std::this_thread::yield();
      begins[thread] = Clock::now();
      work(thread);
      ends[thread] = Clock::now();
    };
    std::vector<std::thread> others;
    for (int thread = 1; thread < numThreads; ++thread)
      others.emplace_back(run, thread);
    run(0);
    for (std::thread &other : others)
      other.join();
    Clock::time_point begin = *std::min_element(begins.begin(), begins.end());
    Clock::time_point end = *std::max_element(ends.begin(), ends.end());
    best = std::min(best, std::chrono::duration<double>(end - begin).count());
  }
  return best;
}

static void measureMemory(int numThreads, uint64_t bytes, Roofs &roofs) {
  // A page each at least; more than fits into any cache is like any more.
  constexpr uint64_t kLeast = 4096, kMost = uint64_t(256) << 20;
  // So much at least in a round, in as many passes as that takes.
  constexpr uint64_t kTraffic = uint64_t(16) << 20;
  uint64_t share = std::clamp(bytes / numThreads, kLeast,
                              std::max(kLeast, kMost / numThreads)) &
                   ~uint64_t(4095);
  auto passes = int64_t(std::max<uint64_t>(1, kTraffic / numThreads / share));
  std::vector<std::unique_ptr<char, void (*)(void *)>> blocks;
  for (int thread = 0; thread < numThreads; ++thread)
    blocks.emplace_back(static_cast<char *>(std::aligned_alloc(4096, share)),
                        std::free);
  double total = double(share) * double(passes) * numThreads;
  // The first round has the pages made.
  double seconds = secondsOf(numThreads, [&](int thread) {
    for (int64_t pass = 0; pass < passes; ++pass) {
      std::memset(blocks[thread].get(), int(pass), share);
      asm volatile("" : : "r"(blocks[thread].get()) : "memory");
    }
  });
  roofs.writtenBytes = total / seconds;
  seconds = secondsOf(numThreads, [&](int thread) {
    for (int64_t pass = 0; pass < passes; ++pass)
      readAll(blocks[thread].get(), share);
  });
  roofs.readBytes = total / seconds;
}

Roofs measureRoofs(StringRef isa, int numThreads, uint64_t bytes) {
  constexpr int64_t kSteps = 400'000;
  auto multiplyAdd = isa == "x86-64-v4" ? multiplyAdd512 : multiplyAdd256;
  Roofs roofs;
  double operations = 0;
  double seconds = secondsOf(numThreads, [&](int thread) {
    double done = multiplyAdd(kSteps);
    if (thread == 0)
      operations = done;
  });
  roofs.flops = operations * numThreads / seconds;
  measureMemory(numThreads, bytes, roofs);
  return roofs;
}

} // namespace xcc::tool
