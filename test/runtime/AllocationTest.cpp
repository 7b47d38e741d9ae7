//===- AllocationTest.cpp - Runs allocate nothing -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counts every allocation of the process by standing in front of the C
// library's allocator; what the library maps for itself comes from there, too.
//
//===----------------------------------------------------------------------===//
#include "test/runtime/TestPrograms.h"

#include "gtest/gtest.h"

#include <atomic>

// The sanitizers stand there themselves.
#if defined(__GLIBC__) && !__has_feature(address_sanitizer)

using namespace xrt::test;

static std::atomic<uint64_t> numAllocations{0};

// Seen by the shared libraries, the one of C++ among them.
#pragma GCC visibility push(default)
extern "C" {
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
  ++numAllocations;
  return __libc_malloc(size);
}
void *calloc(size_t count, size_t size) {
  ++numAllocations;
  return __libc_calloc(count, size);
}
void *realloc(void *block, size_t size) {
  ++numAllocations;
  return __libc_realloc(block, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
  ++numAllocations;
  return __libc_memalign(alignment, size);
}
}
#pragma GCC visibility pop

namespace {
struct AllocationCase {
  bool isParameter; // else a weight
  int32_t numThreads;
};
} // namespace

TEST(Allocation, isCounted) {
  // Volatile, or the compiler leaves pairs of new and delete out.
  volatile size_t size = 1;
  uint64_t before = numAllocations;
  std::string *volatile text = new std::string(size + 99, 'x');
  delete text;
  EXPECT_EQ(numAllocations, before + 2);
  std::free(std::aligned_alloc(64, 64 * size));
  EXPECT_EQ(numAllocations, before + 3);
}

// Launches on both threads, a packed operand, an arena, a copy; sizes that were
// there before.
TEST(Allocation, runsAllocateNothing) {
  for (AllocationCase row : {AllocationCase{false, 1}, AllocationCase{false, 2},
                             AllocationCase{true, 2}}) {
    Loaded loaded(makeScaleProgram(row.isParameter), "host", row.numThreads);
    auto x = makeFloats({1000, 4}, 1), y = makeFloats({1000, 4}), same = y;
    auto few = makeFloats({3, 4}, 1), fewY = makeFloats({3, 4}), fewSame = fewY;
    auto factors = makeFloats({4}, 1);
    factors.version = 1;
    xrt_tensor_t inputs[2][2] = {{x, factors}, {few, factors}};
    xrt_tensor_t outputs[2][2] = {{y, same}, {fewY, fewSame}};
    auto runBoth = [&] {
      for (int size : {0, 1})
        ASSERT_EQ(xrt_program_run(loaded.program.get(), inputs[size],
                                  row.isParameter ? 2 : 1, outputs[size], 2),
                  nullptr);
    };
    runBoth();
    uint64_t before = numAllocations;
    for (int repeat = 0; repeat < 100; ++repeat)
      runBoth();
    EXPECT_EQ(numAllocations, before)
        << (row.isParameter ? "parameter, " : "weight, ") << row.numThreads
        << " threads";
  }
}

#endif
