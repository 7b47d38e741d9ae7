//===- Memory.cpp - Large blocks that may fail to be had ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/Memory.h"

#include <cstdlib>
#include <sys/mman.h>

using namespace xrt;

// From here on memory comes from the system: it can be refused without ending
// the process, goes back when freed, and can sit in huge pages.
static constexpr uint64_t kMappedBytes = uint64_t(1) << 20;
static constexpr uint64_t kHugePage = uint64_t(2) << 20;

static uint64_t alignUp(uint64_t value, uint64_t alignment) {
  return (value + alignment - 1) & ~(alignment - 1);
}

static void *mapAnonymous(uint64_t size) {
  void *result = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return result == MAP_FAILED ? nullptr : result;
}

/// |size| bytes that start at a huge page; the rest of the mapping goes back.
static void *mapHuge(uint64_t size) {
  auto *mapped = static_cast<char *>(mapAnonymous(size + kHugePage));
  if (!mapped)
    return nullptr;
  auto start = reinterpret_cast<uintptr_t>(mapped);
  uint64_t before = alignUp(start, kHugePage) - start;
  if (before)
    ::munmap(mapped, before);
  ::munmap(mapped + before + size, kHugePage - before);
  // A wish: without huge pages everything works the same.
  ::madvise(mapped + before, size, MADV_HUGEPAGE);
  return mapped + before;
}

bool HostBlock::reserve(uint64_t size) {
  if (size <= capacity)
    return true;
  reset();
  if (size > uint64_t(INT64_MAX) - 2 * kHugePage)
    return false;
  // Rounded first: reset tells by the capacity where a block came from.
  size = alignUp(size, kBlockAlignment);
  if (size < kMappedBytes) {
    bytes = std::aligned_alloc(kBlockAlignment, size);
  } else if (size < 2 * kHugePage) {
    size = alignUp(size, 4096);
    bytes = mapAnonymous(size);
  } else {
    size = alignUp(size, kHugePage);
    bytes = mapHuge(size);
  }
  capacity = bytes ? size : 0;
  return bytes;
}

void HostBlock::reset() {
  if (capacity >= kMappedBytes)
    ::munmap(bytes, capacity);
  else
    std::free(bytes);
  bytes = nullptr;
  capacity = 0;
}
